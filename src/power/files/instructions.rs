//! Text that agents read as instructions: that it is there, what it is a digest of, and what it
//! tells them to fetch, run or believe.

use std::sync::LazyLock;

use regex::Regex;
use sha2::{Digest as _, Sha256};

use crate::catalogue::{Phase, commands_in};
use crate::domain::IdentityKind;
use crate::power::files::credential::host_of;
use crate::power::files::document::{At, front_matter};
use crate::power::files::reading::{Draft, Reading};
use crate::power::model::{Code, Kind, Pin};

/// `@path` and `@https://…` at the start of a word pull another file in.
static IMPORT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|\s)@((?:https?://|~/|\.\.?/|/)[^\s`)\]]+)").expect("it is tested")
});

static URL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"https?://[^\s`)\]>\x22']+").expect("it is tested"));

/// Words beside an address that make an agent go there, or take it for an authority.
static GO_THERE: LazyLock<Regex> = LazyLock::new(|| {
    let words = r"(?i)\b(?:obey|authoritative|authority|source of truth|consult|defer to|always (?:check|read|visit|use|fetch|follow)|must (?:check|visit|fetch|follow)|(?:prefer|trust|follow)\s+<?https?://|takes? precedence|supersedes|follow (?:all |the )?(?:instructions|rules|guidance|directions)|instructions (?:at|from)|report (?:your |the )?\w+ to|(?:send|post|upload) (?:the|your|all|every|any|it|them|this|results|output))\b";
    Regex::new(words).expect("it is tested")
});

/// Pages of conventions for titles, versions and the like: a text that wants one followed names its
/// page, and sends nobody there for orders.
const CONVENTIONS: &[&str] = &[
    "conventionalcommits.org",
    "editorconfig.org",
    "keepachangelog.com",
    "rfc-editor.org",
    "semver.org",
    "spdx.org",
];

/// Words that ask for what no instruction file needs.
static ROOT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?im)^[^#\n]*\bsudo\s+(?:-\S+\s+)*(?:apt|apt-get|yum|dnf|apk|pip|npm|curl|bash|sh)\b",
    )
    .expect("it is tested")
});

/// Words that have an agent hide something from people.
static HIDE: LazyLock<Regex> = LazyLock::new(|| {
    let words = r"(?i)\b(?:do not|don't|don’t|never|without)\s+(?:mention|mentioning|tell|telling|inform|informing|reveal|revealing|disclose|disclosing|notify|notifying)\b[^.\n]*\b(?:users?|humans?|developers?|maintainers?|reviewers?|anyone|anybody|people)\b";
    Regex::new(words).expect("it is tested")
});

/// Words that take the place of what an agent was told before.
static IGNORE: LazyLock<Regex> = LazyLock::new(|| {
    let words = r"(?i)\b(?:ignore|disregard|forget)\s+(?:(?:all|any|the|your)\s+)*(?:previous|prior|above|earlier|other)\s+(?:instructions|rules|guidance)\b";
    Regex::new(words).expect("it is tested")
});

/// A file that says what agents and workflows may do.
static LIMITS: LazyLock<Regex> = LazyLock::new(|| {
    let files = r"(?:^|[\s`'\x22(/])((?:\.github/workflows/[\w.*-]+|\.claude/settings(?:\.local)?\.json|\.cursor/mcp\.json|\.vscode/(?:settings|mcp|tasks)\.json|\.mcp\.json|\.codex/config\.toml|\.gemini/settings\.json))";
    Regex::new(files).expect("it is tested")
});

/// Words that tell an agent to change what follows.
static CHANGE_IT: LazyLock<Regex> = LazyLock::new(|| {
    let words = r"(?i)\b(?:add|allow|append|change|disable|edit|enable|insert|modify|overwrite|patch|remove|rewrite|update|write)\b";
    Regex::new(words).expect("it is tested")
});

/// Words that forbid it, or leave it to somebody.
static LEAVE_IT: LazyLock<Regex> = LazyLock::new(|| {
    let words = r"(?i)\b(?:never|not|don't|don’t|without|avoid|unless|ask)\b";
    Regex::new(words).expect("it is tested")
});

/// Reads a text of instructions.
pub(in crate::power) fn read(text: &str, reading: &mut Reading<'_>) {
    let (body, before) = match front_matter(text) {
        Some(matter) => (matter.body, matter.lines_before + matter.yaml.lines().count() + 1),
        None => (text, 0),
    };
    let whole = At { line: 1, column: 1, end_line: text.lines().count().max(1) };
    let mut draft = reading.draft(IdentityKind::AgentInstructions, reading.file_name(), whole);
    draft.starts_with_checkout();
    let own = Code::new(Kind::Instructions, reading.path());
    if !body.trim().is_empty() {
        draft.code(own, Pin::Exact, &digest(&plain(body)), whole);
    }
    for (nth, line) in body.lines().enumerate() {
        let number = before + nth + 1;
        let at = At { line: number, column: 1, end_line: number };
        leads(line, at, &mut draft);
        for file in LIMITS.captures_iter(line).filter_map(|found| found.get(1)) {
            let start = line[..file.start()].rfind(['.', ';', ':']).map_or(0, |at| at + 1);
            let told = main_clause(&line[start..file.start()]);
            if CHANGE_IT.is_match(told) && !LEAVE_IT.is_match(line) {
                draft.tool(&format!("Edit({})", file.as_str()), at);
            }
        }
    }
    for (entry, range) in commands_in(body) {
        let start = body.get(..range.start).unwrap_or_default();
        let number = before + start.matches('\n').count() + 1;
        let at = At { line: number, column: 1, end_line: number };
        match entry.phase {
            Phase::Danger => draft.loosened(&format!("approval, by {}", entry.example), at),
            Phase::RemoteScript => {
                let found = URL.find(body.get(range).unwrap_or_default());
                let host = found.and_then(|url| host_of(url.as_str()));
                if let Some(host) = host {
                    draft.code(Code::new(Kind::Script, &host), Pin::Floating, "", at);
                }
            }
            _ => {}
        }
    }
    if let Some(found) = ROOT.find(body) {
        let start = body.get(..found.end()).unwrap_or_default();
        let number = before + start.matches('\n').count() + 1;
        let at = At { line: number, column: 1, end_line: number };
        draft.loosened("a user without the rights of root", at);
    }
    reading.push(draft);
}

/// What a sentence tells to do, without the condition that it begins with.
fn main_clause(sentence: &str) -> &str {
    let first = sentence.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    match first.as_str() {
        "after" | "before" | "if" | "once" | "when" | "whenever" | "while" => {
            sentence.split_once(',').map_or("", |(_, told)| told)
        }
        _ => sentence,
    }
}

/// Where a line leads: what it imports, and where it sends an agent.
fn leads(line: &str, at: At, draft: &mut Draft<'_>) {
    for import in IMPORT.captures_iter(line).filter_map(|found| found.get(1)) {
        let target = import.as_str();
        let inside = target.starts_with("./") || target.starts_with("../");
        if !inside {
            let name = host_of(target).unwrap_or_else(|| target.to_owned());
            draft.code(Code::new(Kind::Instructions, &name), Pin::Floating, "", at);
        }
    }
    if HIDE.is_match(line) {
        draft.loosened("telling people what is done", at);
    }
    if IGNORE.is_match(line) {
        draft.loosened("the instructions that were there before", at);
    }
    if GO_THERE.is_match(line) {
        let hosts = URL.find_iter(line).filter_map(|url| host_of(url.as_str()));
        let is_convention =
            |host: &str| CONVENTIONS.contains(&host.strip_prefix("www.").unwrap_or(host));
        for host in hosts.filter(|host| !is_convention(host)) {
            draft.host(&host, at);
        }
    }
}

/// The words without how they are laid out.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A short digest of a text.
pub(in crate::power) fn digest(text: &str) -> String {
    hex::encode(&Sha256::digest(text)[..8])
}
