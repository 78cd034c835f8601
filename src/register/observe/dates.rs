//! GitHub's own dates of an identity: when it was set, when it was used last.

use super::Observer;
use crate::domain::{IdentityKey, Through, Timestamp};
use crate::register::{Change, Entry, NotLoaded, Record};

/// GitHub states the last use to the day for some kinds; closer together is one use.
const USE_APART: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);

impl Observer<'_> {
    pub(super) fn dated(
        &mut self,
        key: &IdentityKey,
        stored: Option<Timestamp>,
        used: Option<Timestamp>,
    ) -> Result<(), NotLoaded> {
        let Some(mut record) = self.slice.record(key)?.cloned() else { return Ok(()) };
        if !record.identity.is_live() {
            return Ok(());
        }
        let first = record.dates.since.is_none();
        record.dates.since.get_or_insert(self.seen.as_of);
        let anew = stored.filter(|at| record.dates.stored.is_some_and(|known| *at > known));
        let wakes = used.filter(|at| {
            record.dates.used.is_none_or(|known| at.duration_since(known) >= USE_APART)
        });
        let idle_since = idle_since(&record);
        record.dates.stored = record.dates.stored.max(stored);
        record.dates.used = record.dates.used.max(used);
        record.last_seen = record.last_seen.max(used.unwrap_or(record.last_seen));
        let repo = record.identity.repo;
        self.slice.put_record(record);
        if first {
            return Ok(());
        }
        if anew.is_some() {
            let what = "A new value was stored under its name.".to_owned();
            self.log(Some(key.clone()), repo, Change::Noted { what });
        }
        if let Some(at) = wakes {
            let what = "GitHub states its last use".to_owned();
            self.out.push(Entry {
                identity: Some(key.clone()),
                repo,
                change: Change::Used { what, idle_since },
                by: None,
                at: at.min(self.seen.as_of),
                evidence: self.seen.evidence.clone(),
            });
        }
        Ok(())
    }
}

/// Since when it was not used: its last use, or its beginning when GitHub states that there was
/// none, or an owner's yes after which none was seen.
fn idle_since(record: &Record) -> Option<Timestamp> {
    let began = || record.grants.iter().map(|grant| grant.at).min();
    let approved = record.grant(&Through::Approval).is_some();
    let is_watched = approved || record.identity.key.kind().states_use();
    record.dates.used.or_else(|| is_watched.then(began).flatten())
}
