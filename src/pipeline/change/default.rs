//! The default branch as the inventory finds it: what it grants before any push was heard of, and
//! later that its files moved.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::decide::Reading;
use crate::domain::{Entity, Evidence, Fact, Foreign, InstallationId, OrgId, Repo, Sha, Timestamp};
use crate::github::{Failure, Files, Github};
use crate::pipeline::change::{Judge, Judged};
use crate::pipeline::{Engine, Fault};

/// What is asked about a default branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pipeline) enum Asked {
    /// Everything that it grants, calls elsewhere and takes of others: nobody has looked at it yet, or
    /// an older version of this program that saw less. Where a push was judged before, what came after
    /// that.
    Everything,
    /// That its files moved. What they grant now is judged like a push, a little later: whoever
    /// pushed is named by the event, if one comes.
    Moved {
        /// Whether no file granted anything when everything was asked.
        from_nothing: bool,
    },
}

impl Engine {
    /// Reads what is asked about the default branch of a repository.
    pub(in crate::pipeline) async fn default_branch(
        &self,
        github: &Github,
        (org, installation): (OrgId, InstallationId),
        repo: &Repo,
        asked: Asked,
        now: Timestamp,
    ) -> Result<Result<Reading, Failure>, Fault> {
        let code = github.code(installation, &repo.name);
        let settings = match self.settings(&code, repo.id, now).await {
            Ok(settings) if settings.repo.id == repo.id => settings,
            Ok(_) => {
                let why = format!("{} is another repository now.", repo.name);
                return Ok(Err(Failure::Blind { why }));
            }
            Err(failure) => return Ok(Err(failure)),
        };
        let branch = settings.default_branch.clone();
        let fact = match asked {
            Asked::Everything => {
                let name = repo.name.clone();
                // Nothing moved, so nothing that calls this repository is asked for.
                let calls = BTreeMap::new();
                let judge = Judge { engine: self, code, repo: repo.id, name, settings, calls, now };
                let known = self.store().branch(org, repo.id, &branch).await?;
                judge.everything(&branch, known.as_ref()).await
            }
            Asked::Moved { from_nothing } => {
                let known = self.store().branch(org, repo.id, &branch).await?;
                let before = known.is_none() && from_nothing;
                let before = before.then(Sha::none);
                Ok(Fact::Moved { entity: Entity::Branch { repo: repo.id, branch }, before })
            }
        };
        let request = format!("GET /repos/{}/git/trees/HEAD", repo.name);
        let evidence = Evidence::Api { request };
        Ok(fact.map(|fact| Reading { facts: vec![fact], as_of: now, evidence }))
    }
}

impl Judge<'_> {
    /// All that a branch grants; that it moved, where it was judged at another commit.
    async fn everything(&self, branch: &Foreign, known: Option<&Sha>) -> Judged {
        let Some(to) = self.code.branch(branch).await? else {
            return Ok(Fact::BranchGone { repo: self.repo, branch: branch.clone() });
        };
        if known.is_some_and(|known| *known != to) {
            let entity = Entity::Branch { repo: self.repo, branch: branch.clone() };
            return Ok(Fact::Moved { entity, before: None });
        }
        let after = self.code.files(&to).await?;
        self.moved(branch, (None, &Arc::new(Files::default())), (to, &after), None).await
    }
}
