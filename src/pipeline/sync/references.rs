//! Where the branches and tags point at which workflows take code of others: looked at again with
//! every listing of the organisation, and followed up where one names another commit than before.

use std::collections::BTreeMap;

use crate::decide::{Input, Reading};
use crate::domain::{
    Covered, Entity, Evidence, Fact, Foreign, Move, Pointer, Reference, ReferenceSeen, Seen, Sha,
    Timestamp, Way,
};
use crate::github::{Failure, Meter, Pointing};
use crate::pipeline::sync::place::Asking;
use crate::pipeline::{Engine, Fault};
use crate::store::Watched;

/// After so many that GitHub did not answer now, the others wait too.
const PATIENCE: usize = 3;

/// What came of looking at references.
#[derive(Default)]
struct Looked {
    inputs: Vec<Input>,
    /// How many were looked at.
    read: usize,
    /// How many could not be read, and why the first of them could not.
    unread: Option<(usize, String)>,
    /// How many GitHub did not answer about now.
    late: usize,
    /// When it makes sense to ask about those again.
    again: Option<Timestamp>,
    /// The share of the hour's requests was used up before all were looked at.
    spent: bool,
}

impl Engine {
    /// Looks at every reference that a workflow takes code of others at, those first that were not
    /// looked at for longest.
    pub(super) async fn read_references(
        &self,
        with: Asking<'_>,
        before: Option<&Covered>,
        again: &mut Option<Timestamp>,
        meter: &Meter,
    ) -> Result<(Vec<Input>, Covered), Fault> {
        let now = self.clock().now();
        let all = self.store().references(with.org.org).await?;
        let mut looked = Looked::default();
        for watched in &all {
            if looked.late >= PATIENCE {
                break;
            }
            if self.spent(with.installation, with.options.share).is_some() {
                looked.spent = true;
                break;
            }
            self.look_at(with, watched, &mut looked, meter).await?;
        }
        *again = (*again).max(looked.again);
        let covered = looked.covered(before, all.len(), now);
        Ok((looked.inputs, covered))
    }

    /// Looks at one. What keeps it from being read says nothing of the others.
    async fn look_at(
        &self,
        with: Asking<'_>,
        watched: &Watched,
        looked: &mut Looked,
        meter: &Meter,
    ) -> Result<(), Fault> {
        let now = self.clock().now();
        let known = &watched.pointer;
        let Reference { repo, name } = &known.reference;
        let github = self.github().metered(meter);
        let code = github.code(with.installation, repo);
        let tag = known.tag.as_deref().filter(|_| !with.options.full);
        let (commit, tag, why) = match code.points_at(name, tag).await {
            Ok(Pointing::Unchanged) => (known.commit.clone(), known.tag.clone(), None),
            Ok(Pointing::At(commit, tag)) => (Some(commit), tag, None),
            Ok(Pointing::Nowhere) => {
                let why = format!("{repo} has no branch or tag of this name.");
                (known.commit.clone(), None, Some(why))
            }
            Err(failure) => (known.commit.clone(), None, Some(looked.fails(failure))),
        };
        looked.read += 1;
        if let Some(why) = &why {
            looked.not_read(why);
        }
        let moved = match (&known.commit, &commit) {
            (Some(from), Some(to)) if from != to => Some((from, to)),
            _ => None,
        };
        let mut facts = Vec::new();
        let (moved, takers) = match moved {
            Some((from, _)) if watched.own => {
                match self.own_moved(with, &known.reference, from, meter).await? {
                    Ok(fact) => facts.extend(fact),
                    Err(failure) => {
                        looked.follows_later(failure);
                        return Ok(());
                    }
                }
                (None, Vec::new())
            }
            Some((from, to)) => {
                let moved = match self.moved(with, &known.reference, (from, to), meter).await {
                    Ok(moved) => moved,
                    Err(failure) => {
                        looked.follows_later(failure);
                        return Ok(());
                    }
                };
                let takers = self.store().takers_of(with.org.org, &known.reference).await?;
                (Some(moved), takers)
            }
            None => (None, Vec::new()),
        };
        let pointer = Pointer { reference: known.reference.clone(), commit, tag, tried: now, why };
        let request = format!("GET /repos/{repo}/commits/{}", name.raw());
        let seen = Box::new(ReferenceSeen { pointer, moved, takers });
        facts.push(Fact::Reference { seen });
        let reading = Reading { facts, as_of: now, evidence: Evidence::Api { request } };
        looked.inputs.push(Input::Read { hints: Vec::new(), reading });
        Ok(())
    }

    /// A reference of a repository of the organisation itself: what it does to those who call it is
    /// judged like a push that was not told of, as when more than three tags are pushed at once.
    async fn own_moved(
        &self,
        with: Asking<'_>,
        reference: &Reference,
        from: &Sha,
        meter: &Meter,
    ) -> Result<Result<Option<Fact>, Failure>, Fault> {
        let Some(repo) = self.store().repo_named(with.org.org, &reference.repo).await? else {
            return Ok(Ok(None));
        };
        let name = reference.name.raw();
        let short = name.strip_prefix("refs/tags/").or(name.strip_prefix("refs/heads/"));
        let (short, repo) = (Foreign::new(short.unwrap_or(name)), repo.id);
        let github = self.github().metered(meter);
        let code = github.code(with.installation, &reference.repo);
        let tag = Foreign::new(&format!("tags/{}", short.raw()));
        let entity = match code.commit(&tag).await {
            Ok(Some(_)) => Entity::Tag { repo, tag: short },
            Err(later @ Failure::Later { .. }) => return Ok(Err(later)),
            Ok(None) | Err(_) => Entity::Branch { repo, branch: short },
        };
        Ok(Ok(Some(Fact::Moved { entity, before: Some(from.clone()) })))
    }

    /// Follows up a reference that names another commit than before.
    async fn moved(
        &self,
        with: Asking<'_>,
        reference: &Reference,
        (from, to): (&Sha, &Sha),
        meter: &Meter,
    ) -> Result<Move, Failure> {
        let github = self.github().metered(meter);
        let code = github.code(with.installation, &reference.repo);
        let is_on_branch = known(code.is_on_branch(to).await)?;
        // Some never put their releases on a branch: then being on none says nothing.
        let was_on_branch = match is_on_branch {
            Some(true) => None,
            _ => known(code.is_on_branch(from).await)?,
        };
        let way = known(code.way(from, to).await.map(Some))?.unwrap_or(Way::Unknown);
        let tags = known(code.tags_at(to).await.map(Some))?.unwrap_or_default();
        let (reference, from, to) = (reference.clone(), from.clone(), to.clone());
        Ok(Move { reference, from, to, way, was_on_branch, is_on_branch, tags })
    }
}

impl Looked {
    /// Why one cannot be read, as a sentence.
    fn fails(&mut self, failure: Failure) -> String {
        let Failure::Later { until, why, .. } = failure else { return failure.to_string() };
        self.late += 1;
        self.again = self.again.max(Some(until));
        format!("{why}.")
    }

    fn not_read(&mut self, why: &str) {
        let first = self.unread.take();
        self.unread = Some(first.map_or_else(|| (1, why.to_owned()), |(n, why)| (n + 1, why)));
    }

    /// One that moved and cannot be followed up now. What it names now is not taken down, so that the
    /// next look finds the move again.
    fn follows_later(&mut self, failure: Failure) {
        let why = self.fails(failure);
        self.not_read(&why);
    }

    /// How well references are seen now.
    fn covered(&self, before: Option<&Covered>, all: usize, now: Timestamp) -> Covered {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let (unread, first) = self.unread.clone().unwrap_or_default();
        let mut why = Vec::new();
        if unread > 0 {
            why.push(format!("{unread} of {all} cannot be read. The first: {first}"));
        }
        if self.read < all {
            let rest = all - self.read;
            let because = if self.spent { ": its share of requests is used up" } else { "" };
            why.push(format!("{rest} of {all} were not looked at this time{because}."));
        }
        if why.is_empty() {
            return Covered::complete(before, now, count(all), BTreeMap::new());
        }
        Covered::short(before, now, Seen::Partial, why.join(" "), None)
    }
}

/// An answer, or nothing where GitHub does not give one. What it does not give now is asked later.
fn known<T>(answer: Result<Option<T>, Failure>) -> Result<Option<T>, Failure> {
    match answer {
        Err(later @ Failure::Later { .. }) => Err(later),
        Err(_) => Ok(None),
        known => known,
    }
}
