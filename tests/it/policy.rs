//! The policy: what a file says, what it cannot say, and that the operator's flags stay.

use std::collections::BTreeSet;

use beholden::domain::{IdentityKey, IdentityKind, RepoName, Timestamp};
use beholden::policy::{BadPolicy, Limits, Mode, Policy, RepoGlob, schema};
use insta::assert_snapshot;
use proptest::prelude::*;

/// Reads a file on top of flags that say nothing.
fn read(yaml: &str) -> Result<Policy, BadPolicy> {
    Policy::read(yaml, &Policy::default())
}

/// The refusals of several files, one a line.
fn refusals(files: &[&str]) -> String {
    files.iter().map(|yaml| format!("{}\n", read(yaml).expect_err(yaml))).collect()
}

fn repo(name: &str) -> RepoName {
    name.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

const FULL: &str = "
mode: comment
modes:
  - repos: sandbox-*
    mode: observe
  - kinds: [deploy_key, machine_user]
    repos: acme/pay-*
    mode: require
machine_users: [Acme-Deploy]
humans: [talbot-bot]
approvers: [octocat]
approver_teams: [platform]
self_accept: allow
zone: Europe/Berlin
ignores:
  - identity: deploy_key/4711
    rule: writable-deploy-key
    until: 2027-03-31
    because: Replaced with the release of version 3.
limits: { rotate_days: 180 }
";

#[test]
fn a_full_file_says_what_it_says() {
    let policy = read(FULL).unwrap();
    assert_eq!(policy.default_mode, Mode::Comment);
    assert!(policy.is_machine(&"acme-deploy".parse().unwrap()));
    assert!(policy.is_human(&"talbot-bot".parse().unwrap()));
    assert!(!policy.is_machine(&"octocat".parse().unwrap()));
    assert!(policy.self_accept);
    assert_eq!(policy.zone.iana_name(), Some("Europe/Berlin"));
    assert_eq!(policy.limits, Limits { rotate_days: 180, ..Limits::default() });
    assert_eq!(policy.approvers, BTreeSet::from(["octocat".parse().unwrap()]));
    assert_eq!(policy.approver_teams, BTreeSet::from(["platform".parse().unwrap()]));
}

#[test]
fn an_empty_file_leaves_the_flags_as_they_are() {
    let floor = Policy {
        home: Some(repo("acme/home")),
        default_mode: Mode::Comment,
        floor: Mode::Comment,
        machine_users: BTreeSet::from(["acme-ci".parse().unwrap()]),
        ..Policy::default()
    };
    for empty in ["", "\n", "# nothing yet\n", "{}", "modes: []", "machine_users:"] {
        assert_eq!(Policy::read(empty, &floor).as_ref(), Ok(&floor), "{empty:?}");
    }
}

#[test]
fn the_last_mode_that_matches_counts_and_the_organisation_is_no_repository() {
    use IdentityKind::{DeployKey, FineGrainedPat, MachineUser};
    let policy = read(FULL).unwrap();
    for (kind, place, mode) in [
        (DeployKey, Some("acme/api"), Mode::Comment),
        (DeployKey, Some("acme/sandbox-1"), Mode::Observe),
        (DeployKey, Some("acme/pay-core"), Mode::Require),
        (FineGrainedPat, Some("acme/pay-core"), Mode::Comment),
        (MachineUser, None, Mode::Comment),
    ] {
        assert_eq!(policy.mode(kind, place.map(repo).as_ref()), mode, "{kind} in {place:?}");
    }
    let both = read("modes: [{mode: require}, {kinds: [webhook], mode: observe}]").unwrap();
    assert_eq!(both.mode(IdentityKind::Webhook, None), Mode::Observe);
    assert_eq!(both.mode(DeployKey, None), Mode::Require);
}

#[test]
fn no_file_goes_below_the_least_mode_of_the_operator() {
    let floor = Policy { floor: Mode::Comment, ..Policy::default() };
    let yaml = "mode: observe\nmodes: [{repos: '*', mode: observe}, {repos: api, mode: require}]";
    let policy = Policy::read(yaml, &floor).unwrap();
    for (place, mode) in [
        (Some("acme/web"), Mode::Comment),
        (None, Mode::Comment),
        (Some("acme/api"), Mode::Require),
    ] {
        let mode_there = policy.mode(IdentityKind::DeployKey, place.map(repo).as_ref());
        assert_eq!(mode_there, mode, "{place:?}");
    }
}

#[test]
fn no_file_takes_away_what_the_flags_name() {
    let names = |name: &str| BTreeSet::from([name.parse().unwrap()]);
    let floor = Policy {
        home: Some(repo("acme/home")),
        machine_users: names("acme-ci"),
        approvers: names("octocat"),
        humans: names("hubot"),
        ..Policy::default()
    };
    let policy = Policy::read("machine_users: [deployer]\napprovers: [monalisa]", &floor).unwrap();
    assert!(floor.machine_users.is_subset(&policy.machine_users));
    assert!(floor.approvers.is_subset(&policy.approvers));
    assert_eq!((policy.machine_users.len(), policy.approvers.len()), (2, 2));
    assert_eq!((policy.home, policy.humans), (floor.home.clone(), floor.humans.clone()));
    for yaml in [
        "machine_users: [hubot]",
        "machine_users: [octocat]",
        "humans: [acme-ci]",
        "approvers: [acme-ci]",
    ] {
        assert!(Policy::read(yaml, &floor).is_err(), "{yaml}");
    }
}

#[test]
fn self_acceptance_bends_to_an_operator_who_requires() {
    let required = Policy { floor: Mode::Require, ..Policy::default() };
    let allowed = Policy { self_accept: true, ..required.clone() };
    assert!(read("self_accept: allow").unwrap().self_accept);
    assert!(Policy::read("self_accept: allow", &required).is_err());
    assert!(Policy::read("self_accept: allow", &allowed).unwrap().self_accept);
    assert!(!Policy::read("self_accept: refuse", &allowed).unwrap().self_accept);
}

#[test]
fn an_ignore_counts_until_the_end_of_its_last_day_in_the_zone() {
    let policy = read(FULL).unwrap();
    let key = IdentityKey::new(IdentityKind::DeployKey, 4711);
    let ignored = |rule, key: &IdentityKey, now| policy.ignored(rule, key, None, at(now)).is_some();
    assert!(ignored("writable-deploy-key", &key, "2026-11-23T12:00:00Z"));
    assert!(ignored("writable-deploy-key", &key, "2027-03-31T21:59:59Z"));
    assert!(!ignored("writable-deploy-key", &key, "2027-03-31T22:00:00Z"));
    assert!(!ignored("unowned-identity", &key, "2026-11-23T12:00:00Z"));
    let other = IdentityKey::new(IdentityKind::DeployKey, 4712);
    assert!(!ignored("writable-deploy-key", &other, "2026-11-23T12:00:00Z"));
}

#[test]
fn an_ignore_of_repositories_says_nothing_of_the_organisation() {
    let policy =
        read("ignores: [{kind: webhook, repos: legacy-*, until: 2027-01-31, because: Frozen.}]")
            .unwrap();
    let hook = IdentityKey::new(IdentityKind::Webhook, 9);
    let now = at("2026-11-23T12:00:00Z");
    assert!(policy.ignored("any-rule", &hook, Some(&repo("acme/legacy-web")), now).is_some());
    assert!(policy.ignored("any-rule", &hook, Some(&repo("acme/web")), now).is_none());
    assert!(policy.ignored("any-rule", &hook, None, now).is_none());
}

#[test]
fn a_pattern_stops_at_the_slash() {
    for (glob, name, fits) in [
        ("*", "acme/api", true),
        ("Legacy-*", "acme/legacy-web", true),
        ("acme/*", "acme/api", true),
        ("other/*", "acme/api", false),
        ("a*", "acme/web", false),
        ("{api,web}", "acme/web", true),
        (".github", "acme/.github", true),
        ("api?", "acme/api2", true),
    ] {
        assert_eq!(glob.parse::<RepoGlob>().unwrap().matches(&repo(name)), fits, "{glob} {name}");
    }
    for bad in ["", "a/b/c", "[", "a b", "@acme/x", "é", &"a".repeat(201)] {
        assert!(bad.parse::<RepoGlob>().is_err(), "{bad}");
    }
}

#[test]
fn a_word_that_is_not_known_is_refused_with_the_nearest_one() {
    assert_snapshot!(refusals(&[
        "mod: comment",
        "machine-users: [a]",
        "home: acme/home",
        "mode: coment",
        "mode: revoke",
        "modes:\n  - repo: api\n    mode: comment",
        "modes:\n  - kinds: [deploykey]\n    mode: comment",
        "self_accept: yes",
        "zone: Europe/Berlyn",
        "approvers: ['@octocat']",
    ]), @r#"
    line 1, column 1: there is no setting `mod`; did you mean `mode`?
    line 1, column 1: there is no setting `machine-users`; did you mean `machine_users`?
    line 1, column 1: home is named by the operator's flag --home; a file cannot move itself
    line 1, column 7: there is no such mode; the modes are observe, comment and require
    line 1, column 7: this version takes nothing away from anyone, so it does not accept revoke; use require
    line 2, column 5: there is no setting `repo`; did you mean `repos`?
    line 2, column 13: there is no kind `deploykey`; did you mean `deploy_key`?
    line 1, column 14: `yes` is no answer here; possible here: allow, refuse
    line 1, column 7: there is no time zone `Europe/Berlyn`; as in Europe/Berlin
    line 1, column 13: `?octocat` is not a login
    "#);
}

#[test]
fn an_ignore_must_end_say_why_and_name_something() {
    assert_snapshot!(refusals(&[
        "ignores:\n  - kind: webhook\n    because: Old.",
        "ignores:\n  - kind: webhook\n    until: 2027-01-31",
        "ignores:\n  - kind: webhook\n    until: 31.1.2027\n    because: Old.",
        "ignores:\n  - kind: webhook\n    until: 2027-02-30\n    because: Old.",
        "ignores:\n  - kind: webhook\n    until: never\n    because: Old.",
        "ignores:\n  - until: 2027-01-31\n    because: Old.",
        "ignores:\n  - kind: webhook\n    until: 2027-01-31\n    because: ' '",
        "ignores:\n  - identity: 4711\n    until: 2027-01-31\n    because: Old.",
        "ignores:\n  - identity: deploy_key/1\n    kind: webhook\n    until: 2027-01-31\n    because: Old.",
        "ignores:\n  - rule: Unowned Identity\n    until: 2027-01-31\n    because: Old.",
    ]), @r#"
    line 2, column 5: `until` is missing: what is ignored must end, as in 2027-03-31
    line 2, column 5: `because` is missing: say why this is left alone
    line 3, column 12: `31.1.2027` is no date; write it as 2027-03-31
    line 3, column 12: `2027-02-30` is no date; write it as 2027-03-31
    line 3, column 12: `never` is no date; write it as 2027-03-31
    line 2, column 5: name an identity, a kind, repositories or a rule
    line 4, column 14: say why, in 1 to 500 characters
    line 2, column 15: `4711` is not an identity; write it like `deploy_key/4711`
    line 3, column 11: the identity above is of another kind; leave `kind` out
    line 2, column 11: a rule is written like `writable-deploy-key`
    "#);
}

#[test]
fn what_stands_twice_is_refused() {
    assert_snapshot!(refusals(&[
        "mode: comment\nmode: observe",
        "approvers: [octocat, Octocat]",
        "machine_users: [acme-ci]\nhumans: [acme-ci]",
        "approvers: ['claude[bot]']",
        "modes: [{repos: api, mode: comment}, {repos: API, mode: observe}]",
        "modes: [{kinds: [], mode: comment}]",
        "modes: [{kinds: [webhook, webhook], mode: comment}]",
        "ignores: [&a {kind: webhook, until: 2027-01-31, because: Old.}, *a]",
        "mode: comment\n---\nmode: observe",
    ]), @r#"
    line 2, column 1: `mode` stands here twice
    line 1, column 22: `Octocat` stands here twice
    line 2, column 10: this account is a machine, so it cannot stand here
    line 1, column 13: this account is a machine, so it cannot stand here
    line 1, column 38: an entry above names the same kinds and repositories
    line 1, column 9: name a kind, or leave `kinds` out to mean all
    line 1, column 27: `webhook` stands here twice
    line 1, column 14: the file is nested too deeply, too long, or uses anchors; write it out plainly
    line 3, column 1: a policy is one document; remove `---`
    "#);
}

#[test]
fn what_is_no_policy_at_all_is_refused_with_a_place() {
    assert_snapshot!(refusals(&[
        "just words",
        "- a\n- list",
        "mode: [comment]",
        "approvers: octocat",
        "mode: {",
        "approvers: [~]",
        "zone: ''",
        &format!("because: {}", "x".repeat(Policy::MOST_BYTES)),
        &format!("mode: {}", "[".repeat(200)),
    ]), @r#"
    line 1, column 1: expected settings, each as `name: value`, here
    line 1, column 1: expected settings, each as `name: value`, here
    line 1, column 7: expected a single word here
    line 1, column 12: expected a list, as in `[a, b]`, here
    line 1, column 7: expected a single word here
    line 1, column 13: expected a word, not nothing
    line 1, column 7: there is no time zone ``; as in Europe/Berlin
    line 1, column 1: the file is larger than 256 KiB; nobody could review it
    line 1, column 7: expected a single word here
    "#);
}

#[test]
fn a_refusal_repeats_nothing_that_could_act_as_markup() {
    let hostile = "'@acme/everyone <img src=x> [a](http://x.invalid) `/own` \u{202e}': 1";
    for yaml in [
        hostile.to_owned(),
        format!("mode: {}", hostile.trim_end_matches(": 1")),
        format!("approvers: [{}]", hostile.trim_end_matches(": 1")),
        format!("{hostile}\n{hostile}"),
    ] {
        let message = read(&yaml).unwrap_err().message;
        for bad in ["@", "<", "](", "\u{202e}", "`/own`"] {
            assert!(!message.contains(bad), "{message}");
        }
        assert!(message.chars().count() < 400, "{message}");
    }
}

#[test]
fn the_published_schema_is_the_one_in_the_code() {
    let published = include_str!("../../docs/beholden.schema.json");
    let published: serde_json::Value = serde_json::from_str(published).unwrap();
    assert_eq!(
        published,
        schema(),
        "write it with: beholden policy schema > docs/beholden.schema.json"
    );
}

#[test]
fn the_schema_and_the_reader_know_the_same_settings() {
    let schema = schema();
    for (path, prefix) in [
        ("/properties", ""),
        ("/properties/modes/items/properties", "modes:\n  - "),
        ("/properties/ignores/items/properties", "ignores:\n  - "),
        ("/properties/limits/properties", "limits:\n  "),
    ] {
        let known: Vec<_> = schema.pointer(path).unwrap().as_object().unwrap().keys().collect();
        let refused = read(&format!("{prefix}zzzzzzzzzzzz: 1")).unwrap_err().message;
        let listed = refused.split("possible here: ").nth(1).unwrap();
        let mut listed: Vec<_> = listed.split(", ").collect();
        listed.sort_unstable();
        assert_eq!(listed, known, "{path}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_text_is_read_or_refused_and_never_lowers_the_floor(text in policy_like()) {
        let floor = Policy { floor: Mode::Comment, ..Policy::default() };
        match Policy::read(&text, &floor) {
            Ok(policy) => prop_assert!(policy.mode(IdentityKind::Webhook, None) >= Mode::Comment),
            Err(bad) => {
                prop_assert!(bad.line >= 1 && bad.column >= 1);
                prop_assert!(!bad.message.contains(['@', '<', '\n']));
            }
        }
    }
}

/// Text of any kind: arbitrary, and put together from what a policy is made of.
fn policy_like() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "mode",
        "modes",
        "ignores",
        "until",
        "because",
        "kinds",
        "repos",
        ": ",
        "\n",
        "  ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "comment",
        "require",
        "deploy_key",
        "2027-03-31",
        "'",
        "\"",
        "#",
        "&a",
        "*a",
        "<<",
        "!!str",
        "---\n",
        "|",
        ">",
        "@",
        "\t",
        "~",
        "\u{feff}",
        "*",
        "octocat",
    ]);
    prop_oneof![
        any::<String>(),
        prop::collection::vec(words, 0..40).prop_map(|words| words.concat()),
    ]
}
