//! The repositories that a listing is expected to show: those that are listed, and those that events
//! told of before anything was.

use std::collections::BTreeMap;

use crate::domain::{OrgId, RepoId, RepoName};
use crate::pipeline::{Engine, Fault};

/// Repositories that are read at once.
const PAGE: usize = 1_000;

impl Engine {
    /// By number, with their names. What is gone or out of our sight is not among them.
    pub(super) async fn expected(&self, org: OrgId) -> Result<Vec<(RepoId, RepoName)>, Fault> {
        let places = self.store().names_of_places(org).await?.into_iter();
        let mut expected: BTreeMap<RepoId, RepoName> = places
            .filter(|(place, _)| place.due.is_some())
            .filter_map(|(place, name)| Some((place.repo?, name.parse().ok()?)))
            .collect();
        let mut after = None;
        loop {
            let page = self.store().repos(org, after, PAGE).await?;
            after = page.last().map(|repo| repo.id);
            let is_last = page.len() < PAGE;
            let live = page.into_iter().filter(|repo| !repo.gone && !repo.hidden);
            for repo in live {
                expected.entry(repo.id).or_insert(repo.name);
            }
            if is_last {
                return Ok(expected.into_iter().collect());
            }
        }
    }
}
