//! Writing: one surface of ours made to look as it should, one file per kind of surface.
//!
//! Invariants: a call makes at most one new issue, comment or reaction and never repeats that; only
//! what our own bot user wrote is edited or deleted; what people wrote around our part stays.

mod check;
mod comment;
mod fold;
mod issue;
mod labels;
mod ours;
mod reaction;
mod review;
mod splice;
mod thread;

use std::sync::atomic::{AtomicI64, Ordering};

use crate::domain::{
    Access, Effect, InstallationId, IssueNumber, Login, Repo, RepoId, RepoName, Spoken, Surface,
    Timestamp,
};
use crate::github::answer::Answer;
use crate::github::call::Call;
use crate::github::inventory::Permission;
use crate::github::wire::{Repository, segment};
use crate::github::{Failure, Github, Who};

/// What stands on GitHub now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Applied {
    /// How it is found again: an issue's number in its repository, a comment's or a reaction's
    /// number.
    pub remote_id: i64,
    /// When GitHub answered last, by its own clock.
    pub at: Timestamp,
}

/// Writes. Cheap to clone.
#[derive(Clone)]
pub struct Effects {
    github: Github,
    not_after: Option<Timestamp>,
}

/// One piece of writing: as whom, where.
pub(super) struct Desk<'a> {
    github: &'a Github,
    installation: InstallationId,
    who: Who,
    repo: &'a RepoName,
    id: RepoId,
    not_after: Option<Timestamp>,
    /// Seconds since 1970 at GitHub's last answer.
    answered: AtomicI64,
}

impl Effects {
    pub(super) fn new(github: Github) -> Self {
        Self { github, not_after: None }
    }

    /// The same, with an end: no request leaves after it. Whoever holds a lease sets this to
    /// well before the lease ends, so that a call that was slow to begin writes nothing late.
    #[must_use]
    pub fn not_after(self, end: Timestamp) -> Self {
        Self { not_after: Some(end), ..self }
    }

    /// Makes a surface look as it should: anew when `remote` is `None`, else in place, and only
    /// where it differs.
    ///
    /// # Errors
    /// `Later` with `maybe_done` after a creating call without an answer: [`Effects::look`] before
    /// the next try. [`Failure::Gone`] when what should be edited, or what it hangs on, is no more.
    pub async fn apply(
        &self,
        installation: InstallationId,
        repo: &RepoName,
        surface: &Surface,
        remote: Option<i64>,
    ) -> Result<Applied, Failure> {
        let desk = self.desk(installation, repo, surface);
        let remote_id = match (&surface.effect, remote) {
            (Effect::Issue { title, body, labels, open }, remote) => {
                let want = issue::Want { title, body, labels, open: *open };
                match remote {
                    None => issue::create(&desk, &want).await?,
                    Some(number) => issue::update(&desk, IssueNumber(number), &want).await?,
                }
            }
            (Effect::Reply { issue, body, .. }, None) => {
                comment::create(&desk, *issue, body).await?
            }
            (Effect::Reply { body, .. }, Some(id)) => comment::update(&desk, id, body).await?,
            (Effect::Check(run), None) => check::create(&desk, run).await?,
            (Effect::Check(run), Some(id)) => check::update(&desk, id, run).await?,
            (Effect::Review(review), None) => review::create(&desk, review).await?,
            (Effect::Review(review), Some(id)) => review::update(&desk, id, review).await?,
            (Effect::ThreadReply { pull, to, body }, None) => {
                thread::create(&desk, *pull, *to, body).await?
            }
            (Effect::ThreadReply { body, .. }, Some(id)) => thread::update(&desk, id, body).await?,
            (Effect::React { comment, on, reaction }, _) => {
                reaction::create(&desk, *comment, *on, *reaction).await?
            }
        };
        Ok(Applied { remote_id, at: desk.answered() })
    }

    /// Finds what an earlier call may have made: objects that our bot user wrote, with exactly the
    /// marker line of the surface. Lowest number first; more than one is a double. Reactions are
    /// the same when made twice, so there is nothing to look for.
    ///
    /// `since` is when the attempt began; five minutes are allowed for differing clocks.
    ///
    /// # Errors
    /// `Later` when the list was too long to be read to its end and nothing was found.
    pub async fn look(
        &self,
        installation: InstallationId,
        repo: &RepoName,
        surface: &Surface,
        since: Timestamp,
    ) -> Result<Vec<i64>, Failure> {
        let desk = self.desk(installation, repo, surface);
        let since = since - jiff::SignedDuration::from_mins(5);
        match &surface.effect {
            Effect::Issue { body, .. } => issue::look(&desk, body, since).await,
            Effect::Reply { issue, body, .. } => comment::look(&desk, *issue, body, since).await,
            Effect::Check(run) => check::look(&desk, run).await,
            Effect::Review(review) => review::look(&desk, review).await,
            Effect::ThreadReply { pull, body, .. } => thread::look(&desk, *pull, body, since).await,
            Effect::React { .. } => Ok(Vec::new()),
        }
    }

    /// Takes back a double that [`Effects::look`] found: an issue is closed and points to the one
    /// that stays, a comment is deleted. May be repeated.
    pub async fn remove_double(
        &self,
        installation: InstallationId,
        repo: &RepoName,
        surface: &Surface,
        double: i64,
        stays: i64,
    ) -> Result<(), Failure> {
        let desk = self.desk(installation, repo, surface);
        match &surface.effect {
            Effect::Issue { .. } => {
                issue::close_double(&desk, IssueNumber(double), IssueNumber(stays)).await
            }
            Effect::Reply { .. } => comment::delete(&desk, double).await,
            Effect::Review(review) => review::close_double(&desk, review.pull, double).await,
            Effect::ThreadReply { .. } => thread::delete(&desk, double).await,
            // The newest of a name is the one that GitHub shows.
            Effect::Check(_) | Effect::React { .. } => Ok(()),
        }
    }

    /// Whether a person can read a repository: asked before they are named there.
    pub async fn readable_by(
        &self,
        installation: InstallationId,
        repo: &RepoName,
        login: &Login,
    ) -> Result<bool, Failure> {
        let who = Who::installation(installation, &[]);
        let path = format!("/repos/{repo}/collaborators/{}/permission", segment(login.as_str()));
        let answer = self.github.send(Call::get(&who, path)).await?;
        if answer.is_missing() {
            // No such account, as long as the repository itself can be seen.
            self.github.send(Call::get(&who, format!("/repos/{repo}"))).await?.success()?;
            return Ok(false);
        }
        let permission: Permission = answer.json()?;
        Ok(permission.access().is_some_and(|access| access > Access::None))
    }

    /// A repository as it is at this moment: its visibility is checked before each write, and
    /// the caller compares its number.
    pub async fn place(
        &self,
        installation: InstallationId,
        repo: &RepoName,
    ) -> Result<Repo, Failure> {
        let who = Who::installation(installation, &[]);
        let now = Timestamp::now();
        let answer = self.github.send(Call::get(&who, format!("/repos/{repo}"))).await?;
        let repository: Repository = answer.json()?;
        repository
            .repo(now)
            .ok_or_else(|| Failure::blind(format!("GitHub does not say who can read {repo}.")))
    }

    fn desk<'a>(
        &'a self,
        installation: InstallationId,
        repo: &'a RepoName,
        surface: &Surface,
    ) -> Desk<'a> {
        // Each kind of writing with the one permission that it takes.
        let permission = match surface.effect {
            Effect::Check(_) => ("checks", "write"),
            Effect::Review(_)
            | Effect::ThreadReply { .. }
            | Effect::React { on: Spoken::Thread, .. } => ("pull_requests", "write"),
            Effect::Issue { .. } | Effect::Reply { .. } | Effect::React { .. } => {
                ("issues", "write")
            }
        };
        Desk {
            github: &self.github,
            installation,
            who: Who::installation(installation, &[permission]),
            repo,
            id: surface.repo,
            not_after: self.not_after,
            answered: AtomicI64::new(0),
        }
    }
}

impl Desk<'_> {
    /// A path below the repository.
    fn path(&self, rest: &str) -> String {
        format!("/repos/{}{rest}", self.repo)
    }

    /// Sends a request of this writing, unless its time is over.
    async fn send(&self, call: Call) -> Result<Answer, Failure> {
        let answer = self.github.send(Call { not_after: self.not_after, ..call }).await?;
        if let Some(at) = answer.date() {
            self.answered.store(at.as_second(), Ordering::Relaxed);
        }
        Ok(answer)
    }

    /// When GitHub answered last, by its own clock; by ours if it never said.
    fn answered(&self) -> Timestamp {
        let second = self.answered.load(Ordering::Relaxed);
        let known = Timestamp::from_second(second).ok().filter(|_| second > 0);
        known.unwrap_or_else(Timestamp::now)
    }

    /// The answer, or [`Failure::Gone`] where it is missing and the repository is there, with the
    /// number that it should have.
    async fn there(&self, answer: Answer) -> Result<Answer, Failure> {
        if answer.status == http::StatusCode::GONE && answer.method == http::Method::GET {
            return Err(Failure::Gone);
        }
        if !answer.is_missing() {
            return answer.success();
        }
        let above = self.send(Call::get(&self.who, self.path(""))).await?;
        if above.is_missing() {
            return Err(Failure::of(&answer));
        }
        let repository: Repository = above.json()?;
        if RepoId(repository.id) == self.id {
            Err(Failure::Gone)
        } else {
            Err(Failure::blind(format!("{} is another repository now.", self.repo)))
        }
    }
}
