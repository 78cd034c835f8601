//! Trust policies of a token broker: whoever has such a token from such an issuer gets these
//! permissions of GitHub's. A grant in plain text.
//!
//! Source: <https://github.com/octo-sts/app>.

use crate::domain::IdentityKind;
use crate::power::files::document::{At, Node, Value, pattern_of};
use crate::power::files::reading::Reading;
use crate::power::model::{Crowd, Level};

/// Reads one policy.
pub(in crate::power) fn read(document: &Node, reading: &mut Reading<'_>) {
    if !matches!(document.value, Value::Map(_)) {
        if !document.is_empty() {
            reading
                .unknown(document.at, "whom the policy trusts cannot be told: it has no settings");
        }
        return;
    }
    let mut draft = reading.draft(IdentityKind::OidcTrust, reading.stem(), document.at);
    draft.trigger("token exchange", Crowd::Nobody);
    if document.get("permissions").is_none() && document.get("subject").is_none() {
        // The list of issuers that are trusted at all.
        for (path, leaf) in document.leaves() {
            if let Some(issuer) = leaf.text().filter(|text| text.contains("://")) {
                draft.trust("octo-sts", &path, issuer, leaf.at);
            }
        }
        reading.push(draft);
        return;
    }
    let (subject, at) = subject(document, reading);
    draft.trust("octo-sts", reading.stem(), &subject, at);
    if let Some(permissions) = document.get("permissions") {
        for permission in permissions.entries() {
            let level = match permission.node.text() {
                Some("read") => Level::Read,
                Some("write") => Level::Write,
                Some("admin") => Level::Admin,
                Some("none") | None => Level::None,
                Some(_) => {
                    let why = "what a permission of the policy allows cannot be told";
                    reading.unknown(permission.at, why);
                    Level::Admin
                }
            };
            if level > Level::None {
                draft.token(&permission.key.replace('_', "-"), level, permission.at);
            }
        }
    }
    match document.entry("repositories") {
        None => draft.role("github", "token", "this repository", document.at),
        Some(all) if all.node.is_empty() => draft.role("github", "token", "*", all.at),
        Some(listed) => {
            for (repository, at) in listed.node.words() {
                draft.role("github", "token", &repository, at);
            }
        }
    }
    reading.push(draft);
}

/// Whom it trusts, as one pattern: issuer, subject, audience, further claims. What is left out is
/// anything.
fn subject(document: &Node, reading: &mut Reading<'_>) -> (String, At) {
    let mut at = document.at;
    let mut one = |name: &str| {
        let exact = document.entry(name).and_then(|it| Some((it.at, it.node.scalar()?)));
        let fitting = document.entry(&format!("{name}_pattern"));
        let fitting = fitting.and_then(|it| Some((it.at, pattern_of(&it.node.scalar()?))));
        exact.or(fitting).map(|(place, text)| {
            if name == "subject" {
                at = place;
            }
            text
        })
    };
    let issuer = one("issuer");
    let subject = one("subject");
    let audience = one("audience").unwrap_or_else(|| "*".to_owned());
    if issuer.is_none() {
        reading.unknown(
            document.at,
            "whose tokens the policy takes cannot be told: it names no issuer",
        );
    }
    let mut claims: Vec<String> = document
        .get("claim_pattern")
        .map(Node::entries)
        .unwrap_or_default()
        .iter()
        .filter_map(|claim| Some(format!("{}={}", claim.key, pattern_of(&claim.node.scalar()?))))
        .collect();
    claims.sort();
    let claims = if claims.is_empty() { "*".to_owned() } else { claims.join(" ") };
    let any = || "*".to_owned();
    let whom = format!(
        "{} {} {audience} {claims}",
        issuer.unwrap_or_else(any),
        subject.unwrap_or_else(any)
    );
    (whom, at)
}
