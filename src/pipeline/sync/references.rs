//! Where the branches and tags point at which workflows take code of others: looked at again with
//! every listing of the organisation, and followed up where one names another commit than before.

use crate::decide::Input;
use crate::domain::{
    Covered, Entity, Fact, Foreign, Move, Pointer, Reference, ReferenceSeen, Sha, Timestamp, Way,
};
use crate::github::{Failure, Meter, Pointing};
use crate::pipeline::sync::looked::{Looked, known};
use crate::pipeline::sync::place::Asking;
use crate::pipeline::{Engine, Fault};
use crate::store::Watched;

impl Engine {
    /// Looks at every reference that a workflow takes code of others at, at every repository that it
    /// comes from, and at every commit that it is held to; of each those first that were not looked
    /// at for longest.
    pub(super) async fn read_references(
        &self,
        with: Asking<'_>,
        before: Option<&Covered>,
        again: &mut Option<Timestamp>,
        meter: &Meter,
    ) -> Result<(Vec<Input>, Covered), Fault> {
        let now = self.clock().now();
        let mut looked = Looked::default();
        let branches = self.look_at_sources(with, &mut looked, meter).await?;
        let all = self.store().references(with.org.org).await?;
        looked.references.all = all.len();
        for watched in &all {
            looked.spent |= self.spent(with.installation, with.options.share).is_some();
            if looked.stops() {
                break;
            }
            self.look_at(with, watched, &mut looked, meter).await?;
        }
        self.look_at_pins(with, &branches, &mut looked, meter).await?;
        *again = (*again).max(looked.again);
        let covered = looked.covered(before, now);
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
        looked.references.read += 1;
        if let Some(why) = &why {
            looked.references.not_read(why);
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
                        follows_later(looked, failure);
                        return Ok(());
                    }
                }
                (None, Vec::new())
            }
            Some((from, to)) => {
                let moved = match self.moved(with, &known.reference, (from, to), meter).await {
                    Ok(moved) => moved,
                    Err(failure) => {
                        follows_later(looked, failure);
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
        looked.shows(facts, request, now);
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

/// One that moved and cannot be followed up now. What it names now is not taken down, so that the
/// next look finds the move again.
fn follows_later(looked: &mut Looked, failure: Failure) {
    let why = looked.fails(failure);
    looked.references.not_read(&why);
}
