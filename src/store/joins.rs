//! What hangs together with an identity: a few questions by index, never a search through all.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{IdentityKey, OrgId, UserId};
use crate::register::{Bond, Hangs, Loaded, Need, Record, further, holds, threads};
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

    /// Everything that lives and hangs on a person, in each way that is so.
    pub async fn hanging_on(
        &self,
        org: OrgId,
        user: UserId,
    ) -> Result<Vec<(Hangs, Record)>, StoreError> {
        let ways = [
            (Hangs::Owned, Need::OwnedBy(user)),
            (Hangs::Held, Need::HeldBy(user)),
            (Hangs::Granted, Need::GrantedBy(user)),
            (Hangs::Started, Need::StartedBy(user)),
        ];
        let mut found = self.each_once(org, &ways).await?;
        let tokens = found.iter().flat_map(|(_, record)| record.own_marks());
        let made: Vec<_> =
            tokens.map(|mark| (Hangs::GrantedWithToken, Need::GivenWith(mark.number()))).collect();
        let made = self.each_once(org, &made).await?;
        let granted = found.iter().filter(|(how, _)| *how == Hangs::Granted);
        let known: BTreeSet<IdentityKey> =
            granted.map(|(_, record)| record.identity.key.clone()).collect();
        found.extend(made.into_iter().filter(|(_, it)| !known.contains(&it.identity.key)));
        Ok(found)
    }

    /// What a token was used to give access to.
    pub async fn given_by(&self, org: OrgId, token: &Record) -> Result<Vec<Record>, StoreError> {
        let needs: Vec<_> = token
            .own_marks()
            .iter()
            .map(|mark| (Bond::GaveWith, Need::GivenWith(mark.number())))
            .collect();
        Ok(self.each_once(org, &needs).await?.into_iter().map(|(_, record)| record).collect())
    }

    /// What lives of several sets, once for each name that the sets have.
    async fn each_once<T: Copy + Ord>(
        &self,
        org: OrgId,
        sets: &[(T, Need)],
    ) -> Result<Vec<(T, Record)>, StoreError> {
        let needs: Vec<Need> = sets.iter().map(|(_, need)| need.clone()).collect();
        let loaded: BTreeMap<Need, Loaded> = self.load(org, &needs).await?.into_iter().collect();
        let mut seen = BTreeSet::new();
        let mut found = Vec::new();
        for (how, need) in sets {
            let Some(Loaded::Records(records)) = loaded.get(need) else { continue };
            for record in records.iter().filter(|record| record.identity.is_live()) {
                if seen.insert((*how, record.identity.key.clone())) {
                    found.push((*how, record.clone()));
                }
            }
        }
        Ok(found)
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
