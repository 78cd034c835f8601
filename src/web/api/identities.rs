//! `/identities`: the register, one identity, its history.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};

use crate::answers::{self, IdentityAnswer, Past, Row, Wanted};
use crate::domain::{IdentityKey, IdentityKind, RepoName};
use crate::store::{Filter, OrgRow};
use crate::web::Admin;
use crate::web::api::ask::{answer, chosen, limit};
use crate::web::api::{Answer, Items, Problem};

/// The words of ownership.
const STANDINGS: [&str; 5] = ["unowned", "proposed", "owned", "orphaned", "retired"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    org: Option<String>,
    kind: Option<String>,
    standing: Option<String>,
    repository: Option<RepoName>,
    text: Option<String>,
    vendor: Option<String>,
    after: Option<String>,
    limit: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct One {
    org: Option<String>,
    before: Option<String>,
    limit: Option<usize>,
}

/// One identity.
#[derive(Serialize)]
pub(super) struct Shown {
    identity: IdentityAnswer,
}

pub(super) async fn list(
    State(admin): State<Admin>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Answer<Items<Row>>>, Problem> {
    let Query(asked) = asked?;
    let org = chosen(&admin, asked.org.as_deref()).await?;
    let limit = limit(asked.limit)?;
    let after = asked.after.as_deref().map(key).transpose()?;
    let wanted = wanted(&admin, &org, &asked).await?;
    let page = answers::list(admin.store(), &org, &wanted, after.as_ref(), limit).await?;
    let items = page.items.iter().map(answers::Listed::row).collect();
    let next = page.next.map(|key| key.to_string());
    answer(&admin, org, Items { items, next }).await
}

pub(super) async fn show(
    State(admin): State<Admin>,
    Path((kind, id)): Path<(String, String)>,
    asked: Result<Query<One>, QueryRejection>,
) -> Result<Json<Answer<Shown>>, Problem> {
    let Query(asked) = asked?;
    let org = chosen(&admin, asked.org.as_deref()).await?;
    let (key, limit) = (key(&format!("{kind}/{id}"))?, limit(asked.limit)?);
    let identity = answers::identity(admin.store(), &org, &key, limit).await?;
    let identity = identity.ok_or_else(|| unknown(&key))?;
    answer(&admin, org, Shown { identity }).await
}

pub(super) async fn timeline(
    State(admin): State<Admin>,
    Path((kind, id)): Path<(String, String)>,
    asked: Result<Query<One>, QueryRejection>,
) -> Result<Json<Answer<Items<Past>>>, Problem> {
    let Query(asked) = asked?;
    let org = chosen(&admin, asked.org.as_deref()).await?;
    let (key, limit) = (key(&format!("{kind}/{id}"))?, limit(asked.limit)?);
    let before = asked.before.as_deref().map(place).transpose()?;
    let record = admin.store().record(org.org, &key).await?.ok_or_else(|| unknown(&key))?;
    let (items, next) = answers::history(admin.store(), org.org, &record, before, limit).await?;
    answer(&admin, org, Items { items, next }).await
}

async fn wanted(admin: &Admin, org: &OrgRow, asked: &Asked) -> Result<Wanted, Problem> {
    let kind = asked.kind.as_deref().map(|kind| {
        let known: Vec<&str> = IdentityKind::ALL.iter().map(|kind| kind.as_str()).collect();
        kind.parse::<IdentityKind>()
            .map_err(|error| Problem::bad(error, format!("Kinds are {}.", known.join(", "))))
    });
    if let Some(word) = asked.standing.as_deref().filter(|word| !STANDINGS.contains(word)) {
        let message = format!("Nothing stands at {word:?}.");
        return Err(Problem::bad(message, format!("Ask for {}.", STANDINGS.join(", "))));
    }
    let repo = match &asked.repository {
        Some(name) => {
            let repo = admin.store().repo_named(org.org, name).await?;
            let repo = repo.ok_or_else(|| {
                let message = format!("The register knows no repository {name}.");
                Problem::missing(message, "Write it as owner/name, as GitHub does now.")
            })?;
            Some(repo.id)
        }
        None => None,
    };
    let (word, text) = (asked.standing.clone(), asked.text.clone());
    let filter = Filter { kind: kind.transpose()?, word, repo, text };
    Ok(Wanted { filter, vendor: asked.vendor.clone() })
}

fn key(text: &str) -> Result<IdentityKey, Problem> {
    text.parse().map_err(|error: String| {
        Problem::bad(error, "An identity is written kind/id, as the register lists it.")
    })
}

fn unknown(key: &IdentityKey) -> Problem {
    let message = format!("The register does not hold {key}.");
    Problem::missing(message, "/api/v1/identities lists what it holds.")
}

/// The place of a line of history, as an answer gives it.
fn place(text: &str) -> Result<(i64, i64), Problem> {
    let place =
        text.split_once('.').and_then(|(turn, n)| Some((turn.parse().ok()?, n.parse().ok()?)));
    place.ok_or_else(|| {
        Problem::bad(format!("{text:?} is no place."), "Give back what stood in next.")
    })
}
