//! Exceptions: what a person left as it is until a date. When the date comes it is asked about again.

use crate::decide::{Turn, Wanting};
use crate::domain::{Act, Deed, Entity, IdentityKey, Names, Order, Timestamp};
use crate::register::{Change, Entry, add_act};

impl Turn<'_> {
    /// Waits for the date of an exception, if this act gives one.
    pub(super) fn waits_for_date(&mut self, identity: &IdentityKey, act: &Act) {
        let Deed::Except { until, .. } = act.deed else { return };
        let entity = Entity::Exception { identity: identity.clone(), until };
        self.ask_for(entity, Names::default(), &act.evidence);
    }

    /// The date came: whoever gave the exception gave it no longer.
    pub(super) fn exception_over(
        &mut self,
        identity: &IdentityKey,
        until: Timestamp,
    ) -> Result<(), Wanting> {
        let Some(mut record) = self.slice.record(identity)?.cloned() else { return Ok(()) };
        // The newest counts: one that was given later has its own date.
        let newest = record.acts.iter().rev().find(|act| matches!(act.deed, Deed::Except { .. }));
        let over = newest
            .filter(|act| matches!(act.deed, Deed::Except { until: end, .. } if end == until));
        let Some(Act { by, evidence, .. }) = over.cloned() else { return Ok(()) };
        let (order, deed) = (Order { at: until, id: 0 }, Deed::Lapse { until });
        let act = Act { order, by, deed, evidence };
        if !add_act(&mut record, act.clone()) {
            return Ok(());
        }
        self.entries.push(Entry {
            identity: Some(identity.clone()),
            repo: record.identity.repo,
            by: None,
            at: until,
            evidence: act.evidence.clone(),
            change: Change::Acted { act: Box::new(act), word: record.ownership.word().to_owned() },
        });
        self.slice.put_record(record);
        Ok(())
    }
}
