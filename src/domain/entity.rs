//! What can be read again from GitHub, and the hints that say it should be.
//!
//! An event is a hint: where order matters, the object itself is read before anything is decided.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::domain::{
    Actor, Button, CaseId, CommentId, Credential, Evidence, Foreign, IdentityKey, IssueNumber,
    JobRunner, Lines, Login, Part, RepoId, RepoName, Sha, TeamId, TeamSlug, Timestamp, UserId,
};

/// One object of GitHub that can be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "entity", rename_all = "snake_case")]
pub enum Entity {
    /// `GET /repos/{owner}/{repo}`.
    Repo { repo: RepoId },
    /// `GET /repos/{owner}/{repo}/keys/{key}`.
    DeployKey { repo: RepoId, key: i64 },
    /// `GET /repos/{owner}/{repo}/collaborators/{user}/permission`.
    Collaborator { repo: RepoId, user: UserId },
    /// `GET /users/{login}` and `GET /orgs/{org}/memberships/{login}`.
    Person { user: UserId },
    /// `GET /orgs/{org}/teams/{slug}/memberships/{login}`.
    TeamMember { team: TeamId, user: UserId },
    /// `GET /orgs/{org}/organization-roles/{role}/users`, and the team's members where it is the team
    /// that has the role.
    OrgRole { identity: IdentityKey, role: i64, team: Option<TeamId> },
    /// `GET /orgs/{org}/teams/{slug}/repos/{owner}/{repo}`.
    TeamRepo { team: TeamId, repo: RepoId },
    /// `GET /orgs/{org}/teams/{slug}` and `…/members`.
    Team { team: TeamId },
    /// `GET /orgs/{org}/personal-access-tokens?token_id=`.
    Pat { token: i64 },
    /// `GET /repos/{owner}/{repo}/secret-scanning/alerts/{number}?hide_secret=true`.
    SecretAlert { repo: RepoId, alert: i64 },
    /// `GET /orgs/{org}/actions/runners/{runner}` and `GET /repos/{owner}/{repo}/actions/runners/{runner}`,
    /// for a runner that took a job of the repository.
    Runner { repo: RepoId, runner: Box<JobRunner> },
    /// `GET /repos/{owner}/{repo}/rulesets/{ruleset}`.
    Ruleset { repo: RepoId, ruleset: i64 },
    /// `GET /repos/{owner}/{repo}/issues/{number}`, for our own issues.
    Issue { repo: RepoId, issue: IssueNumber },
    /// `GET /repos/{owner}/{repo}/issues/{number}`, for what somebody accepted access for.
    Task { repo: RepoId, number: IssueNumber },
    /// `GET /app/installations/{id}` for the organisation's installation.
    Installation,
    /// `GET /repos/{owner}/{repo}/installation`: whether our installation covers it.
    Selected { repo: RepoId },
    /// `GET /repos/{home}/contents/beholden.yml`.
    PolicyFile,
    /// `GET /installation/repositories`: all that our installation covers.
    Repositories,
    /// Something that a whole listing does not show any more: looked for by itself before it is
    /// called gone.
    Item { part: Part, repo: Option<RepoId>, identity: IdentityKey },
    /// `GET /repos/{owner}/{repo}/pulls/{number}`, with the files that it changes.
    Pull { repo: RepoId, pull: IssueNumber },
    /// `GET /repos/{owner}/{repo}/pulls?state=open`.
    OpenPulls { repo: RepoId },
    /// `GET /repos/{owner}/{repo}/branches/{branch}`, with the files that changed there.
    Branch { repo: RepoId, branch: Foreign },
    /// `GET /repos/{owner}/{repo}/commits/tags/{tag}`, with the files that changed there.
    Tag { repo: RepoId, tag: Foreign },
    /// A commit whose workflows run although it is not on the default branch, with the files that
    /// changed there.
    Run { repo: RepoId, branch: Foreign, head: Sha },
    /// The head of a merge group: a commit that GitHub made, onto this branch.
    MergeGroup { repo: RepoId, head: Sha, base: Foreign },
    /// `GET /repos/{owner}/{repo}/git/matching-refs/heads/gh-readonly-queue/`: the merge groups that
    /// wait.
    MergeGroups { repo: RepoId },
    /// The end of an exception that somebody gave: nothing to read, but a date to wait for.
    Exception { identity: IdentityKey, until: Timestamp },
    /// A person's words: nothing to read at first, but what they need is read before they count.
    Command {
        repo: RepoId,
        issue: IssueNumber,
        comment: CommentId,
        #[serde(default)]
        on: Spoken,
    },
}

/// Where a person's words stand. Comments of each place are numbered by themselves.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Spoken {
    /// In an issue, or in the conversation of a pull request.
    #[default]
    Conversation,
    /// In a thread of a review.
    Thread,
    /// Nowhere: a button of a check run was pressed.
    Button,
}

impl Spoken {
    /// Whether it is where most words stand.
    pub fn is_usual(&self) -> bool {
        *self == Self::Conversation
    }
}

/// The names that the API wants, as the source of a hint spelt them. Numbers stay the truth.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// The repository's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repo: Option<RepoName>,
    /// The account's login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<Login>,
    /// The team's slug.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamSlug>,
    /// Where a branch stood before the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Sha>,
}

/// A reason to read an object again, and what the reason itself tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hint {
    /// The object.
    pub entity: Entity,
    /// How to ask for it.
    pub names: Names,
    /// Who brought the event about.
    pub by: Option<Actor>,
    /// The account that the object is about, as the event described it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Actor>,
    /// Whether the event states a grant: then what the reading adds is news.
    pub news: bool,
    /// What it was brought about with, where the source says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<Box<Credential>>,
    /// When the event was received.
    pub at: Timestamp,
    /// The event.
    pub evidence: Evidence,
    /// For [`Entity::Command`]: what was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<Box<CommandText>>,
}

/// A person's words in one of our issues, or their assignment of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandText {
    /// The event's sender: the only one whose words these are.
    pub speaker: Actor,
    /// The text of the comment; `None` for an assignment.
    pub body: Option<String>,
    /// Who was assigned; `None` for a comment.
    pub assignee: Option<Actor>,
    /// Which button was pressed; `None` for a comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub button: Option<Button>,
    /// The commit whose check run the button is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<Sha>,
    /// The lines that the thread of a comment is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<Lines>,
    /// Whether it was said in an issue that is ours alone. Elsewhere others are addressed too.
    #[serde(default = "yes")]
    pub to_us: bool,
    /// GitHub's `updated_at` of the comment, or of the issue for an assignment.
    pub written: Timestamp,
    /// The case named by a marker of ours in the issue's body, for issues whose number we have
    /// not learnt yet.
    pub case: Option<CaseId>,
}

fn yes() -> bool {
    true
}

impl Entity {
    /// The repository that the object is in, where it is in one.
    pub fn repo(&self) -> Option<RepoId> {
        match self {
            Self::Repo { repo }
            | Self::Selected { repo }
            | Self::DeployKey { repo, .. }
            | Self::Collaborator { repo, .. }
            | Self::TeamRepo { repo, .. }
            | Self::SecretAlert { repo, .. }
            | Self::Runner { repo, .. }
            | Self::Ruleset { repo, .. }
            | Self::Issue { repo, .. }
            | Self::Task { repo, .. }
            | Self::Pull { repo, .. }
            | Self::OpenPulls { repo }
            | Self::Branch { repo, .. }
            | Self::Tag { repo, .. }
            | Self::MergeGroup { repo, .. }
            | Self::MergeGroups { repo }
            | Self::Run { repo, .. }
            | Self::Command { repo, .. } => Some(*repo),
            Self::Item { repo, .. } => *repo,
            Self::Person { .. }
            | Self::TeamMember { .. }
            | Self::OrgRole { .. }
            | Self::Team { .. }
            | Self::Pat { .. }
            | Self::Installation
            | Self::Repositories
            | Self::Exception { .. }
            | Self::PolicyFile => None,
        }
    }

    /// The key of the object in the store: short, unique, and readable in a log.
    pub fn key(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Repo { repo } => write!(f, "repo/{repo}"),
            Self::DeployKey { repo, key } => write!(f, "deploy_key/{repo}/{key}"),
            Self::Collaborator { repo, user } => write!(f, "collaborator/{repo}/{user}"),
            Self::Person { user } => write!(f, "person/{user}"),
            Self::TeamMember { team, user } => write!(f, "team_member/{team}/{user}"),
            Self::OrgRole { identity, role, team: None } => write!(f, "org_role/{role}/{identity}"),
            Self::OrgRole { identity, role, team: Some(team) } => {
                write!(f, "org_role/{role}/{team}/{identity}")
            }
            Self::TeamRepo { team, repo } => write!(f, "team_repo/{team}/{repo}"),
            Self::Team { team } => write!(f, "team/{team}"),
            Self::Pat { token } => write!(f, "pat/{token}"),
            Self::SecretAlert { repo, alert } => write!(f, "secret_alert/{repo}/{alert}"),
            Self::Runner { repo, runner } => write!(f, "runner/{repo}/{}", runner.number),
            Self::Ruleset { repo, ruleset } => write!(f, "ruleset/{repo}/{ruleset}"),
            Self::Issue { repo, issue } => write!(f, "issue/{repo}/{issue}"),
            Self::Task { repo, number } => write!(f, "task/{repo}/{number}"),
            Self::Installation => f.write_str("installation"),
            Self::Repositories => f.write_str("repositories"),
            Self::Selected { repo } => write!(f, "selected/{repo}"),
            Self::PolicyFile => f.write_str("policy_file"),
            Self::Item { part, identity, .. } => write!(f, "item/{part}/{identity}"),
            Self::Pull { repo, pull } => write!(f, "pull/{repo}/{pull}"),
            Self::OpenPulls { repo } => write!(f, "open_pulls/{repo}"),
            // A branch's name is anybody's text: its hash is as good a key.
            Self::Branch { repo, branch } => {
                let name = hex::encode(&Sha256::digest(branch.raw())[..8]);
                write!(f, "branch/{repo}/{name}")
            }
            Self::Tag { repo, tag } => {
                let name = hex::encode(&Sha256::digest(tag.raw())[..8]);
                write!(f, "tag/{repo}/{name}")
            }
            Self::Run { repo, head, .. } => write!(f, "run/{repo}/{head}"),
            Self::MergeGroup { repo, head, .. } => write!(f, "merge_group/{repo}/{head}"),
            Self::MergeGroups { repo } => write!(f, "merge_groups/{repo}"),
            Self::Exception { identity, until } => {
                write!(f, "exception/{identity}/{}", until.as_second())
            }
            Self::Command { repo, issue, comment, on: Spoken::Conversation } => {
                write!(f, "command/{repo}/{issue}/{comment}")
            }
            Self::Command { repo, issue, comment, on: Spoken::Thread } => {
                write!(f, "command/{repo}/{issue}/thread-{comment}")
            }
            Self::Command { repo, issue, comment, on: Spoken::Button } => {
                write!(f, "command/{repo}/{issue}/button-{comment}")
            }
        }
    }
}
