//! What hangs together with an identity: a few questions by index, never a search through all.

use std::collections::BTreeMap;

use crate::domain::{IdentityKey, OrgId};
use crate::register::{Bond, Loaded, Need, Record, further, holds, threads};
use crate::store::{Store, StoreError};

impl Store {
    /// Everything that hangs together with an identity, by how it does.
    pub async fn joined(
        &self,
        org: OrgId,
        record: &Record,
    ) -> Result<Vec<(Bond, Record)>, StoreError> {
        let mut found = BTreeMap::new();
        let first = self.follow(org, record, threads(org, record), &mut found).await?;
        let more = first.iter().filter_map(|(bond, other)| further(*bond, other)).collect();
        self.follow(org, record, more, &mut found).await?;
        Ok(found.into_iter().map(|((bond, _), record)| (bond, record)).collect())
    }

    async fn follow(
        &self,
        org: OrgId,
        record: &Record,
        threads: Vec<(Bond, Need)>,
        found: &mut BTreeMap<(Bond, IdentityKey), Record>,
    ) -> Result<Vec<(Bond, Record)>, StoreError> {
        let needs: Vec<Need> = threads.iter().map(|(_, need)| need.clone()).collect();
        let loaded: BTreeMap<Need, Loaded> = self.load(org, &needs).await?.into_iter().collect();
        let mut new = Vec::new();
        for (bond, need) in &threads {
            let others: Vec<&Record> = match loaded.get(need) {
                Some(Loaded::Records(records)) => records.iter().collect(),
                Some(Loaded::Record(record)) => record.iter().map(AsRef::as_ref).collect(),
                _ => Vec::new(),
            };
            for other in others.into_iter().filter(|other| holds(*bond, record, other)) {
                found.insert((*bond, other.identity.key.clone()), other.clone());
                new.push((*bond, other.clone()));
            }
        }
        Ok(new)
    }
}
