//! The same client against the simulated GitHub, which checks every request against GitHub's
//! own description and enforces permissions.

use beholden::domain::{
    Access, AppId, CommentId, Effect, Entity, Fact, Force, InstallationId, IssueNumber, Login,
    Markers, Names, OrgId, OrgRole, Reach, Reaction, RepoId, RepoName, Spoken, Surface, SurfaceKey,
    TeamId, Timestamp, UserId,
};
use beholden::github::{Failure, Github, Settings};
use github_sim::{BypassActor, Fault, PatSpec, Seed, Sim};

use super::stand_in::settings;

struct Acme {
    sim: Sim,
    github: Github,
    installation: InstallationId,
}

fn number(id: u64) -> i64 {
    id.try_into().unwrap()
}

impl Acme {
    fn start() -> Self {
        let sim = Sim::start(Seed::acme());
        let app = sim.app();
        let github = Github::new(Settings {
            app_id: AppId(number(app.id)),
            client_id: app.client_id,
            private_key_pem: app.private_key_pem.into(),
            slug: None,
            ..settings(&sim.url())
        });
        let installation = InstallationId(number(sim.installation("acme")));
        Self { sim, github: github.unwrap(), installation }
    }

    async fn reads(&self, entity: Entity, names: Names) -> Result<Vec<Fact>, Failure> {
        let org: Login = "acme".parse().unwrap();
        let reader = self.github.reader();
        let read = reader.read(self.installation, &org, &entity, &names, Timestamp::now()).await;
        read.map(|read| read.facts)
    }

    async fn one(&self, entity: Entity, names: Names) -> Fact {
        let mut facts = self.reads(entity, names).await.unwrap();
        // Dates of its use come beside it.
        facts.retain(|fact| !matches!(fact, Fact::Dated { .. }));
        assert_eq!(facts.len(), 1, "{facts:?}");
        facts.remove(0)
    }

    fn repo(&self, name: &str) -> RepoId {
        RepoId(number(self.sim.repo_id(name)))
    }

    fn user(&self, login: &str) -> UserId {
        UserId(number(self.sim.user_id(login)))
    }
}

fn names(repo: &str, login: &str, team: &str) -> Names {
    Names {
        repo: repo.parse().ok(),
        login: login.parse().ok(),
        team: team.parse().ok(),
        before: None,
    }
}

fn home() -> RepoName {
    "acme/home".parse().unwrap()
}

#[tokio::test]
async fn everything_that_can_be_read_is_read() {
    let acme = Acme::start();
    let api = acme.repo("acme/api");
    let of_api = || names("acme/api", "", "");

    let fact = acme.one(Entity::Repo { repo: api }, of_api()).await;
    assert!(matches!(&fact, Fact::Repo { repo } if repo.name.as_str() == "acme/api"), "{fact:?}");

    let key = number(acme.sim.adds_deploy_key("acme/api", "ci", false, "octocat"));
    let entity = Entity::DeployKey { repo: api, key };
    let fact = acme.one(entity.clone(), of_api()).await;
    assert!(matches!(&fact, Fact::Holds { grant, .. } if grant.access == Some(Access::Write)));
    acme.sim.removes_deploy_key("acme/api", key.try_into().unwrap(), "octocat");
    let fact = acme.one(entity, of_api()).await;
    assert!(matches!(fact, Fact::Gone { .. }), "{fact:?}");

    let hubot = acme.user("hubot");
    acme.sim.adds_collaborator("acme/api", "hubot", github_sim::Access::Maintain, "octocat");
    let fact =
        acme.one(Entity::Collaborator { repo: api, user: hubot }, names("acme/api", "hubot", ""));
    let held = Fact::Permission { user: hubot, repo: api, access: Access::Maintain };
    assert_eq!(fact.await, held);

    for (login, role) in [("octocat", Some(OrgRole::Owner)), ("monalisa", Some(OrgRole::Member))] {
        let user = acme.user(login);
        let fact = acme.one(Entity::Person { user }, names("", login, "")).await;
        assert!(matches!(&fact, Fact::Person { person } if person.role == role), "{fact:?}");
    }
    acme.sim.leaves_organization("monalisa");
    let fact = acme.one(Entity::Person { user: acme.user("monalisa") }, names("", "monalisa", ""));
    assert!(matches!(fact.await, Fact::Person { person } if person.role.is_none()));

    let team = TeamId(301);
    acme.sim.adds_to_team("acme/platform", "octocat", "octocat");
    let fact = acme.one(Entity::Team { team }, names("", "", "platform")).await;
    assert!(matches!(&fact, Fact::TeamHumans { humans, .. } if humans.len() == 1), "{fact:?}");
    let fact = acme.one(Entity::TeamRepo { team, repo: api }, names("acme/api", "", "platform"));
    assert!(matches!(fact.await, Fact::Team { team } if team.repos[&api] == Access::Write));
    let entity = Entity::TeamMember { team, user: acme.user("octocat") };
    let fact = acme.one(entity.clone(), names("", "octocat", "platform")).await;
    assert!(matches!(fact, Fact::TeamMembership { member: true, .. }), "{fact:?}");
    acme.sim.deletes_team("acme/platform", "octocat");
    let fact = acme.one(entity, names("", "octocat", "platform")).await;
    assert_eq!(fact, Fact::TeamGone { team });

    let token = PatSpec::new("ci", "acme/api", "contents", "write");
    let request = acme.sim.requests_pat("octocat", &token);
    acme.sim.approves_pat_request(request, "octocat");
    let told = acme.sim.take_webhooks();
    let told = told.iter().find(|it| it.event == "personal_access_token_request").unwrap();
    let told: serde_json::Value = serde_json::from_slice(&told.body).unwrap();
    let token = told["personal_access_token_request"]["token_id"].as_i64().unwrap();
    let fact = acme.one(Entity::Pat { token }, Names::default()).await;
    assert!(
        matches!(&fact, Fact::Holds { grant, .. } if grant.reach == Reach::one(api)),
        "{fact:?}"
    );
    let fact = acme.one(Entity::Pat { token: token + 999 }, Names::default()).await;
    assert!(matches!(fact, Fact::Gone { .. }), "{fact:?}");

    let alert = acme.sim.raises_secret_alert("acme/api", "aws_access_key_id", "deploy.sh");
    let entity = Entity::SecretAlert { repo: api, alert: number(alert) };
    let fact = acme.one(entity.clone(), of_api()).await;
    assert!(matches!(fact, Fact::Holds { .. }), "{fact:?}");
    acme.sim.resolves_secret_alert("acme/api", alert, "revoked", "octocat");
    let fact = acme.one(entity, of_api()).await;
    assert!(matches!(fact, Fact::Gone { .. }), "{fact:?}");

    let bypass = BypassActor {
        actor_id: None,
        actor_type: "DeployKey".to_owned(),
        bypass_mode: "always".to_owned(),
    };
    let ruleset = acme.sim.changes_ruleset("acme/api", &[bypass], "octocat");
    let entity = Entity::Ruleset { repo: api, ruleset: number(ruleset) };
    assert_eq!(acme.reads(entity.clone(), of_api()).await, Ok(Vec::new()));
    acme.sim.deletes_ruleset("acme/api", ruleset, "octocat");
    let fact = acme.one(entity, of_api()).await;
    assert!(matches!(fact, Fact::Gone { .. }), "{fact:?}");

    let fact = acme.one(Entity::PolicyFile, names("acme/home", "", "")).await;
    assert_eq!(fact, Fact::PolicyFile { file: None });
    acme.sim.writes_file("acme/home", "beholden.yml", "mode: observe\n", "octocat");
    let fact = acme.one(Entity::PolicyFile, names("acme/home", "", "")).await;
    assert!(
        matches!(&fact, Fact::PolicyFile { file: Some((text, _)) } if text == "mode: observe\n")
    );

    let fact = acme.one(Entity::Installation, Names::default()).await;
    let Fact::Installation { permissions, suspended: false } = fact else { panic!("{fact:?}") };
    assert_eq!(permissions["issues"], "write");
    acme.sim.finish();
}

#[tokio::test]
async fn renamed_deselected_and_deleted_are_told_apart_as_far_as_github_tells() {
    let acme = Acme::start();
    let (api, old) = (acme.repo("acme/api"), names("acme/api", "", ""));
    acme.sim.renames_repository("acme/api", "core", "octocat");
    let key = number(acme.sim.adds_deploy_key("acme/core", "ci", true, "octocat"));
    let fact = acme.one(Entity::DeployKey { repo: api, key }, old.clone()).await;
    assert!(matches!(fact, Fact::Holds { .. }), "{fact:?}");
    let fact = acme.one(Entity::Repo { repo: api }, old.clone()).await;
    assert!(matches!(&fact, Fact::Repo { repo } if repo.name.as_str() == "acme/core"), "{fact:?}");

    acme.sim.deselects("acme/core");
    assert_eq!(acme.reads(Entity::Repo { repo: api }, old.clone()).await, Err(Failure::Gone));
    let hidden = acme.reads(Entity::DeployKey { repo: api, key }, old).await;
    assert!(matches!(hidden, Err(Failure::Blind { .. })), "no key is gone with it: {hidden:?}");

    acme.sim.suspends_installation("acme");
    let github = acme.github.reader();
    let org: Login = "acme".parse().unwrap();
    let entity = Entity::Person { user: acme.user("monalisa") };
    let read = github
        .read(acme.installation, &org, &entity, &names("", "monalisa", ""), Timestamp::now())
        .await;
    let Err(Failure::Refused { why, .. }) = read else { panic!("{read:?}") };
    assert!(why.contains("suspended"), "{why}");
    acme.sim.finish();
}

fn issue(acme: &Acme, words: &str, open: bool) -> Surface {
    let case = "0123456789abcdef".parse().unwrap();
    let body = Markers::new("a key of sixteen").wrap(OrgId(201), &case, "issue", words);
    let effect = Effect::Issue {
        title: "A new deploy key in api".to_owned(),
        body,
        labels: vec!["beholden".to_owned()],
        open,
    };
    let repo = acme.repo("acme/home");
    Surface { key: SurfaceKey::issue(&case), case, repo, effect, force: Force::No }
}

#[tokio::test]
async fn an_issue_stands_once_whatever_happens_to_the_answer() {
    for fault in [
        Fault::Answer502AfterDoingIt,
        Fault::DropConnection { after: true },
        Fault::TruncateBody,
        Fault::MalformedBody,
    ] {
        let acme = Acme::start();
        let effects = acme.github.effects();
        let surface = issue(&acme, "Words.", true);
        let begun = acme.sim.now();
        acme.sim.next_on(fault.clone(), "POST", "/repos/acme/home/issues");
        let lost = effects.apply(acme.installation, &home(), &surface, None).await;
        assert!(matches!(lost, Err(Failure::Later { maybe_done: true, .. })), "{fault:?} {lost:?}");
        let found = effects.look(acme.installation, &home(), &surface, begun).await.unwrap();
        assert_eq!(found, [1], "{fault:?}");

        acme.sim.edits_issue_body("acme/home", 1, "Mine alone.", "octocat");
        acme.sim.closes_issue("acme/home", 1, "octocat");
        let surface = issue(&acme, "Other words.", true);
        effects.apply(acme.installation, &home(), &surface, Some(1)).await.unwrap();
        let stands = acme.sim.issue("acme/home", 1);
        assert!(stands.open && stands.body.contains("Other words."), "{stands:?}");
        assert!(stands.body.ends_with("Mine alone."), "{stands:?}");
        assert_eq!(
            (stands.labels, acme.sim.issues("acme/home").len()),
            (vec!["beholden".to_owned()], 1)
        );
        acme.sim.finish();
    }
}

#[tokio::test]
async fn an_issue_opened_twice_is_left_standing_once() {
    let acme = Acme::start();
    let (effects, surface) = (acme.github.effects(), issue(&acme, "Words.", true));
    let (begun, home) = (acme.sim.now(), home());
    for _ in 0..2 {
        effects.apply(acme.installation, &home, &surface, None).await.unwrap();
    }
    let look = || effects.look(acme.installation, &home, &surface, begun);
    assert_eq!(look().await.unwrap(), [1, 2]);
    effects.remove_double(acme.installation, &home, &surface, 2, 1).await.unwrap();
    assert_eq!(look().await.unwrap(), [1]);
    assert!(acme.sim.issue("acme/home", 1).open && !acme.sim.issue("acme/home", 2).open);
    acme.sim.finish();
}

#[tokio::test]
async fn a_person_is_answered_with_a_reaction_and_one_reply() {
    let acme = Acme::start();
    let (effects, surface) = (acme.github.effects(), issue(&acme, "Words.", true));
    effects.apply(acme.installation, &home(), &surface, None).await.unwrap();
    let comment = CommentId(number(acme.sim.comments("acme/home", 1, "octocat", "/own")));
    let with = |effect| Surface { effect, ..surface.clone() };
    let react = with(Effect::React { comment, on: Spoken::Conversation, reaction: Reaction::Done });
    let first = effects.apply(acme.installation, &home(), &react, None).await.unwrap();
    let again = effects.apply(acme.installation, &home(), &react, None).await.unwrap();
    assert_eq!(first, again);

    let case = &surface.case;
    let markers = Markers::new("a key of sixteen");
    let reply = |words| {
        let body = markers.wrap(OrgId(201), case, "reply/1", words);
        with(Effect::Reply { issue: IssueNumber(1), in_pull: false, body })
    };
    let begun = acme.sim.now();
    let made = effects.apply(acme.installation, &home(), &reply("Yours."), None).await.unwrap();
    let id = made.remote_id;
    effects.apply(acme.installation, &home(), &reply("Still yours."), Some(id)).await.unwrap();
    let found = effects.look(acme.installation, &home(), &reply("Yours."), begun).await.unwrap();
    assert_eq!(found, [id]);
    let said = acme.sim.comments_of("acme/home", 1);
    assert_eq!(said.len(), 2);
    assert!(said[1].body.contains("Still yours."), "{said:?}");

    let monalisa = "monalisa".parse().unwrap();
    assert!(effects.readable_by(acme.installation, &home(), &monalisa).await.unwrap());
    acme.sim.finish();
}

#[tokio::test]
async fn the_app_knows_itself_its_installations_and_its_deliveries() {
    let acme = Acme::start();
    let app = acme.github.app().await.unwrap();
    assert_eq!(app.slug, "beholden");
    let bot = acme.github.bot_user(Some(acme.installation)).await.unwrap();
    assert_eq!(bot.0, number(acme.sim.app().bot_user_id));
    let listing = acme.github.installations().await.unwrap();
    assert!(listing.complete);
    assert_eq!(listing.items[0].org, OrgId(201));
    let found = acme.github.installation_for(&"acme".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(found.id, acme.installation);
    let config = acme.github.hook_config().await.unwrap();
    assert_eq!(config.content_type, "json");
    assert!(acme.github.rate_limit(acme.installation).await.unwrap().unwrap().limit >= 5_000);

    acme.sim.adds_deploy_key("acme/api", "ci", false, "octocat");
    acme.sim.take_webhooks();
    let (attempts, _) = acme.github.deliveries(None, None).await.unwrap();
    let attempt = attempts.iter().find(|attempt| attempt.event == "deploy_key").unwrap();
    acme.github.redeliver(attempt.id).await.unwrap();
    assert_eq!(acme.sim.take_webhooks().len(), 1);
    acme.sim.finish();
}
