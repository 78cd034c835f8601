//! Records of the audit log: a line of the history of what they are about, and of the credential with
//! which it was done, once that is known again.

use std::collections::BTreeSet;

use crate::decide::heard::said_by;
use crate::decide::{Turn, Wanting};
use crate::domain::{
    About, Actor, AgentSession, Class, Credential, Fact, Foreign, Hint, IdentityKey, IdentityKind,
    Mark, Observation, Whence,
};
use crate::register::{Change, Entry, Need, NotLoaded, Record, account_key, bearer, environment};
use crate::rules;

impl Turn<'_> {
    /// What a record tells of.
    pub(super) fn audited(&mut self, seen: &Observation) -> Result<(), Wanting> {
        let Fact::Audited { identity, named, repo, what, with, session, told, grants, whence } =
            &seen.fact
        else {
            return Ok(());
        };
        let mut found = match (identity, named) {
            (None, Some(named)) => self.called_so(named)?,
            _ => identity.iter().cloned().collect(),
        };
        if *grants {
            for key in &found {
                let fact = Fact::Granted { identity: key.clone() };
                self.observe(&Observation { fact, ..seen.clone() }, None)?;
            }
        }
        let alias = || named.as_ref()?.alias(self.setting.org);
        let only = if let [_] = found[..] { found.pop() } else { None };
        if let (true, Some(identity), Some(with)) = (*grants, &only, with) {
            let fact = Fact::GivenWith { identity: identity.clone(), with: with.clone() };
            self.observe(&Observation { fact, ..seen.clone() }, None)?;
        }
        let about = only.or_else(alias);
        let token = with.as_deref().map(|with| self.bearer_of(with)).transpose()?.flatten();
        if let (Some(token), Some(with)) = (&token, with) {
            self.learns_print(token, with);
        }
        if let Some(whence) = whence {
            let account = seen.by.as_ref().and_then(|by| self.machine_of(by));
            let user = token.as_ref().map(|token| token.identity.key.clone()).or(account);
            self.learns_use(user, seen, whence)?;
        }
        if let (Some(session), Some(agent)) = (session, &seen.by) {
            self.learns_session(agent, session)?;
        }
        if !told {
            return Ok(());
        }
        let line = |identity: Option<IdentityKey>, repo| Entry {
            identity,
            repo,
            change: Change::Audited { what: one_line(what), with: with.clone() },
            by: seen.by.clone(),
            at: seen.as_of,
            evidence: seen.evidence.clone(),
        };
        let acted_with = token.map(|token| token.identity.key);
        let another = acted_with.filter(|token| Some(token) != about.as_ref());
        self.entries.push(line(about, *repo));
        // The repository has its line already.
        self.entries.extend(another.map(|token| line(Some(token), None)));
        Ok(())
    }

    /// A run that a machine started. A delivery names it more than once; it counts once.
    pub(super) fn ran(
        &mut self,
        seen: &Observation,
        counted: &mut BTreeSet<IdentityKey>,
    ) -> Result<(), Wanting> {
        let Fact::Used { actor, .. } = &seen.fact else { return Ok(()) };
        let is_run = said_by(&seen.evidence, "workflow_run.requested");
        let user = self.machine_of(actor).filter(|key| is_run && counted.insert(key.clone()));
        self.learns_use(user, seen, &Whence::default())
    }

    /// Keeps with an agent's account who started it.
    fn learns_session(&mut self, agent: &Actor, session: &AgentSession) -> Result<(), Wanting> {
        let Some(key) = self.machine_of(agent) else { return Ok(()) };
        let Some(mut record) = self.slice.record(&key)?.cloned() else { return Ok(()) };
        record.habits.learn_session(session.clone());
        self.slice.put_record(record);
        Ok(())
    }

    /// Takes a use into what is known of an identity; what is unusual about it is a change.
    fn learns_use(
        &mut self,
        user: Option<IdentityKey>,
        seen: &Observation,
        whence: &Whence,
    ) -> Result<(), Wanting> {
        let Some(key) = user else { return Ok(()) };
        let Some(mut record) = self.slice.record(&key)?.cloned() else { return Ok(()) };
        if !record.identity.is_live() {
            return Ok(());
        }
        let unusual = rules::learn(self.setting.policy, &mut record, seen.as_of, whence);
        let repo = record.identity.repo;
        self.slice.put_record(record);
        self.entries.extend(unusual.into_iter().map(|change| Entry {
            identity: Some(key.clone()),
            repo,
            change,
            by: seen.by.clone(),
            at: seen.as_of,
            evidence: seen.evidence.clone(),
        }));
        Ok(())
    }

    /// The identity that an account is, unless it is a person.
    pub(super) fn machine_of(&self, actor: &Actor) -> Option<IdentityKey> {
        let nature = self.setting.nature(actor);
        (nature.class != Class::Human).then(|| account_key(nature.kind, actor.id))
    }

    /// A record told of a grant before what it is about was known: now that it was read, what it was
    /// given with is kept with it.
    pub(super) fn given_with(&mut self, seen: &Observation, hints: &[Hint]) -> Result<(), Wanting> {
        let with = hints.iter().rev().find_map(|hint| hint.with.clone());
        let (Fact::Holds { identity, .. }, Some(with)) = (&seen.fact, with) else {
            return Ok(());
        };
        let fact = Fact::GivenWith { identity: identity.key.clone(), with };
        self.observe(&Observation { fact, ..seen.clone() }, None)
    }

    /// The token or deploy key that a credential is, where it is one of the register and one only.
    fn bearer_of(&self, with: &Credential) -> Result<Option<Record>, NotLoaded> {
        for mark in with.marks() {
            let is_it = |record: &&Record| record.identity.is_live() && record.is_marked(&mark);
            let found: Vec<&Record> = match bearer(&mark) {
                Need::Identity(key) => self.slice.record(&key)?.into_iter().filter(is_it).collect(),
                need => self.slice.set(&need)?.into_iter().filter(is_it).collect(),
            };
            if let [token] = found[..] {
                return Ok(Some(token.clone()));
            }
        }
        Ok(None)
    }

    /// A record that names both a token and the hash of its value lets it be known by the hash alone.
    /// One that was made anew has another value.
    fn learns_print(&mut self, token: &Record, with: &Credential) {
        let is_known = token.identity.fingerprint == with.print;
        let surely = with.marks().iter().any(|mark| !matches!(mark, Mark::Print(_)));
        if with.print.is_some() && surely && !is_known {
            let mut token = token.clone();
            token.identity.fingerprint = with.print.clone();
            self.slice.put_record(token);
        }
    }

    /// What lives and is called so. More than one where the name does not tell.
    fn called_so(&self, named: &About) -> Result<Vec<IdentityKey>, NotLoaded> {
        let keys = named.keys(self.setting.org);
        let held = NotLoaded::all(keys.iter().map(|key| self.slice.record(key)))?;
        let found: Vec<&Record> = match named {
            About::Runner { name } => {
                let runners = self.slice.set(&Need::RunnersCalled(name.raw().to_lowercase()))?;
                let living: Vec<_> =
                    runners.into_iter().filter(|it| it.identity.is_live()).collect();
                // One that was registered anew may bear the name of another.
                if let [_] = living[..] { living } else { Vec::new() }
            }
            About::App { login } => {
                let is_app = |it: &&Record| {
                    let key = &it.identity.key;
                    key.kind() == IdentityKind::AppInstallation && key.number().is_some()
                };
                self.slice.set(&Need::CalledSo(login.clone()))?.into_iter().filter(is_app).collect()
            }
            About::EnvironmentSecret { repo, environment: place, name } => {
                let is_it = |it: &&Record| {
                    let place = place.raw().to_ascii_lowercase();
                    environment(it) == Some(place)
                        && it.identity.name.raw().eq_ignore_ascii_case(name.raw())
                };
                self.slice.set(&Need::InRepo(*repo))?.into_iter().filter(is_it).collect()
            }
            About::OtherSecret { .. } => held.into_iter().flatten().collect(),
        };
        let living = found.into_iter().filter(|record| record.identity.is_live());
        Ok(living.map(|record| record.identity.key.clone()).collect())
    }
}

/// Somebody's text as a line of the history, which pages and terminals show and nobody posts.
fn one_line(text: &Foreign) -> String {
    text.raw().chars().filter(|c| !c.is_control()).collect()
}
