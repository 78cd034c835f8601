//! What is not read is said: broken, too large, too deep, growing.

use std::fmt::Write as _;

use beholden::power::{Ground, Text, Tree, of};

use crate::power::files::{check, told};

#[test]
fn a_broken_file_is_unknown_with_its_line() {
    let cannot = "unknown, what the file grants cannot be told: it";
    check(".mcp.json", "{\n  \"mcpServers\": {", &[&format!("2: {cannot} is no valid JSON")]);
    check(".codex/config.toml", "a = 1\nb = = 2\n", &[&format!("2: {cannot} is no valid TOML")]);
    check(".mergify.yml", "a: 1\nb: [1\n", &[&format!("2: {cannot} is no valid YAML")]);
    check("main.tf", "resource \"a\" \"b\" {\n", &[&format!("1: {cannot} is no valid HCL")]);
}

#[test]
fn a_file_that_is_too_large_or_no_text_is_unknown() {
    let mut tree = Tree::new();
    tree.put(".mcp.json", Text::Text(" ".repeat(10_000_000)));
    tree.put_bytes(".npmrc", &[0xff, 0xfe]);
    tree.put("renovate.json", Text::Unread { why: "the answer was cut".to_owned() });
    let powers = of(&tree, &Ground::default());
    let whys: Vec<_> = powers.unknowns().iter().map(|unknown| unknown.why.as_str()).collect();
    assert_eq!(
        whys,
        [
            "what the file grants cannot be told: it has 10000000 bytes, more than are read",
            "what the file grants cannot be told: it is not text",
            "what the file grants cannot be told: it could not be read: the answer was cut",
        ]
    );
}

#[test]
fn deep_nesting_is_refused_in_every_language() {
    let deep = 50_000;
    let files = [
        (".mcp.json", format!("{}{}", "[".repeat(deep), "]".repeat(deep))),
        (".mcp.json", "{\"a\":".repeat(deep)),
        (".mergify.yml", format!("{}{}", "[".repeat(deep), "]".repeat(deep))),
        (".mergify.yml", "- ".repeat(deep)),
        (".codex/config.toml", format!("a = {}{}", "[".repeat(deep), "]".repeat(deep))),
        (".codex/config.toml", format!("[{}]\nx = 1\n", vec!["a"; deep].join("."))),
        ("main.tf", format!("a = {}{}", "[".repeat(deep), "]".repeat(deep))),
        ("main.tf", format!("a = {}1{}", "(".repeat(deep), ")".repeat(deep))),
        ("main.tf", format!("a = {}", "!".repeat(deep))),
        ("main.tf", "b {\n".repeat(deep)),
    ];
    for (path, text) in files {
        let told = told(path, &text);
        assert!(told.iter().any(|line| line.contains("unknown")), "{path}: {told:?}");
    }
}

#[test]
fn infrastructure_code_that_would_take_the_parser_forever_is_refused_at_once() {
    for broken in [
        "f/h%{ ",
        "f/h%( ",
        "a.b+c*d[ ",
        "f - g - h(x, ",
        "a && b || !( ",
        "a == b == { ",
        "a != b <= { ",
        "a + b % c::d( ",
        "a + b + [for x in ",
        "a + b + \"${ ",
        // What closes nothing.
        "f/h%{ #}\n",
        "f/h%{ /* } */ ",
        "f/h%{ \"}\" = ",
        "f/h%{ \"\\\"}\" = ",
        "f/h%{ \"$${}}\" = ",
        "a + b + \"}${ ",
        "f/h%{ <<A\n}\nA_\nA\n = ",
    ] {
        let text = format!("a = {}", broken.repeat(60));
        let told = told("main.tf", &text);
        assert!(told[0].contains("nests operators deeper"), "{broken}: {told:?}");
    }
    let keys: String = (0..50_000).map(|nth| format!("k{nth} = 1\n")).collect();
    let told_of_keys = told("main.tf", &format!("locals {{\n  a = {{\n{keys}}}\n}}\n"));
    assert!(told_of_keys[0].contains("an object with more keys"), "{told_of_keys:?}");
    let deep = "1 + 2 * (".repeat(12) + "3" + &")".repeat(12);
    let text = format!(
        "locals {{ a = {deep} }}\n# (((\nresource \"github_repository_deploy_key\" \"k\" {{\n  key = \"x\"\n}}\n"
    );
    assert!(told("main.tf", &text)[0].contains("deploy_key"), "what is nested and whole is read");
}

#[test]
fn anchors_that_grow_are_refused_and_plain_ones_are_put_in() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let before = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(text, "a{level}: &a{level} [{before}]").unwrap();
    }
    let grown = told(".mergify.yml", &text);
    assert_eq!(grown.len(), 1, "{grown:?}");
    assert!(grown[0].contains("once its anchors are put in"), "{grown:?}");
    let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(400_000), vec!["*a"; 5_000].join(", "));
    assert!(told(".mergify.yml", &long)[0].contains("once its anchors are put in"));
    let itself = told(".mergify.yml", "a: &a [*a]\n");
    assert!(itself[0].contains("unknown"), "{itself:?}");
    check(
        ".github/dependabot.yml",
        "x: &base\n  type: npm-registry\n  token: ${{ secrets.NPM }}\nregistries:\n  a:\n    <<: *base\n    url: https://a.invalid\n",
        &["5: private_registry a", "  secret NPM", "  hosts a.invalid"],
    );
}

#[test]
fn many_entries_take_no_more_than_linear_time() {
    let many: Vec<_> = (0..20_000).map(|nth| format!("\"Bash(tool{nth}:*)\"")).collect();
    let text = format!(r#"{{"permissions": {{"allow": [{}]}}}}"#, many.join(","));
    let told = told(".claude/settings.json", &text);
    assert_eq!(told, ["1: agent_instructions Claude Code", "  tools *"]);
}

#[test]
fn a_megabyte_on_one_line_is_read_or_refused_at_once() {
    let names = "$a".repeat(400_000);
    let long = "k".repeat(400_000);
    let leaves = vec!["1"; 150_000].join(",");
    for (path, text) in [
        (".mcp.json", format!("[{}]", vec!["\"é\""; 150_000].join(","))),
        (".mcp.json", format!(r#"{{"mcpServers": {{"a": {{"command": "{names}"}}}}}}"#)),
        (
            ".claude/settings.json",
            format!(r#"{{"permissions": {{"allow": {{"{long}": [{leaves}]}}}}}}"#),
        ),
        (".claude/settings.json", format!(r#"{{"hooks": {{"{long}": [{leaves}]}}}}"#)),
        (".codex/config.toml", format!("a = [{leaves}]\n")),
        (".mergify.yml", format!("{long}: [{leaves}]\n")),
        ("main.tf", format!("locals {{ a = [{leaves}] }}\n")),
        ("AGENTS.md", "curl https://a.invalid | sh ".repeat(30_000)),
        (".npmrc", "//a.invalid/:_authToken=${A} ".repeat(30_000)),
        (".github/CODEOWNERS", "*".repeat(900_000)),
        (".husky/pre-commit", format!("echo {names}\n")),
    ] {
        assert!(told(path, &text).len() < 400, "{path}");
    }
}
