//! Checks that run before a commit: whose code they are, and at which version.
//!
//! Source: <https://pre-commit.com/#adding-pre-commit-plugins-to-your-project>.

use crate::domain::IdentityKind;
use crate::power::files::document::Node;
use crate::power::files::reading::Reading;
use crate::power::model::{Code, Kind, Pin};

/// Reads the list of repositories.
pub(in crate::power) fn read(document: &Node, reading: &mut Reading<'_>) {
    let mut draft = reading.draft(IdentityKind::AgentInstructions, "pre-commit", document.at);
    draft.starts_with_checkout();
    for item in document.get("repos").map(Node::items).unwrap_or_default() {
        let Some(repo) = item.entry("repo") else { continue };
        let Some(name) = repo.node.text() else {
            reading.unknown(repo.at, "whose checks run before a commit cannot be told");
            continue;
        };
        let hooks = item.get("hooks").map(Node::items).unwrap_or_default();
        if matches!(name, "local" | "meta") {
            for hook in hooks {
                // In these two languages an entry is a message or a pattern, and nothing is run.
                let language = hook.get("language").and_then(Node::text).unwrap_or_default();
                let runs = name == "local" && !matches!(language, "fail" | "pygrep");
                if let Some(entry) = hook.entry("entry").filter(|_| runs) {
                    let args = hook.get("args").map(Node::words).unwrap_or_default();
                    let args = args.iter().map(|(word, _)| format!(" {word}")).collect::<String>();
                    let line = entry.node.scalar().unwrap_or_default() + &args;
                    draft.start("commit", &line, entry.at);
                }
            }
            continue;
        }
        let revision = item.get("rev").and_then(Node::scalar).unwrap_or_default();
        let hex = revision.len() == 40 && revision.bytes().all(|it| it.is_ascii_hexdigit());
        let pin = match revision.as_str() {
            "" | "main" | "master" | "HEAD" => Pin::Floating,
            _ if hex => Pin::Exact,
            _ => Pin::Tag,
        };
        let name = name.trim_end_matches(".git").trim_end_matches('/');
        let name = name.split_once("://").map_or(name, |(_, rest)| rest);
        let name = name.rsplit_once('@').map_or(name, |(_, rest)| rest);
        draft.code(Code::new(Kind::Repository, name), pin, &revision, repo.at);
    }
    reading.push(draft);
}
