//! Identities as they stand in a sentence.

use crate::domain::{Identity, IdentityKind, RepoName};
use crate::words::{account, repo, shown};

/// An identity in words, with its article and its repository where it has one: "the deploy key
/// `ci` of `acme/api`", "the AI agent `devin`".
pub fn named(identity: &Identity, place: Option<&RepoName>) -> String {
    let kind = identity.key.kind();
    let name = match &identity.login {
        Some(login) => account(login),
        None => shown(&identity.name),
    };
    let of = place.map(|place| format!(" of {}", repo(place))).unwrap_or_default();
    match kind {
        IdentityKind::RulesetBypass => format!("the list of who may bypass the ruleset {name}{of}"),
        _ => format!("the {} {name}{of}", kind.words()),
    }
}
