//! Pull requests, and what a change to a repository's files grants.
//!
//! Words here are already safe to post: what files say was filtered where it was judged.

use serde::{Deserialize, Serialize};

use crate::domain::{
    Actor, Called, CaseId, Digest, Foreign, IdentityKey, IdentityKind, IssueNumber, Origin,
    Reached, RepoId, Severity, Sha, Taken, Ties, Timestamp,
};

/// A pull request as the register holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pull {
    /// Its repository.
    pub repo: RepoId,
    /// Its number there.
    pub number: IssueNumber,
    /// Whether it can still be merged.
    pub state: PullState,
    /// Who opened it.
    pub author: Option<Actor>,
    /// Who pushed to it, as the senders of its events, each once.
    pub pushers: Vec<Actor>,
    /// The commit that was judged; `None` until one was.
    pub head: Option<Sha>,
    /// The newest commit that was heard of: it waits for a verdict until it is the one judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest: Option<Sha>,
    /// The branch that it would be merged into.
    pub base: Foreign,
    /// Where that branch stood when it was judged.
    pub base_head: Option<Sha>,
    /// What it grants over its base.
    pub weighed: Option<Weighed>,
    /// What its commits grant over the default branch besides, where that is not its base: the
    /// same commit may be proposed there the next moment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beyond: Vec<FileGrant>,
    /// The case that asks about it.
    pub case: Option<CaseId>,
    /// How far the policy went there when it was last judged, as its word.
    #[serde(default)]
    pub mode: Option<String>,
    /// When it was first heard of.
    pub since: Timestamp,
    /// When the reading was sent that the rest is from.
    pub as_of: Timestamp,
}

/// Where a pull request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PullState {
    /// It can be merged.
    Open,
    /// It was closed without a merge.
    Closed,
    /// It was merged.
    Merged,
}

/// What a change of files grants, judged by every rule about files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weighed {
    /// Everything that is added or widened, in canonical form: equal in two repositories when the
    /// same files grant the same.
    pub digest: Digest,
    /// What somebody should answer for, worst first.
    pub grants: Vec<FileGrant>,
    /// Everything else that is added or widened: no rule minds it.
    pub quiet: Vec<FileGrant>,
    /// What is less than before, each with what it fell from.
    pub narrowed: Vec<FileGrant>,
    /// What is granted no longer.
    pub removed: Vec<FileSubject>,
    /// The same power under another name: from, to.
    pub moved: Vec<(FileSubject, FileGrant)>,
    /// The same code of others at another reference, each as a sentence.
    pub references: Vec<String>,
    /// What could not be told.
    pub unclear: Vec<Unclear>,
}

/// What is granted something by a file. Stays the same when lines move.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FileSubject {
    /// What it is.
    pub kind: IdentityKind,
    /// The file, from the top of the repository.
    pub path: Foreign,
    /// What tells it from others of its kind in that file.
    pub name: Foreign,
}

/// One grant of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileGrant {
    /// To whom.
    pub subject: FileSubject,
    /// The power after the change.
    pub power: FilePower,
    /// The power before it; `None` when there was none.
    pub before: Option<Digest>,
    /// What the rules say, worst first. Each stands on its own lines.
    pub remarks: Vec<Remark>,
}

/// The power that a file gives, as far as the register holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilePower {
    /// The canonical form, hashed.
    pub digest: Digest,
    /// The digest of a power that this one is strictly less than: then it exceeds it in nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub less_than: Option<Digest>,
    /// What it may do, as the end of a sentence: "writes with `contents: write` and …".
    pub says: String,
    /// The secrets that it reads by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<String>,
    /// What else ties it to other things; `None` where an older version of this program read the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ties: Option<Box<Ties>>,
    /// The addresses of scripts from the network that it runs as they come.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scripts: Vec<Foreign>,
    /// The repositories whose workflows get it, because they call the file. Not everybody who reads of
    /// it may know of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub callers: Vec<RepoId>,
    /// The line that grants it.
    pub lines: Lines,
}

/// Lines of a file, counted from 1, ends included.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Lines {
    /// The file.
    pub path: Foreign,
    /// The first line.
    pub first: u32,
    /// The last line.
    pub last: u32,
}

/// What one rule says about one grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// The rule.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// One plain sentence.
    pub message: String,
    /// Where.
    pub lines: Lines,
    /// Whether the change's own diff shows those lines, so that a comment can stand on them.
    pub in_diff: bool,
}

/// Something that could not be told. Never reported as safe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unclear {
    /// Where; no line when it is about the whole.
    pub lines: Option<Lines>,
    /// What cannot be told, and why, as the end of a sentence.
    pub why: Foreign,
}

/// What was read of a pull request, and what came of judging it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullSeen {
    /// Its repository.
    pub repo: RepoId,
    /// Its number there.
    pub number: IssueNumber,
    /// Whether it can still be merged.
    pub state: PullState,
    /// Who opened it.
    pub author: Option<Actor>,
    /// Who merged it.
    pub merged_by: Option<Actor>,
    /// Its newest commit.
    pub head: Sha,
    /// The branch that it would be merged into.
    pub base: Foreign,
    /// Where that branch stands.
    pub base_head: Sha,
    /// What it grants over its base.
    pub weighed: Weighed,
    /// See [`Pull::beyond`].
    pub beyond: Vec<FileGrant>,
    /// How it came about, where it grants something that somebody is asked about.
    #[serde(default)]
    pub origin: Origin,
    /// The workflows of other repositories that it reaches through the branch.
    #[serde(default)]
    pub reached: Reached,
    /// The files of other repositories that the workflows of the default branch call, where they
    /// were read on the way.
    #[serde(default)]
    pub calls: Option<Vec<Called>>,
    /// The code of others that they take at references which can be moved, likewise.
    #[serde(default)]
    pub taken: Option<Vec<Taken>>,
}

/// What was read of a branch that moved, and what came of judging it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchSeen {
    /// Its repository.
    pub repo: RepoId,
    /// Its name.
    pub branch: Foreign,
    /// Whether it is the default branch: what it grants is what the repository grants.
    pub is_default: bool,
    /// Where it stood when it was last judged.
    pub from: Option<Sha>,
    /// Where it stands.
    pub to: Sha,
    /// What came of it.
    pub weighed: Weighed,
    /// Whether any file changed that may grant something: then what is proposed onto the branch
    /// must be judged again.
    pub matters: bool,
    /// The pull requests that brought its newest commit, as GitHub tells.
    pub pulls: Vec<IssueNumber>,
    /// How it came about, where it grants something that somebody is asked about.
    #[serde(default)]
    pub origin: Origin,
    /// The workflows of other repositories that it reaches.
    #[serde(default)]
    pub reached: Reached,
    /// The files of other repositories that its workflows call; `None` when they were not read.
    #[serde(default)]
    pub calls: Option<Vec<Called>>,
    /// The code of others that they take at references which can be moved, likewise.
    #[serde(default)]
    pub taken: Option<Vec<Taken>>,
}

/// What was read of a commit whose workflows run although it is not on the default branch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSeen {
    /// Its repository.
    pub repo: RepoId,
    /// The branch or tag that the run names.
    pub branch: Foreign,
    /// The commit.
    pub head: Sha,
    /// What it grants over the default branch. `None` when a pull request carries it: then that
    /// asks, and nothing is judged here.
    pub weighed: Option<Weighed>,
}

/// What was read of the head of a merge group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupSeen {
    /// Its repository.
    pub repo: RepoId,
    /// The commit that would be merged.
    pub head: Sha,
    /// The branch that it would be merged into.
    pub base: Foreign,
    /// What it grants over that branch.
    pub weighed: Weighed,
}

impl Pull {
    /// One that was only heard of.
    pub fn heard_of(repo: RepoId, number: IssueNumber, at: Timestamp) -> Self {
        Self {
            repo,
            number,
            state: PullState::Open,
            author: None,
            pushers: Vec::new(),
            head: None,
            newest: None,
            base: Foreign::default(),
            base_head: None,
            weighed: None,
            beyond: Vec::new(),
            case: None,
            mode: None,
            since: at,
            as_of: Timestamp::UNIX_EPOCH,
        }
    }

    /// Whether it can still be merged.
    pub fn is_open(&self) -> bool {
        self.state == PullState::Open
    }

    /// Whether this account opened it or pushed to it.
    pub fn is_by(&self, who: &Actor) -> bool {
        self.author.iter().chain(&self.pushers).any(|actor| actor.id == who.id)
    }
}

impl Lines {
    /// Whether two places share a line.
    pub fn touch(&self, other: &Self) -> bool {
        self.path == other.path && self.first <= other.last && other.first <= self.last
    }
}

impl Weighed {
    /// Whether anything is added or widened.
    pub fn grants_anything(&self) -> bool {
        !self.grants.is_empty() || !self.quiet.is_empty()
    }
}

impl FileSubject {
    /// What a file is to the workflows of other repositories that call it.
    pub fn for_callers(path: &Foreign) -> Self {
        Self { kind: IdentityKind::Workflow, path: path.clone(), name: Foreign::default() }
    }

    /// Whether it is that. A job has a name.
    pub fn is_for_callers(&self) -> bool {
        self.kind == IdentityKind::Workflow && self.name.raw().is_empty()
    }

    /// Its key in the register.
    pub fn key(&self, repo: RepoId) -> IdentityKey {
        IdentityKey::in_file(self.kind, repo, self.path.raw(), self.name.raw())
    }

    /// The key of the same thing on another branch than the default one, where it acts as soon as
    /// a workflow runs.
    pub fn branch_key(&self, repo: RepoId, branch: &Foreign) -> IdentityKey {
        self.key(repo).on_branch(branch)
    }

    /// The key under which a pull request proposes it: what is proposed is not yet so.
    pub fn proposed_key(&self, repo: RepoId, pull: IssueNumber) -> IdentityKey {
        self.key(repo).proposed(pull)
    }
}

impl FileSubject {
    /// Whether both stand in one job of one workflow: the job itself, or a part of it.
    pub fn is_beside(&self, other: &Self) -> bool {
        let job = |subject: &Self| {
            let name = subject.name.raw();
            name.split_once('/').map_or(name, |(job, _)| job).to_owned()
        };
        self.path == other.path && job(self) == job(other)
    }
}

impl FileGrant {
    /// How bad the worst of it is; `Info` when no rule minds it.
    pub fn severity(&self) -> Severity {
        self.remarks.iter().map(|remark| remark.severity).max().unwrap_or(Severity::Info)
    }
}
