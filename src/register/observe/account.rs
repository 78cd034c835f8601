//! Accounts: people who own, and machines that were given an account.

use super::{Observer, account_key};
use crate::domain::{
    Access, Act, Actor, ActorType, Class, Deed, Expiry, Foreign, Grant, Identity, Order, OrgRole,
    Owner, Person, Reach, RepoId, Standing, Stray, Through, Timestamp, UserId, Visibility,
};
use crate::register::{Change, Need, NotLoaded, Record, add_act};

/// Uses of an identity closer together than this are one line of the timeline.
const USE_APART: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);

impl Observer<'_> {
    pub(super) fn person(&mut self, person: &Person) -> Result<(), NotLoaded> {
        let known = self.slice.person(person.actor.id)?.cloned();
        if known.as_ref().is_some_and(|(_, as_of)| *as_of > self.seen.as_of) {
            return Ok(());
        }
        self.slice.put_person(person.clone(), self.seen.as_of);
        if let Some(identity) = self.identity_of(&person.actor) {
            return match person.role {
                Some(role) => {
                    let mut grant = self.grant(Through::OrgMembership, Reach::Organization, None);
                    grant.role = Some(role);
                    grant.access = (role == OrgRole::Owner).then_some(Access::Admin);
                    self.holds(&identity, &grant)
                }
                None => self.lacks(&identity.key, &Through::OrgMembership),
            };
        }
        // An outside collaborator may own things without ever having been a member.
        let was_member = known.is_none_or(|(known, _)| known.role.is_some() && !known.suspended);
        if was_member && (person.role.is_none() || person.suspended) {
            let who = Owner::Person { id: person.actor.id, login: person.actor.login.clone() };
            let orphaned = self.leaves(&Need::OwnedBy(person.actor.id), &who)?;
            if orphaned {
                self.log(None, None, Change::PersonLeft { person: person.clone() });
            }
        }
        Ok(())
    }

    /// Takes `who` from everything they answer for. Says whether there was anything.
    pub(super) fn leaves(&mut self, owned: &Need, who: &Owner) -> Result<bool, NotLoaded> {
        let records: Vec<Record> = self.slice.set(owned)?.into_iter().cloned().collect();
        for mut record in records.iter().cloned() {
            let by = self.seen.by.clone().unwrap_or_else(|| ghost(who));
            let act = Act {
                order: Order { at: self.seen.as_of, id: 0 },
                by,
                deed: Deed::Left { who: who.clone() },
                evidence: self.seen.evidence.clone(),
            };
            let live = record.identity.is_live();
            if !add_act(&mut record, act) {
                continue;
            }
            let (key, repo) = (record.identity.key.clone(), record.identity.repo);
            let orphaned = live && record.ownership.is_orphaned();
            self.slice.put_record(record);
            if orphaned {
                self.log(Some(key), repo, Change::Orphaned { last: who.clone() });
            }
        }
        Ok(!records.is_empty())
    }

    pub(super) fn permission(
        &mut self,
        account: &Actor,
        repo: RepoId,
        access: Access,
    ) -> Result<(), NotLoaded> {
        let Some(identity) = self.identity_of(account) else { return Ok(()) };
        let through = Through::Collaborator { repo };
        match access {
            Access::None => self.lacks(&identity.key, &through),
            _ => {
                let grant = self.grant(through, Reach::one(repo), Some(access));
                self.holds(&identity, &grant)
            }
        }
    }

    pub(super) fn used(
        &mut self,
        actor: &Actor,
        repo: RepoId,
        what: &str,
    ) -> Result<(), NotLoaded> {
        let Some(identity) = self.identity_of(actor) else { return Ok(()) };
        let at = self.seen.as_of;
        let known = self.slice.record(&identity.key)?.cloned();
        let is_apart = |before: Timestamp| at.duration_since(before) >= USE_APART;
        // Only an earlier use is the same use: that it was listed or read says nothing of one.
        let before = known.as_ref().and_then(|record| record.dates.used);
        if before.is_some_and(|before| !is_apart(before)) {
            return Ok(());
        }
        let mut record = known.unwrap_or_else(|| self.fresh(identity.clone()));
        if at >= record.last_seen {
            // An App that was renamed acts under its new name.
            record.identity.login.clone_from(&identity.login);
            record.identity.name = identity.name.clone();
        }
        record.last_seen = record.last_seen.max(at);
        let idle_since = record.dates.used.filter(|before| *before < at);
        record.dates.used = record.dates.used.max(Some(at));
        record.dates.since.get_or_insert(at);
        if record.grants.is_empty() && record.dates.stray.is_none() {
            let seen_by = self.slice.repo(repo)?.map(|repo| repo.visibility);
            // Everybody of the enterprise may act where it is internal; an App has to be installed.
            let is_closed = match seen_by {
                Some(Visibility::Private) => true,
                Some(Visibility::Internal) => actor.login.is_bot(),
                Some(Visibility::Public) | None => false,
            };
            record.dates.stray = is_closed.then_some(Stray { since: at, repo });
        }
        self.slice.put_record(record);
        let change = Change::Used { what: what.to_owned(), idle_since };
        self.log(Some(identity.key), Some(repo), change);
        Ok(())
    }

    /// The account as an identity, unless it is a person.
    pub(super) fn identity_of(&self, account: &Actor) -> Option<Identity> {
        let nature = (self.judge)(account);
        (nature.class != Class::Human).then(|| Identity {
            key: account_key(nature.kind, account.id),
            name: Foreign::new(account.login.as_str()),
            login: Some(account.login.clone()),
            repo: None,
            class: nature.class,
            fingerprint: None,
            catalogue: nature.catalogue,
            holder: None,
            standing: Standing::Live,
        })
    }

    pub(super) fn grant(&self, through: Through, reach: Reach, access: Option<Access>) -> Grant {
        Grant {
            through,
            reach,
            access,
            permissions: Default::default(),
            role: None,
            expiry: Expiry::NotApplicable,
            power: None,
            called: None,
            by: self.seen.by.clone(),
            at: self.seen.as_of,
            as_of: self.seen.as_of,
            evidence: self.seen.evidence.clone(),
        }
    }
}

/// The actor of an act that nobody else is named for.
fn ghost(who: &Owner) -> Actor {
    let (id, login) = match who {
        Owner::Person { id, login } => (*id, login.clone()),
        Owner::Team { .. } => (UserId(0), "ghost".parse().expect("a valid login")),
    };
    Actor { id, login, kind: ActorType::Unknown }
}
