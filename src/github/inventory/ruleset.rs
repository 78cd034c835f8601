//! `GET /repos/{owner}/{repo}/rulesets/{ruleset}`: only whether it is still there.
//!
//! Its bypass actors are shown only to those who may edit it, so the event that states them is
//! the better source. Source: "Get a repository ruleset".

use crate::domain::{Fact, IdentityKey, IdentityKind, RepoId};
use crate::github::Failure;
use crate::github::call::Call;
use crate::github::inventory::{Found, Reading};

pub(super) async fn read(r: &Reading<'_>, id: RepoId, ruleset: i64) -> Result<Found, Failure> {
    let who = r.with(&[]);
    let name = r.repo_name(&who, id).await?;
    let path = format!("/repos/{name}/rulesets/{ruleset}");
    let request = format!("GET {path}");
    let found = r.find(Call::get(&who, path), &format!("/repos/{name}")).await?;
    let facts = match found {
        Some(_) => Vec::new(),
        None => {
            let parts = [ruleset.to_string()];
            let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
            vec![Fact::Gone {
                identity: IdentityKey::scoped(IdentityKind::RulesetBypass, id.0, &parts),
            }]
        }
    };
    Ok((facts, request))
}
