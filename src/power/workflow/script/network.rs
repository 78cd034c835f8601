//! Commands that talk to the network.

use std::sync::LazyLock;

use regex::Regex;

use crate::domain::Foreign;
use crate::power::model::Door;

static ADDRESS: LazyLock<Regex> =
    LazyLock::new(|| compiled(r#"(?:https?|ftp|wss?)://[^\s"'`|;<>()]+"#));

/// Programs that fetch, at the start of a command.
static FETCH: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?i)(?:^|[\s;&|(`])(?:curl|wget|iwr|irm|invoke-webrequest|invoke-restmethod)(?:\.exe)?\s|downloadstring\(",
    )
});

/// Programs that send.
static SEND: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?i)(?:^|[\s;&|(`$])(?:curl|wget|iwr|irm|invoke-webrequest|invoke-restmethod|https?|xh|nc|ncat|netcat|socat|telnet|ftp|sftp|scp|nslookup|dig)(?:\.exe)?\s",
    )
});

/// A fetch whose output an interpreter takes.
static PIPED: LazyLock<Regex> = LazyLock::new(|| {
    let shell = r"(?:sudo\s+(?:-\S+\s+)*)?(?:env\s+(?:\S+=\S*\s+)*)?(?:/\S*/)?(?:ba|z|da|k)?sh|(?:sudo\s+)?(?:python3?|node|perl|ruby|php)|iex|invoke-expression|pwsh|powershell";
    compiled(&format!(
        r"(?i)(?:curl|wget|iwr|irm|invoke-webrequest|invoke-restmethod)\s[^;&]*?\|\s*(?:tee\s+\S+\s*\|\s*)?(?:{shell})(?:\s|$|[;)'`])|(?:(?:ba|z|da|k)?sh\s+(?:-\S+\s+)*|source\s+|\.\s+|eval\s+)[<\x22']?[<$]?\(?\s*\(?\s*(?:curl|wget)\s|(?:eval|-c)\s+[\x22']?(?:\$\(|`)\s*(?:curl|wget)\s|(?:iex|invoke-expression)\b[^\n]*(?:downloadstring|iwr|irm|invoke-webrequest|invoke-restmethod)"
    ))
});

/// A fetch into a file.
static INTO: LazyLock<Regex> =
    LazyLock::new(|| compiled(r#"(?:-o|--output|-O|-OutFile|>)[ =]*["']?([\w./~$-]+)"#));

/// What holds a download to a digest.
static CHECKED: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?i)sha(?:256|512)sum\s|shasum\s|gpg\s+[^\n]*--verify|cosign\s+verify|minisign|slsa-verifier|get-filehash",
    )
});

/// What a program calls the network with.
static CALL: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?i)\bfetch\(|\baxios\b|\brequests\.(?:get|post|put|request)|\burllib|\burlopen\(|\bhttps?\.(?:request|get)\(|\bhttpx\.|\bgot\(|net::http|\bxmlhttprequest\b|\bsocket\.",
    )
});

/// The names of programs that fetch, wherever they stand: most lines hold none.
static NAMED: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"(?i)curl|wget|iwr|irm|invoke-|downloadstring"));

/// The address of a script that is run as it comes.
pub(super) fn piped(line: &str) -> Option<String> {
    (NAMED.is_match(line) && PIPED.is_match(line)).then(|| address(line))
}

/// A file that is fetched without being run at once, with its address.
pub(super) fn downloaded(line: &str) -> Option<(String, String)> {
    if !NAMED.is_match(line) || !FETCH.is_match(line) || PIPED.is_match(line) {
        return None;
    }
    let address = address(line);
    let named = INTO.captures_iter(line).last().map(|it| it[1].to_owned());
    let file = match named {
        Some(file) if !["http", "https", "-"].contains(&file.as_str()) => file,
        _ => address.rsplit('/').next()?.to_owned(),
    };
    let name = file.rsplit('/').next().unwrap_or(&file).to_owned();
    (!name.is_empty()).then_some((name, address))
}

/// Whether the line compares something with a digest or a signature.
pub(super) fn checks(line: &str) -> bool {
    CHECKED.is_match(line)
}

/// The ways out that a line takes with what stands in it.
pub(super) fn doors(line: &str) -> Vec<Door> {
    if SEND.is_match(line) {
        return hosts(line);
    }
    if is_shown(line) { vec![Door::Log] } else { Vec::new() }
}

/// The hosts that a program calls, each with the number and the text of its line.
pub(super) fn calls(text: &str) -> Vec<(Door, usize, String)> {
    if !CALL.is_match(text) {
        return Vec::new();
    }
    let lines = || text.lines().enumerate().map(|(at, line)| (at + 1, line));
    let mut found = Vec::new();
    for (number, line) in lines().filter(|(_, line)| ADDRESS.is_match(line)) {
        found.extend(hosts(line).into_iter().map(|door| (door, number, line.to_owned())));
    }
    if found.is_empty() {
        let (number, line) = lines().find(|(_, line)| CALL.is_match(line)).unwrap_or_default();
        let host = Foreign::new("a computed host");
        found.push((Door::Network { host }, number, line.to_owned()));
    }
    found
}

fn hosts(line: &str) -> Vec<Door> {
    let mut hosts: Vec<Foreign> =
        ADDRESS.find_iter(line).map(|it| Foreign::new(&host(it.as_str()))).collect();
    if hosts.is_empty() {
        hosts.push(Foreign::new("a computed host"));
    }
    hosts.sort();
    hosts.dedup();
    hosts.into_iter().map(|host| Door::Network { host }).collect()
}

fn address(line: &str) -> String {
    ADDRESS.find(line).map_or_else(|| "a computed address".to_owned(), |it| it.as_str().to_owned())
}

fn host(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    authority.rsplit('@').next().unwrap_or(authority).to_ascii_lowercase()
}

/// Whether a line prints what stands in it in a form that masking does not know: encoded, and to
/// nobody but the log.
fn is_shown(line: &str) -> bool {
    static ENCODED: LazyLock<Regex> = LazyLock::new(|| {
        compiled(
            r"(?i)\|\s*(?:base64|base32|xxd|od|hexdump|rev|openssl\s+(?:enc|base64)|gzip|tr|sed)\b[^|>)]*$",
        )
    });
    static DUMPED: LazyLock<Regex> = LazyLock::new(|| {
        compiled(r"(?i)(?:echo|printf|cat)\s[^|>]*(?:tojson\s*\(\s*secrets|secrets\s*\[)[^|>]*$")
    });
    let bare = line.trim_start();
    let assigns = bare.split_once('=').is_some_and(|(name, rest)| {
        let name = name.trim_start_matches("export ").trim();
        !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && rest.trim_start().starts_with(['$', '`', '"'])
    });
    !assigns && (ENCODED.is_match(line) || DUMPED.is_match(line))
}

fn compiled(text: &str) -> Regex {
    Regex::new(text).expect("the expressions are tested")
}
