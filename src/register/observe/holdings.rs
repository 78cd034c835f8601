//! Identities and their grants: held, not held any more, gone.

use jiff::SignedDuration;

use super::Observer;
use crate::domain::{
    Act, Class, Credential, Dates, Deed, Evidence, Foreign, Grant, Identity, IdentityKey,
    IdentityKind, Order, Owner, Ownership, Reason, Standing, Through, Timestamp,
};
use crate::register::{Change, NotLoaded, Record, add_act};

/// How long after a grant its event may come, where the event does not say when it was made.
const LAG: SignedDuration = SignedDuration::from_mins(1);

/// The most credentials that are kept with which one thing was given access.
const MOST_GIVEN_WITH: usize = 10;

impl Observer<'_> {
    pub(super) fn holds(&mut self, identity: &Identity, grant: &Grant) -> Result<(), NotLoaded> {
        let mut grant = grant.clone();
        grant.by = grant.by.or_else(|| self.seen.by.clone());
        let mut known = self.slice.record(&identity.key)?.cloned();
        if let Some(before) = known.take_if(|record| self.is_another(record, &grant)) {
            self.replaced(before);
        }
        let first = known.is_none();
        let mut record = known.unwrap_or_else(|| self.fresh(identity.clone()));
        if self.is_late(&record, &grant.through) {
            // Late news of something already gone, or of a door already closed, still tells what
            // it was.
            if record.identity.name.raw().is_empty() {
                let standing = record.identity.standing;
                record.identity = Identity { standing, ..identity.clone() };
                if !record.identity.is_live() {
                    record.grants = vec![grant];
                }
                self.owned_by_holder(&mut record)?;
                self.slice.put_record(record);
            }
            return Ok(());
        }
        if !first {
            self.describe(&mut record, identity);
        }
        let change = match record.grants.iter().position(|held| held.through == grant.through) {
            Some(at) => {
                let held = record.grants[at].clone();
                if self.is_listed_first(&record, &grant) {
                    record.baseline = false;
                    let by = grant.by.clone().or(held.by.clone());
                    let newer = if held.as_of > grant.as_of { held } else { grant };
                    record.grants[at] = Grant { by, ..newer };
                    let grant = Box::new(record.grants[at].clone());
                    Some(Change::Added { news: true, first: true, grant })
                } else if held.as_of > grant.as_of {
                    None
                } else {
                    let same = Grant::digest([&held]) == Grant::digest([&grant]);
                    let altered =
                        same && grant.through == Through::Installation && grant.at > held.at;
                    let kept = if same {
                        // A listing finds what it cannot say the granter of; an event can.
                        let by = held.by.clone().or(grant.by.clone());
                        let at = if altered { grant.at } else { held.at };
                        let (called, power) = (grant.called.clone(), grant.power.clone());
                        Grant { as_of: grant.as_of, by, at, called, power, ..held.clone() }
                    } else {
                        grant.clone()
                    };
                    record.grants[at] = kept;
                    match (same, altered) {
                        (true, true) => Some(Change::Altered { news: self.seen.news }),
                        (true, false) => None,
                        (false, _) => Some(self.compare(held, grant)),
                    }
                }
            }
            None => {
                let at = record.grants.partition_point(|held| held.through < grant.through);
                record.grants.insert(at, grant.clone());
                // It was let in: what it did is explained by that.
                record.dates.stray = None;
                Some(Change::Added { news: self.seen.news, first, grant: Box::new(grant) })
            }
        };
        record.last_seen = record.last_seen.max(self.seen.as_of);
        if self.seen.news && matches!(change, Some(Change::Added { .. } | Change::Widened { .. })) {
            record.baseline = false;
        }
        self.owned_by_holder(&mut record)?;
        let key = record.identity.key.clone();
        let repo = record.identity.repo;
        self.slice.put_record(record);
        if let Some(change) = change {
            self.log(Some(key), repo, change);
        }
        Ok(())
    }

    /// With what it was given access. Of what is not known yet, whoever reads it says it again.
    pub(super) fn given_with(
        &mut self,
        key: &IdentityKey,
        with: &Credential,
    ) -> Result<(), NotLoaded> {
        let Some(mut record) = self.slice.record(key)?.cloned() else { return Ok(()) };
        if !record.identity.is_live() || record.given_with.contains(with) {
            return Ok(());
        }
        record.given_with.push(with.clone());
        let excess = record.given_with.len().saturating_sub(MOST_GIVEN_WITH);
        record.given_with.drain(..excess);
        self.slice.put_record(record);
        Ok(())
    }

    /// Who made a grant of which a listing could not say that. The moments must be the same: of two
    /// things that bore one name, each was made by somebody.
    pub(super) fn granted(&mut self, key: &IdentityKey) -> Result<(), NotLoaded> {
        let Some(mut record) = self.slice.record(key)?.cloned() else { return Ok(()) };
        let (by, made) = (&self.seen.by, self.seen.as_of);
        let mut nameless = record
            .grants
            .iter_mut()
            .filter(|grant| grant.by.is_none() && made.duration_since(grant.at).abs() <= LAG);
        if let Some(grant) = nameless.next() {
            grant.by.clone_from(by);
            self.slice.put_record(record);
        }
        Ok(())
    }

    /// Whether a thing that has only a name is not the one that was known by it: it was made later
    /// than that, or after that was gone. Nobody has answered for it yet.
    fn is_another(&self, record: &Record, grant: &Grant) -> bool {
        if !matches!(grant.through, Through::Secret | Through::Registry) {
            return false;
        }
        match record.identity.standing {
            Standing::Gone { at } => self.seen.as_of > at,
            _ => record.grant(&grant.through).is_some_and(|held| held.at < grant.at),
        }
    }

    /// Whether an event tells of a grant that the first listing found before the event came. What
    /// was there before the grant was made is another matter.
    fn is_listed_first(&self, record: &Record, told: &Grant) -> bool {
        let is_event = matches!(self.seen.evidence, Evidence::Webhook { .. });
        let made = told.at.min(self.seen.as_of);
        self.seen.news && is_event && record.baseline && record.first_seen + LAG >= made
    }

    /// The former bearer of a name is gone, and said so.
    fn replaced(&mut self, before: Record) {
        if before.identity.is_live() {
            let last_owner = before.ownership.owners().next().cloned();
            let (key, repo) = (before.identity.key.clone(), before.identity.repo);
            self.log(Some(key), repo, Change::Gone { last_owner });
        }
    }

    /// It is there; nothing is said of what it holds.
    pub(super) fn stands(&mut self, key: &IdentityKey) -> Result<(), NotLoaded> {
        let Some(mut record) = self.slice.record(key)?.cloned() else { return Ok(()) };
        if record.identity.is_live() && record.last_seen < self.seen.as_of {
            record.last_seen = self.seen.as_of;
            self.slice.put_record(record);
        }
        Ok(())
    }

    /// Whether what GitHub said of this door is older than what was read of it since.
    pub(super) fn is_late(&self, record: &Record, through: &Through) -> bool {
        let gone = match record.identity.standing {
            Standing::Gone { at } => {
                never_returns(record.identity.key.kind()) || self.seen.as_of <= at
            }
            Standing::Live | Standing::Proposed { .. } => false,
        };
        let closed = record
            .closed
            .iter()
            .any(|(door, at)| door == through && (is_one_way(door) || self.seen.as_of <= *at));
        gone || closed
    }

    pub(super) fn compare(&self, from: Grant, to: Grant) -> Change {
        let (news, exceeds) = (self.seen.news, to.exceeds(&from));
        let (from, to) = (Box::new(from), Box::new(to));
        if exceeds { Change::Widened { news, from, to } } else { Change::Narrowed { from, to } }
    }

    /// A person's own token is owned by its holder from the start, unless they left before we
    /// heard of it.
    pub(super) fn owned_by_holder(&self, record: &mut Record) -> Result<(), NotLoaded> {
        let Some(holder) = record.identity.holder.clone() else { return Ok(()) };
        if (self.judge)(&holder).class != Class::Human || !record.acts.is_empty() {
            return Ok(());
        }
        let who = Owner::Person { id: holder.id, login: holder.login.clone() };
        let gone = self.slice.person(holder.id)?.filter(|(p, _)| p.role.is_none() || p.suspended);
        let left = gone.map(|(_, as_of)| Order { at: *as_of, id: 0 });
        let deed = Deed::Own {
            owner: who.clone(),
            backup: None,
            until: None,
            task: None,
            because: None,
            digest: Grant::digest(&record.grants),
            by_granter: false,
        };
        // Before every act of a person: whatever anybody says later counts for more.
        let order = Order { at: Timestamp::UNIX_EPOCH, id: 0 };
        let evidence = self.seen.evidence.clone();
        add_act(record, Act { order, by: holder.clone(), deed, evidence: evidence.clone() });
        if let Some(order) = left {
            add_act(record, Act { order, by: holder, deed: Deed::Left { who }, evidence });
        }
        Ok(())
    }

    pub(super) fn describe(&mut self, record: &mut Record, identity: &Identity) {
        if self.seen.as_of < record.as_of {
            return;
        }
        record.as_of = self.seen.as_of;
        let kept = record.identity.clone();
        record.identity = Identity {
            standing: Standing::Live,
            fingerprint: identity.fingerprint.clone().or(kept.fingerprint),
            holder: identity.holder.clone().or(kept.holder),
            catalogue: identity.catalogue.clone().or(kept.catalogue),
            ..identity.clone()
        };
        if kept.name != identity.name && !kept.name.raw().is_empty() {
            let change = Change::Renamed { from: kept.name };
            self.log(Some(identity.key.clone()), identity.repo, change);
        }
    }

    pub(super) fn fresh(&self, identity: Identity) -> Record {
        Record {
            identity: Identity { standing: Standing::Live, ..identity },
            grants: Vec::new(),
            acts: Vec::new(),
            ownership: Ownership::Unowned { why: Reason::Never, proposed: None },
            baseline: !self.seen.news,
            first_seen: self.seen.as_of,
            last_seen: self.seen.as_of,
            as_of: self.seen.as_of,
            closed: Vec::new(),
            given_with: Vec::new(),
            habits: Default::default(),
            tasks: Vec::new(),
            case: None,
            dates: Dates::default(),
        }
    }

    pub(super) fn lacks(&mut self, key: &IdentityKey, through: &Through) -> Result<(), NotLoaded> {
        let mut record = match self.slice.record(key)?.cloned() {
            Some(record) => record,
            // A door that closes for good must be remembered, or the late news that it was opened
            // would be believed.
            None if is_one_way(through) => self.fresh(nameless(key)),
            None => return Ok(()),
        };
        let held = record.grants.iter().position(|held| held.through == *through);
        let removed = match held {
            Some(at) if is_one_way(through) || record.grants[at].as_of <= self.seen.as_of => {
                Some(record.grants.remove(at))
            }
            Some(_) => return Ok(()),
            None => None,
        };
        match record.closed.iter_mut().find(|(door, _)| door == through) {
            Some((_, at)) => *at = (*at).max(self.seen.as_of),
            None => record.closed.push((through.clone(), self.seen.as_of)),
        }
        record.closed.sort();
        let repo = record.identity.repo;
        self.slice.put_record(record);
        if let Some(grant) = removed {
            self.log(Some(key.clone()), repo, Change::Removed { grant: Box::new(grant) });
        }
        Ok(())
    }

    pub(super) fn gone(&mut self, key: &IdentityKey) -> Result<(), NotLoaded> {
        let mut record = match self.slice.record(key)?.cloned() {
            Some(record) if !record.identity.is_live() => return Ok(()),
            Some(record) if record.as_of > self.seen.as_of && !never_returns(key.kind()) => {
                return Ok(());
            }
            Some(record) => record,
            None => self.fresh(nameless(key)),
        };
        record.identity.standing = Standing::Gone { at: self.seen.as_of };
        let last_owner = record.ownership.owners().next().cloned();
        let repo = record.identity.repo;
        self.slice.put_record(record);
        self.log(Some(key.clone()), repo, Change::Gone { last_owner });
        Ok(())
    }
}

/// Kinds whose number GitHub never gives out again: once gone, news of their creation is late.
fn never_returns(kind: IdentityKind) -> bool {
    matches!(
        kind,
        IdentityKind::DeployKey | IdentityKind::RulesetBypass | IdentityKind::SelfHostedRunner
    )
}

/// Doors that open once and close once.
fn is_one_way(through: &Through) -> bool {
    matches!(through, Through::TokenRequest { .. })
}

/// An identity of which only the key is known.
fn nameless(key: &IdentityKey) -> Identity {
    Identity {
        key: key.clone(),
        name: Foreign::default(),
        login: None,
        repo: None,
        class: Class::Machine,
        fingerprint: None,
        catalogue: None,
        holder: None,
        standing: Standing::Live,
    }
}
