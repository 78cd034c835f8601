//! Who becomes an owner, and who never does, by any path.

use beholden::commands::Command;
use beholden::domain::{
    Access, Actor, ActorType, IdentityKey, IdentityKind, OrgRole, Person, Reach, RepoId,
};

use super::acme::Acme;
use crate::words::world::{actor, login, record};

/// Everything that a person can do to become an owner, or to be made one by octocat.
fn every_path(prepare: &dyn Fn(&mut Acme), who: &Actor) {
    let name = who.login.as_str();
    let own = |text: &str| match &beholden::commands::parse(text, beholden::commands::Addressed::Us)
        [..]
    {
        [Ok(command)] => command.clone(),
        other => panic!("{other:?}"),
    };
    let octocat = actor("octocat");
    let assigned = Command::Assigned { assignee: who.clone() };
    let mut paths = vec![
        (who.clone(), own("/own")),
        (who.clone(), own("/own all because it is mine")),
        (who.clone(), own("/own @acme/platform")),
        (who.clone(), assigned.clone()),
        (octocat.clone(), assigned),
    ];
    if !name.ends_with("[bot]") {
        paths.push((who.clone(), own(&format!("/own @{name}"))));
        paths.push((octocat.clone(), own(&format!("/own @{name}"))));
        paths.push((octocat.clone(), own(&format!("/own backup @{name}"))));
    }
    for (speaker, command) in paths {
        let mut acme = Acme::with_a_key();
        acme.team("platform", &["octocat", name]);
        acme.permissions.push((who.id, RepoId(10), Access::Admin));
        prepare(&mut acme);
        acme.does(&speaker, command.clone());
        let owners = acme.world.records[0].ownership.owners().count();
        assert_eq!(owners, 0, "{name} by {command:?} of {}", speaker.login);
    }
}

#[test]
fn no_bot_agent_stranger_former_member_or_unclassified_account_becomes_an_owner() {
    let member =
        |name: &str| Person { actor: actor(name), suspended: false, role: Some(OrgRole::Owner) };
    every_path(&|acme| acme.people.push(member("claude[bot]")), &actor("claude[bot]"));
    every_path(
        &|acme| {
            acme.people.push(member("deploy-robot"));
            acme.machines.push("deploy-robot");
        },
        &actor("deploy-robot"),
    );
    every_path(
        &|acme| {
            acme.people.push(member("acme-ci"));
            acme.doubtful.push("acme-ci");
        },
        &actor("acme-ci"),
    );
    every_path(
        &|acme| {
            acme.people.push(Person { suspended: true, ..member("sleeper") });
        },
        &actor("sleeper"),
    );
    let nothing = |acme: &mut Acme| acme.permissions.retain(|it| it.0 != actor("stranger").id);
    every_path(&nothing, &actor("stranger"));
    every_path(&nothing, &Actor { login: login("ghost"), ..actor("stranger") });
    let organization = Actor { kind: ActorType::Organization, ..actor("acme") };
    every_path(&|_| {}, &organization);
}

#[test]
fn a_login_that_belongs_to_somebody_else_by_now_is_a_strangers() {
    let mut acme = Acme::with_a_key();
    let heir = Actor { id: beholden::domain::UserId(1), ..actor("boss") };
    let own = Command::Own { picks: Vec::new(), words: Default::default() };
    let heard = acme.does(&heir, own);
    assert!(heard.reply.silent);
    assert_eq!(acme.stands(), "unowned");
}

#[test]
fn who_may_own_for_themselves() {
    let wide = |acme: &mut Acme| acme.world.records[0].grants[0].reach = Reach::AllRepos;
    let role = |acme: &mut Acme| acme.world.records[0].grants[0].role = Some(OrgRole::Owner);
    let granter = |acme: &mut Acme| acme.world.records[0].grants[0].by = Some(actor("octocat"));
    let two = |acme: &mut Acme| {
        let reach = Reach::Repos { repos: [RepoId(10), RepoId(11)].into() };
        acme.world.records[0].grants[0].reach = reach;
        acme.permissions.retain(|(_, repo, _)| *repo != RepoId(11));
    };
    let access = |acme: &mut Acme, access| {
        acme.permissions = vec![(actor("octocat").id, RepoId(10), access)]
    };
    type Case<'a> = (&'a str, &'a str, &'a dyn Fn(&mut Acme), bool);
    let table: &[Case<'_>] = &[
        ("maintain where it reaches", "octocat", &|_| {}, true),
        ("admin where it reaches", "octocat", &|acme| access(acme, Access::Admin), true),
        ("only write there", "octocat", &|acme| access(acme, Access::Write), false),
        ("maintain on one of two", "octocat", &two, false),
        ("a member without access", "monalisa", &|_| {}, false),
        ("an organisation owner", "boss", &|_| {}, true),
        ("an approver", "monalisa", &|acme| acme.approvers.push("monalisa"), true),
        (
            "in a team of approvers",
            "monalisa",
            &|acme| {
                acme.team("security", &["monalisa"]);
                acme.approver_teams.push("security");
            },
            true,
        ),
        (
            "in no team of approvers",
            "monalisa",
            &|acme| {
                acme.team("security", &["octocat"]);
                acme.approver_teams.push("security");
            },
            false,
        ),
        ("wide power, maintain", "octocat", &wide, false),
        ("wide power, organisation owner", "boss", &wide, true),
        ("an owner's role, maintain", "octocat", &role, false),
        (
            "wide power, approver",
            "octocat",
            &|acme| {
                wide(acme);
                acme.approvers.push("octocat");
            },
            true,
        ),
        ("the granter", "octocat", &granter, true),
        (
            "the granter at require",
            "octocat",
            &|acme| {
                granter(acme);
                acme.require = true;
            },
            false,
        ),
        (
            "the granter at require, organisation owner",
            "boss",
            &|acme| {
                acme.world.records[0].grants[0].by = Some(actor("boss"));
                acme.require = true;
            },
            false,
        ),
        (
            "the granter at require with self-acceptance",
            "octocat",
            &|acme| {
                granter(acme);
                (acme.require, acme.self_accept) = (true, true);
            },
            true,
        ),
        ("somebody else at require", "octocat", &|acme| acme.require = true, true),
        (
            "an outside collaborator who maintains it",
            "stranger",
            &|acme| acme.permissions.push((actor("stranger").id, RepoId(10), Access::Maintain)),
            true,
        ),
        (
            "an outside collaborator, wide power",
            "stranger",
            &|acme| {
                wide(acme);
                acme.permissions.push((actor("stranger").id, RepoId(10), Access::Admin));
            },
            false,
        ),
        (
            "it is gone from GitHub",
            "octocat",
            &|acme| {
                let at = crate::words::world::noon();
                acme.world.records[0].identity.standing = beholden::domain::Standing::Gone { at };
            },
            false,
        ),
    ];
    for (what, who, prepare, may) in table {
        for assigned in [false, true] {
            let mut acme = Acme::with_a_key();
            prepare(&mut acme);
            let heard = if assigned {
                acme.does(&actor(who), Command::Assigned { assignee: actor(who) })
            } else {
                acme.says(who, "/own")
            };
            let owned = acme.stands() == format!("owned {who}");
            assert_eq!(owned, *may, "{what}, assigned {assigned}: {}", heard.text());
            assert_eq!(owned, !heard.reply.acts.is_empty());
        }
    }
}

#[test]
fn a_stranger_hears_nothing_and_costs_two_questions() {
    let records = (0..27).map(|n| record(100 + n, "mirror", 20 + n)).collect();
    let mut acme = Acme::with(records);
    for text in ["/own", "/help", "/explain", "/wrong all because no", "/own @octocat"] {
        let heard = acme.says("stranger", text);
        assert!(heard.reply.silent && heard.text().is_empty(), "{text}");
        assert_eq!(heard.asked.len(), 2, "{text}: {:?}", heard.asked);
    }
}

#[test]
fn an_unclassified_member_is_told_how_to_be_classified() {
    let mut acme = Acme::with_a_key();
    acme.doubtful.push("octocat");
    let text = acme.says("octocat", "/own").text();
    assert!(text.contains("`humans`") && text.contains("`machine_users`"), "{text}");
}

#[test]
fn a_persons_token_is_theirs_alone() {
    let token = || {
        let mut token = record(99, "nightly", 10);
        token.identity.key = IdentityKey::new(IdentityKind::FineGrainedPat, 99);
        token.identity.holder = Some(actor("monalisa"));
        token
    };
    let mut acme = Acme::with(vec![token()]);
    for text in ["/own", "/own @octocat", "/own @boss"] {
        let heard = acme.says("octocat", text);
        assert!(heard.text().contains("`monalisa`, who answers for it"), "{}", heard.text());
    }
    assert_eq!(acme.stands(), "unowned");
    acme.says("octocat", "/own @monalisa");
    assert_eq!(acme.stands(), "proposed");
    acme.says("monalisa", "/own");
    assert_eq!(acme.stands(), "owned monalisa");

    let mut acme = Acme::with(vec![token()]);
    acme.machines.push("monalisa");
    acme.says("octocat", "/own");
    assert_eq!(acme.stands(), "owned octocat", "a machine's token needs a person");
}
