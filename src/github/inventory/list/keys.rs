//! `GET /repos/{owner}/{repo}/keys`: every deploy key of a repository.

use super::{Facts, Lister};
use crate::domain::{Actor, ActorType, UserId};
use crate::github::Failure;
use crate::github::inventory::deploy_key;

pub(super) async fn list(l: &Lister<'_>) -> Result<Facts, Failure> {
    let Some(repo) = l.repo() else { return Ok(Vec::new()) };
    let path = l.path();
    let keys = l.rows(&path, |page: Vec<deploy_key::Key>| page).await?;
    let request = format!("GET {path}");
    Ok(keys
        .iter()
        .flat_map(|key| {
            let held = (deploy_key::fact(&l.r, repo, key, &request), added_by(key));
            [held, (deploy_key::dated(key), None)]
        })
        .collect())
}

/// GitHub gives only the login of whoever added it, so the account has no number here.
fn added_by(key: &deploy_key::Key) -> Option<Actor> {
    let login = key.added_by.as_deref()?.parse().ok()?;
    Some(Actor { id: UserId(0), login, kind: ActorType::Unknown })
}
