//! Rows of the register: what is held about one identity, and what changed when.

use serde::{Deserialize, Serialize};

use crate::domain::{
    Access, Act, Actor, Called, Came, Case, CaseId, CommentId, Credential, Dates, Deed, Evidence,
    Finding, Foreign, Grant, Habits, Hint, Identity, IdentityKey, IdentityKind, IssueNumber, Mark,
    Order, Owner, Ownership, Person, Pinned, Pointer, Pull, Repo, RepoId, RepoName, Sha, Sight,
    Source, Surface, Taken, Task, Team, TeamId, Through, Timestamp, UserId, Whence,
};

/// Everything held about one identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The identity as last seen.
    pub identity: Identity,
    /// What it may do, at most one per door, ordered by door.
    pub grants: Vec<Grant>,
    /// What people did about it, ordered by [`Order`].
    pub acts: Vec<Act>,
    /// Derived from `acts`: where it stands now.
    pub ownership: Ownership,
    /// First heard of through use or a first listing, not through a stated grant.
    pub baseline: bool,
    /// When we first heard of it.
    pub first_seen: Timestamp,
    /// When it was last seen to exist or to act.
    pub last_seen: Timestamp,
    /// The newest reading or event that said anything about the identity itself.
    pub as_of: Timestamp,
    /// Doors found closed, with when: an older "holds" through them is late news.
    pub closed: Vec<(Through, Timestamp)>,
    /// What it was given access with, as the audit log says, the newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given_with: Vec<Credential>,
    /// The case that asks about it.
    pub case: Option<CaseId>,
    /// When it was set and used, and what is said when.
    #[serde(default, skip_serializing_if = "Dates::is_empty")]
    pub dates: Dates,
    /// How it is used.
    #[serde(default, skip_serializing_if = "Habits::is_empty")]
    pub habits: Habits,
    /// What it was accepted for, as far as that was read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<Task>,
}

/// One line of the timeline: a change, with its evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The identity, where the change is about one.
    pub identity: Option<IdentityKey>,
    /// The repository, where it is about one.
    pub repo: Option<RepoId>,
    /// What happened.
    pub change: Change,
    /// Who brought it about.
    pub by: Option<Actor>,
    /// When, as far as the source says.
    pub at: Timestamp,
    /// Where it was read.
    pub evidence: Evidence,
}

/// What observations and acts change in the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// An identity holds a grant it did not hold.
    Added {
        /// Whether the source stated that it was granted now.
        news: bool,
        /// The identity itself was not known.
        first: bool,
        /// What it may do.
        grant: Box<Grant>,
    },
    /// A grant rose in some component.
    Widened {
        /// Whether the source stated that it was granted now.
        news: bool,
        /// Before.
        from: Box<Grant>,
        /// After.
        to: Box<Grant>,
    },
    /// A grant changed and rose in nothing.
    Narrowed {
        /// Before.
        from: Box<Grant>,
        /// After.
        to: Box<Grant>,
    },
    /// A grant is no more; the identity may have others.
    Removed {
        /// What it was.
        grant: Box<Grant>,
    },
    /// The identity is gone.
    Gone {
        /// Who answered for it at the end.
        last_owner: Option<Owner>,
    },
    /// It was seen acting.
    Used {
        /// Doing what.
        what: String,
        /// Since when it had not been used, if that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        idle_since: Option<Timestamp>,
    },
    /// Time passed, and that alone made a rule true.
    Due {
        /// The rule's name.
        rule: String,
        /// Since when it is as it is.
        since: Timestamp,
        /// Whether it became true while we watched.
        news: bool,
    },
    /// It goes by another name.
    Renamed {
        /// Before.
        from: Foreign,
    },
    /// Somebody took responsibility, stepped down, retired it, or said what it is.
    Acted {
        /// What was done.
        act: Box<Act>,
        /// Where it stands after.
        word: String,
    },
    /// Its last eligible owner is gone.
    Orphaned {
        /// Who that was.
        last: Owner,
    },
    /// The repository became public.
    Published,
    /// The repository has another name.
    RepoRenamed {
        /// Before.
        from: String,
    },
    /// The repository is gone.
    RepoGone,
    /// The team's permission on the repository rose.
    TeamRaised {
        /// Which team.
        team: TeamId,
        /// Before.
        from: Option<Access>,
        /// After.
        to: Access,
    },
    /// The person left the organisation.
    PersonLeft {
        /// Who.
        person: Person,
    },
    /// GitHub says that it was changed, and does not show how.
    Altered {
        /// Whether we watched.
        news: bool,
    },
    /// A switch or a guard of a place has another value.
    Switched {
        /// `setting` or `environment`.
        group: String,
        /// GitHub's name of the switch, or the environment's.
        name: Foreign,
        /// Before; `None`: there was none.
        from: Option<String>,
        /// After; `None`: it is gone.
        to: Option<String>,
    },
    /// The audit log tells that something was done.
    Audited {
        /// What, as a line.
        what: String,
        /// With what, where the record names a credential.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        with: Option<Box<Credential>>,
    },
    /// It was used from where it was not used before.
    Elsewhere {
        /// From where.
        whence: Whence,
        /// From how many networks it was used so far, for as long as they are remembered.
        networks: u32,
        /// Whether the country is another too, where that is known.
        new_country: Option<bool>,
    },
    /// It was used far more often than ever before.
    Busier {
        /// How often.
        uses: u32,
        /// Within so many minutes.
        minutes: i64,
        /// The most on any other day.
        usual: u32,
    },
    /// Something that is not about the register itself, in a sentence of ours.
    Noted {
        /// The sentence.
        what: String,
    },
}

/// What cannot be seen, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The object or kind of object.
    pub what: String,
    /// Why, as a sentence that names the permission or error.
    pub why: String,
    /// Since when.
    pub since: Timestamp,
}

/// Words of a person that were answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// Where they stand.
    pub repo: RepoId,
    /// In which issue.
    pub issue: IssueNumber,
    /// Which comment; below zero for an assignment.
    pub comment: CommentId,
    /// When they were written: an edited comment is answered anew.
    pub written: Timestamp,
    /// When they were answered.
    pub at: Timestamp,
}

/// What a Turn changes in the register. Plain rows, whole, in their state after.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delta {
    /// Identities, each whole.
    pub records: Vec<Record>,
    /// Repositories, each whole.
    pub repos: Vec<Repo>,
    /// Teams, each whole.
    pub teams: Vec<Team>,
    /// People and other accounts, each whole, with the moment of the reading.
    pub people: Vec<(Person, Timestamp)>,
    /// The timeline, in order.
    pub timeline: Vec<Entry>,
    /// Findings made in this Turn. Known keys are overwritten.
    pub findings: Vec<Finding>,
    /// Cases, each whole.
    pub cases: Vec<Case>,
    /// Pull requests, each whole.
    pub pulls: Vec<Pull>,
    /// Where branches stand that were judged.
    pub branches: Vec<(RepoId, Foreign, Sha)>,
    /// The files of other repositories that the workflows of a repository call: all of them.
    pub calls: Vec<(RepoId, Vec<Called>)>,
    /// The code of others that the workflows of a repository take: all of it.
    pub taken: Vec<(RepoId, Vec<Taken>, Came)>,
    /// Commits that workflows hold code of others to; `None`: none does any more.
    pub pins: Vec<(RepoName, Sha, Option<Pinned>)>,
    /// Repositories that workflows take code from; `None`: none does any more.
    pub sources: Vec<(RepoName, Option<Source>)>,
    /// Where such references point.
    pub pointers: Vec<Pointer>,
    /// Surfaces whose desired state is now this.
    pub surfaces: Vec<Surface>,
    /// Objects to read again.
    pub hints: Vec<Hint>,
    /// What cannot be seen, as of now.
    pub gaps: Vec<Gap>,
    /// Gaps (by `what`) that are closed.
    pub seen_again: Vec<String>,
    /// How well the organisation is seen, if that changed.
    pub sight: Option<Sight>,
    /// What people were answered of late, each whole.
    pub answered: Vec<(UserId, Vec<Answered>)>,
}

impl Record {
    /// The place of the newest act, if any.
    pub fn latest_act(&self) -> Option<Order> {
        self.acts.iter().map(|act| act.order).max()
    }

    /// The grant through this door.
    pub fn grant(&self, through: &Through) -> Option<&Grant> {
        self.grants.iter().find(|grant| grant.through == *through)
    }

    /// Every repository that some grant reaches one by one, each once, in order.
    pub fn repos(&self) -> Vec<RepoId> {
        let mut repos: Vec<_> = self.grants.iter().flat_map(|grant| grant.reach.repos()).collect();
        repos.extend(self.identity.repo);
        repos.sort();
        repos.dedup();
        repos
    }

    /// The number of the account that it is or acts with, where it is known by that.
    pub fn account(&self) -> Option<UserId> {
        use IdentityKind::{AiAgent, AppInstallation, MachineUser};
        let key = &self.identity.key;
        let number = match key.kind() {
            AppInstallation => key.id().strip_suffix(":bot")?.parse().ok()?,
            AiAgent | MachineUser => key.number()?,
            _ => return None,
        };
        Some(UserId(number))
    }

    /// The accounts that gave it what it holds in settings. What a file grants, many have written.
    pub fn granters(&self) -> impl Iterator<Item = UserId> + '_ {
        let in_settings = |grant: &&Grant| !matches!(grant.through, Through::File { .. });
        self.grants.iter().filter(in_settings).filter_map(|grant| Some(grant.by.as_ref()?.id))
    }

    /// What it was accepted for: the issues and pull requests that owners named.
    pub fn accepted_for(&self) -> impl Iterator<Item = (RepoId, IssueNumber)> + '_ {
        self.acts.iter().filter_map(Act::task)
    }

    /// What it is accepted for now, if its newest acceptance names that.
    pub fn task(&self) -> Option<(RepoId, IssueNumber)> {
        self.acts.iter().rev().find(|act| matches!(act.deed, Deed::Own { .. })).and_then(Act::task)
    }

    /// That task as it was read; `None` where it was not.
    pub fn task_read(&self, task: (RepoId, IssueNumber)) -> Option<&Task> {
        self.tasks.iter().find(|read| (read.repo, read.number) == task)
    }

    /// What the credentials can be known by with which it was given access.
    pub fn given_marks(&self) -> impl Iterator<Item = Mark> + '_ {
        self.given_with.iter().flat_map(Credential::marks)
    }

    /// What it can be known by itself, if it is a fine-grained token.
    pub fn own_marks(&self) -> Vec<Mark> {
        let identity = &self.identity;
        if identity.key.kind() != IdentityKind::FineGrainedPat {
            return Vec::new();
        }
        let name = identity.name.raw();
        let holder = identity.holder.as_ref().filter(|_| !name.is_empty());
        let marks = [
            identity.key.number().map(Mark::Token),
            identity.fingerprint.clone().map(Mark::Print),
            holder.map(|holder| Mark::Name(holder.id, name.to_owned())),
        ];
        marks.into_iter().flatten().collect()
    }

    /// Whether a credential that is known by this mark is it: a fine-grained token, or a deploy key by
    /// its public half.
    pub fn is_marked(&self, mark: &Mark) -> bool {
        let is_key = self.identity.key.kind() == IdentityKind::DeployKey;
        let print = self.identity.fingerprint.as_ref();
        self.own_marks().contains(mark)
            || is_key && print.is_some_and(|print| *mark == Mark::Print(print.clone()))
    }

    /// The people who answer for it, by account number.
    pub fn owner_people(&self) -> Vec<UserId> {
        self.ownership
            .owners()
            .filter_map(|owner| match owner {
                Owner::Person { id, .. } => Some(*id),
                Owner::Team { .. } => None,
            })
            .collect()
    }
}
