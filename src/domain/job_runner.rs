//! A runner that took a job, as the job's event tells of it.
//!
//! The event does not say whether the machine stays. One that stays is an identity of its own. Of
//! machines that are thrown away after a job there is a new one for each: they are one identity
//! together, their group's, which is also what GitHub lets repositories use.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{
    Class, Evidence, Expiry, Fact, Foreign, Grant, Identity, IdentityKey, IdentityKind, OrgId,
    Reach, RepoId, Standing, Through, Timestamp,
};

/// A runner, and the group that it stands in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct JobRunner {
    /// The organisation.
    pub org: OrgId,
    /// GitHub's number of the machine.
    pub number: i64,
    /// What it is called.
    pub name: Foreign,
    /// GitHub's number of its group. 1 is `Default`, also for the runners of a repository.
    pub group: i64,
    /// What the group is called.
    pub group_name: Foreign,
    /// How sure it is by the event alone that the machine is the organisation's own.
    pub class: Class,
}

/// Stands in the key of a group where the number stands in that of a machine.
const GROUP: &str = "group";

impl JobRunner {
    /// The machine's identity: the key that its listing gives it.
    pub fn machine(&self) -> IdentityKey {
        let short: String = self.name.raw().chars().take(64).collect();
        self.key(&[&self.number.to_string(), &short])
    }

    /// The identity of all machines of the group that do not stay.
    pub fn passing(&self) -> IdentityKey {
        self.key(&[GROUP, &self.group.to_string()])
    }

    /// Whether an identity is that of all passing machines of a group.
    pub fn is_passing(key: &IdentityKey) -> bool {
        key.kind() == IdentityKind::SelfHostedRunner && key.id().split(':').nth(1) == Some(GROUP)
    }

    fn key(&self, parts: &[&str]) -> IdentityKey {
        IdentityKey::scoped(IdentityKind::SelfHostedRunner, self.org.0, parts)
    }

    /// That the machine, which stays, runs jobs of a repository.
    pub fn machine_runs(&self, repo: RepoId, as_of: Timestamp, evidence: Evidence) -> Fact {
        runs(self.machine(), self.name.clone(), Class::Machine, repo, as_of, evidence)
    }

    /// That machines of the group, which do not stay, run jobs of a repository; with how sure it is
    /// that they are the organisation's own.
    pub fn group_runs(
        &self,
        class: Class,
        repo: RepoId,
        as_of: Timestamp,
        evidence: Evidence,
    ) -> Fact {
        let name = Foreign::new(&format!("group {}", self.group_name.raw()));
        runs(self.passing(), name, class, repo, as_of, evidence)
    }
}

fn runs(
    key: IdentityKey,
    name: Foreign,
    class: Class,
    repo: RepoId,
    as_of: Timestamp,
    evidence: Evidence,
) -> Fact {
    let identity = Identity {
        key,
        name,
        login: None,
        repo: None,
        class,
        catalogue: None,
        fingerprint: None,
        holder: None,
        standing: Standing::Live,
    };
    let grant = Grant {
        through: Through::Runner { repo },
        reach: Reach::one(repo),
        access: None,
        permissions: BTreeMap::new(),
        role: None,
        expiry: Expiry::NotApplicable,
        power: None,
        called: None,
        by: None,
        at: as_of,
        as_of,
        evidence,
    };
    Fact::Holds { identity: Box::new(identity), grant: Box::new(grant) }
}
