//! The register in pages: what non-human can act here, and who answers for it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalogue;
use crate::domain::{
    Foreign, Grant, IdentityKey, IdentityKind, OrgId, Repo, RepoId, RepoName, Timestamp,
};
use crate::register::{Loaded, Need, Record, exception};
use crate::store::{Filter, OrgRow, Page, Store, StoreError};

/// Which identities are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// By kind, standing, repository or the beginning of a name.
    pub filter: Filter,
    /// Only what belongs to this vendor, by the catalogue, by service, by address, by name.
    pub vendor: Option<String>,
}

/// One identity as a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Which.
    pub identity: IdentityKey,
    /// What it is.
    pub kind: IdentityKind,
    /// The name that somebody gave it: anybody's text.
    pub name: Foreign,
    /// The first repository that it hangs on.
    pub repository: Option<RepoName>,
    /// `unowned`, `proposed`, `owned`, `orphaned` or `retired`.
    pub standing: &'static str,
    /// Who answers for it, owner first.
    pub owners: Vec<String>,
    /// It was there before anybody told us of it.
    pub baseline: bool,
    /// GitHub has it.
    pub live: bool,
    /// What it may do.
    pub grants: Vec<Grant>,
    /// When it was first heard of.
    pub first_seen: Timestamp,
    /// When it was last seen to exist or to act.
    pub last_seen: Timestamp,
    /// Its repository is out of our sight.
    pub hidden: bool,
    /// Until when a person left it as it is.
    pub excepted_until: Option<Timestamp>,
}

/// A row with everything that is held about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// What is held.
    pub record: Record,
    /// The first repository that it hangs on.
    pub repo: Option<Repo>,
}

impl Listed {
    /// As it stands in an answer.
    pub fn row(&self) -> Row {
        let Self { record, repo } = self;
        Row {
            identity: record.identity.key.clone(),
            kind: record.identity.key.kind(),
            name: record.identity.name.clone(),
            repository: repo.as_ref().map(|repo| repo.name.clone()),
            standing: record.ownership.word(),
            owners: record.ownership.owners().map(|owner| owner.plain()).collect(),
            baseline: record.baseline,
            live: record.identity.is_live(),
            grants: record.grants.clone(),
            first_seen: record.first_seen,
            last_seen: record.last_seen,
            hidden: repo.as_ref().is_some_and(|repo| repo.hidden),
            excepted_until: exception(record).map(|left| left.until),
        }
    }
}

/// One page. We are the first row of the register's first page, wherever our key stands. With a
/// vendor a page may be short: it holds what belongs to them of `limit` rows.
pub async fn list(
    store: &Store,
    org: &OrgRow,
    wanted: &Wanted,
    after: Option<&IdentityKey>,
    limit: usize,
) -> Result<Page<Listed, IdentityKey>, StoreError> {
    let Page { items: mut records, next } =
        store.register_page(org.org, &wanted.filter, after, limit).await?;
    let searched = wanted.filter.repo.is_some() || wanted.filter.text.is_some();
    if let Some(own) = org.ourselves().filter(|_| !searched) {
        records.retain(|record| record.identity.key != own);
        let first = match after {
            None => store.record(org.org, &own).await?,
            Some(_) => None,
        };
        records.splice(0..0, first.filter(|record| passes(&wanted.filter, record)));
    }
    if let Some(vendor) = &wanted.vendor {
        records.retain(|record| {
            let by = record.grants.iter().filter_map(|grant| grant.by.as_ref());
            catalogue::told(vendor, &record.identity, by).is_some()
        });
    }
    let first = |record: &Record| record.repos().first().copied();
    let repos = repos(store, org.org, records.iter().filter_map(first)).await?;
    let items = records.into_iter().map(|record| {
        let repo = first(&record).and_then(|repo| repos.get(&repo)).cloned();
        Listed { record, repo }
    });
    Ok(Page { items: items.collect(), next })
}

/// Names of repositories, as far as the register knows them.
pub async fn names(
    store: &Store,
    org: OrgId,
    ids: impl IntoIterator<Item = RepoId>,
) -> Result<BTreeMap<RepoId, String>, StoreError> {
    let repos = repos(store, org, ids).await?;
    Ok(repos.into_iter().map(|(id, repo)| (id, repo.name.to_string())).collect())
}

/// Repositories, as far as the register knows them.
pub(super) async fn repos(
    store: &Store,
    org: OrgId,
    ids: impl IntoIterator<Item = RepoId>,
) -> Result<BTreeMap<RepoId, Repo>, StoreError> {
    let needs: Vec<Need> = ids.into_iter().map(Need::Repo).collect();
    let loaded = store.load(org, &needs).await?;
    let known = loaded.into_iter().filter_map(|(_, loaded)| match loaded {
        Loaded::Repo(Some(repo)) => Some((repo.id, repo)),
        _ => None,
    });
    Ok(known.collect())
}

fn passes(filter: &Filter, record: &Record) -> bool {
    filter.kind.is_none_or(|kind| kind == record.identity.key.kind())
        && filter.word.as_ref().is_none_or(|word| word == record.ownership.word())
}
