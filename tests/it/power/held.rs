//! What a job holds: its token, secrets, environment, runner, code of others, logins.

use beholden::power::{self, DefaultToken, Ground, Guard, Protection, Tree};

use crate::power::shown::{job, lines, named, one, public, steps};

/// Runs a table: the workflow, lines that its job has, beginnings of lines that it has not.
#[track_caller]
fn table(rows: &[(&str, String, &[&str], &[&str])]) {
    for (what, workflow, there, absent) in rows {
        let powers = one(workflow);
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
fn tokens_are_resolved_from_the_job_the_file_and_the_default() {
    let on = "on: push\n";
    let job = "jobs:\n  build:\n    runs-on: ubuntu-latest\n    steps: [{run: 'true'}]\n";
    let own = |text: &str| job.replace("    steps", &format!("    permissions: {text}\n    steps"));
    for (workflow, there, absent) in [
        (
            format!("{on}{job}"),
            &["token contents: Read", "token packages: Read"][..],
            &["token issues"][..],
        ),
        (format!("{on}permissions: {{}}\n{job}"), &[], &["token"]),
        (
            format!("{on}permissions: read-all\n{job}"),
            &["token actions: Read"],
            &["token id-token"],
        ),
        (
            format!("{on}permissions: write-all\n{job}"),
            &["token id-token: Write", "token vulnerability-alerts: Read"],
            &[],
        ),
        (
            format!("{on}permissions: write-all\n{}", own("{issues: write}")),
            &["token issues: Write"],
            &["token contents"],
        ),
        (format!("{on}permissions: {{contents: read}}\n{}", own("{}")), &[], &["token"]),
    ] {
        table(&[("token", workflow, there, absent)]);
    }
}

#[test]
fn a_default_that_nobody_told_is_unknown_not_safe() {
    let workflow = "on: push\njobs: {build: {runs-on: ubuntu-latest, steps: [{run: 'true'}]}}\n";
    let tree: Tree = [(".github/workflows/ci.yml", workflow)].into_iter().collect();
    let with = |default| power::of(&tree, &Ground { default_token: default, ..public() });
    let unknown = with(None);
    let token = named(&unknown, "build").power.token_level("contents");
    assert_eq!(token.known(), None);
    assert!(named(&unknown, "build").power.may_write(), "it may");
    let write = with(Some(DefaultToken::Write));
    assert!(lines(named(&write, "build")).contains("token contents: Write"));
    assert!(!lines(named(&write, "build")).contains("token id-token: Write"));
    // Saying what it may do is narrower than leaving it open, whatever the default is.
    let said = workflow.replace("jobs:", "permissions: {contents: read}\njobs:");
    let said: Tree = [(".github/workflows/ci.yml", said)].into_iter().collect();
    let ground = Ground { default_token: None, ..public() };
    let difference = power::subtract(&unknown, &power::of(&said, &ground));
    assert!(difference.widened.is_empty() && difference.narrowed.len() == 1);
}

#[test]
fn secrets_are_read_wherever_an_expression_stands() {
    for (what, body, there) in [
        (
            "env of a step",
            "steps:\n  - run: a\n    env: {A: '${{ secrets.NPM_TOKEN }}'}",
            "secret NPM_TOKEN",
        ),
        (
            "env of the job",
            "env: {A: '${{ secrets.npm_token }}'}\nsteps: [{run: a}]",
            "secret NPM_TOKEN",
        ),
        ("run", "steps: [{run: 'a ${{ secrets.NPM_TOKEN }}'}]", "secret NPM_TOKEN"),
        (
            "with",
            "steps: [{uses: acme/a@v1, with: {t: '${{ secrets.NPM_TOKEN }}'}}]",
            "secret NPM_TOKEN",
        ),
        ("index", "steps: [{run: \"a ${{ secrets['NPM_TOKEN'] }}\"}]", "secret NPM_TOKEN"),
        (
            "a condition",
            "steps: [{run: \"${{ secrets.NPM_TOKEN != '' && 'a' }}\"}]",
            "secret NPM_TOKEN",
        ),
        ("all as JSON", "steps: [{run: 'a ${{ toJSON(secrets) }}'}]", "secret all"),
        ("a computed index", "steps: [{run: 'a ${{ secrets[matrix.name] }}'}]", "secret all"),
        ("all values", "steps: [{run: \"${{ join(secrets.*, ',') }}\"}]", "secret all"),
        (
            "container",
            "container: {image: 'a:1', credentials: {username: u, password: '${{ secrets.NPM_TOKEN }}'}}\nsteps: [{run: a}]",
            "secret NPM_TOKEN",
        ),
        ("does not parse", "steps: [{run: '${{ secrets.A + }}'}]", "secret all"),
    ] {
        table(&[(what, job("push", body), &[there], &[])]);
    }
    let token = job("push", "steps: [{run: 'a ${{ secrets.GITHUB_TOKEN }} ${{ github.token }}'}]");
    table(&[("the token is no secret", token, &[], &["secret"])]);
    let never = job("push", "steps: [{if: false, run: 'a ${{ secrets.NPM_TOKEN }}'}, {run: a}]");
    table(&[("a step that never runs", never, &[], &["secret"])]);
    let text = job("push", "steps: [{run: 'echo secrets.NPM_TOKEN # ${{ vars.A }}'}]");
    table(&[("no expression", text, &[], &["secret"])]);
}

#[test]
fn an_environment_guards_only_what_is_known_to_be_enforced() {
    let workflow = job("push", "environment: Prod\nsteps: [{run: 'a ${{ secrets.KEY }}'}]");
    let tree: Tree = [(".github/workflows/ci.yml", workflow)].into_iter().collect();
    let open: Tree =
        [(".github/workflows/ci.yml", job("push", "steps: [{run: 'a ${{ secrets.KEY }}'}]"))]
            .into_iter()
            .collect();
    let ground = |protections: Option<Vec<Protection>>| Ground {
        environments: [("prod".into(), protections.map(|it| it.into_iter().collect()))].into(),
        ..public()
    };
    let guard = |ground: &Ground| named(&power::of(&tree, ground), "build").power.guard.clone();
    assert!(matches!(guard(&public()), Guard::Unknown { .. }), "created unprotected");
    assert!(matches!(guard(&ground(None)), Guard::Unknown { .. }));
    assert_eq!(guard(&ground(Some(vec![]))), Guard::Open);
    let known = ground(Some(vec![Protection::Reviewers]));
    assert!(matches!(guard(&known), Guard::Behind { .. }));
    // A new environment is never narrower; leaving a guarded one is wider.
    let into = power::subtract(&power::of(&open, &public()), &power::of(&tree, &public()));
    assert!(into.narrowed.is_empty() && into.widened.len() == 1);
    let out = power::subtract(&power::of(&tree, &known), &power::of(&open, &known));
    assert_eq!(out.widened.len(), 1);
}

#[test]
fn runners_that_stay_are_told_from_githubs_own() {
    for (runs_on, there) in [
        ("ubuntu-latest", None),
        ("ubuntu-24.04-arm", None),
        ("windows-2025", None),
        ("macos-15-xlarge", None),
        ("self-hosted", Some("self-hosted")),
        ("[self-hosted, Linux, gpu]", Some("gpu")),
        ("[self-hosted, ubuntu-latest]", Some("self-hosted")),
        ("acme-runner", Some("acme-runner")),
        ("{group: builders}", Some("builders")),
        ("{labels: [ubuntu-latest]}", None),
        ("'${{ vars.RUNNER }}'", Some("vars.RUNNER")),
        ("\"${{ github.event_name == 'push' && 'ubuntu-latest' || 'big' }}\"", Some("big")),
        ("\"${{ github.event_name == 'push' && 'ubuntu-latest' || 'ubuntu-22.04' }}\"", None),
    ] {
        let workflow = job("push", "steps: [{run: a}]").replace("ubuntu-latest", runs_on);
        let powers = one(&workflow);
        let found = lines(named(&powers, "build"));
        let runner: Vec<_> = found.iter().filter(|line| line.starts_with("runner")).collect();
        match there {
            None => assert!(runner.is_empty(), "{runs_on}: {runner:?}"),
            Some(word) => assert!(
                runner.iter().any(|it| it.to_lowercase().contains(&word.to_lowercase())),
                "{runs_on}: {found:?}"
            ),
        }
    }
    let matrix = "strategy: {matrix: {os: [ubuntu-latest, windows-latest], include: [{os: big, x: 1}]}}\nsteps: [{run: a}]";
    let powers =
        one(&job("push", matrix).replace("runs-on: ubuntu-latest", "runs-on: '${{ matrix.os }}'"));
    let found = lines(named(&powers, "build"));
    assert_eq!(found.iter().filter(|line| line.starts_with("runner")).count(), 1, "{found:?}");
    let pairs =
        "strategy: {matrix: {on: [[macos-14, arm], [macos-15-intel, x86]]}}\nsteps: [{run: a}]";
    let pairs = job("push", pairs);
    for (place, stays) in [("[0]", false), ("[1]", true), ("[2]", true)] {
        let runs_on = format!("runs-on: '${{{{ matrix.on{place} }}}}'");
        let powers = one(&pairs.replace("runs-on: ubuntu-latest", &runs_on));
        let found = lines(named(&powers, "build"));
        assert_eq!(
            found.iter().any(|line| line.starts_with("runner")),
            stays,
            "{place}: {found:?}"
        );
    }
}

#[test]
fn containers_and_actions_are_code_of_others_with_a_pin() {
    let sha = "de0fac2e4500dabe0009e67214ff5f5447ce83dd";
    table(&[
        ("tag", steps("push", "- uses: octo-org/act/sub@v1"), &["code octo-org/act/sub Tag"], &[]),
        (
            "branch",
            steps("push", "- uses: Octo-Org/Act@main"),
            &["code octo-org/act Floating"],
            &[],
        ),
        (
            "commit",
            steps("push", &format!("- uses: octo-org/act@{sha}")),
            &["code octo-org/act Exact"],
            &[],
        ),
        ("GitHub's own", steps("push", "- uses: actions/checkout@v4"), &[], &["code"]),
        (
            "image",
            steps("push", "- uses: docker://alpine:3"),
            &["code docker.io/library/alpine Tag"],
            &[],
        ),
        (
            "container",
            job("push", "container: ghcr.io/acme/a@sha256:00\nsteps: [{run: a}]"),
            &["code ghcr.io/acme/a Exact"],
            &[],
        ),
        (
            "service",
            job("push", "services: {db: {image: postgres}}\nsteps: [{run: a}]"),
            &["code docker.io/library/postgres Floating"],
            &[],
        ),
        (
            "privileged",
            job("push", "container: {image: a, options: --privileged}\nsteps: [{run: a}]"),
            &["loosened the walls of a container: --privileged"],
            &[],
        ),
        (
            "another checkout",
            steps("push", "- uses: actions/checkout@v4\n  with: {repository: octo-org/lib}"),
            &["code octo-org/lib Floating"],
            &[],
        ),
    ]);
}

#[test]
fn logins_trade_the_oidc_token_for_a_role() {
    let aws = "- uses: aws-actions/configure-aws-credentials@v4\n  with: {role-to-assume: 'arn:aws:iam::1:role/x', aws-region: r}";
    let may = |on: &str, text: &str| {
        steps(on, text).replace("permissions: {}", "permissions: {id-token: write}")
    };
    table(&[
        (
            "aws",
            may("push", aws),
            &["trust aws arn:aws:iam::1:role/x", "token id-token: Write"],
            &[],
        ),
        ("no token", steps("push", aws), &[], &["trust"]),
        (
            "stored keys",
            may(
                "push",
                "- uses: aws-actions/configure-aws-credentials@v4\n  with: {aws-access-key-id: '${{ secrets.K }}', aws-region: r}",
            ),
            &["secret K"],
            &["trust"],
        ),
        ("pypi", may("push", "- uses: pypa/gh-action-pypi-publish@v1"), &["trust pypi pypi"], &[]),
        (
            "by hand",
            may(
                "push",
                "- run: |\n    curl -H \"Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN\" \"$ACTIONS_ID_TOKEN_REQUEST_URL\"",
            ),
            &["trust unknown whoever the script asks"],
            &[],
        ),
    ]);
    let powers = one(&may("push", aws));
    assert!(
        lines(named(&powers, "build/aws/arn:aws:iam::1:role/x")).contains("on push: Collaborators")
    );
}

#[test]
fn an_app_token_without_limits_says_so() {
    let mint = |with: &str| {
        steps(
            "push",
            &format!(
                "- uses: actions/create-github-app-token@v2\n  with: {{app-id: '1', private-key: '${{{{ secrets.APP_KEY }}}}'{with}}}"
            ),
        )
    };
    table(&[
        (
            "all of it",
            mint(", owner: acme"),
            &[
                "loosened the token of the App reaches every repository of its installation",
                "loosened the token of the App has every permission of its installation",
            ],
            &[],
        ),
        (
            "limited",
            mint(", owner: acme, repositories: api, permission-contents: read"),
            &["secret APP_KEY"],
            &["loosened"],
        ),
    ]);
}
