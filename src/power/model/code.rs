//! Code of others that runs here, and what holds it to what was read.

use serde::{Deserialize, Serialize};

use crate::domain::Foreign;
use crate::power::model::product::Order;

/// Code that is not in the repository.
///
/// The name has no version: the same code at a newer reference is the same code. References are
/// kept beside the power, in `Granted::references`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Code {
    /// What it is.
    pub kind: Kind,
    /// `owner/name/path` in lower case, `docker.io/library/alpine`, `npm:name`, an URL, a host.
    pub name: Foreign,
}

/// What kind of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An action of another repository.
    Action,
    /// A reusable workflow of another repository.
    Workflow,
    /// A container image.
    Image,
    /// A package of a registry that is fetched to be run: `npx`, `uvx`, `pipx run`.
    Package,
    /// A script from the network, run as it comes.
    Script,
    /// A server that answers from elsewhere: a remote MCP server, an extension.
    Server,
    /// A plugin, extension or marketplace of an agent or editor.
    Plugin,
    /// Text that agents read as instructions. Its reference is a digest of its words.
    Instructions,
    /// Another repository's files: a checkout, a submodule, a Terraform module.
    Repository,
}

/// What holds code to the version that somebody read. A total order: looser is more power, because
/// more people can put other code in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pin {
    /// A commit or a digest.
    Exact,
    /// A version of a registry that does not let versions be replaced.
    Version,
    /// A tag, which its owner can move.
    Tag,
    /// A branch, `latest`, or nothing.
    Floating,
}

impl Code {
    /// Names code. Letter case plays no part, as on GitHub.
    pub fn new(kind: Kind, name: &str) -> Self {
        Self { kind, name: Foreign::new(&name.to_ascii_lowercase()) }
    }
}

impl Pin {
    /// Whether its owner can put other code in its place without a change here.
    pub fn is_loose(self) -> bool {
        self >= Self::Tag
    }
}

impl Order for Pin {
    fn join(self, other: Self) -> Self {
        self.max(other)
    }
}
