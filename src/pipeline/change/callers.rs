//! The workflows of other repositories that call what a change touches: each is weighed with what it
//! calls as it was, and as it would be.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::{Called, Caller, Foreign, Lines, OrgId, Reached, RepoId, RepoName, Weighed};
use crate::github::{Failure, Files};
use crate::pipeline::change::elsewhere::Elsewhere;
use crate::pipeline::change::files::changed;
use crate::pipeline::change::{Judge, ground};
use crate::pipeline::{Engine, Fault};
use crate::register::{Loaded, Need};
use crate::rules::files::{reach, weigh};

/// The most repositories whose workflows are weighed for one change. The others are counted.
const MOST: usize = 50;

/// A repository, and what of ours its workflows call.
pub(super) type Calls = (RepoName, BTreeSet<Called>);

impl Engine {
    /// The repositories whose workflows call something in this one. Those that are not covered any
    /// more have no name here: they cannot be read.
    pub(super) async fn calls_of(
        &self,
        org: OrgId,
        repo: RepoId,
        name: &RepoName,
    ) -> Result<BTreeMap<RepoId, Calls>, Fault> {
        let calls = self.store().callers_of(org, name).await?;
        let mut by_repo: BTreeMap<RepoId, BTreeSet<Called>> = BTreeMap::new();
        for (caller, called) in calls.into_iter().filter(|(caller, _)| *caller != repo) {
            by_repo.entry(caller).or_default().insert(called);
        }
        let needs: Vec<Need> = by_repo.keys().copied().map(Need::Repo).collect();
        let loaded = self.store().load(org, &needs).await?;
        let known = loaded.into_iter().filter_map(|(_, loaded)| match loaded {
            Loaded::Repo(repo) => repo.filter(|repo| !repo.gone),
            _ => None,
        });
        Ok(known
            .filter_map(|repo| Some((repo.id, (repo.name, by_repo.remove(&repo.id)?))))
            .collect())
    }
}

/// How workflows may spell a branch.
pub(super) fn of_branch(branch: &Foreign) -> [String; 2] {
    [branch.raw().to_owned(), format!("refs/heads/{}", branch.raw())]
}

/// How workflows may spell a tag.
pub(super) fn of_tag(tag: &Foreign) -> [String; 2] {
    [tag.raw().to_owned(), format!("refs/tags/{}", tag.raw())]
}

impl Judge<'_> {
    /// Weighs what a change of this repository's files does to the workflows that take them at one of
    /// these references, and adds it to what the change grants by itself.
    pub(super) async fn reached(
        &self,
        before: &Arc<Files>,
        after: &Arc<Files>,
        at: &[String],
        weighed: &mut Weighed,
    ) -> Result<Reached, Failure> {
        let touched = changed(before, after);
        let is_hit = |called: &&Called| {
            let taken_at = at.iter().any(|at| at == called.reference.raw());
            taken_at && touched.contains(called.file.raw())
        };
        let mut reached = Reached::default();
        let mut files: BTreeSet<String> = BTreeSet::new();
        for (caller, (name, calls)) in &self.calls {
            let hit: Vec<&Called> = calls.iter().filter(is_hit).collect();
            if hit.is_empty() {
                continue;
            }
            files.extend(hit.iter().map(|called| called.file.raw().to_owned()));
            if reached.callers.len() + reached.unread >= MOST {
                reached.unread += 1;
                continue;
            }
            match self.read_caller(*caller, name, &hit, before, after).await {
                Ok(seen) => reached.callers.push(seen),
                Err(later @ Failure::Later { .. }) => return Err(later),
                Err(failure) => {
                    tracing::debug!(%caller, %failure, "a repository that calls cannot be read");
                    reached.unread += 1;
                }
            }
        }
        let Some(path) = files.first() else { return Ok(reached) };
        let lines = self.first_line(path, before, after).await?;
        reached.callers.retain(|caller| caller.weighed.grants_anything());
        reach(weighed, &reached, &lines, self.settings.repo.visibility);
        Ok(reached)
    }

    /// One repository that calls: its workflows with the files as they were, and as they would be.
    async fn read_caller(
        &self,
        repo: RepoId,
        name: &RepoName,
        hit: &[&Called],
        before: &Arc<Files>,
        after: &Arc<Files>,
    ) -> Result<Caller, Failure> {
        let code = self.code.beside(name);
        let settings = self.engine.settings(&code, repo, self.now).await?;
        if settings.repo.id != repo {
            let why = format!("{name} is another repository now.");
            return Err(Failure::Blind { why });
        }
        let branch = settings.default_branch.clone();
        let Some(tip) = code.branch(&branch).await? else {
            return Err(Failure::Blind { why: format!("{name} has no default branch.") });
        };
        let files = code.files(&tip).await?;
        let ground = ground::of(name, &settings, &branch);
        let visibility = settings.repo.visibility;
        let calls = BTreeMap::new();
        let judge = Judge {
            engine: self.engine,
            code,
            repo,
            name: name.clone(),
            settings,
            calls,
            now: self.now,
        };
        let workflows: BTreeSet<&str> = hit.iter().map(|called| called.workflow.raw()).collect();
        let workflows: Vec<String> = workflows.into_iter().map(str::to_owned).collect();
        let with = |ours: &Arc<Files>| {
            hit.iter().fold(Elsewhere::default(), |known, called| {
                known.with(&self.name, &called.reference, ours)
            })
        };
        // What both take from third repositories is read once.
        let mut elsewhere = with(before);
        let base = judge.side(&files, workflows.clone(), &ground, &mut elsewhere).await?;
        for called in hit {
            elsewhere = elsewhere.with(&self.name, &called.reference, after);
        }
        let head = judge.side(&files, workflows, &ground, &mut elsewhere).await?;
        let weighed = weigh(&base.powers, &head.powers, &[]);
        Ok(Caller { repo, name: name.clone(), visibility, weighed })
    }

    /// The first line of a file that differs: where what it does to others is said.
    async fn first_line(
        &self,
        path: &str,
        before: &Files,
        after: &Files,
    ) -> Result<Lines, Failure> {
        let mut texts = Vec::new();
        for files in [before, after] {
            let text = match files.files.get(path) {
                Some((name, _)) => self.code.blob(name).await?,
                None => Arc::from([]),
            };
            texts.push(String::from_utf8_lossy(&text).into_owned());
        }
        let (mut was, mut is) = (texts[0].lines(), texts[1].lines());
        let same = was.by_ref().zip(is.by_ref()).take_while(|(was, is)| was == is).count();
        let last = texts[1].lines().count().max(1);
        let line = u32::try_from((same + 1).min(last)).unwrap_or(u32::MAX);
        Ok(Lines { path: Foreign::new(path), first: line, last: line })
    }
}
