//! Credentials of package managers in a repository: `.npmrc`, `.netrc`, `nuget.config` and others.

use std::sync::LazyLock;

use regex::Regex;

use crate::catalogue::secret_in;
use crate::domain::IdentityKind;
use crate::power::files::agent_config::literal;
use crate::power::files::credential::{credentials_of_url, host_of, is_literal, names_in};
use crate::power::files::document::At;
use crate::power::files::reading::Reading;

/// `key = value`, `key: value`, `<key>value</key>`, `key="x" value="y"`, `password y`.
static PAIR: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r#"(?i)(?:^|[\s:"'<])(_?[a-z._-]*(?:token|password|passwd|secret|_auth|apikey|api-key|authident)[a-z_-]*)"?'?\s*[=:]\s*["']?([^"'\s<>#;]+)"#,
        r"(?i)<((?:[a-z]+)?password|passphrase|token|privatekey)>\s*([^<\s]+)\s*<",
        r#"(?i)key\s*=\s*"((?:clear\s*text)?password|[^"]*apikey[^"]*)"\s+value\s*=\s*"([^"]+)""#,
        r"(?i)(?:^|\s)(password)\s+([^\s]+)",
        r#"(?i)"(auth|identitytoken|registrytoken)"\s*:\s*"([^"]+)""#,
    ]
    .iter()
    .map(|pattern| Regex::new(pattern).expect("each is tested"))
    .collect()
});

static URL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"(?:https?:)?//[^\s"'<>,;]+"#).expect("it is tested"));

/// Reads a file line by line. One that holds no credential grants nothing.
pub(in crate::power) fn read(text: &str, reading: &mut Reading<'_>) {
    let whole = At { line: 1, column: 1, end_line: text.lines().count().max(1) };
    let mut draft = reading.draft(IdentityKind::PrivateRegistry, reading.file_name(), whole);
    draft.starts_with_checkout();
    let mut hosts = Vec::new();
    let mut held = false;
    for (nth, line) in text.lines().enumerate() {
        let at = At { line: nth + 1, column: 1, end_line: nth + 1 };
        let trimmed = line.trim_start();
        if trimmed.starts_with(['#', ';']) || trimmed.starts_with("<!--") {
            continue;
        }
        for url in URL.find_iter(line) {
            let address = format!("https:{}", url.as_str().trim_start_matches("https:"));
            if let Some(host) = host_of(&address) {
                hosts.push((host, at));
            }
            if url.as_str().starts_with("http") {
                for secret in credentials_of_url("url", url.as_str(), &[]) {
                    draft.secret(secret, at);
                    held = true;
                }
            }
        }
        let mut found = false;
        for groups in PAIR.iter().flat_map(|pattern| pattern.captures_iter(line)) {
            let (Some(key), Some(value)) = (groups.get(1), groups.get(2)) else { continue };
            let named = names_in(value.as_str(), &[]);
            if named.is_empty() && is_literal("token", value.as_str()) {
                draft.secret(literal(key.as_str().trim_matches(['/', ':'])), at);
                (held, found) = (true, true);
            }
            for secret in named {
                draft.secret(secret, at);
                (held, found) = (true, true);
            }
        }
        if !found && secret_in(line).is_some() {
            draft.secret(literal("line"), at);
            held = true;
        }
    }
    if held {
        for (host, at) in hosts {
            draft.host(&host, at);
        }
        reading.push(draft);
    }
}
