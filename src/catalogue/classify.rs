//! Whether an account is a machine, a person, or could be either.
//!
//! | signal, strongest first                                     | verdict      |
//! |--------------------------------------------------------------|--------------|
//! | GitHub's type `Bot`, or a login that ends in `[bot]`          | machine      |
//! | its name stands in the policy's list of machine users         | machine      |
//! | its number, or its login with a fitting type, is known        | machine      |
//! | the same, from a source that nobody checked                   | unclassified |
//! | a user account with the login of somebody else's bot          | unclassified |
//! | GitHub gives no type that a person has                        | unclassified |
//! | a middling pattern: `-bot`, `-ci`, `svc-`, `automation`       | unclassified |
//! | a weak pattern: `talbot`, `jenkins`, or none                  | human        |

use crate::catalogue::actors::{Entry, actor, by_login};
use crate::catalogue::heuristics::{Strength, signal};
use crate::catalogue::table::Confidence;
use crate::domain::{Actor, ActorType, Class, Login};

/// What an account is, and why we think so.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// What it is.
    pub class: Class,
    /// The known account that it is, or whose login it has.
    pub entry: Option<&'static Entry>,
    /// Why, as the end of a sentence about the account.
    pub why: String,
}

/// Judges an account. `machine_users` is the policy's list.
pub fn classify(account: &Actor, machine_users: &dyn Fn(&Login) -> bool) -> Verdict {
    let known = actor(account.id, &account.login, account.kind);
    let verdict = |class, entry, why: &str| Verdict { class, entry, why: why.to_owned() };
    if account.kind == ActorType::Bot || account.login.is_bot() {
        return verdict(Class::Machine, known, "is the bot of a GitHub App");
    }
    if machine_users(&account.login) {
        return verdict(Class::Machine, known, "is listed as a machine user in the policy");
    }
    if let Some(entry) = known {
        let class = match entry.confidence {
            Confidence::Verified => Class::Machine,
            Confidence::Reported => Class::Unclassified,
        };
        return verdict(class, known, &format!("is known as {}", entry.name));
    }
    if let Some(entry) = by_login(&account.login) {
        let why = format!("is a user account with the login of {}", entry.name);
        return verdict(Class::Unclassified, Some(entry), &why);
    }
    if account.kind != ActorType::User {
        return verdict(Class::Unclassified, None, "is of a type that GitHub gives to no person");
    }
    match signal(&account.login) {
        Some(found) if found.strength == Strength::Middling => {
            verdict(Class::Unclassified, None, &found.words)
        }
        Some(_) | None => verdict(Class::Human, None, "is a user account like any person's"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::UserId;

    #[track_caller]
    fn check(login: &str, id: i64, kind: ActorType, class: Class, entry: Option<&str>) {
        let account = Actor { id: UserId(id), login: login.parse().unwrap(), kind };
        let verdict = classify(&account, &|login| login.as_str() == "acme-nightly");
        let found = verdict.entry.map(|entry| entry.id.as_str());
        assert_eq!((verdict.class, found), (class, entry), "{login}: {}", verdict.why);
    }

    #[test]
    fn bots_listed_accounts_and_known_accounts_are_machines() {
        use ActorType::{Bot, User};
        check("hubot[bot]", 1, Bot, Class::Machine, None);
        check("hubot[bot]", 1, User, Class::Machine, None);
        check("claude[bot]", 209_825_114, Bot, Class::Machine, Some("anthropic-claude-app"));
        check("copilot", 198_982_749, Bot, Class::Machine, Some("github-copilot-coding-agent"));
        check("copilot", 175_728_472, Bot, Class::Machine, Some("github-copilot-code-review"));
        check("acme-nightly", 1, User, Class::Machine, None);
        check("tekton-robot", 48_335_577, User, Class::Machine, Some("tekton-robot"));
        check("googlebot", 1, User, Class::Machine, Some("googlebot"));
    }

    #[test]
    fn accounts_that_could_be_either_wait_for_somebody_to_say() {
        use ActorType::{Organization, Unknown, User};
        for login in ["acme-ci-bot", "acme-robot", "svc-acme", "acme-deploy", "acmeautomation"] {
            check(login, 1, User, Class::Unclassified, None);
        }
        check("kiro-agent", 1, User, Class::Unclassified, Some("kiro-agent"));
        check("octocat", 1, Unknown, Class::Unclassified, None);
        check("acme", 1, Organization, Class::Unclassified, None);
    }

    #[test]
    fn people_stay_people_whatever_letters_their_names_have() {
        for login in ["octocat", "monalisa", "joetalbot", "abbott", "botwin", "carljenkins"] {
            check(login, 1, ActorType::User, Class::Human, None);
        }
    }
}
