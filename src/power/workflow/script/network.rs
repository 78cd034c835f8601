//! Commands that talk to the network.

use std::sync::LazyLock;

use regex::Regex;

use crate::domain::Foreign;
use crate::power::model::Door;

static ADDRESS: LazyLock<Regex> =
    LazyLock::new(|| compiled(r#"(?:https?|ftp|wss?|s3|gs)://[^\s"'`|;<>()]+"#));

/// Programs that fetch, at the start of a command.
static FETCH: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?i)(?:^|[\s;&|(`])(?:curl|wget|iwr|irm|invoke-webrequest|invoke-restmethod)(?:\.exe)?\s|downloadstring\(",
    )
});

/// Programs that send.
static SEND: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?i)(?:^|[\s;&|(`$@])(?:curl|wget|iwr|irm|invoke-webrequest|invoke-restmethod|nc|ncat|netcat|socat|telnet|sftp|scp|nslookup|openssl\s+s_client)(?:\.exe)?\s|(?:^|[;&|(`])\s*(?:https?|xh|ftp|dig)\s|>\s*/dev/(?:tcp|udp)/",
    )
});

/// A host that bash opens a connection to by itself.
static DEVICE: LazyLock<Regex> = LazyLock::new(|| compiled(r"/dev/(?:tcp|udp)/([^/\s]+)"));

/// What a host is called that no address is written down for.
const COMPUTED: &str = "a computed host";

/// Programs that put a file into storage elsewhere.
static UPLOAD: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?i)\baws\s+s3\s+(?:cp|mv|sync)\s|\bgsutil\s+(?:-\S+\s+)*(?:cp|rsync)\s|\bgcloud\s+storage\s+cp\s",
    )
});

/// GitHub's own command where it writes a text that others can read, or hands a secret on.
static POST: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?:^|[\s;&|(`@])gh\s+(?:(?:issue|pr)\s+(?:comment|create|edit|close|review)\b|gist\s+(?:create|edit)\b|release\s+(?:create|edit|upload)\b|(?:secret|variable)\s+set\b|api\b[^\n]*(?:\s-[fF]\b|--field|--raw-field|--input))",
    )
});

/// A header of a request: a credential in it is used there, not told.
static HEADER: LazyLock<Regex> =
    LazyLock::new(|| compiled(r#"(?:-H|--header)[= ]+(?:"[^"]*"|'[^']*'|\S+)"#));

/// A repository that GitHub's command is told to write to, or a path of GitHub's: where something
/// goes, not what goes.
static PLACE: LazyLock<Regex> = LazyLock::new(|| {
    compiled(r#"(?:--repo|-R)[= ]+\S+|\s["']?/?(?:repos|orgs|users|teams)/[^\s"']+"#)
});

/// A fetch whose output an interpreter takes.
static PIPED: LazyLock<Regex> = LazyLock::new(|| {
    let shell = r"(?:sudo\s+(?:-\S+\s+)*)?(?:env\s+(?:\S+=\S*\s+)*)?(?:/\S*/)?(?:ba|z|da|k)?sh|(?:sudo\s+)?(?:python3?|node|perl|ruby|php)|iex|invoke-expression|pwsh|powershell";
    compiled(&format!(
        r"(?i)(?:curl|wget|iwr|irm|invoke-webrequest|invoke-restmethod)\s[^;&]*?\|\s*(?:tee\s+\S+\s*\|\s*)?(?:{shell})(?:\s|$|[;)'`])|(?:(?:ba|z|da|k)?sh\s+(?:-\S+\s+)*|source\s+|\.\s+|eval\s+)(?:<\s*)?[\x22']?[<$]\(\s*(?:curl|wget)\s|(?:eval|-c)\s+[\x22']?(?:\$\(|`)\s*(?:curl|wget)\s|(?:python[0-9.]*|node|perl|ruby|php)\s+<\(\s*(?:curl|wget)\s|deno\s+run\s[^\n;&|]*https?://|(?:iex|invoke-expression)\b[^\n]*(?:downloadstring|iwr|irm|invoke-webrequest|invoke-restmethod)"
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
        r"(?i)\bfetch\(|\baxios\b|\brequests\.(?:get|post|put|request)|\burllib|\burlopen\(|\bhttps?\.(?:request|get|post|postform|newrequest)\(|\bhttpx\.|\bgot\(|net::http|\bxmlhttprequest\b|\bsocket\.|\breqwest::|\bureq::|[\x22'](?:/usr/bin/)?(?:curl|wget)[\s\x22']|\bhttpclient\b|open-uri|file_get_contents\(\s*[\x22']https?:",
    )
});

/// The names of programs that fetch, wherever they stand: most lines hold none.
static NAMED: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"(?i)curl|wget|iwr|irm|invoke-|downloadstring|deno"));

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
    (!name.is_empty() && !name.contains("{{")).then_some((name, address))
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

/// Whether a line sends something to the network, so that what it is set to is an answer.
pub(super) fn answers(line: &str) -> bool {
    SEND.is_match(line)
}

/// Where a line sends the files that it names.
pub(super) fn uploads(line: &str) -> Vec<Door> {
    if POST.is_match(line) {
        vec![github()]
    } else if SEND.is_match(line) || UPLOAD.is_match(line) {
        hosts(line)
    } else {
        Vec::new()
    }
}

/// What GitHub's command is given to write, if a line has it write: its own words, and what is piped
/// into it. Variables that are set for it are its login.
pub(super) fn posted(line: &str) -> Option<String> {
    let found = POST.find(line)?;
    let before = line[..found.start()].rsplit([';', '&']).next().unwrap_or_default();
    let piped = if before.contains('|') || found.as_str().starts_with('|') { before } else { "" };
    let text = format!("{piped} {}", &line[found.start()..]);
    let text = PLACE.replace_all(&text, " ");
    Some(HEADER.replace_all(&text, "").into_owned())
}

/// GitHub, as a place that others can read.
pub(super) fn github() -> Door {
    Door::Network { host: Foreign::new("github.com") }
}

/// The hosts that a program calls, by the number and the text of their line.
pub(super) fn calls(text: &str) -> Vec<(usize, &str, Vec<Door>)> {
    if !CALL.is_match(text) {
        return Vec::new();
    }
    let lines = || text.lines().enumerate().map(|(at, line)| (at + 1, line));
    let named = lines().filter(|(_, line)| ADDRESS.is_match(line));
    let mut found: Vec<_> = named.map(|(number, line)| (number, line, hosts(line))).collect();
    if found.is_empty() {
        let (number, line) = lines().find(|(_, line)| CALL.is_match(line)).unwrap_or_default();
        found.push((number, line, hosts("")));
    }
    found
}

fn hosts(line: &str) -> Vec<Door> {
    let mut hosts: Vec<Foreign> =
        ADDRESS.find_iter(line).map(|it| Foreign::new(&host(it.as_str()))).collect();
    hosts.extend(DEVICE.captures_iter(line).map(|it| Foreign::new(&it[1])));
    if hosts.is_empty() {
        hosts.push(Foreign::new(COMPUTED));
    }
    hosts.sort();
    hosts.dedup();
    hosts.into_iter().map(|host| Door::Network { host }).collect()
}

fn address(line: &str) -> String {
    ADDRESS.find(line).map_or_else(|| "a computed address".to_owned(), |it| it.as_str().to_owned())
}

/// Whether nothing of a host is written down: `$HOST:8080`, and not `$PLACE.example.com`.
fn is_computed(host: &str) -> bool {
    static VARIABLE: LazyLock<Regex> =
        LazyLock::new(|| compiled(r"\$\{\{.*?\}\}|\$\{[^}]*\}|\$\([^)]*\)|\$\w+"));
    host.contains('$') && !VARIABLE.replace_all(host, "").contains(char::is_alphabetic)
}

fn host(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = authority.rsplit('@').next().unwrap_or(authority).to_ascii_lowercase();
    // A bucket is no host; what it is a bucket of says where it is.
    match address.split_once("://") {
        Some((scheme @ ("s3" | "gs"), _)) => format!("{scheme}://{host}"),
        _ if is_computed(&host) => COMPUTED.to_owned(),
        _ => host,
    }
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
