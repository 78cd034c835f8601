//! What a decision may want of the register, and what the store answers.

use std::collections::BTreeSet;

use crate::domain::{
    Case, CaseId, Digest, Foreign, IdentityKey, IdentityKind, IssueNumber, Login, Ours, Overview,
    Person, Pull, Repo, RepoId, RepoName, Sha, Sight, Team, TeamId, Timestamp, UserId,
};
use crate::register::{Answered, Record};

/// Something of the register that a decision wants to know.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// One identity.
    Identity(IdentityKey),
    /// One repository.
    Repo(RepoId),
    /// One team.
    Team(TeamId),
    /// One account.
    Person(UserId),
    /// Every live identity that hangs on a repository.
    InRepo(RepoId),
    /// Every live identity of a kind.
    OfKind(IdentityKind),
    /// Every account that was ever read.
    Everybody,
    /// Every identity that this person answers for, as owner or backup.
    OwnedBy(UserId),
    /// Every identity that a team answers for.
    OwnedByTeam(TeamId),
    /// Every live identity that this account gave something in settings.
    GrantedBy(UserId),
    /// Every credential of this person's.
    HeldBy(UserId),
    /// Every identity that goes by this login: an App's installation, and the account it acts with.
    CalledSo(Login),
    /// Every live identity that was given access with a credential of this mark, by
    /// [`crate::domain::Mark::number`].
    GivenWith(i64),
    /// Every live agent of which this person started a session.
    StartedBy(UserId),
    /// Every live identity that was accepted for a task of this mark, by [`crate::domain::Task::mark`].
    AcceptedFor(i64),
    /// Every live identity that names a secret so, in upper case; `*`: that reads every secret.
    NamesSecret(String),
    /// Every runner of this name, in lower case.
    RunnersCalled(String),
    /// Every identity with a grant through this team.
    InTeam(TeamId),
    /// Every deploy key and token, also deleted ones, with this fingerprint.
    SameKey(String),
    /// One case.
    Case(CaseId),
    /// The newest open case of a cause, by [`crate::domain::Cause::key`].
    OpenCase(String),
    /// The case whose issue this is: repository and number.
    CaseOf(RepoId, i64),
    /// What of the organisation was lost sight of.
    Sight,
    /// How well the organisation is seen, over all its places.
    Overview,
    /// What this person was answered of late.
    Answered(UserId),
    /// What of ours stands in a repository, in the order in which it was first wanted.
    OursIn(RepoId),
    /// One pull request.
    Pull(RepoId, IssueNumber),
    /// The open pull requests whose newest commit this is.
    PullsAt(RepoId, Sha),
    /// The open pull requests onto a branch.
    PullsOnto(RepoId, Foreign),
    /// The newest pull requests of a repository, open or merged, in which something waits for an
    /// owner, or has one: at most two hundred.
    PullsAsking(RepoId),
    /// Pull requests of the organisation that grant the very same, newest first: at most a
    /// thousand.
    PullsGranting(Digest),
    /// Which powers of an identity were shown to people, and when last.
    Shown(IdentityKey),
    /// The branches and tags at which workflows of others take something in a repository.
    CalledAt(RepoName),
}

/// A decision wanted what the Turn has not loaded: this, and perhaps more once it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not loaded: {0:?}")]
pub struct NotLoaded(pub BTreeSet<Need>);

impl NotLoaded {
    pub(super) fn one(need: Need) -> Self {
        Self(BTreeSet::from([need]))
    }

    /// Takes every result, also after one that lacks something, so that all that is missing is
    /// asked for at once.
    ///
    /// # Errors
    /// When any of them lacks something: what all of them lack.
    pub fn all<T>(results: impl IntoIterator<Item = Result<T, Self>>) -> Result<Vec<T>, Self> {
        let (mut values, mut missing) = (Vec::new(), BTreeSet::new());
        for result in results {
            match result {
                Ok(value) => values.push(value),
                Err(lacking) => missing.extend(lacking.0),
            }
        }
        if missing.is_empty() { Ok(values) } else { Err(Self(missing)) }
    }
}

/// What the store found for one need.
#[derive(Clone, Debug, PartialEq)]
pub enum Loaded {
    /// For [`Need::Identity`].
    Record(Option<Box<Record>>),
    /// For the sets of identities: all of them, whole.
    Records(Vec<Record>),
    /// For [`Need::Repo`].
    Repo(Option<Repo>),
    /// For [`Need::Team`].
    Team(Option<Team>),
    /// For [`Need::Person`].
    Person(Option<(Person, Timestamp)>),
    /// For [`Need::Everybody`]: each with when it was read.
    People(Vec<(Person, Timestamp)>),
    /// For the needs that lead to a case.
    Case(Option<Box<Case>>),
    /// For [`Need::Sight`]; one of which nothing is known is as good as any.
    Sight(Box<Sight>),
    /// For [`Need::Overview`].
    Overview(Box<Overview>),
    /// For [`Need::Answered`].
    Answered(Vec<Answered>),
    /// For [`Need::OursIn`].
    Ours(Vec<Ours>),
    /// For [`Need::Pull`].
    Pull(Option<Box<Pull>>),
    /// For the needs that name several pull requests: all of them.
    Pulls(Vec<Pull>),
    /// For [`Need::Shown`], oldest first.
    Shown(Vec<(Digest, Timestamp)>),
    /// For [`Need::CalledAt`].
    Called(BTreeSet<Foreign>),
}
