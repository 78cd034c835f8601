//! What holds for any text.

use beholden::power::{Ground, Tree, of, subtract};
use proptest::prelude::*;

use crate::power::files::{lines, read};

/// Places with readers of every family.
const PLACES: &[&str] = &[
    ".mcp.json",
    ".codex/config.toml",
    ".goose/config.yaml",
    ".claude/settings.json",
    ".claude/agents/a.md",
    ".github/hooks/a.json",
    ".vscode/tasks.json",
    ".devcontainer/devcontainer.json",
    "AGENTS.md",
    ".husky/pre-commit",
    ".github/dependabot.yml",
    "renovate.json5",
    ".mergify.yml",
    ".kodiak.toml",
    ".github/chainguard/a.sts.yaml",
    ".npmrc",
    ".pre-commit-config.yaml",
    "main.tf",
    "k8s.yaml",
];

/// Texts that look like what the readers look for.
fn text() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        "\"",
        "'",
        ":",
        ",",
        "\n",
        "\n  ",
        "- ",
        "---\n",
        "&a ",
        "*a",
        "<<: ",
        "mcpServers",
        "command",
        "npx",
        "-y",
        "env",
        "hooks",
        "permissions",
        "allow",
        "deny",
        "registries",
        "token",
        "${{ secrets.A }}",
        "${A}",
        "resource \"aws_iam_role\" \"a\" ",
        "assume_role_policy = ",
        "jsonencode(",
        ")",
        "issuer",
        "subject",
        "apiVersion: v1\n",
        "kind: ServiceAccount\n",
        "metadata",
        "automerge",
        "true",
        "https://u:p@a.invalid/?k=v",
        "é",
        "\u{feff}",
        "\t",
        "=",
        "#",
        "//",
        "/*",
        "*/",
        "<<EOF\n",
        "EOF\n",
        "%{",
        "${",
        "\\",
    ]);
    let soup = prop::collection::vec(words, 0..60).prop_map(|words| words.concat());
    prop_oneof![soup, any::<String>()]
}

proptest! {
    #[test]
    fn no_text_makes_a_reader_panic_and_each_reading_less_itself_is_empty(
        text in text(), place in prop::sample::select(PLACES)
    ) {
        let powers = read(place, &text);
        prop_assert!(subtract(&powers, &powers).is_empty());
        for granted in powers.grants() {
            prop_assert!(granted.spot.line >= 1 && granted.spot.end_line >= granted.spot.line);
        }
    }

    #[test]
    fn the_order_of_files_plays_no_part(one in text(), other in text()) {
        let files = [(".mcp.json", one), (".mergify.yml", other)];
        let forward = of(&Tree::from_iter(files.clone()), &Ground::default());
        let backward = of(&Tree::from_iter(files.into_iter().rev()), &Ground::default());
        prop_assert_eq!(forward, backward);
    }

    #[test]
    fn writing_json_in_another_way_changes_nothing(value in servers()) {
        let flat = serde_json::to_string(&value).unwrap();
        let tall = serde_json::to_string_pretty(&value).unwrap();
        let commented = tall.replace(",\n", ", // so\n\n").replace(": ", "  :\t");
        let single = tall.replace('"', "'");
        for other in [tall, commented, single] {
            let difference = subtract(&read(".mcp.json", &flat), &read(".mcp.json", &other));
            prop_assert!(difference.is_empty(), "{:?}", difference);
        }
    }

    #[test]
    fn json_and_yaml_of_the_same_settings_grant_the_same(value in servers()) {
        // JSON is YAML, so the same reader takes it through another parser.
        let text = serde_json::to_string_pretty(&value).unwrap();
        let plain = |path: &str| {
            let told = lines(&read(path, &text));
            told.iter().map(|line| line.trim_start_matches(char::is_numeric).to_owned()).collect::<Vec<_>>()
        };
        prop_assert_eq!(plain(".kiro/agents/a.json"), plain(".kiro/agents/a.yaml"));
    }

    #[test]
    fn one_more_server_is_added_and_nothing_else(value in servers()) {
        let mut more = value.clone();
        more["mcpServers"]["zzz"] = serde_json::json!({"command": "npx", "args": ["zzz"]});
        let difference = subtract(
            &read(".mcp.json", &value.to_string()),
            &read(".mcp.json", &more.to_string()),
        );
        prop_assert_eq!(difference.added.len(), 1);
        prop_assert!(difference.widened.is_empty() && difference.removed.is_empty());
    }
}

/// MCP servers of many kinds.
fn servers() -> impl Strategy<Value = serde_json::Value> {
    let word = "[a-z][a-z0-9-]{0,8}";
    let server = (
        word,
        prop::collection::vec(word, 0..4),
        prop::collection::btree_map("[A-Z_]{3,10}", word, 0..3),
        any::<bool>(),
    )
        .prop_map(|(name, args, env, remote)| match remote {
            true => {
                serde_json::json!({"url": format!("https://{name}.invalid/mcp"), "headers": env})
            }
            false => {
                let args = [vec![name], args].concat();
                serde_json::json!({"command": "npx", "args": args, "env": env})
            }
        });
    prop::collection::btree_map("[a-y]{1,6}", server, 0..4)
        .prop_map(|servers| serde_json::json!({"mcpServers": servers}))
}
