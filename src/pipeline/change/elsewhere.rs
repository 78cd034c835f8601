//! Files of other repositories of the organisation that a workflow calls: read at the reference that
//! it names.
//!
//! Whoever reads what comes of it must be allowed to know of them. So what not everybody can read is
//! not followed for a public repository, and what its repository does not let others call is not
//! followed at all: GitHub would not run it either.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::{Foreign, RepoName, Visibility};
use crate::github::{Failure, Files};
use crate::pipeline::change::Judge;
use crate::power::Remote;

/// The most repositories, each at one reference, that are read for one side of a change.
const MOST_PLACES: usize = 40;

/// What is said of everything that a stranger may not see, whether it is there or not.
const HIDDEN: &str = "not everybody can read its repository";

/// A repository at a reference.
type Place = (RepoName, Foreign);

/// What was read of other repositories. Both sides of a change share it, so that a branch which
/// moves meanwhile makes no difference between them.
#[derive(Clone, Default)]
pub(super) struct Elsewhere {
    places: BTreeMap<Place, Result<Arc<Files>, String>>,
    callable: BTreeMap<RepoName, Result<(), String>>,
}

impl Elsewhere {
    /// With these files of a repository at a reference, whatever GitHub has there.
    pub(super) fn with(mut self, repo: &RepoName, reference: &Foreign, files: &Arc<Files>) -> Self {
        self.places.insert((repo.clone(), reference.clone()), Ok(Arc::clone(files)));
        self
    }
}

impl Judge<'_> {
    /// The files of the repository that a file belongs to, or why they cannot be read, as the end of
    /// a sentence.
    pub(super) async fn place(
        &self,
        remote: &Remote,
        elsewhere: &mut Elsewhere,
    ) -> Result<Result<Arc<Files>, String>, Failure> {
        let key = (remote.repo.clone(), remote.reference.clone());
        if let Some(known) = elsewhere.places.get(&key) {
            return Ok(known.clone());
        }
        let read = match elsewhere.places.len() < MOST_PLACES {
            true => self.read_place(remote, elsewhere).await?,
            false => Err(format!("more than {MOST_PLACES} others are called")),
        };
        elsewhere.places.insert(key, read.clone());
        Ok(read)
    }

    async fn read_place(
        &self,
        remote: &Remote,
        elsewhere: &mut Elsewhere,
    ) -> Result<Result<Arc<Files>, String>, Failure> {
        if let Err(why) = self.is_callable(&remote.repo, elsewhere).await? {
            return Ok(Err(why));
        }
        let code = self.code.beside(&remote.repo);
        let commit = match code.commit(&remote.reference).await {
            Ok(Some(commit)) => commit,
            Ok(None) => return Ok(Err("its repository has no such reference".to_owned())),
            Err(failure) => return unless_later(failure, self.is_public()),
        };
        match code.files(&commit).await {
            Ok(files) => Ok(Ok(files)),
            Err(failure) => unless_later(failure, self.is_public()),
        }
    }

    /// Whether this repository may call what another one holds, and its readers may know of it.
    async fn is_callable(
        &self,
        repo: &RepoName,
        elsewhere: &mut Elsewhere,
    ) -> Result<Result<(), String>, Failure> {
        if *repo == self.name {
            return Ok(Ok(()));
        }
        if let Some(known) = elsewhere.callable.get(repo) {
            return Ok(known.clone());
        }
        let said = match self.code.beside(repo).callable(self.now).await {
            Ok(callable) if callable.visibility == Visibility::Public => Ok(()),
            Ok(_) if self.is_public() => Err(HIDDEN.to_owned()),
            Ok(callable) => match callable.by_others {
                Some(true) => Ok(()),
                Some(false) => Err("its repository lets no other one call it".to_owned()),
                None => Err("whether it may be called is not known".to_owned()),
            },
            Err(failure) => unless_later(failure, self.is_public())?,
        };
        elsewhere.callable.insert(repo.clone(), said.clone());
        Ok(said)
    }

    fn is_public(&self) -> bool {
        self.settings.repo.visibility == Visibility::Public
    }
}

/// Why something cannot be read that trying again does not help. What was only not answered yet is
/// asked once more, with the whole change.
fn unless_later<T>(failure: Failure, public: bool) -> Result<Result<T, String>, Failure> {
    match failure {
        later @ Failure::Later { .. } => Err(later),
        _ if public => Ok(Err(HIDDEN.to_owned())),
        _ => Ok(Err("its repository is not shown to this App".to_owned())),
    }
}
