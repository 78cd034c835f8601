//! Who brought about what a listing finds, and with what: GitHub's lists rarely say, the audit log
//! does.

use std::collections::BTreeSet;

use crate::catalogue::{AuditSignal, audit_signal};
use crate::domain::{Actor, Evidence, Fact, IdentityKey, OrgId};
use crate::pipeline::{Engine, Fault};
use crate::register::{Change, Entry, Loaded, Need};

/// Lines of history that are looked through for whoever granted something.
const LINES: usize = 10;

/// Identities of one listing for which that is done. A first listing has many, and they are no news.
const MOST: usize = 50;

impl Engine {
    /// Names who granted what is new, where a record of the audit log was about that very thing.
    pub(super) async fn name_from_audit(
        &self,
        org: OrgId,
        facts: &mut Vec<(Fact, Option<Actor>)>,
    ) -> Result<(), Fault> {
        let nameless: Vec<Need> = facts
            .iter()
            .filter_map(|(fact, _)| match fact {
                Fact::Holds { identity, grant } if grant.by.is_none() => {
                    Some(Need::Identity(identity.key.clone()))
                }
                _ => None,
            })
            .collect();
        let new: BTreeSet<IdentityKey> = self
            .store()
            .load(org, &nameless)
            .await?
            .into_iter()
            .filter_map(|(need, loaded)| match (need, loaded) {
                (Need::Identity(key), Loaded::Record(None)) => Some(key),
                _ => None,
            })
            .take(MOST)
            .collect();
        let mut made = Vec::new();
        for (fact, _) in facts.iter_mut() {
            let Fact::Holds { identity, grant } = fact else { continue };
            if grant.by.is_some() || !new.contains(&identity.key) {
                continue;
            }
            let Some(told) = self.told_of(org, &identity.key).await? else { continue };
            if let Change::Audited { with: Some(with), .. } = told.change {
                made.push((Fact::GivenWith { identity: identity.key.clone(), with }, None));
            }
            grant.by = told.by;
        }
        facts.extend(made);
        Ok(())
    }

    /// The newest record that tells of its being granted.
    async fn told_of(&self, org: OrgId, key: &IdentityKey) -> Result<Option<Entry>, Fault> {
        let lines = self.store().timeline_of(org, key, None, LINES).await?;
        let grants = |evidence: &Evidence| match evidence {
            Evidence::Audit { action, .. } => audit_signal(action) == Some(AuditSignal::Grants),
            _ => false,
        };
        let mut told = lines.into_iter().map(|line| line.entry);
        Ok(told.find(|entry| grants(&entry.evidence) && entry.by.is_some()))
    }
}
