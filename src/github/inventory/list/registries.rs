//! `GET /orgs/{org}/private-registries`: package registries that workflows and Dependabot may use.

use serde::Deserialize;

use super::{Facts, Lister};
use crate::domain::{IdentityKey, IdentityKind, Reach, Through, Timestamp};
use crate::github::Failure;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Page {
    configurations: Vec<Registry>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Registry {
    name: String,
    visibility: String,
    created_at: Option<Timestamp>,
}

pub(super) async fn list(l: &Lister<'_>) -> Result<Facts, Failure> {
    let registries = l.rows(&l.path(), |page: Page| page.configurations).await?;
    Ok(registries
        .iter()
        .map(|registry| {
            let reach = match registry.visibility.as_str() {
                "all" => Reach::AllRepos,
                "private" => Reach::PrivateRepos,
                "selected" => Reach::Chosen,
                _ => Reach::Unknown,
            };
            let scope = l.whole.org.0;
            let key = IdentityKey::scoped(IdentityKind::PrivateRegistry, scope, &[&registry.name]);
            l.holds(key, &registry.name, l.grant(Through::Registry, reach, registry.created_at))
        })
        .collect())
}
