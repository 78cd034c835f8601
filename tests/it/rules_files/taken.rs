//! What workflows take of others, at references that can be moved and at commits.

use beholden::domain::RepoName;
use beholden::power::{self, Ground, Tree};
use beholden::rules::files::taken;

const WORKFLOW: &str = "\
name: ci
on: push
permissions:
  contents: write
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: Octo-Org/Lint/sub@v4
        with:
          token: ${{ secrets.LINT }}
      - uses: octo-org/pinned@11BD71901bbe5b1630ceea73d27597364c9af683
      - uses: Octo-Org/Lint/sub@v3
      - uses: acme/own@v1
      - uses: ./local
      - uses: docker://alpine:3
  call:
    uses: octo-org/flows/.github/workflows/release.yml@main
    secrets: inherit
    permissions: {}
";

#[test]
fn code_of_others_is_taken_at_every_reference_with_what_works_there() {
    let own: RepoName = "acme/api".parse().unwrap();
    let ground = Ground { repo: Some(own.clone()), ..Ground::default() };
    let tree: Tree = [(".github/workflows/ci.yml", WORKFLOW)].into_iter().collect();
    let taken = taken(&power::of(&tree, &ground), &own);
    let said: Vec<String> = taken
        .iter()
        .map(|it| {
            let (job, code) = (it.job.raw(), it.code.raw());
            let (repo, name) = (&it.reference.repo, it.reference.name.raw());
            format!("{job}: {code} of {repo} at {name} with {}", it.holds)
        })
        .collect();
    let expected = [
        "build: actions/checkout of actions/checkout at v4 with `contents: write` and the secret `LINT`",
        "build: octo-org/lint/sub of octo-org/lint at v3 with `contents: write` and the secret `LINT`",
        "build: octo-org/lint/sub of octo-org/lint at v4 with `contents: write` and the secret `LINT`",
        "build: octo-org/pinned of octo-org/pinned at 11bd71901bbe5b1630ceea73d27597364c9af683 with `contents: write`",
        "call: octo-org/flows/.github/workflows/release.yml of octo-org/flows at main with every secret that it can see",
    ];
    assert_eq!(said, expected);
}
