//! Before and after: what a change grants, and that nothing else counts as one.

use beholden::power::{Powers, Way, subtract};

use crate::power::shown::{many, named, one, steps};

const PATH: &str = ".github/workflows/ci.yml";

/// A workflow with something of everything.
const RICH: &str = r#"name: Release
on:
  push:
    branches: [main]
  issues:
permissions:
  contents: write
  id-token: write
jobs:
  build:
    runs-on: [self-hosted, linux]
    environment: prod
    steps:
      - uses: actions/checkout@v4
      - uses: octo-org/act@v1
        with:
          key: ${{ secrets.KEY }}
      - run: |
          echo "${{ github.event.issue.title }}"
          curl -d "$TOKEN" https://up.acme.invalid/
        env:
          TOKEN: ${{ secrets.TOKEN }}
  other:
    runs-on: ubuntu-latest
    permissions: {issues: read}
    steps:
      - run: "true"
"#;

fn shifts(base: &str, head: &str) -> Vec<(String, Way)> {
    let difference = subtract(&one(base), &one(head));
    let all = difference.widened.iter().chain(&difference.narrowed);
    all.flat_map(|it| it.shifts.clone())
        .map(|shift| (serde_json::to_string(&shift.axis).unwrap(), shift.way))
        .collect()
}

#[test]
fn what_means_the_same_is_no_change() {
    let base = one(RICH);
    assert!(subtract(&base, &base).is_empty());
    for (what, head) in [
        ("comments", RICH.replace("jobs:", "# why\njobs:  # what")),
        ("quotes", RICH.replace("environment: prod", "environment: \"prod\"")),
        ("blank lines", RICH.replace('\n', "\n\n")),
        (
            "a flow list",
            RICH.replace("[self-hosted, linux]", "\n      - linux\n      - self-hosted"),
        ),
        (
            "a flow map",
            RICH.replace(
                "permissions:\n  contents: write\n  id-token: write",
                "permissions: {id-token: write, contents: write}",
            ),
        ),
        ("order of triggers", RICH.replace("  issues:\n", "").replace("on:\n", "on:\n  issues:\n")),
        ("spaces in expressions", RICH.replace("${{ secrets.KEY }}", "${{secrets.KEY}}")),
        ("letter case of a secret", RICH.replace("secrets.KEY", "secrets.key")),
        ("index notation", RICH.replace("secrets.KEY", "secrets['KEY']")),
        ("a workflow's name", RICH.replace("name: Release", "name: Publish")),
        ("anchors", RICH.replace("permissions: {issues: read}", "permissions: &p {issues: read}")),
        (
            "an alias",
            RICH.replace("      - run: \"true\"", "      - &s {run: \"true\"}\n      - *s"),
        ),
        (
            "long form of an environment",
            RICH.replace("environment: prod", "environment: {name: prod}"),
        ),
        ("Windows line ends", RICH.replace('\n', "\r\n")),
    ] {
        assert_ne!(head, RICH, "{what}");
        let difference = subtract(&base, &one(&head));
        assert!(difference.is_empty(), "{what}: {difference:#?}");
    }
}

#[test]
fn order_of_jobs_plays_no_part() {
    let (start, other) = RICH.split_once("  other:\n").unwrap();
    let (top, build) = start.split_once("jobs:\n").unwrap();
    let head = format!("{top}jobs:\n  other:\n{other}{build}");
    assert!(subtract(&one(RICH), &one(&head)).is_empty());
}

#[test]
fn each_component_that_rises_is_named() {
    for (what, from, to, axis) in [
        ("token", "contents: write", "contents: write\n  issues: write", r#"{"token":"issues"}"#),
        (
            "secret",
            "secrets.KEY",
            "secrets.KEY }}${{ secrets.NEW",
            r#"{"secret":{"secret":"named","name":"NEW"}}"#,
        ),
        ("trigger", "  issues:", "  issues:\n  issue_comment:", r#"{"trigger":"issue_comment"}"#),
        (
            "pin",
            "octo-org/act@v1",
            "octo-org/act@main",
            r#"{"code":{"kind":"action","name":"octo-org/act"}}"#,
        ),
        (
            "host",
            "https://up.acme.invalid/",
            "https://up.acme.invalid/ https://else.invalid/",
            r#"{"egress":{"secret":{"secret":"named","name":"TOKEN"},"door":{"door":"network","host":"else.invalid"}}}"#,
        ),
    ] {
        let head = RICH.replace(from, to);
        let up = shifts(RICH, &head);
        assert!(up.contains(&(axis.to_owned(), Way::Rose)), "{what}: {up:?}");
        assert!(up.iter().all(|(_, way)| *way == Way::Rose), "{what}: {up:?}");
        let down = subtract(&one(&head), &one(RICH));
        assert!(down.widened.is_empty() && !down.grants(), "{what}: {:?}", down.widened);
    }
}

#[test]
fn a_change_that_raises_one_and_lowers_another_says_both() {
    let head = RICH.replace("secrets.KEY", "secrets.OTHER");
    let both = shifts(RICH, &head);
    assert!(both.iter().any(|(axis, way)| axis.contains("OTHER") && *way == Way::Rose));
    assert!(both.iter().any(|(axis, way)| axis.contains("KEY") && *way == Way::Fell));
}

#[test]
fn a_newer_reference_of_the_same_code_is_no_power() {
    let head = RICH.replace("octo-org/act@v1", "octo-org/act@v2");
    let difference = subtract(&one(RICH), &one(&head));
    assert!(!difference.grants() && difference.narrowed.is_empty());
    let referred = &difference.referred[0];
    assert_eq!((referred.from.raw(), referred.to.raw(), referred.spot.line), ("v1", "v2", 15));
    let owner = RICH.replace("octo-org/act@v1", "evil-org/act@v1");
    assert!(subtract(&one(RICH), &one(&owner)).grants(), "another owner is other code");
}

#[test]
fn renames_inside_the_folder_move_and_others_activate() {
    let at = |path: &str| many(&[(path, RICH)]);
    let moved = subtract(&at(PATH), &at(".github/workflows/release.yml"));
    assert!(!moved.grants() && moved.removed.is_empty());
    assert!(!moved.moved.is_empty());
    assert_eq!(moved.moved[0].from.path.raw(), PATH);

    let activated = subtract(&at("examples/ci.yml"), &at(PATH));
    assert_eq!(activated.added.len(), at(PATH).grants().len(), "activation is never empty");
    let parked = subtract(&at(PATH), &at(".github/workflows/old/ci.yml"));
    assert_eq!(parked.removed.len(), at(PATH).grants().len());

    let wider = RICH.replace("secrets.KEY", "secrets.OTHER");
    let both = subtract(&at(PATH), &many(&[(".github/workflows/release.yml", &wider)]));
    assert!(both.grants(), "a rename hides nothing");
}

#[test]
fn a_job_with_another_id_and_the_same_power_has_moved() {
    let renamed = RICH.replace("  build:", "  make:");
    let difference = subtract(&one(RICH), &one(&renamed));
    assert!(!difference.grants() && difference.removed.is_empty());
    let names: Vec<_> =
        difference.moved.iter().map(|it| (it.from.name.raw(), it.to.subject.name.raw())).collect();
    assert!(names.contains(&("build", "make")), "{names:?}");
    let wider = renamed.replace("secrets.KEY", "secrets.OTHER");
    assert!(subtract(&one(RICH), &one(&wider)).grants());
    let copied = format!(
        "{RICH}  copy:\n    runs-on: ubuntu-latest\n    permissions: {{issues: read}}\n    steps: [{{run: 'true'}}]\n"
    );
    assert_eq!(subtract(&one(RICH), &one(&copied)).added.len(), 1, "one more is one more");
}

#[test]
fn a_job_with_another_id_and_less_power_grants_nothing() {
    let text = "on: push\npermissions: {}\njobs:\n  publish-all:\n    runs-on: ubuntu-latest\n    environment: store\n    permissions: {id-token: write}\n    steps:\n      - run: publish\n        env: {KEY: '${{ secrets.STORE_KEY }}'}\n";
    let less = text.replace("publish-all", "publish");
    let less = less.replace("        env: {KEY: '${{ secrets.STORE_KEY }}'}\n", "");
    let difference = subtract(&one(text), &one(&less));
    assert!(!difference.grants(), "{:?}", difference.added);
    assert_eq!(difference.moved[0].to.subject.name.raw(), "publish");
    let open = less.replace("    environment: store\n", "");
    assert_eq!(subtract(&one(text), &one(&open)).added.len(), 1, "a guard may be gone");
    let other = less.replace("id-token: write", "packages: write");
    assert_eq!(subtract(&one(text), &one(&other)).added.len(), 1, "something else is new");
    let both =
        format!("{text}  publish:\n    runs-on: ubuntu-latest\n    steps: [{{run: 'true'}}]\n");
    assert_eq!(subtract(&one(text), &one(&both)).added.len(), 1, "beside the old one it is new");
}

#[test]
fn a_job_that_goes_to_another_file_is_no_rename() {
    let two = "on: push\njobs:\n  a: {runs-on: ubuntu-latest, steps: [{run: a}]}\n  b: {runs-on: self-hosted, steps: [{run: b}]}\n";
    let (first, second) = (
        "on: push\njobs:\n  a: {runs-on: ubuntu-latest, steps: [{run: a}]}\n",
        "on: push\njobs:\n  b: {runs-on: self-hosted, steps: [{run: b}]}\n",
    );
    let head = many(&[(PATH, first), (".github/workflows/b.yml", second)]);
    let difference = subtract(&one(two), &head);
    assert!(difference.moved.is_empty(), "{:?}", difference.moved);
    assert!(difference.added.len() == 1 && difference.removed.len() == 1);
}

#[test]
fn the_digest_is_of_what_is_granted_and_not_of_where_it_stands() {
    let base = one(&steps("push", "- run: 'true'"));
    let digest = |text: &str| subtract(&base, &one(text)).digest();
    let same = RICH.replace("jobs:", "\n\n# moved down\njobs:").replace("act@v1", "act@v2");
    assert_eq!(digest(RICH), digest(&same));
    assert_ne!(digest(RICH), digest(&RICH.replace("issues: read", "issues: write")));
    assert_ne!(
        digest(RICH),
        subtract(&Powers::default(), &one(RICH)).digest(),
        "what was there before counts"
    );
}

#[test]
fn what_becomes_unknown_is_said_once() {
    let head = format!("{RICH}      - uses: ./gone\n");
    let difference = subtract(&one(RICH), &one(&head));
    assert_eq!(difference.unknowns.len(), 1, "{:?}", difference.unknowns);
    assert!(subtract(&one(&head), &one(&head.replace("jobs:", "\njobs:"))).unknowns.is_empty());
    let broken = subtract(&one(RICH), &one("jobs: ["));
    assert!(!broken.removed.is_empty() && broken.unknowns.len() == 1);
}

#[test]
fn each_component_has_its_line() {
    let powers = one(RICH);
    let build = named(&powers, "build");
    for (short, line) in [
        ("on push: Collaborators", 3),
        ("on issues: Anyone", 5),
        ("token contents: Write", 7),
        ("secret KEY", 17),
        ("secret TOKEN", 22),
        ("environment prod", 12),
        ("code octo-org/act Tag", 15),
        ("text github.event.issue.title executed", 19),
        ("TOKEN to up.acme.invalid", 20),
    ] {
        assert_eq!(crate::power::shown::line_of(build, short), line, "{short}");
    }
    assert_eq!(build.spot.line, 10);
}
