//! What outsiders decide and where it ends.

use crate::power::shown::{job, lines, many, named, one, steps, unknowns};

/// What, events, steps, lines that are there, beginnings of lines that are not.
type Row<'r> = (&'r str, &'r str, &'r str, &'r [&'r str], &'r [&'r str]);

#[track_caller]
fn table(rows: &[Row<'_>]) {
    for (what, on, body, there, absent) in rows {
        let workflow = steps(on, body);
        let powers = one(&workflow);
        let found = lines(named(&powers, "build"));
        for line in *there {
            assert!(found.contains(*line), "{what}: no `{line}` in {found:#?}\n{workflow}");
        }
        for start in *absent {
            let extra = found.iter().find(|line| line.starts_with(start));
            assert!(extra.is_none(), "{what}: {extra:?}\n{workflow}");
        }
    }
}

#[test]
fn text_of_outsiders_that_becomes_code_is_seen() {
    let title = "text github.event.issue.title executed";
    table(&[
        ("run", "issues", "- run: echo '${{ github.event.issue.title }}'", &[title], &[]),
        (
            "index notation",
            "issues",
            "- run: echo ${{ github['event']['issue']['title'] }}",
            &[title],
            &[],
        ),
        (
            "github-script",
            "issues",
            "- uses: actions/github-script@v7\n  with: {script: 'f(`${{ github.event.issue.title }}`)'}",
            &[title],
            &[],
        ),
        (
            "through env",
            "issues",
            "- run: echo ${{ env.T }}\n  env: {T: '${{ github.event.issue.title }}'}",
            &[title],
            &[],
        ),
        (
            "a variable of the shell",
            "issues",
            "- run: echo \"$T\"\n  env: {T: '${{ github.event.issue.title }}'}",
            &[],
            &["text"],
        ),
        (
            "only compared",
            "issues",
            "- run: echo ${{ github.event.issue.title == 'a' }}",
            &[],
            &["text"],
        ),
        (
            "contained in a function",
            "issues",
            "- run: echo ${{ format('{0}', github.event.issue.title) }}",
            &[title],
            &[],
        ),
        ("a number", "issues", "- run: echo ${{ github.event.issue.number }}", &[], &["text"]),
        (
            "all of the event",
            "issues",
            "- run: echo '${{ toJSON(github.event) }}'",
            &["text github.event executed"],
            &[],
        ),
        (
            "head of a fork",
            "pull_request_target",
            "- run: echo ${{ github.head_ref }} ${{ github.event.pull_request.head.ref }}",
            &["text github.head_ref executed", "text github.event.pull_request.head.ref executed"],
            &[],
        ),
        (
            "base of it",
            "pull_request_target",
            "- run: echo ${{ github.event.pull_request.base.ref }} ${{ github.base_ref }}",
            &[],
            &["text"],
        ),
        (
            "a fork without power",
            "pull_request",
            "- run: echo ${{ github.head_ref }}",
            &[],
            &["text"],
        ),
        ("a push", "push", "- run: echo ${{ github.event.head_commit.message }}", &[], &["text"]),
        (
            "another event's text",
            "issues",
            "- run: echo ${{ github.event.pull_request.title }}",
            &[],
            &["text"],
        ),
        (
            "a checked author",
            "issue_comment",
            "- if: github.event.comment.author_association == 'OWNER'\n  run: echo ${{ github.event.comment.body }}",
            &[],
            &["text"],
        ),
        (
            "a checked author of something else",
            "issue_comment",
            "- if: github.event.comment.author_association == 'OWNER'\n  run: echo ${{ github.event.issue.body }}",
            &["text github.event.issue.body executed"],
            &[],
        ),
    ]);
}

#[test]
fn files_of_outsiders_are_told_from_files_that_are_executed() {
    let head =
        "- uses: actions/checkout@v4\n  with: {ref: '${{ github.event.pull_request.head.sha }}'}\n";
    let disk = "ref ${{ github.event.pull_request.head.sha }} on disk";
    let executed = "ref ${{ github.event.pull_request.head.sha }} executed";
    table(&[
        ("built", "pull_request_target", &format!("{head}- run: npm ci"), &[disk, executed], &[]),
        ("made", "pull_request_target", &format!("{head}- run: make test"), &[executed], &[]),
        (
            "a script",
            "pull_request_target",
            &format!("{head}- run: ./scripts/x.sh"),
            &[executed],
            &[],
        ),
        (
            "only compared",
            "pull_request_target",
            &format!("{head}- run: git diff --stat"),
            &[disk],
            &["ref ${{ github.event.pull_request.head.sha }} executed"],
        ),
        (
            "built before",
            "pull_request_target",
            &format!("- run: npm ci\n{head}"),
            &[disk],
            &["ref ${{ github.event.pull_request.head.sha }} executed"],
        ),
        (
            "the base",
            "pull_request_target",
            "- uses: actions/checkout@v4\n- run: npm ci",
            &[],
            &["ref"],
        ),
        ("without power", "pull_request", &format!("{head}- run: npm ci"), &[], &["ref"]),
        (
            "by hand",
            "issue_comment",
            "- uses: actions/checkout@v4\n- run: |\n    gh pr checkout 1\n    make",
            &["ref gh pr checkout 1 executed"],
            &[],
        ),
        (
            "by git",
            "pull_request_target",
            "- run: |\n    git fetch origin pull/${{ github.event.number }}/head\n    git checkout FETCH_HEAD\n    make",
            &["ref git fetch origin pull/${{ github.event.number }}/head executed"],
            &[],
        ),
        (
            "fetched, and taken out of its ref by another step",
            "pull_request_target",
            "- run: git fetch origin pull/${{ github.event.number }}/head:theirs\n- run: |\n    git worktree add ../theirs theirs\n    make -C ../theirs",
            &["ref git fetch origin pull/${{ github.event.number }}/head:theirs executed"],
            &[],
        ),
        (
            "fetched, and a file of it printed",
            "pull_request_target",
            "- run: git fetch origin pull/${{ github.event.number }}/head\n- run: git show FETCH_HEAD:run.sh > run.sh\n- run: bash run.sh",
            &["ref git fetch origin pull/${{ github.event.number }}/head executed"],
            &[],
        ),
        (
            "fetched and compared",
            "pull_request_target",
            "- uses: actions/checkout@v4\n- run: |\n    git fetch origin pull/${{ github.event.number }}/head:theirs\n    git diff --name-only $(git merge-base HEAD theirs) theirs\n    node scripts/changed.js",
            &[],
            &["ref"],
        ),
        (
            "where it began",
            "pull_request_target",
            "- run: |\n    git merge-base HEAD ${{ github.event.pull_request.head.sha }}\n    make",
            &[],
            &["ref"],
        ),
        (
            "merge ref",
            "issue_comment",
            "- uses: actions/checkout@v4\n  with: {ref: 'refs/pull/${{ github.event.issue.number }}/merge'}\n- run: tox",
            &["ref refs/pull/${{ github.event.issue.number }}/merge executed"],
            &[],
        ),
        (
            "own branches only",
            "pull_request_target",
            "- if: github.event.pull_request.head.repo.full_name == github.repository\n  uses: actions/checkout@v4\n  with: {ref: '${{ github.head_ref }}'}\n- run: npm ci",
            &[],
            &["ref"],
        ),
    ]);
    let computed = one(&steps(
        "issue_comment",
        "- id: pr\n  run: echo\n- uses: actions/checkout@v4\n  with: {ref: '${{ steps.pr.outputs.sha }}'}",
    ));
    assert!(unknowns(&computed)[0].contains("another step computes it"));
}

#[test]
fn a_ref_that_an_earlier_job_looked_up_is_followed_to_where_it_came_from() {
    let read = |looks_up: &str, output: &str| {
        let workflow = format!(
            "on: [push, pull_request_target]\npermissions: {{}}\njobs:\n  which:\n    runs-on: ubuntu-latest\n    outputs: {{ref: '{output}'}}\n    steps:\n      {looks_up}\n  build:\n    needs: which\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n        with: {{ref: '${{{{ needs.which.outputs.ref }}}}'}}\n      - run: npm ci\n"
        );
        let powers = one(&workflow);
        let found = lines(named(&powers, "build"));
        found.contains("ref ${{ needs.which.outputs.ref }} executed")
    };
    let given = "- {id: it, env: {SHA: '${{ github.event.pull_request.head.sha }}'}, run: 'echo ref=$SHA >> $GITHUB_OUTPUT'}";
    let asked = "- {id: it, run: 'gh pr view 1 --json headRefOid >> $GITHUB_OUTPUT'}";
    let other = "- {id: it, run: 'echo ref=main >> $GITHUB_OUTPUT'}";
    let of_step = "${{ steps.it.outputs.ref }}";
    assert!(read(given, of_step), "given to a step");
    assert!(read(asked, of_step), "looked up by a step");
    assert!(read(other, "${{ github.event.pull_request.head.sha }}"), "the output itself");
    assert!(!read(other, of_step), "a branch of our own");
    assert!(!read(given, "${{ steps.another.outputs.ref }}"), "not of that step");
}

#[test]
fn an_artifact_of_an_untrusted_run_is_seen() {
    let ci =
        "name: CI\non: pull_request\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: 'true'}]}}\n";
    let after = |body: &str| steps("{workflow_run: {workflows: [CI]}}", body);
    let read = |body: &str| {
        let powers =
            many(&[(".github/workflows/ci.yml", &after(body)), (".github/workflows/b.yml", ci)]);
        lines(named(&powers, "build"))
    };
    let fetch = "- uses: actions/download-artifact@v4\n  with: {run-id: '${{ github.event.workflow_run.id }}'}\n";
    assert!(read(fetch).contains("artifact on disk"));
    assert!(read(&format!("{fetch}- run: ./built/run.sh")).contains("artifact executed"));
    let own = read("- uses: actions/download-artifact@v4\n- run: make");
    assert!(!own.iter().any(|line| line.starts_with("artifact")), "{own:?}");
}

#[test]
fn a_cache_that_outsiders_can_write_reaches_jobs_with_power() {
    let poisons = steps(
        "pull_request_target",
        "- uses: actions/checkout@v4\n  with: {ref: '${{ github.head_ref }}'}\n- run: npm ci",
    );
    let release = |on: &str| {
        job(on, "steps:\n  - uses: actions/cache@v4\n  - run: npm publish\n    env: {NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}'}").replace("build:", "release:")
    };
    let read = |poison: &str| {
        let powers = many(&[
            (".github/workflows/a.yml", poison),
            (".github/workflows/r.yml", &release("push")),
        ]);
        lines(named(&powers, "release"))
    };
    let found = read(&poisons);
    assert!(found.contains("cache of .github/workflows/a.yml build executed"), "{found:?}");
    for event in ["pull_request_review", "pull_request_review_comment"] {
        let own = read(&poisons.replace("pull_request_target", event));
        assert!(!own.iter().any(|line| line.starts_with("cache")), "{event}: {own:?}");
    }
    let isolated = read(&poisons.replace("pull_request_target", "pull_request"));
    assert!(
        !isolated.iter().any(|line| line.starts_with("cache")),
        "a pull request's caches are its own: {isolated:?}"
    );
}
