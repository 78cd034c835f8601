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
