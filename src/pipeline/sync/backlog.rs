//! Counts what waits for an owner, for the digest.

use std::collections::BTreeMap;

use crate::catalogue::classify;
use crate::decide::Input;
use crate::domain::{
    Actor, ActorType, Backlog, Class, IdentityKey, Login, MOST_CLAIMED, MOST_SECTIONS, OrgId,
    Owner, Ownership, RepoId, RepoName, Section, Timestamp, Waiting,
};
use crate::pipeline::turn::Work;
use crate::pipeline::{Engine, Fault};
use crate::policy::Policy;
use crate::register::Record;
use crate::store::{Filter, Lease, OrgRow};
use crate::words;

/// Identities that are read at once.
const PAGE: usize = 500;

/// How often it is counted anew.
const EVERY: jiff::SignedDuration = jiff::SignedDuration::from_mins(55);

/// The words of ownership at which somebody is still looked for.
const WAITS: [&str; 3] = ["unowned", "proposed", "orphaned"];

impl Engine {
    /// Whether the digest is to be counted anew: when the baseline is done, then hourly.
    pub(super) fn is_time_to_count(&self, org: OrgId, first: bool, now: Timestamp) -> bool {
        let mut counted = self.inner.counted.lock().expect("no panic holds this lock");
        let fresh = counted.get(&org).is_some_and(|at| now.duration_since(*at) < EVERY);
        if first || !fresh {
            counted.insert(org, now);
        }
        first || !fresh
    }

    /// Counts what was there before we came and waits, and decides about the digest.
    pub(super) async fn count_backlog(&self, org: &OrgRow, lease: &Lease) -> Result<(), Fault> {
        let policy = self.policy(org);
        if !policy.writes_anywhere() {
            return Ok(());
        }
        let mut backlog = self.backlog(org.org, &policy).await?;
        backlog.ourselves = self.unowned_ourselves(org).await?;
        let input = Input::Counted(Box::new(backlog));
        let work = Work::new(lease, std::slice::from_ref(&input));
        self.turn(work).await.map(|_| ())
    }

    /// Our own App, while nobody answers for it.
    async fn unowned_ourselves(&self, org: &OrgRow) -> Result<Option<IdentityKey>, Fault> {
        let Some(own) = org.ourselves() else { return Ok(None) };
        let record = self.store().record(org.org, &own).await?;
        let unowned = record.is_some_and(|it| it.identity.is_live() && !it.ownership.is_owned());
        Ok(unowned.then_some(own))
    }

    async fn backlog(&self, org: OrgId, policy: &Policy) -> Result<Backlog, Fault> {
        let words = self.store().words(org).await?;
        let of = |word: &str| u32::try_from(words.get(word).copied().unwrap_or(0)).unwrap_or(0);
        let all: i64 = words.values().sum();
        let mut sections: BTreeMap<Option<Login>, Section> = BTreeMap::new();
        let mut waiting = 0;
        for word in WAITS {
            let filter = Filter { word: Some(word.to_owned()), ..Filter::default() };
            let mut after = None;
            loop {
                let page = self.store().register_page(org, &filter, after.as_ref(), PAGE).await?;
                for record in page.items.iter().filter(|record| is_old_machine(record)) {
                    waiting += 1;
                    self.add(org, policy, record, &mut sections).await?;
                }
                match page.next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
        }
        let mut sections: Vec<Section> = sections.into_values().collect();
        sections.sort_by_key(|it| (it.who.is_none(), std::cmp::Reverse(it.count), it.who.clone()));
        for section in sections.iter_mut().skip(MOST_SECTIONS) {
            section.first.clear();
        }
        let all = u32::try_from(all).unwrap_or(u32::MAX);
        Ok(Backlog {
            all,
            owned: of("owned"),
            waiting,
            ourselves: None,
            sections,
            seen: words::seen(&self.store().overview(org).await?),
            past: Vec::new(),
        })
    }

    async fn add(
        &self,
        org: OrgId,
        policy: &Policy,
        record: &Record,
        sections: &mut BTreeMap<Option<Login>, Section>,
    ) -> Result<(), Fault> {
        let who = candidate(record, policy);
        let fresh = Section { who: who.clone(), count: 0, first: Vec::new() };
        let section = sections.entry(who).or_insert(fresh);
        section.count += 1;
        if section.first.len() < MOST_CLAIMED {
            let repo = self.name(org, record.identity.repo).await?;
            let (identity, name) = (record.identity.key.clone(), record.identity.name.clone());
            section.first.push(Waiting { identity, name, repo });
        }
        Ok(())
    }

    async fn name(&self, org: OrgId, repo: Option<RepoId>) -> Result<Option<RepoName>, Fault> {
        let Some(repo) = repo else { return Ok(None) };
        Ok(self.repo(org, repo).await?.map(|repo| repo.name))
    }
}

/// One that was there before we came, lives, and is surely a machine. What is news has a case.
fn is_old_machine(record: &Record) -> bool {
    let identity = &record.identity;
    record.baseline && identity.is_live() && identity.class == Class::Machine
}

/// Who might take it: whoever was proposed, holds it, or granted the newest of what it holds.
fn candidate(record: &Record, policy: &Policy) -> Option<Login> {
    if let Ownership::Unowned { proposed: Some(proposal), .. } = &record.ownership
        && let Owner::Person { login, .. } = &proposal.owner
    {
        return Some(login.clone());
    }
    let person = |actor: &&Actor| {
        let class = classify(actor, &|login| policy.is_machine(login)).class;
        let human = policy.is_human(&actor.login) || class == Class::Human;
        human && actor.kind == ActorType::User && !actor.is_ghost()
    };
    let holder = record.identity.holder.as_ref().filter(person);
    let newest = record.grants.iter().max_by_key(|grant| grant.at);
    let granter = newest.and_then(|grant| grant.by.as_ref()).filter(person);
    holder.or(granter).map(|actor| actor.login.clone())
}
