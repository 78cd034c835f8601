//! Settings and infrastructure code that grow.

use beholden::power::Tree;

use super::{Shape, each, tree};

pub(super) const SHAPES: &[Shape] = &[
    Shape { name: "tools-with-stars", make: tools_with_stars, most: 900 },
    Shape { name: "agentic-tools", make: agentic_tools, most: 50_000 },
    Shape { name: "servers", make: servers, most: 8_000 },
    Shape { name: "servers-of-one-name", make: servers_of_one_name, most: 8_000 },
    Shape { name: "allowed", make: allowed, most: 30_000 },
    Shape { name: "commands-of-a-hook", make: hook_commands, most: 30_000 },
    Shape { name: "terraform-resources", make: resources, most: 5_000 },
    Shape { name: "terraform-actions", make: actions, most: 30_000 },
    Shape { name: "terraform-locals", make: locals, most: 1_000 },
    Shape { name: "terraform-sums", make: sums, most: 300_000 },
    Shape { name: "terraform-choices", make: choices, most: 100_000 },
    Shape { name: "terraform-paths", make: paths, most: 300_000 },
    Shape { name: "terraform-templates", make: templates, most: 100_000 },
    Shape { name: "terraform-strings", make: strings, most: 300_000 },
    Shape { name: "toml-tables", make: tables, most: 30_000 },
    Shape { name: "merged-maps", make: merged, most: 10_000 },
    Shape { name: "front-matter-keys", make: front_matter, most: 50_000 },
    Shape { name: "lines-of-npmrc", make: npmrc, most: 20_000 },
    Shape { name: "owners", make: owners, most: 50_000 },
    Shape { name: "resources-of-kubernetes", make: kubernetes, most: 8_000 },
    Shape { name: "terraform-keys", make: keys, most: 4_000 },
    Shape { name: "terraform-operators", make: nested_operators, most: 18 },
    Shape { name: "terraform-blocks", make: blocks, most: 100_000 },
];

/// Patterns that fit nearly everything of each other.
fn tools_with_stars(n: usize) -> Tree {
    let tools = each(n, |nth| format!("\"Bash(*{}{nth}*b)\",", "a".repeat(900)));
    tree(".claude/settings.json", format!("{{\"permissions\": {{\"allow\": [{}\"x\"]}}}}", tools))
}

fn agentic_tools(n: usize) -> Tree {
    let tools = each(n, |nth| format!("t{nth},"));
    let text = format!(
        "---\non: issues\ntools: {{bash: [{tools}]}}\nnetwork: {{allowed: [{tools}]}}\n---\nx\n"
    );
    tree(".github/workflows/a.md", text)
}

fn servers(n: usize) -> Tree {
    let servers = each(n, |nth| {
        format!(
            "\"s{nth}\": {{\"command\": \"npx\", \"args\": [\"-y\", \"p{nth}\"], \"env\": {{\"T\": \"${{T{nth}}}\"}}}},\n"
        )
    });
    tree(".mcp.json", format!("{{\"mcpServers\": {{{servers}}}}}"))
}

fn servers_of_one_name(n: usize) -> Tree {
    let servers = each(n, |nth| {
        format!(
            "\"s\": {{\"command\": \"npx\", \"args\": [\"-y\", \"p{nth}\"], \"env\": {{\"T\": \"${{T{nth}}}\"}}}},\n"
        )
    });
    tree(".mcp.json", format!("{{\"mcpServers\": {{{servers}}}}}"))
}

fn allowed(n: usize) -> Tree {
    let tools = each(n, |nth| format!("\"Bash(t{nth}:*)\","));
    let text = format!("{{\"permissions\": {{\"allow\": [{tools}], \"deny\": [{tools}]}}}}");
    tree(".claude/settings.json", text)
}

/// A hook with the same keys again and again.
fn hook_commands(n: usize) -> Tree {
    let commands = each(n, |_| "\"command\": \"a\",".to_owned());
    let words = each(n, |_| "\"b\",".to_owned());
    let text = format!("{{\"hooks\": {{\"Stop\": [{{{commands} \"args\": [{words}]}}]}}}}");
    tree(".claude/settings.json", text)
}

fn resources(n: usize) -> Tree {
    let text = each(n, |nth| {
        format!(
            "resource \"github_repository_deploy_key\" \"k{nth}\" {{\n  title = \"k\"\n  repository = var.r\n  key = \"x\"\n  read_only = false\n}}\n"
        )
    });
    tree("main.tf", text)
}

fn actions(n: usize) -> Tree {
    let words = |letter: char| each(n, |nth| format!("\"{letter}{nth}\","));
    let text = format!(
        "data \"aws_iam_policy_document\" \"d\" {{\n  statement {{\n    actions = [{}]\n    resources = [{}]\n  }}\n}}\n",
        words('a'),
        words('r')
    );
    tree("main.tf", text)
}

/// Each value holds the next many times over.
fn locals(n: usize) -> Tree {
    let many = |name: &str| format!("[{}]", each(n, |_| format!("local.{name},")));
    let text = format!(
        "locals {{\n  a = {}\n  b = {}\n  c = {}\n  d = \"x\"\n}}\nresource \"github_repository_deploy_key\" \"k\" {{\n  title = {}\n  repository = local.a\n  key = local.a\n}}\n",
        many("b"),
        many("c"),
        many("d"),
        many("a"),
    );
    tree("main.tf", text)
}

fn sums(n: usize) -> Tree {
    tree("main.tf", format!("locals {{\n  a = 1{}\n}}\n", "+1".repeat(n)))
}

fn choices(n: usize) -> Tree {
    tree("main.tf", format!("locals {{\n  a = {}1\n}}\n", "a?1:".repeat(n)))
}

fn paths(n: usize) -> Tree {
    tree("main.tf", format!("locals {{\n  a = b{}\n}}\n", ".c".repeat(n)))
}

fn templates(n: usize) -> Tree {
    let text = format!("locals {{\n  a = {}1{}\n}}\n", "\"${".repeat(n), "}\"".repeat(n));
    tree("main.tf", text)
}

fn strings(n: usize) -> Tree {
    tree("main.tf", format!("locals {{\n  a = \"{}\"\n}}\n", "${b}".repeat(n / 2)))
}

fn tables(n: usize) -> Tree {
    let text = each(n, |nth| format!("[mcp_servers.s{nth}]\ncommand = \"c\"\n"));
    tree(".codex/config.toml", text)
}

fn merged(n: usize) -> Tree {
    let keys = each(100, |nth| format!("k{nth}: v, "));
    let text = format!("a: &a {{{keys}}}\nb: {{<<: [{}]}}\n", "*a,".repeat(n));
    tree(".mergify.yml", text)
}

/// Front matter that is no YAML, read key by key.
fn front_matter(n: usize) -> Tree {
    let keys = each(n, |nth| format!("k{nth}: a: b\n"));
    tree(".claude/agents/a.md", format!("---\n{keys}---\nbody\n"))
}

fn npmrc(n: usize) -> Tree {
    tree(".npmrc", each(n, |nth| format!("//r{nth}.invalid/:_authToken=${{T{nth}}}\n")))
}

fn owners(n: usize) -> Tree {
    tree(".github/CODEOWNERS", each(n, |nth| format!("/f{nth}/** @acme/t{nth}\n")))
}

fn kubernetes(n: usize) -> Tree {
    let text = each(n, |nth| {
        format!(
            "apiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: a{nth}, annotations: {{eks.amazonaws.com/role-arn: r{nth}}}}}\n---\n"
        )
    });
    tree("k8s.yaml", text)
}

fn keys(n: usize) -> Tree {
    let keys = each(n, |nth| format!("(k.{nth}) = 1\n"));
    tree("main.tf", format!("locals {{\n  a = {{\n{keys}}}\n}}\n"))
}

/// Reading doubles with each of them.
fn nested_operators(n: usize) -> Tree {
    tree("main.tf", format!("a = {}", "f / h % { ".repeat(n)))
}

fn blocks(n: usize) -> Tree {
    tree("main.tf", each(n, |_| "b {\n}\n".to_owned()))
}
