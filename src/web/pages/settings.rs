//! Settings that decide what identities may do, of the organisation and of one repository at a time.

use askama::Template;
use axum::extract::{Query, State};
use serde::Deserialize;

use crate::answers::{self, Lax};
use crate::web::Admin;
use crate::web::pages::{Choice, Shown, Trouble, chosen, page};
use crate::words::{count, kind_of_switch, upper};

#[derive(Deserialize)]
pub(in crate::web) struct Asked {
    org: Option<i64>,
    #[serde(default)]
    repository: String,
}

struct Setting {
    kind: String,
    name: String,
    value: String,
    means: &'static str,
}

/// A value that could be stricter, and where it stands.
struct Spread {
    name: &'static str,
    value: String,
    means: &'static str,
    places: String,
    among: Vec<String>,
    more: usize,
}

#[derive(Template)]
#[template(path = "settings.html")]
struct Settings {
    orgs: Vec<Choice>,
    org: i64,
    login: String,
    repository: String,
    settings: Vec<Setting>,
    repositories: Vec<Spread>,
    coverage: String,
}

pub(in crate::web) async fn show(State(admin): State<Admin>, Query(asked): Query<Asked>) -> Shown {
    let (orgs, org) = chosen(&admin, asked.org).await?;
    let mut shown = Settings {
        orgs,
        org: 0,
        login: String::new(),
        repository: asked.repository.trim().to_owned(),
        settings: Vec::new(),
        repositories: Vec::new(),
        coverage: String::new(),
    };
    let Some(org) = org else { return page(&shown) };
    let missing = || Trouble::Missing("The register knows no such repository.\n");
    let repo = match shown.repository.as_str() {
        "" => None,
        name => Some(name.parse().map_err(|_| missing())?),
    };
    let found = answers::settings(admin.store(), &org, repo.as_ref()).await?;
    let found = found.ok_or_else(missing)?;
    shown.coverage = answers::sighted(admin.store(), &org).await?.line;
    shown.org = org.org.0;
    shown.login = org.login.map(|login| login.to_string()).unwrap_or_default();
    let settings = found.settings.into_iter().map(|setting| Setting {
        kind: upper(kind_of_switch(&setting.kind)),
        name: setting.name.raw().to_owned(),
        value: setting.value,
        means: setting.means.unwrap_or_default(),
    });
    shown.settings = settings.collect();
    shown.repositories = found.repositories.into_iter().map(spread).collect();
    page(&shown)
}

fn spread(lax: Lax) -> Spread {
    Spread {
        name: lax.name,
        value: lax.value,
        means: lax.means,
        places: count(lax.repositories, "repository"),
        more: lax.repositories - lax.among.len(),
        among: lax.among.iter().map(ToString::to_string).collect(),
    }
}
