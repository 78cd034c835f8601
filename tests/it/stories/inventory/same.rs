//! What is heard and what is listed end in the same register.
//!
//! "Without history" leaves out: what is gone, when and by whom things were seen, granted and asked
//! about, where that was read, accounts that were seen acting and hold nothing, and people outside,
//! who are no identities. Everything else is compared, word by word.
//!
//! Not played: an account that is taken out of a repository which it still reads by the organisation's
//! base permission. The event is answered with that, and a list shows only who was given it.

use std::collections::{BTreeMap, BTreeSet};

use beholden::domain::{CaseState, Grant, Part, Seen, TeamId, Through};
use beholden::pipeline::Clock;
use beholden::policy::{Mode, Policy};
use beholden::register::{Loaded, Need, Record};
use beholden::store::Store;
use github_sim::{
    Access, BypassActor, Kind, Level, PatSpec, Person, Push, Role, RunSpec, Runner, Seed, Sim,
    Visibility,
};
use serde_json::{Value, json};

use super::{LATER, living, titles};
use crate::stories::pulls::{TRIAGE, TRIAGE_YML};
use crate::support::databases::on_each_database;
use crate::support::{Product, Setup};

const REPOS: [&str; 6] =
    ["acme/home", "acme/api", "acme/site", "acme/newer", "acme/tool", "acme/drawer"];

/// A register without history, a line for each thing and each of its grants.
type Lines = BTreeMap<String, Value>;

/// Doors that no listing shows: coverage says so, or it is history itself.
fn is_told_by_events_alone(through: &Through) -> bool {
    match through {
        // Only who may edit a ruleset is shown who passes it.
        Through::Ruleset { .. } => true,
        // An alert of secret scanning is told when it is raised.
        Through::Leak { .. } => true,
        // Which repository's job a runner took.
        Through::Runner { .. } => true,
        _ => false,
    }
}

/// What a grant gives, without who gave it when.
fn power(grant: &Grant) -> Value {
    json!({
        "digest": Grant::digest([grant]).0,
        "reach": grant.reach,
        "access": grant.access,
        "permissions": grant.permissions,
        "role": grant.role,
        "expiry": grant.expiry,
        "called": grant.called,
        "power": grant.power,
    })
}

fn lines_of(key: &str, record: &Record, lines: &mut Lines) {
    let grants: Vec<&Grant> =
        record.grants.iter().filter(|it| !is_told_by_events_alone(&it.through)).collect();
    if grants.is_empty() {
        return;
    }
    let owners: Vec<String> = record.ownership.owners().map(|owner| owner.plain()).collect();
    let who = json!({
        "identity": record.identity,
        "stands": record.ownership.word(),
        "owners": owners,
    });
    lines.insert(key.to_owned(), who);
    for grant in grants {
        let door = serde_json::to_string(&grant.through).unwrap();
        lines.insert(format!("{key} through {door}"), power(grant));
    }
}

/// Everything that the register holds, without history. `switched`: with the switches of places,
/// which no webhook tells of.
async fn register(product: &Product, switched: bool) -> Lines {
    let (store, org) = (product.engine.store(), product.org());
    let mut lines = Lines::new();
    for (key, record) in living(product).await {
        lines_of(&key, &record, &mut lines);
    }
    for repo in store.repos(org, None, 1_000).await.unwrap() {
        let mut shown = serde_json::to_value(&repo).unwrap();
        for field in if switched { &["as_of"][..] } else { &["as_of", "switches"] } {
            shown.as_object_mut().unwrap().remove(*field);
        }
        if !repo.gone {
            lines.insert(format!("repository {}", repo.id), shown);
        }
    }
    let needs = [Need::Everybody, Need::Team(TeamId(301)), Need::Team(TeamId(302))];
    for (_, loaded) in store.load(org, &needs).await.unwrap() {
        match loaded {
            Loaded::Team(Some(team)) if !team.gone => {
                let shown = json!({ "slug": team.slug, "repositories": team.repos });
                lines.insert(format!("team {}", team.id), shown);
            }
            Loaded::People(people) => {
                let inside = people.into_iter().filter(|(person, _)| person.role.is_some());
                lines.extend(inside.map(|(person, _)| {
                    let shown = serde_json::to_value(&person).unwrap();
                    (format!("person {}", person.actor.id), shown)
                }));
            }
            _ => {}
        }
    }
    lines
}

/// Every case that is open, by name.
async fn open_cases(product: &Product) -> BTreeSet<String> {
    let cases = product.engine.store().cases(product.org(), CaseState::Open, None, 1_000).await;
    cases.unwrap().into_iter().map(|case| case.id.to_string()).collect()
}

/// An organisation in which nothing but its owner, two teams and three repositories were there before.
fn bare(mut seed: Seed) -> Seed {
    let org = &mut seed.organizations[0];
    org.members.clear();
    org.teams[0].members.clear();
    org.teams[0].repositories.clear();
    let ops = github_sim::TeamSeed { slug: "ops".to_owned(), id: Some(302), ..Default::default() };
    org.teams.push(ops);
    seed
}

fn machines(policy: &mut Policy) {
    for login in ["hubot", "shipbot", "oldbot"] {
        policy.machine_users.insert(login.parse().unwrap());
    }
}

/// People and machines come, are given access in every way there is, and some go.
fn accounts_come_and_go(github: &Sim) {
    for login in ["monalisa", "hubot", "oldbot"] {
        github.joins_organization(login, Role::Member);
    }
    github.grants_team("acme/api", "acme/platform", Access::Read, "octocat");
    github.grants_team("acme/home", "acme/platform", Access::Write, "octocat");
    github.adds_to_team("acme/platform", "hubot", "octocat");
    github.adds_to_team("acme/platform", "monalisa", "octocat");
    github.grants_team("acme/api", "acme/platform", Access::Write, "octocat");
    github.revokes_team("acme/home", "acme/platform", "octocat");
    github.adds_to_team("acme/ops", "hubot", "octocat");
    github.adds_to_team("acme/ops", "oldbot", "octocat");
    github.grants_team("acme/site", "acme/ops", Access::Maintain, "octocat");
    github.removes_from_team("acme/ops", "hubot", "octocat");
    github.adds_collaborator("acme/api", "hubot", Access::Admin, "octocat");
    github.changes_collaborator("acme/api", "hubot", Access::Maintain, "octocat");
    github.adds_collaborator("acme/site", "shipbot", Access::Write, "octocat");
    github.adds_collaborator("acme/api", "shipbot", Access::Write, "octocat");
    github.removes_collaborator("acme/api", "shipbot", "octocat");
    github.adds_collaborator("acme/api", "oldbot", Access::Write, "octocat");
}

/// Keys, tokens in every state, a ruleset, a runner that takes a job, a credential in the open.
fn credentials_come_and_go(github: &Sim) {
    github.adds_deploy_key("acme/api", "kept", false, "octocat");
    github.adds_deploy_key("acme/site", "read only", true, "octocat");
    let gone = github.adds_deploy_key("acme/api", "gone", true, "octocat");
    github.removes_deploy_key("acme/api", gone, "octocat");
    let token = PatSpec::new("ci", "acme/api", "contents", "write");
    let accepted = github.requests_pat("monalisa", &token);
    github.approves_pat_request(accepted, "octocat");
    let ends = github.now() + jiff::SignedDuration::from_hours(24 * 30);
    let machine = PatSpec { repositories: Vec::new(), ..token.clone() }.until(ends);
    let accepted = github.requests_pat("hubot", &machine);
    github.approves_pat_request(accepted, "octocat");
    let named = |name: &str| PatSpec { name: name.to_owned(), ..token.clone() };
    let denied = github.requests_pat("monalisa", &named("denied"));
    github.denies_pat_request(denied, "octocat");
    let taken_back = github.requests_pat("monalisa", &named("taken back"));
    github.cancels_pat_request(taken_back);
    github.requests_pat("monalisa", &named("waiting"));
    github.changes_ruleset("acme/api", &[BypassActor::app(501)], "octocat");
    let short = github.changes_ruleset("acme/site", &[BypassActor::administrators()], "octocat");
    github.deletes_ruleset("acme/site", short, "octocat");
    let runner = github.registers_runner("acme", "build-1", false);
    github.writes_file("acme/api", ".github/workflows/ci.yml", CI, "monalisa");
    github.runs_job("acme/api", "ci.yml", &Runner::self_hosted(runner, "build-1"), "monalisa");
    let alert = github.raises_secret_alert("acme/site", "npm_access_token", "config/npmrc");
    github.resolves_secret_alert("acme/site", alert, "revoked", "octocat");
    github.raises_secret_alert("acme/api", "npm_access_token", "config/npmrc");
}

const CI: &str = "on: push\npermissions: {}\njobs:\n  test:\n    runs-on: self-hosted\n    steps:\n      - run: make\n";

const MCP: &str = r#"{"mcpServers":{"search":{"command":"npx","args":["-y","search-mcp@1.2.3"]}}}"#;

/// Repositories in every state, with what hangs on them; and what files of their branches grant.
fn repositories_come_and_go(github: &Sim) {
    github.creates_repository("acme/new", Visibility::Private, "octocat");
    github.adds_deploy_key("acme/new", "of the new", false, "octocat");
    github.renames_repository("acme/new", "newer", "octocat");
    github.creates_repository("acme/tool", Visibility::Private, "octocat");
    github.makes_public("acme/tool", "octocat");
    github.creates_repository("acme/drawer", Visibility::Private, "octocat");
    github.archives("acme/drawer", "octocat");
    github.creates_repository("acme/old", Visibility::Private, "octocat");
    github.adds_deploy_key("acme/old", "of the old", false, "octocat");
    github.adds_collaborator("acme/old", "hubot", Access::Admin, "octocat");
    github.grants_team("acme/old", "acme/platform", Access::Admin, "octocat");
    let token = PatSpec::new("two", "acme/old", "contents", "write");
    let two = ["acme/old", "acme/site"].map(str::to_owned).into();
    let request = github.requests_pat("monalisa", &PatSpec { repositories: two, ..token });
    github.approves_pat_request(request, "octocat");
    github.pushes(&Push::to("acme/api", "main").writes(TRIAGE_YML, TRIAGE), "monalisa");
    github.writes_file("acme/api", ".mcp.json", MCP, "monalisa");
    github.writes_file("acme/api", ".github/workflows/old.yml", TRIAGE, "monalisa");
    github.removes_file("acme/api", ".github/workflows/old.yml", "monalisa");
    let renovate = "renovate[bot]".to_owned();
    github.signs_up(Person { login: renovate, kind: Kind::Bot, ..Person::default() });
    github.starts_run("acme/api", &RunSpec::of("triage.yml"), "renovate[bot]");
    github.deselects("acme/site");
    github.selects("acme/site");
    github.suspends_installation("acme");
    github.unsuspends_installation("acme");
    github.app_asks_for("packages", Level::Read);
    github.accepts_permissions("acme");
}

/// What takes other things along goes.
fn much_goes(github: &Sim) {
    github.leaves_organization("oldbot");
    github.deletes_repository("acme/old", "octocat");
    github.deletes_team("acme/ops", "octocat");
}

#[track_caller]
fn assert_same(one: &Lines, other: &Lines, what: &str) {
    let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    let differing: Vec<String> = keys
        .into_iter()
        .filter(|key| one.get(*key) != other.get(*key))
        .map(|key| format!("{key}\n  {:?}\n  {:?}", one.get(key), other.get(key)))
        .collect();
    assert!(differing.is_empty(), "{what}:\n{}", differing.join("\n"));
}

#[tokio::test]
async fn the_listing_of_what_a_story_ends_in_gives_the_register_of_the_story() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).policy(machines).seed(bare).start().await;
        let github = product.github.clone();
        accounts_come_and_go(&github);
        product.settle().await;
        credentials_come_and_go(&github);
        product.settle().await;
        repositories_come_and_go(&github);
        product.settle().await;
        much_goes(&github);
        product.settle().await;
        assert_eq!(product.parked().await, Vec::<String>::new());
        let heard = register(&product, false).await;
        let kinds: BTreeSet<&str> =
            heard.keys().filter_map(|it| Some(it.split_once('/')?.0)).collect();
        for kind in ["deploy_key", "fine_grained_pat", "machine_user", "workflow", "ai_agent"] {
            assert!(kinds.contains(kind), "no {kind} was heard of: {kinds:?}");
        }
        let (issues, cases) = (titles(&product, &REPOS), open_cases(&product).await);

        let other = fresh(&github).await;
        assert_eq!(open_cases(&other).await, BTreeSet::new(), "all of it was there before");
        let mut listed = register(&other, false).await;
        // What no webhook tells of: ourselves, that the runner is registered, and the owner who was
        // there before us.
        let unheard = |key: &String| {
            key.starts_with("app_installation/601")
                || key.starts_with("self_hosted_runner/")
                || *key == format!("person {}", github.user_id("octocat"))
        };
        listed.retain(|key, _| heard.contains_key(key) || !unheard(key));
        assert_same(&heard, &listed, "heard, and then listed by somebody else");
        let blind = Part::RulesetBypasses.never_read(github.now()).unwrap();
        assert_eq!(blind.seen, Seen::Blind, "who passes a ruleset is said to be unseen");

        let product = product.restarts_listing().await;
        let (own, others) = (register(&product, true).await, register(&other, true).await);
        assert_same(&own, &others, "the two registers are one");
        let after = titles(&product, &REPOS);
        let more: Vec<&String> = after.iter().filter(|title| !issues.contains(title)).collect();
        assert_eq!(more, ["Who owns what was here before Beholden?"]);
        assert_eq!(after.len(), issues.len() + 1, "and no case is opened twice: {after:?}");
        let more: Vec<String> = open_cases(&product).await.difference(&cases).cloned().collect();
        assert_eq!(more.len(), 1, "the digest: {more:?}");
        github.finish();
    })
    .await;
}

/// The same organisation as somebody holds it who comes now.
async fn fresh(github: &Sim) -> Product {
    let store = Store::open("sqlite::memory:").await.unwrap();
    let mut policy = Policy { default_mode: Mode::Observe, ..Policy::default() };
    machines(&mut policy);
    let other = Product::of(github.clone(), store, policy, Clock::default()).await;
    other.restarts_listing().await
}

#[tokio::test]
async fn the_listing_makes_up_for_every_webhook_that_did_not_come() {
    on_each_database(|base| async move {
        let product = Setup::on(&base).policy(machines).seed(bare).start().await;
        let github = product.github.clone();
        accounts_come_and_go(&github);
        credentials_come_and_go(&github);
        repositories_come_and_go(&github);
        product.settle().await;
        // One that is deleted in silence cannot be told from one that was taken out of our sight.
        github.deletes_repository("acme/old", "octocat");
        product.settle().await;
        github.leaves_organization("oldbot");
        github.deletes_team("acme/ops", "octocat");
        github.revokes_team("acme/api", "acme/platform", "octocat");
        github.removes_collaborator("acme/site", "shipbot", "octocat");
        github.removes_file("acme/api", TRIAGE_YML, "monalisa");
        github.makes_private("acme/tool", "octocat");
        github.unarchives("acme/drawer", "octocat");
        github.take_webhooks();
        let product = product.restarts_listing().await;
        product.passes(LATER).await;
        let other = fresh(&github).await;
        let (own, others) = (register(&product, true).await, register(&other, true).await);
        assert_same(&own, &others, "the two registers are one");
        github.finish();
    })
    .await;
}
