//! Records of the audit log: a line of the history of what they are about, and of the credential with
//! which it was done, once that is known again.

use std::collections::BTreeSet;

use crate::decide::heard::said_by;
use crate::decide::{Turn, Wanting};
use crate::domain::{
    Actor, Class, Credential, Fact, Foreign, Hint, IdentityKey, Mark, Observation, Whence,
};
use crate::register::{Change, Entry, Need, NotLoaded, Record, account_key, bearer};
use crate::rules;

impl Turn<'_> {
    /// What a record tells of.
    pub(super) fn audited(&mut self, seen: &Observation) -> Result<(), Wanting> {
        let Fact::Audited { identity, runner, repo, what, with, told, whence } = &seen.fact else {
            return Ok(());
        };
        let about = match (identity, runner) {
            (None, Some(name)) => self.runner_called(name)?,
            _ => identity.clone(),
        };
        let token = with.as_deref().map(|with| self.bearer_of(with)).transpose()?.flatten();
        if let (Some(token), Some(with)) = (&token, with) {
            self.learns_print(token, with);
        }
        if let Some(whence) = whence {
            let account = seen.by.as_ref().and_then(|by| self.machine_of(by));
            let user = token.as_ref().map(|token| token.identity.key.clone()).or(account);
            self.learns_use(user, seen, whence)?;
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

    /// The token that a credential is, where it is one of the register and one only.
    fn bearer_of(&self, with: &Credential) -> Result<Option<Record>, NotLoaded> {
        for mark in with.marks() {
            let is_it =
                |record: &&Record| record.identity.is_live() && record.own_marks().contains(&mark);
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

    /// The runner of a name, where only one of those that live carries it.
    fn runner_called(&self, name: &Foreign) -> Result<Option<IdentityKey>, NotLoaded> {
        let need = Need::RunnersCalled(name.raw().to_lowercase());
        let runners = self.slice.set(&need)?;
        let mut living = runners.into_iter().filter(|record| record.identity.is_live());
        Ok(match (living.next(), living.next()) {
            (Some(only), None) => Some(only.identity.key.clone()),
            _ => None,
        })
    }
}

/// Somebody's text as a line of the history, which pages and terminals show and nobody posts.
fn one_line(text: &Foreign) -> String {
    text.raw().chars().filter(|c| !c.is_control()).collect()
}
