//! How a change that grants something came about: its commits, and whether who brought it was here
//! before.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::{Actor, CommitSeen, FileSubject, Foreign, Login, Origin, Sha, Weighed};
use crate::github::{CommitRead, Failure, Files};
use crate::pipeline::change::Judge;
use crate::pipeline::change::files::is_workflow;
use crate::rules::origins;

/// The most files whose commits are looked for.
const FILES: usize = 6;

/// The most commits that are looked at.
const COMMITS: usize = 8;

/// The folder of workflows.
const WORKFLOWS: &str = ".github/workflows";

/// A change whose origin is asked for.
pub(super) struct Came<'a> {
    /// What it grants.
    pub(super) weighed: &'a Weighed,
    /// Where it began.
    pub(super) base: &'a Sha,
    /// Where it ends.
    pub(super) head: &'a Sha,
    /// The branch that it is for.
    pub(super) branch: &'a Foreign,
    /// The branch that it comes from, where that is known.
    pub(super) from: Option<&'a Foreign>,
    /// It is on that branch already.
    pub(super) landed: bool,
    /// Who brought it, as GitHub vouches for.
    pub(super) by: Option<&'a Login>,
}

impl Judge<'_> {
    /// Reads it. Nothing is read of a change that nobody is asked about. What GitHub does not show
    /// is left out: the grant is asked about all the same.
    pub(super) async fn origin(&self, came: &Came<'_>) -> Result<Origin, Failure> {
        if came.weighed.grants.is_empty() || came.base.is_none() {
            return Ok(Origin::default());
        }
        match self.read_origin(came).await {
            Err(Failure::Blind { .. } | Failure::Gone | Failure::Refused { .. }) => {
                Ok(Origin::default())
            }
            read => read,
        }
    }

    async fn read_origin(&self, came: &Came<'_>) -> Result<Origin, Failure> {
        let paths: BTreeSet<&Foreign> = came
            .weighed
            .grants
            .iter()
            .flat_map(|grant| {
                let told = grant.remarks.iter().map(|remark| &remark.lines.path);
                told.chain([&grant.subject.path])
            })
            .collect();
        let new: BTreeSet<Sha> =
            self.code.between(came.base, came.head).await?.into_iter().collect();
        let mut found: Vec<CommitRead> = Vec::new();
        for path in paths.into_iter().take(FILES) {
            for mut read in self.code.commits_of(came.head, path.raw()).await? {
                let known = found.iter_mut().find(|it| it.commit.sha == read.commit.sha);
                match known {
                    Some(known) => known.commit.paths.push(path.clone()),
                    None if new.contains(&read.commit.sha) => {
                        read.commit.paths.push(path.clone());
                        found.push(read);
                    }
                    None => {}
                }
            }
        }
        found.truncate(COMMITS);
        let mut commits = Vec::new();
        for read in found {
            commits.push(self.looked_at(came, read).await?);
        }
        let asks = !came.landed || commits.iter().any(|commit| commit.carried != Some(true));
        let newcomer = match came.by.filter(|_| asks) {
            Some(by) if self.is_new(came, by).await? => Some(by.clone()),
            _ => None,
        };
        let pushers = match came.from {
            Some(from) => self.pushers(from, &new).await?,
            None => Vec::new(),
        };
        Ok(Origin { commits, newcomer, pushers })
    }

    /// Who pushed the commits of a change to the branch that it comes from, each once.
    async fn pushers(&self, from: &Foreign, new: &BTreeSet<Sha>) -> Result<Vec<Actor>, Failure> {
        let pushes = match self.code.pushers(from).await {
            Err(Failure::Blind { .. } | Failure::Gone | Failure::Refused { .. }) => Vec::new(),
            pushes => pushes?,
        };
        let mut actors: Vec<Actor> = Vec::new();
        for (_, actor) in pushes.into_iter().filter(|(after, _)| new.contains(after)) {
            if actors.iter().all(|known| known.id != actor.id) {
                actors.push(actor);
            }
        }
        Ok(actors)
    }

    /// What there is to know of one commit.
    async fn looked_at(&self, came: &Came<'_>, read: CommitRead) -> Result<CommitSeen, Failure> {
        let CommitRead { mut commit, parents } = read;
        if came.landed {
            commit.carried = Some(self.code.is_carried(&commit.sha).await?);
        }
        if origins::claims(&commit.message) {
            commit.grants = self.granted_by(&commit, parents, came.branch).await?;
        }
        Ok(commit)
    }

    /// What a commit grants over each commit that it rests on and, where it says that it takes one
    /// back, over the state before that one. `None` when that state is not here.
    async fn granted_by(
        &self,
        commit: &CommitSeen,
        mut before: Vec<Sha>,
        branch: &Foreign,
    ) -> Result<Option<Vec<FileSubject>>, Failure> {
        if commit.headline().to_lowercase().starts_with("re") {
            let Some(taken_back) = origins::reverts(&commit.message) else { return Ok(None) };
            let Some(parents) = self.code.parents(&taken_back).await? else { return Ok(None) };
            before.extend(parents);
        }
        let after = self.code.files(&commit.sha).await?;
        let mut granted: Option<Vec<FileSubject>> = None;
        for sha in &before {
            let (over, ..) = self.weigh(&self.code.files(sha).await?, &after, branch).await?;
            let is_here =
                |subject: &FileSubject| over.grants.iter().any(|it| it.subject == *subject);
            granted = Some(match granted {
                Some(granted) => granted.into_iter().filter(is_here).collect(),
                None => over.grants.iter().map(|grant| grant.subject.clone()).collect(),
            });
        }
        if before.is_empty() {
            let over = self.weigh(&Arc::new(Files::default()), &after, branch).await?;
            return Ok(Some(over.0.grants.into_iter().map(|grant| grant.subject).collect()));
        }
        Ok(granted)
    }

    /// Whether the change grants something to a workflow, there were workflows before it, and no
    /// commit that changed one names this account as its author.
    async fn is_new(&self, came: &Came<'_>, by: &Login) -> Result<bool, Failure> {
        let mut paths = came.weighed.grants.iter().map(|grant| grant.subject.path.raw());
        if !paths.any(is_workflow) {
            return Ok(false);
        }
        let before = self.code.files(came.base).await?;
        if !before.files.keys().any(|path| is_workflow(path)) {
            return Ok(false);
        }
        Ok(!self.code.has_changed(came.base, WORKFLOWS, by).await?)
    }
}
