//! Reading: one object of GitHub to what it says, one file per kind of object.
//!
//! Invariants: a number decides which object was meant, never a name; nothing is said to be gone
//! unless it answers 404 twice while what it belongs to answers 200 to the same token.

mod collaborator;
mod deploy_key;
mod installation;
mod issue;
mod item;
mod list;
mod org_role;
mod pat;
mod person;
mod policy_file;
mod proof;
mod repo;
mod repositories;
mod ruleset;
mod runner;
mod secret_alert;
mod selected;
mod task;
mod team;

use crate::domain::{
    Entity, Evidence, Fact, InstallationId, Login, Names, RepoName, TeamId, Timestamp,
};
use crate::github::{Failure, Github, Who};

pub(super) use collaborator::Permission;
pub use list::{Listed, Whole};

/// What one reading said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The facts; none where the object says nothing that is ours to know.
    pub facts: Vec<Fact>,
    /// The moment the first request was sent: what is known is no newer than this.
    pub as_of: Timestamp,
    /// The request that the facts rest on.
    pub evidence: Evidence,
}

/// Reads objects. Cheap to clone.
#[derive(Clone)]
pub struct Reader {
    github: Github,
}

/// One reading: as whom, about what.
pub(super) struct Reading<'a> {
    pub(super) github: &'a Github,
    pub(super) installation: InstallationId,
    pub(super) org: &'a Login,
    pub(super) names: &'a Names,
    pub(super) now: Timestamp,
}

/// What an object is read with, by the manifest's names. `metadata: read` comes with each.
pub(super) type Permissions = &'static [(&'static str, &'static str)];

impl Reader {
    pub(super) fn new(github: Github) -> Self {
        Self { github }
    }

    /// Reads one object. `names` says how to ask for it; its number decides what is believed.
    /// `now` becomes `as_of`: the caller takes it just before.
    ///
    /// # Errors
    /// [`Failure::Gone`] for a repository that answers 404 while its organisation answers. One
    /// that was deselected looks the same: the caller says [`Fact::RepoGone`] only together with a
    /// signed deletion. Everything else that is gone comes back as a fact. [`Failure::Blind`] when it cannot be told.
    pub async fn read(
        &self,
        installation: InstallationId,
        org: &Login,
        entity: &Entity,
        names: &Names,
        now: Timestamp,
    ) -> Result<Read, Failure> {
        let reading = Reading { github: &self.github, installation, org, names, now };
        let r = &reading;
        let (facts, request) = match entity {
            Entity::Repo { repo } => repo::read(r, *repo).await?,
            Entity::DeployKey { repo, key } => deploy_key::read(r, *repo, *key).await?,
            Entity::Collaborator { repo, user } => collaborator::read(r, *repo, *user).await?,
            Entity::Person { user } => person::read(r, *user).await?,
            Entity::TeamMember { team, user } => team::read_member(r, *team, *user).await?,
            Entity::TeamRepo { team, repo } => team::read_repo(r, *team, *repo).await?,
            Entity::Team { team } => team::read(r, *team).await?,
            Entity::OrgRole { identity, role, team } => {
                org_role::read(r, identity, *role, *team).await?
            }
            Entity::Pat { token } => pat::read(r, *token).await?,
            Entity::SecretAlert { repo, alert } => secret_alert::read(r, *repo, *alert).await?,
            Entity::Runner { repo, runner } => runner::read(r, *repo, runner).await?,
            Entity::Ruleset { repo, ruleset } => ruleset::read(r, *repo, *ruleset).await?,
            Entity::Issue { repo, issue } => issue::read(r, *repo, *issue).await?,
            Entity::Task { repo, number } => task::read(r, *repo, *number).await?,
            Entity::Installation => installation::read(r).await?,
            Entity::Repositories => repositories::read(r).await?,
            Entity::Item { part, repo, identity } => item::read(r, *part, *repo, identity).await?,
            Entity::Selected { repo } => selected::read(r, *repo).await?,
            Entity::PolicyFile => policy_file::read(r).await?,
            // A date comes by itself. The words came with the hint; what they need is read as what it is. Code is read by
            // `Github::code`, because judging it takes several readings.
            Entity::Exception { .. }
            | Entity::Command { .. }
            | Entity::Pull { .. }
            | Entity::OpenPulls { .. }
            | Entity::Branch { .. }
            | Entity::Tag { .. }
            | Entity::Run { .. }
            | Entity::MergeGroup { .. }
            | Entity::MergeGroups { .. } => (Vec::new(), "nothing".to_owned()),
        };
        Ok(Read { facts, as_of: now, evidence: Evidence::Api { request } })
    }

    /// Reads all of one part of one place, to its end.
    ///
    /// # Errors
    /// Whatever kept it from being whole. Then nothing may be taken for gone.
    pub async fn list(
        &self,
        installation: InstallationId,
        whole: Whole<'_>,
        now: Timestamp,
    ) -> Result<Listed, Failure> {
        let names = Names::default();
        let (github, org) = (&self.github, whole.login);
        list::list(Reading { github, installation, org, names: &names, now }, whole).await
    }

    /// Reads what a team may do where: asked for when somebody joins it, because the event and the
    /// membership say nothing of it.
    pub async fn team_reach(
        &self,
        installation: InstallationId,
        org: &Login,
        team: TeamId,
        names: &Names,
        now: Timestamp,
    ) -> Result<Vec<Fact>, Failure> {
        let reading = Reading { github: &self.github, installation, org, names, now };
        team::read_reach(&reading, team).await.map(|(facts, _)| facts)
    }

    /// Reads the policy file of `home`, for a caller that asks again and again: `None` when it
    /// has not changed since this process last got it.
    pub async fn policy_file_if_changed(
        &self,
        installation: InstallationId,
        org: &Login,
        home: &RepoName,
        now: Timestamp,
    ) -> Result<Option<Read>, Failure> {
        let names = Names { repo: Some(home.clone()), ..Names::default() };
        let reading = Reading { github: &self.github, installation, org, names: &names, now };
        let read = policy_file::read_if_changed(&reading).await?;
        Ok(read.map(|(facts, request)| Read {
            facts,
            as_of: now,
            evidence: Evidence::Api { request },
        }))
    }
}

/// Facts, and the request they rest on.
pub(super) type Found = (Vec<Fact>, String);

impl Reading<'_> {
    /// The reader of this organisation, narrowed to what the object needs.
    fn with(&self, permissions: Permissions) -> Who {
        Who::installation(self.installation, permissions)
    }

    /// Evidence for grants: the request itself.
    fn evidence(request: &str) -> Evidence {
        Evidence::Api { request: request.to_owned() }
    }
}
