//! Every shape of a workflow: what it grants, and what it does not.

use crate::power::shown::{job, line_of, lines, many, named, one, public, steps, unknowns};
use beholden::domain::Visibility;
use beholden::power::{self, DefaultToken, ForkApproval, Ground, Guard, Host, Protection, Tree};

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
fn triggers_name_the_people_behind_them() {
    for (on, line) in [
        ("push", "on push: Collaborators"),
        ("[push, workflow_dispatch]", "on workflow_dispatch: Collaborators"),
        ("{issues: {types: [opened]}}", "on issues: Anyone"),
        ("{issues: {types: [labeled]}}", "on issues: Triagers"),
        ("{pull_request_target: {types: [labeled, assigned]}}", "on pull_request_target: Triagers"),
        (
            "{pull_request_target: {types: [labeled, synchronize]}}",
            "on pull_request_target: Anyone",
        ),
        ("issue_comment", "on issue_comment: Anyone"),
        ("discussion", "on discussion: Anyone"),
        ("{schedule: [{cron: '0 0 * * *'}]}", "on schedule: Nobody"),
        ("repository_dispatch", "on repository_dispatch: Collaborators"),
        ("pull_request", "on pull_request: Collaborators"),
        ("pull_request", "on pull_request from a fork: Contributors"),
        ("workflow_call", "on workflow_call: Nobody"),
        ("something_new", "on something_new: Anyone"),
    ] {
        table(&[(on, steps(on, "- run: 'true'"), &[line], &[])]);
    }
}

#[test]
fn the_ground_says_who_the_people_are() {
    let workflow = steps("[issues, pull_request]", "- run: 'true'");
    let tree: Tree = [(".github/workflows/ci.yml", workflow)].into_iter().collect();
    let on = |ground: &Ground| lines(named(&power::of(&tree, ground), "build"));
    let private = Ground { visibility: Some(Visibility::Private), ..public() };
    assert!(on(&private).contains("on issues: Readers"));
    assert!(on(&private).contains("on pull_request from a fork: Readers"));
    let careful = Ground { fork_approval: Some(ForkApproval::Everybody), ..public() };
    assert!(on(&careful).contains("on pull_request from a fork: Approved"));
    let nothing = Ground::default();
    let powers = power::of(&tree, &nothing);
    let crowd = named(&powers, "build").power.crowd();
    assert_eq!(crowd.known(), None, "the files do not say whether strangers can read them");
}

#[test]
fn most_events_find_workflows_on_the_default_branch_only() {
    let tree = |on: &str| -> Tree {
        [(".github/workflows/ci.yml", steps(on, "- run: 'true'"))].into_iter().collect()
    };
    let side = Ground { branch: Some("old".into()), ..public() };
    for (on, live) in [("issues", false), ("push", true), ("pull_request_target", false)] {
        let powers = power::of(&tree(on), &side);
        assert_eq!(!powers.grants().is_empty(), live, "{on}");
    }
    let server = Ground { host: Host::Server { major: 3, minor: 17 }, ..side };
    assert!(
        !power::of(&tree("pull_request_target"), &server).grants().is_empty(),
        "there it runs from the base branch, whichever that is"
    );
}

#[test]
fn conditions_shut_ways_in_and_narrow_them() {
    let anyone = &["on issue_comment: Anyone"][..];
    let writers = &["on issue_comment: Collaborators"][..];
    for (condition, on, there, absent) in [
        (
            "github.event_name == 'push'",
            "[push, issue_comment]",
            &["on push: Collaborators"][..],
            &["on issue_comment"][..],
        ),
        ("github.event_name != 'push'", "[push, issue_comment]", anyone, &["on push"]),
        ("github.event.comment.author_association == 'OWNER'", "issue_comment", writers, &[]),
        (
            "contains(fromJSON('[\"OWNER\",\"MEMBER\"]'), github.event.comment.author_association)",
            "issue_comment",
            writers,
            &[],
        ),
        (
            "contains('OWNER MEMBER NONE', github.event.comment.author_association)",
            "issue_comment",
            anyone,
            &[],
        ),
        ("github.actor == 'octocat'", "issue_comment", writers, &[]),
        ("github.actor == 'dependabot[bot]'", "issue_comment", anyone, &[]),
        (
            "github.actor == 'octocat' || contains(github.event.comment.body, '@claude')",
            "issue_comment",
            anyone,
            &[],
        ),
        (
            "github.actor == 'octocat' && contains(github.event.comment.body, '@claude')",
            "issue_comment",
            writers,
            &[],
        ),
        ("!(github.actor != 'octocat')", "issue_comment", writers, &[]),
        (
            "github.event.pull_request.head.repo.full_name == github.repository",
            "pull_request",
            &["on pull_request: Collaborators"],
            &["on pull_request from a fork"],
        ),
        (
            "github.event.pull_request.head.repo.fork == false",
            "pull_request_target",
            &["on pull_request_target: Collaborators"],
            &[],
        ),
        (
            "${{ !github.event.pull_request.head.repo.fork }}",
            "pull_request_target",
            &["on pull_request_target: Collaborators"],
            &[],
        ),
        (
            "github.ref == 'refs/heads/main'",
            "[push, pull_request]",
            &["on push: Collaborators"],
            &["on pull_request"],
        ),
        (
            "startsWith(github.ref, 'refs/tags/')",
            "[push, pull_request]",
            &["on push: Collaborators"],
            &["on pull_request"],
        ),
        ("x ${{ false }}", "issue_comment", anyone, &[]),
        ("always()", "issue_comment", anyone, &[]),
        ("this does not parse (", "issue_comment", anyone, &[]),
    ] {
        let condition = condition.replace('\'', "''");
        let body = format!("if: '{condition}'\nsteps:\n  - run: 'true'");
        table(&[(&condition, job(on, &body), there, absent)]);
    }
    let never = job("push", "if: false\nsteps:\n  - run: 'true'");
    assert!(one(&never).grants().is_empty());
}

#[test]
fn a_follower_has_the_drivers_of_what_it_follows() {
    let follower = "on: {workflow_run: {workflows: [CI]}}\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ github.event.workflow_run.head_branch }}";
    let path = ".github/workflows/after.yml";
    let follows = |on: &str| {
        many(&[
            (path, follower),
            (
                ".github/workflows/ci.yml",
                &format!("name: CI\n{}", steps(on, "- run: 'true'").replace("build:", "first:")),
            ),
        ])
    };
    let outsiders = follows("pull_request");
    let found = lines(named(&outsiders, "build"));
    assert!(found.contains("on workflow_run: Contributors"), "{found:?}");
    assert!(found.contains("text github.event.workflow_run.head_branch executed"));
    let insiders = follows("push");
    let found = lines(named(&insiders, "build"));
    assert!(found.contains("on workflow_run: Collaborators"), "{found:?}");
    assert!(!found.iter().any(|line| line.starts_with("text")));
    let unresolved = many(&[(path, follower)]);
    assert!(unknowns(&unresolved)[0].contains("`CI`"), "{:?}", unknowns(&unresolved));
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
fn an_action_of_others_is_granted_what_it_receives() {
    let workflow = "on: push\npermissions: {contents: write}\nenv: {ALL: '${{ secrets.TOP }}'}\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: octo-org/act@v1\n        with: {key: '${{ secrets.KEY }}'}\n      - run: a ${{ secrets.OTHER }}\n";
    let powers = one(workflow);
    let action = named(&powers, "build/octo-org/act");
    let found = lines(action);
    for line in ["secret KEY", "secret TOP", "token contents: Write", "code octo-org/act Tag"] {
        assert!(found.contains(line), "{line}: {found:?}");
    }
    assert!(!found.contains("secret OTHER"));
    assert_eq!(line_of(action, "secret KEY"), 9);
    assert_eq!(line_of(action, "token contents: Write"), 2);
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

#[test]
fn local_actions_and_called_workflows_are_followed() {
    let action = "inputs: {token: {default: ''}}\nruns:\n  using: composite\n  steps:\n    - run: |\n        curl -H \"T: ${{ inputs.token }}\" https://up.acme.invalid/\n      shell: bash\n    - uses: octo-org/act@v1\n";
    let caller =
        steps("push", "- uses: ./.github/actions/up\n  with: {token: '${{ secrets.UP }}'}");
    let powers =
        many(&[(".github/workflows/ci.yml", &caller), (".github/actions/up/action.yml", action)]);
    let build = named(&powers, "build");
    let found = lines(build);
    for line in ["secret UP", "UP to up.acme.invalid", "code octo-org/act Tag"] {
        assert!(found.contains(line), "{line}: {found:?}");
    }
    assert!(build.files.iter().any(|file| file.raw() == ".github/actions/up/action.yml"));
    let spot =
        build.spot_of(&power::Axis::Code(power::Code::new(power::Kind::Action, "octo-org/act")));
    assert_eq!((spot.path.raw(), spot.line), (".github/actions/up/action.yml", 8));

    let called = "on: {workflow_call: {secrets: {key: {required: true}}}}\npermissions: {contents: write, issues: write}\njobs:\n  inner:\n    runs-on: ubuntu-latest\n    steps:\n      - run: a ${{ secrets.key }} ${{ secrets.OTHER }}\n      - run: b ${{ inputs.title }}\n";
    let call = |secrets: &str| {
        format!(
            "on: issues\npermissions: {{contents: write}}\njobs:\n  outer:\n    uses: ./.github/workflows/called.yml\n    with: {{title: '${{{{ github.event.issue.title }}}}'}}\n{secrets}"
        )
    };
    let read = |secrets: &str| {
        let powers = many(&[
            (".github/workflows/ci.yml", &call(secrets)),
            (".github/workflows/called.yml", called),
        ]);
        lines(named(&powers, "outer/inner"))
    };
    let passed = read("    secrets: {key: '${{ secrets.REAL }}'}\n");
    assert!(
        passed.contains("secret REAL")
            && !passed.contains("secret KEY")
            && !passed.contains("secret OTHER"),
        "{passed:?}"
    );
    assert!(passed.contains("token contents: Write"), "capped: {passed:?}");
    assert!(!passed.iter().any(|line| line.starts_with("token issues")), "{passed:?}");
    assert!(passed.contains("on issues: Anyone"));
    assert!(passed.contains("text github.event.issue.title executed"), "{passed:?}");
    let inherited = read("    secrets: inherit\n");
    assert!(inherited.contains("secret KEY") && inherited.contains("secret OTHER"));
    let nothing = read("");
    assert!(!nothing.iter().any(|line| line.starts_with("secret")), "{nothing:?}");
}

#[test]
fn what_cannot_be_followed_is_unknown_and_never_left_out() {
    let missing = one(&steps("push", "- uses: ./.github/actions/gone"));
    assert!(unknowns(&missing)[0].contains("not among those that were given"));
    assert_eq!(missing.wanted().next().unwrap().raw(), ".github/actions/gone/action.yml");
    let called =
        one("on: push\njobs: {outer: {uses: ./.github/workflows/gone.yml, secrets: inherit}}\n");
    assert_eq!(called.wanted().next().unwrap().raw(), ".github/workflows/gone.yml");
    assert!(lines(named(&called, "outer")).contains("secret all"));
    let others = one(
        "on: push\njobs: {outer: {uses: octo-org/ci/.github/workflows/x.yml@main, secrets: inherit}}\n",
    );
    let found = lines(named(&others, "outer"));
    assert!(found.contains("secret all"), "{found:?}");
    assert!(found.contains("code octo-org/ci/.github/workflows/x.yml Floating"), "{found:?}");
    let own = one(&steps("push", "- uses: acme/tools/up@v1"));
    assert!(unknowns(&own)[0].contains("same owner"));
    let script = one(&steps("push", "- run: bash scripts/up.sh\n  env: {A: '${{ secrets.A }}'}"));
    assert_eq!(script.wanted().next().unwrap().raw(), "scripts/up.sh");
    let harmless = one(&steps("push", "- run: bash scripts/lint.sh"));
    assert!(unknowns(&harmless).is_empty(), "a script without power may be any");
    let broken = one("on: push\njobs: [\n");
    assert!(unknowns(&broken)[0].contains("not YAML"), "{:?}", unknowns(&broken));
}
