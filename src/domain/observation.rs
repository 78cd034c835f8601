//! Observations: what GitHub said, once, somewhere.

use serde::{Deserialize, Serialize};

use crate::domain::{
    About, Access, Actor, AgentSession, ApiUse, BranchSeen, Credential, Entity, Evidence, Foreign,
    Grant, GroupSeen, Identity, IdentityKey, Impostor, IssueNumber, Person, PinSeen, PullSeen,
    ReferenceSeen, Repo, RepoId, RunSeen, Sha, SourceSeen, TaskSeen, Team, TeamId, Through,
    Timestamp, UserId, Whence,
};

/// One fact, with when and where it was stated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// What was said.
    pub fact: Fact,
    /// The moment the request was sent, or the webhook received. Older never overwrites newer.
    pub as_of: Timestamp,
    /// Who brought it about, as far as the source names anybody.
    pub by: Option<Actor>,
    /// Whether the source states that the grant was made now. Only then is it news; anything
    /// else first heard of is baseline and opens no case.
    pub news: bool,
    /// Where it was read.
    pub evidence: Evidence,
}

/// What can be true of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// The identity exists and holds this grant.
    Holds {
        /// The identity.
        identity: Box<Identity>,
        /// What it may do.
        grant: Box<Grant>,
    },
    /// The identity does not hold anything through this door (read, not guessed).
    Lacks {
        /// The identity.
        identity: IdentityKey,
        /// The door.
        through: Through,
    },
    /// The identity does not exist any more (read, not guessed).
    Gone {
        /// The identity.
        identity: IdentityKey,
    },
    /// The identity exists; the source does not say what it holds.
    Stands {
        /// Which.
        identity: IdentityKey,
    },
    /// Somebody granted what the identity holds, at the moment of this observation: who, is what it
    /// adds.
    Granted {
        /// Which.
        identity: IdentityKey,
    },
    /// GitHub's own dates of an identity; what it does not say is `None`.
    Dated {
        /// Which.
        identity: IdentityKey,
        /// When its value was stored last.
        stored: Option<Timestamp>,
        /// When it was used last.
        used: Option<Timestamp>,
    },
    /// Switches and guards of a place, all of one group.
    Switches {
        /// The repository; `None` for the organisation itself.
        repo: Option<RepoId>,
        /// `setting` or `environment`.
        group: String,
        /// By GitHub's name, or the environment's.
        guards: std::collections::BTreeMap<String, String>,
    },
    /// The repository is like this.
    Repo {
        /// All of it.
        repo: Repo,
    },
    /// The repository is deleted (read, not guessed).
    RepoGone {
        /// Which.
        repo: RepoId,
    },
    /// The team is like this; `repos` holds only what was read, and is merged.
    Team {
        /// All of it.
        team: Team,
    },
    /// The team is deleted.
    TeamGone {
        /// Which.
        team: TeamId,
    },
    /// The account, and its place in the organisation.
    Person {
        /// All of it.
        person: Person,
    },
    /// The account's effective permission on a repository.
    Permission {
        /// The account.
        user: UserId,
        /// The repository.
        repo: RepoId,
        /// What it may do there; [`Access::None`] when nothing.
        access: Access,
    },
    /// GitHub's API was used for the organisation.
    UsedApi {
        /// By whom, with what, and when last.
        used: Box<ApiUse>,
    },
    /// The account holds this, unless it is a person's.
    Given {
        /// The account.
        user: UserId,
        /// What it may do.
        grant: Box<Grant>,
    },
    /// Whether the account is in the team.
    TeamMembership {
        /// The team.
        team: TeamId,
        /// The account.
        user: UserId,
        /// In it, not merely invited.
        member: bool,
    },
    /// Humans that a team resolves to. At most the first hundred.
    TeamHumans {
        /// The team.
        team: Team,
        /// Its active members of type User.
        humans: Vec<Actor>,
    },
    /// The account was seen acting on a repository.
    Used {
        /// Who acted.
        actor: Actor,
        /// Where.
        repo: RepoId,
        /// Doing what: an event's name.
        what: String,
    },
    /// One of our issues as it stands on GitHub.
    Issue {
        /// The repository.
        repo: RepoId,
        /// Its number there.
        number: i64,
        /// `None` when GitHub answers that it is gone or moved.
        open: Option<bool>,
        /// SHA-256 in hex of the part of its body that is ours, if it still holds one.
        ours: Option<String>,
        /// Who is assigned.
        assignees: Vec<Actor>,
    },
    /// Somebody pushed to a pull request, or opened it. The number of such pushes is not limited, so
    /// each is taken down when it is heard of.
    PullPushed {
        /// The repository.
        repo: RepoId,
        /// The pull request.
        pull: IssueNumber,
        /// The sender of the event.
        by: Actor,
        /// Its newest commit then: what waits for a verdict.
        head: Option<Sha>,
    },
    /// A pull request that could not be read.
    PullUnread {
        /// The repository.
        repo: RepoId,
        /// The pull request.
        pull: IssueNumber,
        /// Why, as a sentence.
        why: String,
        /// Trying again changes nothing.
        is_final: bool,
    },
    /// Somebody approved a pull request.
    PullApproved {
        /// The repository.
        repo: RepoId,
        /// The pull request.
        pull: IssueNumber,
        /// Who.
        by: Actor,
        /// When, as GitHub says.
        at: Timestamp,
    },
    /// Somebody asked for the check run of a commit once more.
    Rerequested {
        /// The repository.
        repo: RepoId,
        /// The commit.
        head: Sha,
    },
    /// The audit log tells that something was done.
    Audited {
        /// The identity that it is about, where its number tells.
        identity: Option<IdentityKey>,
        /// What it names without its number.
        named: Option<About>,
        /// The repository that it happened in, where it happened in one.
        repo: Option<RepoId>,
        /// What was done, with which credential.
        what: Foreign,
        /// That credential, so that it is known again.
        with: Option<Box<Credential>>,
        /// Who started the agent that did it, where it was one.
        session: Option<Box<AgentSession>>,
        /// Whether it is worth a line of the history; other uses are only counted.
        told: bool,
        /// Whether it tells who gave access, or more of it.
        grants: bool,
        /// Where it was used from; `None` when it tells nothing of what is usual.
        whence: Option<Whence>,
    },
    /// What somebody accepted access for.
    Task {
        /// As it is now.
        task: TaskSeen,
    },
    /// The identity was given access with this credential.
    GivenWith {
        /// Which.
        identity: IdentityKey,
        /// With what.
        with: Box<Credential>,
    },
    /// Somebody else reported a check or a status under our name.
    Impostor {
        /// The repository.
        repo: RepoId,
        /// The commit.
        head: Sha,
        /// Who.
        by: Impostor,
    },
    /// Repositories that our installation covers. Those that are not among them prove nothing.
    Repositories {
        /// Each as it is.
        repos: Vec<Repo>,
    },
    /// A pull request, judged.
    Pull {
        /// What was read and what came of it.
        pull: Box<PullSeen>,
    },
    /// The open pull requests of a repository.
    OpenPulls {
        /// The repository.
        repo: RepoId,
        /// Each with its newest commit.
        pulls: Vec<(IssueNumber, Sha)>,
    },
    /// A branch or tag is not where it was when it was last looked at.
    Moved {
        /// Which.
        entity: Entity,
        /// The commit before, where that is known: the zero one when nothing was there.
        before: Option<Sha>,
    },
    /// A branch that moved, judged.
    Branch {
        /// What was read and what came of it.
        branch: Box<BranchSeen>,
    },
    /// A branch that is no more (read, not guessed).
    BranchGone {
        /// The repository.
        repo: RepoId,
        /// The branch.
        branch: Foreign,
    },
    /// A reference to code of others, as it stands.
    Reference {
        /// What was read, and who takes it.
        seen: Box<ReferenceSeen>,
    },
    /// A commit that workflows hold code of others to, as it stands.
    Pinned {
        /// What was read, and who takes it.
        seen: Box<PinSeen>,
    },
    /// A repository that workflows take code from, as it stands.
    Source {
        /// What was read, and who takes code from it.
        seen: Box<SourceSeen>,
    },
    /// A commit whose workflows run elsewhere than on the default branch, judged.
    Run {
        /// What was read and what came of it.
        run: Box<RunSeen>,
    },
    /// The head of a merge group, judged.
    MergeGroup {
        /// What was read and what came of it.
        group: Box<GroupSeen>,
    },
    /// The merge groups that wait in a repository.
    MergeGroups {
        /// The repository.
        repo: RepoId,
        /// The head of each, and the branch that it would be merged into.
        groups: Vec<(Sha, Foreign)>,
    },
    /// The date came until which a person had left something as it is.
    ExceptionOver {
        /// What.
        identity: IdentityKey,
        /// The date.
        until: Timestamp,
    },
    /// The operator or the policy file names who answers for Beholden itself; nobody any more.
    Named {
        /// Our own App.
        identity: IdentityKey,
        /// Who, as GitHub describes them.
        owner: Option<Box<Person>>,
    },
    /// What an installation of our own App may do.
    Installation {
        /// Permissions by GitHub's name.
        permissions: std::collections::BTreeMap<String, String>,
        /// Whether it is suspended.
        suspended: bool,
    },
    /// Our App has no such installation any more (read, not guessed).
    Uninstalled,
    /// Whether our installation covers a repository (read, not guessed).
    Selected {
        /// Which.
        repo: RepoId,
        /// Covered.
        selected: bool,
    },
    /// Where the App's webhook leads; empty when it is off.
    Hook {
        /// The address.
        url: String,
        /// GitHub's word for the form of the payloads.
        content_type: String,
    },
    /// When the last webhook about the organisation arrived.
    Heard {
        /// When.
        at: Timestamp,
    },
    /// The organisation's policy file as it stands; `None` when there is none.
    PolicyFile {
        /// Its text and the commit or blob it is from.
        file: Option<(String, String)>,
    },
}
