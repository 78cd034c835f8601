//! People, bots, teams and repositories as they stand in a sentence: pinged or not.

use crate::domain::{Foreign, Identity, IdentityKind, Login, Owner, RepoName};
use crate::words::shown::shown;
use crate::words::triggers::is_trigger;

/// An account without a ping, in a code span.
pub fn account(login: &Login) -> String {
    shown(&Foreign::new(login.as_str()))
}

/// A ping. Bots, and logins that an agent could take for its own name, are not pinged.
pub fn mention(login: &Login) -> String {
    if login.is_bot() || is_trigger(login.as_str()) { account(login) } else { format!("@{login}") }
}

/// A person, pinged only where they can read the place.
pub fn person(login: &Login, readable: bool) -> String {
    if readable { mention(login) } else { account(login) }
}

/// An owner without a ping: `octocat`, or team `platform`.
pub fn owner(owner: &Owner) -> String {
    match owner {
        Owner::Person { login, .. } => account(login),
        Owner::Team { slug, .. } => format!("the team {}", shown(&Foreign::new(slug.as_str()))),
    }
}

/// A repository's name in a code span.
pub fn repo(name: &RepoName) -> String {
    shown(&Foreign::new(name.as_str()))
}

/// An identity in words: "the deploy key `ci` of `acme/api`".
pub fn named(identity: &Identity, place: Option<&RepoName>) -> String {
    let name = match (&identity.login, identity.key.kind()) {
        (Some(login), _) => account(login),
        (None, IdentityKind::LeakedCredential) => format!("({})", shown(&identity.name)),
        (None, _) => shown(&identity.name),
    };
    let kind = identity.key.kind().words();
    place.map_or_else(
        || format!("the {kind} {name}"),
        |place| format!("the {kind} {name} of {}", repo(place)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_people_with_harmless_logins_who_can_read_it_are_pinged() {
        let login = |text: &str| text.parse::<Login>().unwrap();
        assert_eq!(person(&login("octocat"), true), "@octocat");
        assert_eq!(person(&login("octocat"), false), "`octocat`");
        for login in [login("claude[bot]"), login("claude-dupont"), login("hub[bot]")] {
            let words = person(&login, true);
            assert!(!words.contains('@') && words.starts_with('`'), "{words}");
        }
    }
}
