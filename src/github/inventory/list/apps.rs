//! `GET /orgs/{org}/installations`: other GitHub Apps, and ourselves. GitHub's own privileged Apps
//! never appear, and no answer says which repositories were chosen for one.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Facts, Lister, level};
use crate::domain::{
    Access, Class, Fact, Foreign, Identity, IdentityKey, IdentityKind, Reach, Standing, Through,
    Timestamp,
};
use crate::github::Failure;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Page {
    installations: Vec<App>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct App {
    id: i64,
    app_slug: String,
    permissions: BTreeMap<String, String>,
    repository_selection: String,
    updated_at: Option<Timestamp>,
    created_at: Option<Timestamp>,
    suspended_at: Option<Timestamp>,
}

pub(super) async fn list(l: &Lister<'_>) -> Result<Facts, Failure> {
    let apps = l.rows(&l.path(), |page: Page| page.installations).await?;
    Ok(apps.iter().flat_map(|app| [(fact(l, app), None), (dated(app), None)]).collect())
}

/// GitHub does not say when an App was used: from now on its acts are watched.
fn dated(app: &App) -> Fact {
    let identity = IdentityKey::new(IdentityKind::AppInstallation, app.id);
    Fact::Dated { identity, stored: None, used: None }
}

/// One that is suspended can do nothing; letting it work again widens it.
fn fact(l: &Lister<'_>, app: &App) -> Fact {
    let works = app.suspended_at.is_none();
    let reach = match app.repository_selection.as_str() {
        _ if !works => Reach::Repos { repos: Default::default() },
        "all" => Reach::AllRepos,
        "selected" => Reach::Chosen,
        _ => Reach::Unknown,
    };
    let permissions: BTreeMap<String, Access> = app
        .permissions
        .iter()
        .filter(|_| works)
        .map(|(name, word)| (Foreign::new(name).raw().to_owned(), level(word)))
        .collect();
    let access = permissions.get("contents").copied().unwrap_or(Access::None);
    let mut grant = l.grant(Through::Installation, reach, app.updated_at.or(app.created_at));
    grant.access = Some(access);
    grant.permissions = permissions;
    let identity = Identity {
        key: IdentityKey::new(IdentityKind::AppInstallation, app.id),
        name: Foreign::new(&app.app_slug),
        login: format!("{}[bot]", app.app_slug).parse().ok(),
        repo: None,
        class: Class::Machine,
        fingerprint: None,
        catalogue: None,
        holder: None,
        standing: Standing::Live,
    };
    Fact::Holds { identity: identity.into(), grant: grant.into() }
}
