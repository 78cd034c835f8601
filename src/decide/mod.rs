//! The product as one function: what was heard, read and said, against the register, under the
//! policy, becomes what changes and what is to be written.
//!
//! Pure. Time is an argument, and what is missing is asked for, never guessed.

mod audited;
mod branch;
mod claimed;
mod departed;
mod elsewhere;
mod exception;
mod heard;
mod impostor;
mod issue;
mod listed;
mod named;
mod passed;
mod pull;
mod reference;
mod run;
mod said;
mod setting;
mod sight;
mod task;
mod upstream;
mod weakened;

pub use setting::{
    Closing, Decision, Input, Inventory, OrgNews, Reading, Setting, Wanting, Weakened,
};

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{
    Actor, ActorType, CaseId, Fact, Finding, Force, Hint, Names, Observation, RepoId, Sha, Surface,
};
use crate::plan;
use crate::register::{Change, Entry, Need, NotLoaded, Slice, bearer, observe};
use crate::rules;

/// Decides what a batch of inputs of one organisation means. `slice` is what was loaded; it is
/// not changed, so that a decision that wants more can be made again.
///
/// # Errors
/// When it wants something: see [`Wanting`].
pub fn decide(setting: &Setting<'_>, inputs: &[Input], slice: &Slice) -> Result<Decision, Wanting> {
    let mut turn = Turn::new(setting, slice);
    let mut missing = BTreeSet::new();
    for input in inputs {
        let taken = match input {
            Input::Delivered { guid, heard } => turn.delivered(guid, heard),
            Input::Read { hints, reading } => turn.read(hints, reading),
            Input::Listed(inventory) => turn.listed(inventory),
            Input::Counted(backlog) => turn.backlog(backlog),
            Input::Passed(identities) => turn.passed(identities),
            Input::Said { hint, known, asked } => turn.said(hint, known, asked),
        };
        match taken {
            // The others are asked too, so that a batch is loaded at once and not one by one.
            Err(Wanting::Load(needs)) => missing.extend(needs),
            taken => taken?,
        }
    }
    if !missing.is_empty() {
        return Err(Wanting::Load(missing));
    }
    turn.conclude()
}

/// What a batch names: worth loading at once, before the decision asks.
pub fn named(inputs: &[Input]) -> BTreeSet<Need> {
    let mut needs = BTreeSet::new();
    for input in inputs {
        let facts: Vec<&Fact> = match input {
            Input::Delivered { heard: Ok(heard), .. } => {
                heard.observations.iter().map(|seen| &seen.fact).collect()
            }
            Input::Delivered { heard: Err(_), .. } | Input::Said { .. } | Input::Counted(_) => {
                Vec::new()
            }
            Input::Passed(identities) => {
                needs.extend(identities.iter().cloned().map(Need::Identity));
                Vec::new()
            }
            Input::Listed(inventory) => {
                let people = inventory.facts.iter().filter_map(|(_, about)| about.as_ref());
                needs.extend(people.map(|actor| Need::Person(actor.id)));
                needs.extend(inventory.repo.map(Need::Repo));
                needs.extend(inventory.repo.map(Need::InRepo));
                inventory.facts.iter().map(|(fact, _)| fact).collect()
            }
            Input::Read { reading, .. } => reading.facts.iter().collect(),
        };
        for fact in facts {
            match fact {
                Fact::Holds { identity, .. } => {
                    needs.insert(Need::Identity(identity.key.clone()));
                    needs.extend(identity.repo.map(Need::Repo));
                }
                Fact::Lacks { identity, .. }
                | Fact::Gone { identity }
                | Fact::Stands { identity }
                | Fact::GivenWith { identity, .. }
                | Fact::Granted { identity }
                | Fact::Dated { identity, .. } => {
                    needs.insert(Need::Identity(identity.clone()));
                }
                Fact::Audited { with: Some(with), .. } => {
                    needs.extend(with.marks().iter().map(bearer));
                }
                Fact::Repo { repo } => {
                    needs.insert(Need::Repo(repo.id));
                }
                _ => {}
            }
        }
    }
    needs
}

/// A decision in the making.
struct Turn<'a> {
    setting: &'a Setting<'a>,
    slice: Slice,
    entries: Vec<Entry>,
    surfaces: Vec<Surface>,
    forced: BTreeMap<CaseId, Force>,
    /// Commits whose check may look different.
    heads: BTreeMap<(RepoId, Sha), Force>,
    /// Findings about what files grant; those about the register come from its changes.
    findings: Vec<Finding>,
    decision: Decision,
}

impl<'a> Turn<'a> {
    fn new(setting: &'a Setting<'a>, slice: &Slice) -> Self {
        Self {
            setting,
            slice: slice.clone(),
            entries: Vec::new(),
            surfaces: Vec::new(),
            forced: BTreeMap::new(),
            heads: BTreeMap::new(),
            findings: Vec::new(),
            decision: Decision::default(),
        }
    }

    /// What was read about one object.
    fn read(&mut self, hints: &[Hint], reading: &Reading) -> Result<(), Wanting> {
        // The newest hint that states a grant names who made it; else the newest of all.
        let telling = hints.iter().max_by_key(|hint| (hint.news, hint.at)).or(hints.last());
        for fact in &reading.facts {
            match fact {
                Fact::Issue { repo, number, open, ours, .. } => {
                    self.issue(*repo, *number, *open, ours.as_deref())?;
                }
                Fact::Installation { permissions, suspended } => {
                    let news = OrgNews::Installation {
                        permissions: permissions.clone(),
                        suspended: *suspended,
                    };
                    self.decision.org.push(news);
                    self.sees_installation(permissions, *suspended, reading)?;
                }
                Fact::Uninstalled => {
                    // Nothing can be read or written there, as in one that is suspended.
                    let news =
                        OrgNews::Installation { permissions: BTreeMap::new(), suspended: true };
                    self.decision.org.push(news);
                    self.sees_no_installation(reading)?;
                }
                Fact::Hook { url, content_type } => self.sees_hook(url, content_type, reading)?,
                Fact::Heard { at } => self.hears(*at, reading)?,
                Fact::PullUnread { repo, pull, why, is_final } => {
                    self.pull_unread((*repo, *pull), why, *is_final)?;
                }
                Fact::Repositories { repos } => self.repositories(repos, reading)?,
                Fact::Pull { pull } => self.pull_seen(pull, reading)?,
                Fact::OpenPulls { repo, pulls } => self.open_pulls(*repo, pulls, reading)?,
                Fact::Moved { entity, before } => {
                    let names = Names { before: before.clone(), ..Names::default() };
                    self.ask_for(entity.clone(), names, &reading.evidence);
                }
                Fact::Branch { branch } => {
                    let by = telling.and_then(|hint| hint.by.as_ref());
                    let mut senders: Vec<_> = hints.iter().filter_map(|it| it.by.clone()).collect();
                    senders.sort();
                    senders.dedup();
                    self.branch_seen(branch, reading, by, &senders)?;
                }
                Fact::Reference { seen } => self.reference_seen(seen, reading)?,
                Fact::Pinned { seen } => self.pin_seen(seen, reading)?,
                Fact::Source { seen } => self.source_seen(seen, reading)?,
                Fact::BranchGone { repo, branch } => self.branch_gone(*repo, branch, reading)?,
                Fact::Run { run } => {
                    let by = telling.and_then(|hint| hint.by.as_ref());
                    self.run_seen(run, reading, by)?;
                }
                Fact::MergeGroup { group } => self.group_seen(group)?,
                Fact::MergeGroups { repo, groups } => self.groups_wait(*repo, groups, reading),
                Fact::Named { identity, owner } => {
                    self.named(identity, owner.as_deref(), reading)?;
                }
                Fact::ExceptionOver { identity, until } => self.exception_over(identity, *until)?,
                Fact::PolicyFile { file } => {
                    self.decision.org.push(OrgNews::PolicyFile { file: file.clone() });
                }
                _ => {
                    let seen = Observation {
                        fact: fact.clone(),
                        as_of: reading.as_of,
                        by: telling.and_then(|hint| hint.by.clone()),
                        news: hints.iter().any(|hint| hint.news),
                        evidence: match telling {
                            Some(hint) if hint.news => hint.evidence.clone(),
                            _ => reading.evidence.clone(),
                        },
                    };
                    let about = hints.iter().rev().find_map(|hint| hint.about.clone());
                    let about = about.or_else(|| account(fact, hints));
                    let (missed, departs) = (self.misses(fact)?, self.departs(fact)?);
                    self.observe(&seen, about.as_ref())?;
                    if let Some(key) = departs {
                        self.departed(&key, &reading.evidence)?;
                    }
                    self.given_with(&seen, hints)?;
                    self.sees_repo(fact, missed, reading)?;
                }
            }
        }
        Ok(())
    }

    fn observe(&mut self, seen: &Observation, about: Option<&Actor>) -> Result<(), Wanting> {
        let judge = |actor: &Actor| self.setting.nature(actor);
        self.entries.extend(observe(&mut self.slice, seen, about, &judge)?);
        Ok(())
    }

    /// Changes to findings, findings to cases, cases to what should stand on GitHub.
    fn conclude(mut self) -> Result<Decision, Wanting> {
        let terms = self.setting.terms();
        let facts = rules::Facts { slice: &self.slice, policy: self.setting.policy };
        let checked = self.entries.iter().map(|entry| rules::check_all(&facts, entry));
        let mut findings = NotLoaded::all(checked)?.concat();
        self.told_after_task(&findings)?;
        findings.append(&mut self.findings);
        self.safeguards()?;
        plan::gather(&terms, &mut self.slice, &findings)?;
        for entry in &self.entries {
            if let (Change::Published, Some(repo)) = (&entry.change, entry.repo) {
                plan::published(&terms, &mut self.slice, repo)?;
            }
        }
        let mut cases = plan::refresh(&mut self.slice)?;
        cases.extend(self.forced.keys().cloned());
        let looks = cases.iter().map(|case| {
            let force = self.forced.get(case).copied().unwrap_or_default();
            plan::surface(&terms, &self.setting.voice, &self.slice, case, force)
        });
        self.surfaces.extend(NotLoaded::all(looks)?.into_iter().flatten());
        self.heads_touched()?;
        self.groups_touched()?;
        let looks = self.heads.iter().map(|((repo, head), force)| {
            plan::check(&terms, &self.setting.voice, &self.slice, *repo, head, *force)
        });
        self.surfaces.extend(NotLoaded::all(looks)?.into_iter().flatten());
        self.look_ahead()?;
        self.owners_are_known()?;
        self.tasks_of_uses()?;
        let hints = std::mem::take(&mut self.decision.delta.hints);
        self.decision.delta = self.slice.into_delta();
        self.decision.delta.timeline = self.entries;
        self.decision.delta.findings = findings;
        self.decision.delta.surfaces = self.surfaces;
        self.decision.delta.hints = hints;
        Ok(self.decision)
    }
}

/// The account that was asked about by its name. What an event is about, the event says.
fn account(fact: &Fact, hints: &[Hint]) -> Option<Actor> {
    let (Fact::Permission { user, .. }
    | Fact::TeamMembership { user, .. }
    | Fact::Given { user, .. }) = fact
    else {
        return None;
    };
    let login = hints.iter().rev().find_map(|hint| hint.names.login.clone())?;
    let kind = if login.is_bot() { ActorType::Bot } else { ActorType::User };
    Some(Actor { id: *user, login, kind })
}
