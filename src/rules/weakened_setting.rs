//! A switch or a guard that kept identities in check was weakened.

use std::collections::BTreeSet;

use crate::catalogue::Switch;
use crate::domain::{Evidence, Foreign, Severity, guards_before};
use crate::register::{Change, Entry};
use crate::rules::of_places::{Guarded, PlaceRule};
use crate::words::{list, shown};

pub(super) const RULE: PlaceRule = PlaceRule {
    id: "weakened-setting",
    title: "A safeguard was weakened in settings",
    severity: Severity::High,
    tags: &["CICD-SEC-7", "NHI8:2025", "T1562.001 (ATT&CK v16)"],
    docs: include_str!("weakened_setting.md"),
    check,
};

/// Things of somebody's naming, each with guards.
struct Kept {
    group: &'static str,
    words: &'static str,
    means: &'static str,
    /// Whether what they guard stays when they are taken away altogether.
    outlived: bool,
}

static KEPT: &[Kept] = &[
    Kept {
        group: "environment",
        words: "environment",
        means: "Whoever can start a workflow that names it reaches its secrets that way.",
        outlived: false,
    },
    Kept {
        group: "runner_group",
        words: "runner group",
        means: "More jobs can run on its machines, and whatever they leave behind stays there.",
        outlived: false,
    },
    Kept {
        group: "branch_protection",
        words: "protected branch",
        means: "What its files grant can be changed with less in the way.",
        outlived: true,
    },
];

/// Groups of which only the history tells: their names are somebody's, not GitHub's.
const HISTORY: &[&str] = &[
    "variable",
    "environment_variable",
    "agents_variable",
    "runner_group_reach",
    "coding_agent_in",
];

/// Switches that no list shows and the audit log tells of: what weakens one, what puts it right,
/// and what weaker means.
static TOLD: &[(&str, &str, &str, &str)] = &[
    (
        "two_factor_requirement_enabled",
        "org.disable_two_factor_requirement",
        "org.enable_two_factor_requirement",
        "The organisation does not ask for a second factor any more. Accounts without one can be \
         members.",
    ),
    (
        "oauth_app_restrictions",
        "org.disable_oauth_app_restrictions",
        "org.enable_oauth_app_restrictions",
        "OAuth apps are not restricted any more. Any that a member lets in reaches what the member \
         can reach, and no list shows it.",
    ),
    (
        "saml",
        "org.disable_saml",
        "org.enable_saml",
        "Single sign-on is off. Credentials work without it.",
    ),
    (
        "ip_allow_list",
        "ip_allow_list.disable",
        "ip_allow_list.enable",
        "The list of allowed addresses is off. Credentials work from everywhere.",
    ),
    (
        "token_restriction",
        "personal_access_token.access_restriction_disabled",
        "personal_access_token.access_restriction_enabled",
        "Personal access tokens that were kept out of the organisation can reach it.",
    ),
    (
        "token_expiration",
        "personal_access_token.expiration_limit_unset",
        "personal_access_token.expiration_limit_set",
        "Personal access tokens need not end any more.",
    ),
];

/// Actions whose meaning GitHub's own descriptions state in two ways.
const UNCLEAR: &[&str] = &[
    "auto_approve_personal_access_token_requests.disable",
    "auto_approve_personal_access_token_requests.enable",
    "personal_access_token.auto_approve_grant_requests_disabled",
    "personal_access_token.auto_approve_grant_requests_enabled",
];

fn check(entry: &Entry) -> Option<Guarded> {
    match (&entry.change, &entry.evidence) {
        (Change::Switched { group, name, from: Some(from), to }, _) => {
            match (KEPT.iter().find(|kept| kept.group == group), to) {
                (Some(kept), Some(to)) => guards(kept, name, from, to),
                (Some(kept), None) => removed(kept, name, from),
                (None, _) if HISTORY.contains(&group.as_str()) => None,
                (None, to) => switch(group, name, from, to.as_deref()?),
            }
        }
        (Change::Audited { .. }, Evidence::Audit { action, .. }) => told(action),
        _ => None,
    }
}

/// A switch of which GitHub lists the value.
fn switch(group: &str, name: &Foreign, from: &str, to: &str) -> Option<Guarded> {
    let switch = Switch::of(group, name.raw())?;
    // It may not have been shown for a while, as when Actions is off.
    let from = guards_before(from).unwrap_or(from);
    let (before, after) = (switch.laxness(from), switch.laxness(to));
    let name = switch.name.to_owned();
    if after == before {
        return None;
    }
    let weaker = (after > before).then(|| {
        let (from, to) = (shown(&from.into()), shown(&to.into()));
        format!("`{name}` is {to} now; it was {from}. {}", switch.means)
    });
    Some(Guarded { name, weaker })
}

/// The kinds of protection in a value, by name.
fn kinds(value: &str) -> BTreeSet<String> {
    let value = guards_before(value).unwrap_or(value);
    value.split(", ").filter(|kind| *kind != "nothing").map(str::to_owned).collect()
}

/// What guards a thing, held against what did before, also before it was gone for a while.
fn guards(kept: &Kept, name: &Foreign, from: &str, to: &str) -> Option<Guarded> {
    let (before, after) = (kinds(from), kinds(to));
    let lost: Vec<String> =
        before.difference(&after).map(|kind| shown(&kind.as_str().into())).collect();
    if lost.is_empty() && before == after && guards_before(from).is_none() {
        return None;
    }
    let weaker = (!lost.is_empty()).then(|| {
        let (words, lost) = (kept.words, list(&lost));
        format!("The {words} {} lost a guard: {lost}. {}", shown(name), kept.means)
    });
    Some(Guarded { name: format!("{} {}", kept.words, name.raw()), weaker })
}

/// Protection that was taken away altogether. What stands in an environment goes with it; a branch
/// stays.
fn removed(kept: &Kept, name: &Foreign, from: &str) -> Option<Guarded> {
    let lost: Vec<String> = kinds(from).iter().map(|kind| shown(&kind.as_str().into())).collect();
    if !kept.outlived || lost.is_empty() {
        return None;
    }
    let weaker = format!(
        "{} is no {} any more, or it was deleted. It had {}. {}",
        shown(name),
        kept.words,
        list(&lost),
        kept.means
    );
    Some(Guarded { name: format!("{} {}", kept.words, name.raw()), weaker: Some(weaker) })
}

/// A switch of which only the audit log tells.
fn told(action: &str) -> Option<Guarded> {
    if UNCLEAR.contains(&action) {
        let weaker = "Whether fine-grained tokens need an owner's approval was changed. The name of \
                      the action does not tell which way: look at the setting.";
        let name = "token_approval".to_owned();
        return Some(Guarded { name, weaker: Some(weaker.to_owned()) });
    }
    TOLD.iter().find_map(|(name, weakens, restores, means)| {
        let weaker = match action {
            _ if action == *weakens => Some((*means).to_owned()),
            _ if action == *restores => None,
            _ => return None,
        };
        Some(Guarded { name: (*name).to_owned(), weaker })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;

    fn entry(change: Change, action: Option<&str>) -> Entry {
        let evidence = match action {
            Some(action) => {
                Evidence::Audit { record: "audit-1".to_owned(), action: action.to_owned() }
            }
            None => Evidence::Api { request: "GET /orgs/acme".to_owned() },
        };
        let at = Timestamp::UNIX_EPOCH;
        Entry { identity: None, repo: None, change, by: None, at, evidence }
    }

    fn switched(group: &str, name: &str, from: &str, to: &str) -> Option<Option<String>> {
        became(group, name, from, Some(to))
    }

    fn became(group: &str, name: &str, from: &str, to: Option<&str>) -> Option<Option<String>> {
        let change = Change::Switched {
            group: group.to_owned(),
            name: name.into(),
            from: Some(from.to_owned()),
            to: to.map(str::to_owned),
        };
        check(&entry(change, None)).map(|guarded| guarded.weaker)
    }

    #[test]
    fn a_guard_that_goes_altogether_is_weaker_and_so_is_a_thing_that_comes_back_without() {
        let gone = became("branch_protection", "main", "checks, reviews", None);
        assert!(gone.flatten().is_some_and(|it| it.contains("`checks` and `reviews`")));
        assert_eq!(became("branch_protection", "main", "nothing", None), None);
        assert_eq!(became("environment", "prod", "wait_timer", None), None, "its secrets go too");
        let had = format!("{}wait_timer", crate::domain::GONE);
        assert!(switched("environment", "prod", &had, "nothing").flatten().is_some());
        assert_eq!(switched("environment", "prod", &had, "wait_timer"), Some(None));
    }

    #[test]
    fn a_weaker_value_is_told_a_stricter_one_puts_right_and_others_say_nothing() {
        let said = switched("setting", "default_workflow_permissions", "read", "write");
        assert!(said.flatten().is_some_and(|it| it.contains("`write` now; it was `read`")));
        let name = "fork_pr_contributor_approval";
        let (strict, lax) = ("all_external_contributors", "first_time_contributors");
        assert_eq!(switched("setting", name, lax, strict), Some(None));
        assert!(switched("setting", name, strict, lax).flatten().is_some());
        assert_eq!(switched("setting", "allowed_actions", "local_only", "selected"), None);
        assert_eq!(switched("setting", "actions_enabled", "none", "all"), None);
    }

    #[test]
    fn a_value_that_github_adds_later_counts_as_the_weakest() {
        let said = switched("setting", "allowed_actions", "selected", "everything_and_more");
        assert!(said.flatten().is_some());
    }

    #[test]
    fn an_environment_is_weaker_when_it_loses_a_guard_and_not_when_it_gains_one() {
        let both = "branch_policy, required_reviewers";
        let said = switched("environment", "prod", both, "branch_policy").flatten().unwrap();
        assert!(said.contains("`required_reviewers`") && said.contains("`prod`"), "{said}");
        assert!(switched("environment", "prod", both, "nothing").flatten().is_some());
        assert_eq!(switched("environment", "prod", "nothing", both), Some(None));
    }

    #[test]
    fn the_audit_log_tells_of_switches_that_no_list_shows() {
        let noted = |action| {
            let audited = Change::Audited { what: String::new(), with: None };
            check(&entry(audited, Some(action))).map(|it| it.weaker)
        };
        assert!(noted("org.disable_oauth_app_restrictions").flatten().is_some());
        assert_eq!(noted("org.enable_oauth_app_restrictions"), Some(None));
        assert!(noted("personal_access_token.auto_approve_grant_requests_enabled").is_some());
        assert_eq!(noted("git.clone"), None);
    }
}
