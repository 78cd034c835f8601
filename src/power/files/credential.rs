//! What a value is: the name of a credential, a credential itself, or a plain setting.
//!
//! The value of a credential never leaves this file.

use std::sync::LazyLock;

use regex::Regex;

use crate::catalogue::{Pattern, SecretKind, secret_in, secret_name};
use crate::domain::Foreign;
use crate::power::model::Secret;

/// Ways in which values everywhere name a variable; the name is the last group.
static NAMED: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r"\$\{\{\s*(?:secrets|inputs)\.([A-Za-z_][A-Za-z0-9_]*)\s*\}\}",
        r"\$\{(?:env|input|localEnv|containerEnv|secrets?):([A-Za-z0-9_.-]+)(?::[^}]*)?\}",
        r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::?-[^}]*)?\}",
        r"\$([A-Za-z_][A-Za-z0-9_]*)",
        r"\{env:([A-Za-z_][A-Za-z0-9_]*)\}",
        r"\{file:([^}]+)\}",
        r"\{\{\s*([A-Za-z_][A-Za-z0-9_.]*)\s*\}\}",
        r"%([A-Za-z_][A-Za-z0-9_]*)%",
    ]
    .iter()
    .map(|pattern| Regex::new(pattern).expect("each is tested"))
    .collect()
});

/// Words that stand where a credential is to be filled in.
static EMPTY_SEAT: LazyLock<Regex> = LazyLock::new(|| {
    let words = r"(?i)^(?:<.*>|\[.*\]|x{3,}|\*{3,}|\.{3,}|…|-+|none|null|dummy|test|fake|placeholder|(?:change|replace|fill|insert|put|add|enter|your|my|some|example|sample|todo)[-_ ]?.*|.*(?:your|placeholder|change[-_]?me|replace[-_]?me|example|here>?)[-_ ]?.*)$";
    Regex::new(words).expect("it is tested")
});

/// Headers that carry a credential.
static AUTH_HEADER: LazyLock<Regex> = LazyLock::new(|| {
    let words = r"(?i)^(?:proxy-)?authorization$|cookie|token|secret|password|api[-_]?key|auth[-_]?key|access[-_]?key|^x-[a-z-]*key$|^apikey$";
    Regex::new(words).expect("it is tested")
});

/// The credentials in a value that stands at `key`. `own` are the ways in which the file's format
/// names variables, tried first.
pub(in crate::power) fn credentials(key: &str, value: &str, own: &[Pattern]) -> Vec<Secret> {
    let named = names_in(value, own);
    if named.is_empty() && is_literal(key, value) {
        return vec![Secret::Literal { key: Foreign::new(key) }];
    }
    // A credential can stand beside a name: `${USER}:hunter2`. What has the form of one counts.
    let literal = secret_in(value).map(|_| Secret::Literal { key: Foreign::new(key) });
    named.into_iter().chain(literal).collect()
}

/// The credentials that a text names, whatever its own key.
pub(in crate::power) fn names_in(value: &str, own: &[Pattern]) -> Vec<Secret> {
    let mut found = Vec::new();
    let patterns = own.iter().map(Pattern::regex).chain(NAMED.iter());
    let mut taken: Vec<(usize, usize)> = Vec::new();
    for pattern in patterns {
        let of_github = pattern.as_str().contains("secrets");
        for groups in pattern.captures_iter(value) {
            let Some(whole) = groups.get(0) else { continue };
            let Some(name) = groups.iter().skip(1).flatten().last() else { continue };
            let overlaps = |(from, to): &(usize, usize)| whole.start() < *to && *from < whole.end();
            if taken.iter().any(overlaps) || is_folder(name.as_str()) {
                continue;
            }
            // A bare word is a name only where the format says so.
            if !whole.as_str().contains(['$', '{', '%']) && !is_word_of_its_own(value, &whole) {
                continue;
            }
            taken.push((whole.start(), whole.end()));
            // Only names that begin so are handed to the servers of Copilot's agent, as secrets.
            let is_secret = of_github && whole.as_str().contains("secrets")
                || name.as_str().starts_with("COPILOT_MCP_");
            found.push(match is_secret {
                true => Secret::named(name.as_str()),
                false => local(name.as_str()),
            });
        }
    }
    found
}

/// A secret of the machine, by the name of its variable.
pub(in crate::power) fn local(name: &str) -> Secret {
    Secret::Local { name: Foreign::new(name) }
}

/// Whether a value that names nothing is a credential: it has the form of one, or it stands where
/// one belongs and is not an empty seat.
pub(in crate::power) fn is_literal(key: &str, value: &str) -> bool {
    let value = value.trim();
    if secret_in(value).is_some() {
        return true;
    }
    let last = key.rsplit('.').next().unwrap_or(key);
    let plain = matches!(value, "" | "true" | "false") || value.len() < 6;
    holds_credential(last) && !plain && !is_empty_seat(value) && !is_place(value)
}

/// Whether a key is one that holds a credential.
pub(in crate::power) fn holds_credential(key: &str) -> bool {
    let upper = upper_snake(key);
    let known = secret_name(&upper)
        .is_some_and(|it| matches!(it.kind, SecretKind::Secret | SecretKind::Builtin));
    known || AUTH_HEADER.is_match(key)
}

/// Values of headers often begin with how they are meant: `Bearer `.
fn is_empty_seat(value: &str) -> bool {
    let rest = value.split_once(' ').filter(|(scheme, _)| {
        matches!(scheme.to_ascii_lowercase().as_str(), "bearer" | "basic" | "token" | "apikey")
    });
    EMPTY_SEAT.is_match(rest.map_or(value, |(_, rest)| rest.trim()))
}

/// A path or an address of nobody in particular, as in `TOKEN_FILE` or `AUTH_URL`.
fn is_place(value: &str) -> bool {
    value.starts_with(['/', '~', '.'])
        || value.starts_with("http://")
        || value.starts_with("https://")
}

fn is_folder(name: &str) -> bool {
    name.starts_with("workspaceFolder")
        || matches!(
            name,
            "CLAUDE_PROJECT_DIR" | "CLAUDE_PLUGIN_ROOT" | "HOME" | "PWD" | "PATH" | "USER"
        )
}

/// Whether a found name is the whole value.
fn is_word_of_its_own(value: &str, found: &regex::Match<'_>) -> bool {
    value.trim() == found.as_str()
}

/// `apiKey`, `api-key` and `api_key` are one name.
fn upper_snake(key: &str) -> String {
    let mut name = String::new();
    let mut was_lower = false;
    for c in key.chars() {
        if c.is_ascii_uppercase() && was_lower {
            name.push('_');
        }
        was_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
        name.push(if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
    }
    // Alone, the plainest names say enough here, where the catalogue wants more words.
    match name.as_str() {
        "TOKEN" | "PASSWORD" | "SECRET" | "PASSWD" | "AUTHTOKEN" | "BEARER_TOKEN" | "KEY" => {
            format!("ITS_{name}")
        }
        _ => name,
    }
}

/// The host of an address, in lower case. `None` if it has none or a variable stands there.
pub(in crate::power) fn host_of(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = if host.starts_with('[') { host } else { host.split(':').next()? };
    let plain = !host.is_empty() && !host.contains(['$', '{', '}', ' ']);
    plain.then(|| host.to_ascii_lowercase())
}

/// The credentials in an address: before the `@`, and in parameters that hold one.
pub(in crate::power) fn credentials_of_url(key: &str, url: &str, own: &[Pattern]) -> Vec<Secret> {
    let mut found = names_in(url, own);
    let literal = Secret::Literal { key: Foreign::new(key) };
    let after = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = after.split(['/', '?', '#']).next().unwrap_or_default();
    if let Some((login, _)) = authority.rsplit_once('@')
        && let Some((_, password)) = login.split_once(':')
        && names_in(password, own).is_empty()
        && !password.is_empty()
        && !is_empty_seat(password)
    {
        found.push(literal.clone());
    }
    let query = after.split_once('?').map_or("", |(_, query)| query);
    let in_query = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .any(|(name, value)| names_in(value, own).is_empty() && is_literal(name, value));
    if in_query || secret_in(url).is_some() {
        found.push(literal);
    }
    found
}

/// A command line without what would show a credential: literals become `…`.
pub(in crate::power) fn masked(words: &[String]) -> Vec<String> {
    let mut shown = Vec::new();
    let mut hide_next = false;
    for word in words {
        let bare = word.trim_matches(['"', '\'', '`', '\\']);
        let (name, value) = bare.split_once('=').map_or((bare, None), |(n, v)| (n, Some(v)));
        let flag = name.trim_start_matches('-');
        let key = flag.split(':').next().unwrap_or(flag);
        let named = |text: &str| !names_in(text, &[]).is_empty();
        let scheme = matches!(&*bare.to_ascii_lowercase(), "bearer" | "basic" | "token");
        if hide_next && scheme {
            shown.push(word.clone());
            continue;
        }
        shown.push(match value {
            _ if hide_next && !named(bare) => "…".to_owned(),
            Some(value) if !named(value) && is_literal(key, value) => format!("{name}=…"),
            _ if secret_in(word).is_some() => "…".to_owned(),
            _ if bare.contains("://") && holds_literal(bare) => {
                host_of(bare).unwrap_or_else(|| "…".to_owned())
            }
            _ => word.clone(),
        });
        let option = bare.starts_with('-') && value.is_none() && holds_credential(flag);
        let header = bare.ends_with(':') && holds_credential(bare.trim_end_matches(':'));
        let login = matches!(bare, "-u" | "--user" | "--proxy-user");
        hide_next = option || header || scheme && bare != "token" || login;
    }
    shown
}

/// A text of any kind without what would show a credential.
pub(in crate::power) fn shown(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().map(str::to_owned).collect();
    masked(&words).join(" ")
}

/// Whether an address holds a credential itself.
fn holds_literal(url: &str) -> bool {
    credentials_of_url("", url, &[]).iter().any(|it| matches!(it, Secret::Literal { .. }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(key: &str, value: &str) -> Vec<String> {
        let own = &[];
        credentials(key, value, own)
            .into_iter()
            .map(|secret| match secret {
                Secret::All => "all".to_owned(),
                Secret::Named { name } => format!("named {}", name.raw()),
                Secret::Local { name } => format!("local {}", name.raw()),
                Secret::Literal { key } => format!("literal {}", key.raw()),
            })
            .collect()
    }

    #[test]
    fn values_are_told_apart_from_the_names_of_values() {
        assert_eq!(told("env.API_KEY", "${ACME_KEY}"), ["local ACME_KEY"]);
        assert_eq!(told("env.API_KEY", "${env:ACME_KEY}"), ["local ACME_KEY"]);
        assert_eq!(told("env.API_KEY", "${ACME_KEY:-none}"), ["local ACME_KEY"]);
        assert_eq!(told("env.API_KEY", "${{ secrets.ACME_KEY }}"), ["named ACME_KEY"]);
        assert_eq!(told("env.API_KEY", "9f86d081884c7d65"), ["literal env.API_KEY"]);
        assert_eq!(
            told("headers.Authorization", "Bearer 9f86d081"),
            ["literal headers.Authorization"]
        );
        assert_eq!(
            told("env.NOTE", "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
            ["literal env.NOTE"]
        );
    }

    #[test]
    fn empty_seats_paths_and_plain_settings_are_no_credentials() {
        for (key, value) in [
            ("env.API_KEY", ""),
            ("env.API_KEY", "<your key>"),
            ("env.API_KEY", "YOUR_API_KEY"),
            ("env.API_KEY", "changeme"),
            ("env.API_KEY", "your-api-key-here"),
            ("env.TOKEN_FILE", "/run/secrets/token"),
            ("headers.Authorization", "Bearer <TOKEN>"),
            ("env.LOG_LEVEL", "debug-and-more"),
            ("env.MODEL", "gpt-5-turbo-preview"),
            ("cwd", "${workspaceFolder}/api"),
        ] {
            assert_eq!(told(key, value), [] as [&str; 0], "{key}={value}");
        }
    }

    #[test]
    fn headers_and_logins_in_a_command_line_are_hidden() {
        for (line, safe) in [
            (
                "curl -H \"Authorization: Bearer 9f86d0818\" x",
                "curl -H \"Authorization: Bearer … x",
            ),
            ("curl -H 'X-Api-Key: 9f86d0818'", "curl -H 'X-Api-Key: …"),
            ("curl -u octocat:hunter22 x", "curl -u … x"),
            (
                "curl -H \"Authorization: Bearer $TOKEN\"",
                "curl -H \"Authorization: Bearer $TOKEN\"",
            ),
            ("docker run -e TOKEN=9f86d0818", "docker run -e TOKEN=…"),
            ("make token x", "make token x"),
        ] {
            assert_eq!(shown(line), safe);
        }
    }

    #[test]
    fn a_command_line_shows_no_credential() {
        let line = "run --token 9f86d0818 --port 1 --api-key=9f86d0818 https://u:hunter22@acme.invalid/x ${KEY}";
        let words: Vec<_> = line.split(' ').map(str::to_owned).collect();
        assert_eq!(
            masked(&words).join(" "),
            "run --token … --port 1 --api-key=… acme.invalid ${KEY}"
        );
        assert_eq!(host_of("https://u:p@Acme.invalid:8443/x").as_deref(), Some("acme.invalid"));
        assert_eq!(host_of("https://${HOST}/x"), None);
        assert_eq!(
            credentials_of_url("url", "https://acme.invalid/?api_key=9f86d081", &[]).len(),
            1
        );
        assert_eq!(credentials_of_url("url", "https://acme.invalid/mcp", &[]).len(), 0);
    }
}
