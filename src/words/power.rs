//! What a grant allows, in plain words.

use crate::domain::{Access, Grant, OrgRole, Reach, RepoId, Through};
use crate::words::sentence::{count, list};

/// How many repositories or permissions are named one by one.
const NAMED: usize = 5;

/// What the grant lets its holder do: `can push to acme/api`. `name` gives a repository's name
/// as it may be shown, `None` when it is not known or not to be named.
pub fn ability(grant: &Grant, name: &dyn Fn(RepoId) -> Option<String>) -> String {
    let place = place_of(&grant.reach, name);
    if let Through::Leak { .. } = grant.through {
        return format!("was found in the open in {place}");
    }
    match grant.through {
        Through::Runner { .. } => return format!("runs jobs of {place}"),
        Through::Registration => return format!("may run jobs of {place}"),
        Through::Secret => return format!("can be read by what runs in {place}"),
        Through::Registry => return format!("is open to what runs in {place}"),
        Through::Approval => {
            return "can reach here whatever each member who lets it in can reach".to_owned();
        }
        Through::Webhook => {
            return format!("is sent {} of {place}", count(grant.permissions.len(), "event"));
        }
        _ => {}
    }
    if let Through::Ruleset { .. } = grant.through {
        return match grant.permissions.len() {
            0 => format!("lets nobody pass a ruleset of {place}"),
            n => format!("lets {} pass a ruleset of {place}", count(n, "actor")),
        };
    }
    if grant.through == Through::BranchProtection {
        let actors = count(grant.permissions.len(), "actor");
        return format!("lets {actors} pass the protection of a branch of {place}");
    }
    if grant.through == Through::CodingAgent {
        return format!("can be used by the coding agent in {place}");
    }
    if grant.through == Through::ApiUse {
        return "was used on GitHub's API for the organisation; what else it may do, GitHub does not say"
            .to_owned();
    }
    if let Some(power) = &grant.power {
        return power.says.clone();
    }
    if let Through::OrgRole { .. } = grant.through {
        return role(grant);
    }
    if !grant.permissions.is_empty() {
        let permissions = permissions(grant);
        let verb = match grant.through {
            Through::TokenRequest { .. } => "asks for",
            _ => "has",
        };
        return format!("{verb} {permissions} on {place}");
    }
    if grant.role == Some(OrgRole::Owner) {
        return "owns the organisation: it can change every setting and every repository"
            .to_owned();
    }
    match grant.access {
        Some(access) => can(access, &place),
        None if grant.role == Some(OrgRole::Member) => "is a member of the organisation".to_owned(),
        None => format!("reaches {place}; GitHub did not say how far"),
    }
}

fn can(access: Access, place: &str) -> String {
    match access {
        Access::None => format!("can do nothing in {place}"),
        Access::Read => format!("can read {place}"),
        Access::Triage => format!("can manage issues of {place}"),
        Access::Write => format!("can push to {place}"),
        Access::Maintain => format!("can push to {place} and change some of the settings"),
        Access::Admin => format!("can do everything in {place}"),
    }
}

/// What a role of the organisation allows: in every repository, and in the organisation itself.
fn role(grant: &Grant) -> String {
    let everywhere = place_of(&Reach::AllRepos, &|_| None);
    let access = grant.access.iter().filter(|access| **access > Access::None);
    let mut parts: Vec<String> = access.map(|access| can(*access, &everywhere)).collect();
    if !grant.permissions.is_empty() {
        parts.push(format!("has {} on the organisation", permissions(grant)));
    }
    let name = grant.called.as_ref().map_or_else(String::new, |it| permission(it.raw()));
    format!("holds the organisation role `{name}`: it {}", list(&parts))
}

/// The permissions, as many as are named.
fn permissions(grant: &Grant) -> String {
    let each = grant.permissions.iter().take(NAMED);
    let mut named: Vec<String> =
        each.map(|(name, access)| format!("`{}: {access}`", permission(name))).collect();
    let more = grant.permissions.len().saturating_sub(NAMED);
    if more > 0 {
        named.push(format!("{more} more"));
    }
    list(&named)
}

/// The repositories in words.
pub fn place_of(reach: &Reach, name: &dyn Fn(RepoId) -> Option<String>) -> String {
    match reach {
        Reach::Repos { repos } if repos.is_empty() => "no repository".to_owned(),
        Reach::Repos { repos } => {
            let named: Vec<_> = repos.iter().filter_map(|repo| name(*repo)).collect();
            match (repos.len(), named.len()) {
                (1, 0) => "one repository".to_owned(),
                (all, 0) => count(all, "repository"),
                (all, some) if all == some && all <= NAMED => list(&named),
                (all, some) => {
                    let some = some.min(NAMED - 1);
                    format!("{} and {} more", named[..some].join(", "), all - some)
                }
            }
        }
        Reach::AllRepos => "every repository of the organisation".to_owned(),
        Reach::PrivateRepos => "every private repository of the organisation".to_owned(),
        Reach::Chosen => "repositories that were chosen for it".to_owned(),
        Reach::Organization => "the organisation".to_owned(),
        Reach::Unknown => "places that GitHub did not name".to_owned(),
    }
}

/// The door in words, as the end of a sentence: `as a deploy key`.
pub fn door(through: &Through) -> &'static str {
    match through {
        Through::DeployKey => "as a deploy key",
        Through::Collaborator { .. } => "as a collaborator",
        Through::OrgMembership => "as a member of the organisation",
        Through::Team { .. } => "through a team",
        Through::OrgRole { team: None, .. } => "through an organisation role",
        Through::OrgRole { team: Some(_), .. } => "through an organisation role of a team",
        Through::Token => "as an approved token",
        Through::TokenRequest { .. } => "as a token that waits for approval",
        Through::Runner { .. } => "as a self-hosted runner",
        Through::Ruleset { .. } => "through the bypass list of a ruleset",
        Through::BranchProtection => "through the protection of a branch",
        Through::CodingAgent => "through the settings of the coding agent",
        Through::ApiUse => "by its use of the API",
        Through::File { .. } => "through a file",
        Through::Installation => "as an installed App",
        Through::Approval => "as an approved OAuth app",
        Through::Secret => "as a secret",
        Through::Webhook => "as a webhook",
        Through::Registration => "as a registered runner",
        Through::Registry => "as a private registry",
        Through::Leak { .. } => "as a leaked credential",
    }
}

/// A permission's or event's name, of which nothing but letters, digits and a few signs is shown.
pub fn permission(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_alphanumeric() || "_:.-".contains(*c)).take(60).collect()
}
