//! Reading code: pull requests, trees, files, and the settings that decide what files grant.
//!
//! Nothing of a pull request's head is believed: its files are read from the base repository, where
//! GitHub keeps the head of every fork, and its names decide nothing.

mod beside;
mod commits;
mod contents;
mod groups;
mod pull;
mod references;
mod repo;
mod rules;
mod upstream;

pub use beside::Callable;
pub use commits::CommitRead;
pub(super) use contents::Kept;
pub use contents::{Files, Tip};
pub use pull::{ChangedFile, PullRead};
pub use references::Pointing;
pub use repo::RepoRead;
pub use upstream::{Answers, Belongs};

use crate::domain::{InstallationId, RepoName};
use crate::github::{Github, Who};

/// Reads the code of one repository. Cheap to make.
pub struct Code<'a> {
    github: &'a Github,
    installation: InstallationId,
    repo: &'a RepoName,
}

impl Github {
    /// Reads the code of a repository.
    pub fn code<'a>(&'a self, installation: InstallationId, repo: &'a RepoName) -> Code<'a> {
        Code { github: self, installation, repo }
    }
}

impl Code<'_> {
    /// Reads the code of another repository of the same installation.
    pub fn beside<'b>(&'b self, repo: &'b RepoName) -> Code<'b> {
        Code { github: self.github, installation: self.installation, repo }
    }

    fn path(&self, rest: &str) -> String {
        format!("/repos/{}{rest}", self.repo)
    }

    fn contents(&self) -> Who {
        Who::installation(self.installation, &[("contents", "read")])
    }

    fn pulls(&self) -> Who {
        let permissions = &[("contents", "read"), ("pull_requests", "read")];
        Who::installation(self.installation, permissions)
    }
}
