//! What is known about host and repository when files are judged.

use std::collections::BTreeSet;

use crate::domain::{Foreign, RepoName};
use crate::github::RepoRead;
use crate::power::{DefaultToken, Ground, Protection};

/// The ground of a branch's files. What was not read is unknown.
pub(super) fn of(name: &RepoName, settings: &RepoRead, branch: &Foreign) -> Ground {
    Ground {
        repo: Some(name.clone()),
        default_branch: Some(settings.default_branch.clone()),
        branch: Some(branch.clone()),
        visibility: Some(settings.repo.visibility),
        default_token: match settings.default_token.as_deref() {
            Some("read") => Some(DefaultToken::Read),
            Some("write") => Some(DefaultToken::Write),
            _ => None,
        },
        environments: settings
            .environments
            .iter()
            .flatten()
            .map(|(name, kinds)| {
                let protections: BTreeSet<Protection> =
                    kinds.iter().filter_map(|kind| protection(kind)).collect();
                (Foreign::new(name), Some(protections))
            })
            .collect(),
        ..Ground::default()
    }
}

/// GitHub's word for a protection. Source: "List environments", `protection_rules`.
fn protection(kind: &str) -> Option<Protection> {
    Some(match kind {
        "required_reviewers" => Protection::Reviewers,
        "wait_timer" => Protection::Timer,
        "branch_policy" => Protection::Branches,
        // Rules of other Apps.
        _ => Protection::Custom,
    })
}
