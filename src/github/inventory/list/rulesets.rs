//! `GET /repos/{owner}/{repo}/rulesets`: which rulesets there are. Who may bypass them is shown only
//! to those who may edit them, so this tells of none that is new; it tells of those that are gone.

use super::{Facts, Lister};
use crate::domain::{Fact, IdentityKey, IdentityKind};
use crate::github::Failure;
use crate::github::wire::Numbered;

pub(super) async fn list(l: &Lister<'_>) -> Result<Facts, Failure> {
    let Some(repo) = l.repo() else { return Ok(Vec::new()) };
    let path = format!("{}?includes_parents=false", l.path());
    let rulesets = l.rows(&path, |page: Vec<Numbered>| page).await?;
    let key =
        |id: i64| IdentityKey::scoped(IdentityKind::RulesetBypass, repo.0, &[&id.to_string()]);
    Ok(rulesets.iter().map(|it| (Fact::Stands { identity: key(it.id) }, None)).collect())
}
