//! People, bots, teams and repositories as they stand in a sentence: pinged or not.

use crate::domain::{Login, Owner, RepoName};
use crate::words::triggers::{defused, is_trigger};

/// An account without a ping, in a code span.
pub fn account(login: &Login) -> String {
    plain(login.as_str())
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
        Owner::Team { slug, .. } => format!("the team {}", plain(slug.as_str())),
    }
}

/// A repository's name in a code span.
pub fn repo(name: &RepoName) -> String {
    plain(name.as_str())
}

/// A validated name in a code span. It holds no markup; only agents' names need breaking.
fn plain(name: &str) -> String {
    format!("`{}`", defused(name))
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
