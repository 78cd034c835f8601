//! Files of one repository that workflows of others call, and what a change of such a file does to
//! those workflows.

use serde::{Deserialize, Serialize};

use crate::domain::{Foreign, RepoId, RepoName, Visibility, Weighed};

/// A file of another repository that a workflow calls.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Called {
    /// The workflow that calls.
    pub workflow: Foreign,
    /// The repository of the file.
    pub repo: RepoName,
    /// The file.
    pub file: Foreign,
    /// The branch, tag or commit at which it is taken.
    pub reference: Foreign,
}

/// What a change does to the workflows of other repositories that call what it changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// The repositories whose workflows may do more than before.
    pub callers: Vec<Caller>,
    /// How many repositories call it and were not looked at.
    pub unread: usize,
}

/// A repository whose workflows may do more than before, because what they call has changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// The repository.
    pub repo: RepoId,
    /// Its name then.
    pub name: RepoName,
    /// Who may read it.
    pub visibility: Visibility,
    /// What its workflows are granted more.
    pub weighed: Weighed,
}

/// What is told of one such repository where its readers are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CallerTold {
    /// Its name then.
    pub name: RepoName,
    /// One sentence for each grant, worst first, each safe to post.
    pub says: Vec<String>,
}

impl Caller {
    /// Whether whoever reads a repository of this visibility may know of this one: everybody may
    /// know of a public one, and all of the organisation of one that is open to it.
    pub fn is_known_where(&self, read: Visibility) -> bool {
        match self.visibility {
            Visibility::Public => true,
            Visibility::Internal => read != Visibility::Public,
            Visibility::Private => false,
        }
    }

    /// What is told of it where its readers are.
    pub fn told(&self) -> CallerTold {
        let says = self.weighed.grants.iter().filter_map(|grant| grant.remarks.first());
        CallerTold {
            name: self.name.clone(),
            says: says.map(|remark| remark.message.clone()).collect(),
        }
    }
}
