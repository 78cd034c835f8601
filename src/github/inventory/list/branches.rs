//! `GET /repos/{owner}/{repo}/branches?protected=true`, and the protection of each: the older way, which
//! no ruleset shows. Who may pass is shown here to whoever may read it.
//!
//! Source: "Get branch protection". A branch that only a ruleset protects answers 404 there.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Facts, Lister, guards};
use crate::domain::{Access, Fact, IdentityKey, IdentityKind, Reach, RepoId, Through};
use crate::github::Failure;
use crate::github::wire::{Numbered, segment};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::github::inventory) struct Branch {
    pub(in crate::github::inventory) name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Protection {
    required_status_checks: Option<serde::de::IgnoredAny>,
    required_pull_request_reviews: Option<Reviews>,
    enforce_admins: Switch,
    restrictions: Option<Actors>,
    allow_force_pushes: Switch,
    allow_deletions: Switch,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Switch {
    enabled: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Reviews {
    bypass_pull_request_allowances: Actors,
    require_code_owner_reviews: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Actors {
    users: Vec<Numbered>,
    teams: Vec<Numbered>,
    apps: Vec<Numbered>,
}

/// The key of those who may pass the protection of a branch.
pub(in crate::github::inventory) fn key(repo: RepoId, branch: &str) -> IdentityKey {
    IdentityKey::scoped(IdentityKind::RulesetBypass, repo.0, &["branch", branch])
}

pub(super) async fn list(l: &Lister<'_>) -> Result<Facts, Failure> {
    let Some(repo) = l.repo() else { return Ok(Vec::new()) };
    let path = format!("{}?protected=true", l.path());
    let branches = l.rows(&path, |page: Vec<Branch>| page).await?;
    let (mut facts, mut kept) = (Vec::new(), BTreeMap::new());
    for Branch { name } in &branches {
        let path = format!("{}/{}/protection", l.path(), segment(name));
        let Some(protection) = l.one_if_any::<Protection>(&path).await? else { continue };
        kept.insert(name.clone(), protection.guards());
        let (identity, through) = (key(repo, name), Through::BranchProtection);
        let permissions = protection.passes();
        if permissions.is_empty() {
            // Nobody may pass: there is none, or it holds nothing any more.
            facts.push((Fact::Stands { identity: identity.clone() }, None));
            facts.push((Fact::Lacks { identity, through }, None));
            continue;
        }
        let mut grant = l.grant(through, Reach::one(repo), None);
        grant.access = permissions.values().copied().max();
        grant.permissions = permissions;
        facts.push(l.holds(identity, name, grant));
    }
    facts.push(l.switches("branch_protection", kept));
    Ok(facts)
}

impl Protection {
    /// What holds for everybody who is not on a list.
    fn guards(&self) -> String {
        let reviews = self.required_pull_request_reviews.as_ref();
        guards([
            (reviews.is_some(), "reviews"),
            (reviews.is_some_and(|it| it.require_code_owner_reviews), "code_owner_reviews"),
            (self.required_status_checks.is_some(), "status_checks"),
            (self.restrictions.is_some(), "chosen_pushers"),
            (self.enforce_admins.enabled, "administrators_too"),
            (!self.allow_force_pushes.enabled, "no_force_pushes"),
            (!self.allow_deletions.enabled, "no_deletions"),
        ])
    }

    /// Who may pass: without a review, or where only they may push.
    fn passes(&self) -> BTreeMap<String, Access> {
        let unreviewed = self
            .required_pull_request_reviews
            .as_ref()
            .map(|it| &it.bypass_pull_request_allowances);
        let mut passes = BTreeMap::new();
        for (list, word) in [(unreviewed, "unreviewed"), (self.restrictions.as_ref(), "push")] {
            let Some(list) = list else { continue };
            for (kind, actors) in
                [("user", &list.users), ("team", &list.teams), ("integration", &list.apps)]
            {
                let names = actors.iter().map(|actor| format!("{word}:{kind}:{}", actor.id));
                passes.extend(names.map(|name| (name, Access::Write)));
            }
        }
        passes
    }
}
