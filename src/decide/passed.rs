//! Time that passed: what it alone makes true of an identity is a change like any other, said once.

use crate::decide::{Turn, Wanting};
use crate::domain::{Evidence, IdentityKey, IdentityKind, Part, Standing, Through, Timestamp};
use crate::register::{Change, Entry, Need, NotLoaded, Record};
use crate::rules::{FOREIGN, next_due, turnings};

impl Turn<'_> {
    /// Identities whose day has come.
    pub(super) fn passed(&mut self, identities: &[IdentityKey]) -> Result<(), Wanting> {
        let records = NotLoaded::all(identities.iter().map(|key| self.slice.record(key)))?;
        let records: Vec<Record> = records.into_iter().flatten().cloned().collect();
        let now = self.setting.now;
        for mut record in records {
            self.acts_of_its_account(&mut record)?;
            for turning in turnings(self.setting.policy, &record) {
                if turning.due > now {
                    continue;
                }
                if turning.rule == FOREIGN && !self.is_foreign(&record, turning.since)? {
                    // Its next deed is looked at anew.
                    record.dates.stray = None;
                    continue;
                }
                let rule = turning.rule.to_owned();
                record.dates.said.insert(rule.clone(), turning.since);
                // What was overdue when we first looked was there before we came.
                let news = record.dates.since.is_some_and(|since| turning.due > since);
                self.entries.push(Entry {
                    identity: Some(record.identity.key.clone()),
                    repo: record.identity.repo,
                    change: Change::Due { rule, since: turning.since, news },
                    by: None,
                    at: turning.due,
                    evidence: evidence(&record),
                });
            }
            // Whatever came of it, it is looked at again when the next day comes.
            self.slice.put_record(record);
        }
        Ok(())
    }

    /// Whether an account surely belongs to nothing of the organisation, as what was listed whole shows.
    fn is_foreign(&self, record: &Record, since: Timestamp) -> Result<bool, NotLoaded> {
        let overview = self.slice.overview()?;
        let was_listed_since = overview.listed.is_some_and(|listed| listed > since);
        if overview.baseline.is_none_or(|baseline| since < baseline) || !was_listed_since {
            return Ok(false);
        }
        let Some(login) = &record.identity.login else { return Ok(false) };
        if login.is_bot() {
            let same = self.slice.set(&Need::CalledSo(login.clone()))?;
            let is_ours = login.as_str().strip_suffix("[bot]") == Some(self.setting.voice.slug);
            // One that was uninstalled since belonged here when it acted.
            let belonged = |other: &&Record| match other.identity.standing {
                Standing::Gone { at } => at >= since && other.account().is_none(),
                _ => other.grant(&Through::Installation).is_some(),
            };
            return Ok(overview.is_whole(Part::Apps) && !is_ours && !same.iter().any(belonged));
        }
        let Some(user) = record.account() else { return Ok(false) };
        if record.closed.iter().any(|(_, at)| *at >= since) {
            return Ok(false);
        }
        let is_member = self.slice.person(user)?.is_some_and(|(person, _)| person.role.is_some());
        let seen = [Part::Members, Part::OutsideCollaborators];
        Ok(seen.iter().all(|part| overview.is_whole(*part)) && !is_member)
    }

    /// An App acts with an account of its own: what that did, the App did.
    fn acts_of_its_account(&self, record: &mut Record) -> Result<(), NotLoaded> {
        let is_app = record.identity.key.kind() == IdentityKind::AppInstallation;
        let Some(login) = record.identity.login.clone().filter(|_| is_app) else { return Ok(()) };
        // We act whenever we look, and our own deeds are not written down as signs of life.
        if login.as_str().strip_suffix("[bot]") == Some(self.setting.voice.slug) {
            record.dates.used = Some(self.setting.now);
            return Ok(());
        }
        let same = self.slice.set(&Need::CalledSo(login))?;
        let used = same.iter().filter_map(|other| other.dates.used).max();
        record.dates.used = record.dates.used.max(used);
        Ok(())
    }

    /// Sets when each identity that was changed is looked at again.
    pub(super) fn look_ahead(&mut self) -> Result<(), NotLoaded> {
        for key in self.slice.touched() {
            let Some(record) = self.slice.record(&key)? else { continue };
            let due = next_due(self.setting.policy, record);
            if record.dates.due != due {
                let mut record = record.clone();
                record.dates.due = due;
                self.slice.put_record(record);
            }
        }
        Ok(())
    }
}

/// Where its dates were read: with what it holds.
fn evidence(record: &Record) -> Evidence {
    let newest = record.grants.iter().max_by_key(|grant| grant.as_of);
    newest.map_or_else(
        || Evidence::Api { request: record.identity.key.to_string() },
        |grant| grant.evidence.clone(),
    )
}
