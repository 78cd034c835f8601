//! Who may say what: each rule of it as one named function.
//!
//! A refusal is a sentence. Strangers are told nothing at all.

use crate::commands::known::Wanting;
use crate::commands::people::Talk;
use crate::domain::{
    Actor, ActorType, Class, Login, OrgRole, Owner, Ownership, Pull, RepoId, Standing, UserId,
};
use crate::register::{NotLoaded, Record, ownership};
use crate::words::{account, list};

/// How a speaker is received.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Hearing {
    /// Not at all: no answer, no reaction.
    Silent,
    /// With a refusal.
    Refused(String),
    /// They are heard; whether they may do it is for the command.
    Heard,
}

/// Whether a sentence stands against it.
pub(super) type Allowed = Result<Result<(), String>, Wanting>;

impl Talk<'_> {
    /// Whether the speaker is somebody we talk to: a person, active in the organisation or
    /// maintaining every repository that `records` reach.
    pub(super) fn hearing(&self, records: &[&Record]) -> Result<Hearing, Wanting> {
        let who = &self.speech.speaker;
        if who.kind != ActorType::User || who.is_ghost() {
            return Ok(Hearing::Silent);
        }
        let Some(person) = self.person(&who.login, who.id)? else { return Ok(Hearing::Silent) };
        if person.suspended || person.actor.kind != ActorType::User {
            return Ok(Hearing::Silent);
        }
        if person.role.is_none() {
            let reached = reached(records);
            let wide = records.iter().any(|record| is_wide(record));
            if wide || !self.maintains_all(who, &reached)? {
                return Ok(Hearing::Silent);
            }
        }
        Ok(match (self.terms.is_machine)(who) {
            Class::Human => Hearing::Heard,
            Class::Machine => Hearing::Refused(
                "A machine cannot answer for an identity. A person has to say it.".to_owned(),
            ),
            Class::Unclassified => Hearing::Refused(format!(
                "I cannot tell whether {} is a person or a machine, so I cannot act on this. \
                 An administrator can say so: list the login under `humans` or `machine_users` in \
                 the policy.",
                account(&who.login)
            )),
        })
    }

    /// Whether the speaker owns the organisation.
    pub(super) fn owns_organisation(&self) -> Result<bool, Wanting> {
        let who = &self.speech.speaker;
        Ok(self.person(&who.login, who.id)?.is_some_and(|p| p.role == Some(OrgRole::Owner)))
    }

    /// Whether the policy names the speaker, or a team they are in, as approver.
    pub(super) fn is_approver(&self) -> Result<bool, Wanting> {
        let who = &self.speech.speaker;
        if self.terms.approvers.contains(&who.login) {
            return Ok(true);
        }
        for slug in &self.terms.approver_teams {
            if self.team(slug)?.is_some_and(|team| has(&team.humans, who)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Has everything read at once that a say over these identities depends on, so that many of
    /// them take no more rounds of reading than one.
    pub(super) fn reads_says(&self, records: &[&Record]) -> Result<(), Wanting> {
        if self.owns_organisation()? || self.is_approver()? {
            return Ok(());
        }
        let local: Vec<&Record> = records.iter().copied().filter(|it| !is_wide(it)).collect();
        self.reads_permissions(&self.speech.speaker, &reached(&local))
    }

    /// Whether the speaker has a say over this identity: an owner of the organisation, an
    /// approver, or with maintain wherever it reaches and nothing of it organisation-wide.
    pub(super) fn has_say(&self, record: &Record) -> Allowed {
        if self.owns_organisation()? || self.is_approver()? {
            return Ok(Ok(()));
        }
        if is_wide(record) {
            return Ok(Err("It reaches the whole organisation, so only an organisation owner or \
                           an approver named in the policy can do this."
                .to_owned()));
        }
        let reached = reached(&[record]);
        if self.maintains_all(&self.speech.speaker, &reached)? {
            return Ok(Ok(()));
        }
        let mut names = Vec::new();
        // Who calls it, not everybody who reads this may know.
        let own = record.repos();
        for repo in own.iter().take(3) {
            names.extend(self.repo_name(*repo)?);
        }
        if own.len() > 3 {
            names.push(format!("{} more", own.len() - 3));
        }
        if callers(record).next().is_some() {
            names.push("every repository whose workflows call it".to_owned());
        }
        let place = if names.is_empty() { "everything it reaches".into() } else { list(&names) };
        Ok(Err(format!("This takes maintain or admin on {place}, which you do not have.")))
    }

    /// Whether the speaker may accept this identity for themselves or their team.
    pub(super) fn may_accept(&self, record: &Record) -> Allowed {
        if let Err(why) = self.has_say(record)? {
            return Ok(Err(why));
        }
        if !self.terms.require || self.terms.self_accept {
            return Ok(Ok(()));
        }
        if self.pull_of(record)?.is_some_and(|pull| pull.is_by(&self.speech.speaker)) {
            return Ok(Err("You opened this pull request or pushed to it, and the policy asks \
                           somebody else to accept what it grants."
                .to_owned()));
        }
        if self.granted(record) {
            return Ok(Err("You granted this yourself, and the policy asks somebody else to \
                           accept it."
                .to_owned()));
        }
        Ok(Ok(()))
    }

    /// The pull request that would bring it about.
    pub(super) fn pull_of(&self, record: &Record) -> Result<Option<&Pull>, NotLoaded> {
        match (record.identity.standing, record.identity.repo) {
            (Standing::Proposed { pull }, Some(repo)) => self.slice.pull(repo, pull),
            _ => Ok(None),
        }
    }

    /// Whether the speaker's own pull request would bring it about.
    pub(super) fn proposed(&self, record: &Record) -> Result<bool, NotLoaded> {
        Ok(self.pull_of(record)?.is_some_and(|pull| pull.is_by(&self.speech.speaker)))
    }

    /// Whether the speaker made one of the grants.
    pub(super) fn granted(&self, record: &Record) -> bool {
        let who = self.speech.speaker.id;
        record.grants.iter().any(|grant| grant.by.as_ref().is_some_and(|by| by.id == who))
    }

    /// Whether the speaker answered for it, as owner or backup, when the words were written.
    pub(super) fn answers_for(&self, record: &Record) -> Result<bool, Wanting> {
        for owner in self.before(record).owners() {
            let answers = match owner {
                Owner::Person { id, .. } => *id == self.speech.speaker.id,
                Owner::Team { id, slug } => self.team(slug)?.is_some_and(|found| {
                    found.team.id == *id && has(&found.humans, &self.speech.speaker)
                }),
            };
            if answers {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether somebody answered for it when the words were written.
    pub(super) fn is_owned_before(&self, record: &Record) -> bool {
        self.before(record).is_owned()
    }

    /// Where it stood before these words, whatever was said since.
    fn before(&self, record: &Record) -> Ownership {
        let earlier = record.acts.iter().filter(|act| act.order < self.speech.order);
        ownership(&earlier.cloned().collect::<Vec<_>>())
    }

    /// Whether the speaker may step down from it, or make somebody step down.
    pub(super) fn may_disown(&self, record: &Record) -> Allowed {
        if self.owns_organisation()? || self.answers_for(record)? {
            return Ok(Ok(()));
        }
        Ok(Err("Only its owner, its backup or an organisation owner can do this.".to_owned()))
    }

    /// Whether the speaker may declare it out of use.
    pub(super) fn may_retire(&self, record: &Record) -> Allowed {
        if self.answers_for(record)? { Ok(Ok(())) } else { self.has_say(record) }
    }

    /// A person of the organisation who could answer for something, by login.
    pub(super) fn candidate(&self, login: &Login) -> Result<Result<&Actor, String>, Wanting> {
        let name = account(login);
        let Some(person) = self.person(login, UserId(0))? else {
            return Ok(Err(format!("GitHub knows no account {name}.")));
        };
        let who = &person.actor;
        let class = (self.terms.is_machine)(who);
        Ok(if who.kind != ActorType::User || class == Class::Machine {
            Err(format!("{name} is not a person, and only people own identities."))
        } else if class == Class::Unclassified {
            Err(format!(
                "I cannot tell whether {name} is a person. An administrator can say so in the \
                 policy, under `humans` or `machine_users`."
            ))
        } else if person.suspended || person.role.is_none() {
            Err(format!("{name} is not an active member of the organisation."))
        } else {
            Ok(who)
        })
    }
}

/// Whether a list of people holds this one.
pub(super) fn has(people: &[&Actor], who: &Actor) -> bool {
    people.iter().any(|person| person.id == who.id)
}

/// Whether some of the power reaches the whole organisation, or may.
pub(super) fn is_wide(record: &Record) -> bool {
    record.grants.iter().any(|grant| grant.reach.is_wide() || grant.role == Some(OrgRole::Owner))
}

/// The repositories whose workflows get its power, because they call it.
fn callers(record: &Record) -> impl Iterator<Item = RepoId> + '_ {
    let powers = record.grants.iter().filter_map(|grant| grant.power.as_ref());
    powers.flat_map(|power| power.callers.iter().copied())
}

/// Every repository that these identities reach one by one, also through workflows that call them.
fn reached(records: &[&Record]) -> Vec<RepoId> {
    let of =
        |record: &&Record| record.repos().into_iter().chain(callers(record)).collect::<Vec<_>>();
    let mut repos: Vec<_> = records.iter().flat_map(of).collect();
    repos.sort();
    repos.dedup();
    repos
}
