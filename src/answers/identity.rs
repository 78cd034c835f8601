//! Everything that is held about one identity.

use serde::Serialize;

use crate::answers::register::repos;
use crate::answers::{Listed, OidcAnswer, Past, Readers, Row, history, oidc, readers};
use crate::domain::{Dates, Finding, Foreign, IdentityKey, Ownership};
use crate::register::Record;
use crate::store::{OrgRow, Store, StoreError};
use crate::words;

/// One identity, whole.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IdentityAnswer {
    /// As in the register.
    #[serde(flatten)]
    pub row: Row,
    /// Who answers for it, since when, for how long and why; or why nobody does.
    pub ownership: Ownership,
    /// What it can do, in words, a sentence for each grant.
    pub abilities: Vec<String>,
    /// When it was set and used.
    pub dates: Dates,
    /// The same in words, with from where and how often, and what of it nobody says.
    pub used: Vec<String>,
    /// What the rules found.
    pub findings: Vec<Finding>,
    /// What hangs together with it.
    pub joined: Vec<Joined>,
    /// Of a secret: who reads it beside those, and where nobody could look.
    pub readers: Option<Readers>,
    /// Of a job: the roles elsewhere that it takes with its OIDC token, and under which subject.
    pub oidc: Option<OidcAnswer>,
    /// It is Beholden itself: what it may do, and why. Of others nothing.
    pub own_permissions: Vec<String>,
    /// Its history, newest first.
    pub timeline: Vec<Past>,
    /// Where the rest of it begins.
    pub next: Option<String>,
}

/// Something that hangs together with an identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Joined {
    /// How, as the words before it.
    pub how: &'static str,
    /// What.
    pub identity: IdentityKey,
    /// The name that somebody gave it: anybody's text.
    pub name: Foreign,
    /// GitHub has it.
    pub live: bool,
}

/// One identity with the newest lines of its history; `None` when the register has never heard of it.
pub async fn identity(
    store: &Store,
    org: &OrgRow,
    key: &IdentityKey,
    lines: usize,
) -> Result<Option<IdentityAnswer>, StoreError> {
    let Some(record) = store.record(org.org, key).await? else { return Ok(None) };
    let places = repos(store, org.org, record.repos()).await?;
    let place = |repo| places.get(&repo).map(|repo| repo.name.to_string());
    let repo = record.repos().first().and_then(|repo| places.get(repo)).cloned();
    let (timeline, next) = history(store, org.org, &record, None, lines).await?;
    let joined = store.joined(org.org, &record).await?;
    let readers = readers(store, org, &record, &joined).await?;
    let is_ours = org.ourselves().as_ref() == Some(key);
    Ok(Some(IdentityAnswer {
        ownership: record.ownership.clone(),
        abilities: record.grants.iter().map(|grant| words::ability(grant, &place)).collect(),
        dates: record.dates.clone(),
        used: used(&record),
        findings: store.findings(org.org, key).await?,
        joined: joined
            .into_iter()
            .map(|(bond, other)| Joined {
                how: bond.words(),
                live: !other.identity.is_gone(),
                identity: other.identity.key,
                name: other.identity.name,
            })
            .collect(),
        readers,
        oidc: oidc(store, org, &record).await?,
        own_permissions: match is_ours {
            true => record.grants.iter().flat_map(words::own_power).collect(),
            false => Vec::new(),
        },
        timeline,
        next,
        row: Listed { record, repo }.row(),
    }))
}

/// When, from where and how often it is used, in words.
pub fn used(record: &Record) -> Vec<String> {
    let kind = record.identity.key.kind();
    [words::dates(kind, &record.dates), words::habits(kind, &record.habits)].concat()
}
