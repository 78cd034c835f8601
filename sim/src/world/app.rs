//! Apps, where they are installed, and the tokens they were given.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How much of a permission is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// May look.
    Read,
    /// May look and change.
    Write,
    /// May also change the schema of custom properties and the like.
    Admin,
}

/// Permissions by their name in manifests: `issues` → write.
pub type Permissions = BTreeMap<String, Level>;

/// Where an App wants its webhooks.
#[derive(Clone, Debug)]
pub(crate) struct Hook {
    pub id: u64,
    /// `None`: nothing is pushed, tests take the webhooks themselves.
    pub url: Option<String>,
    pub secret: Option<String>,
    pub content_type: String,
    pub insecure_ssl: String,
}

#[derive(Debug)]
pub(crate) struct App {
    pub id: u64,
    pub client_id: String,
    pub client_secret: String,
    pub slug: String,
    pub name: String,
    pub description: Option<String>,
    pub external_url: String,
    /// The organization that registered it.
    pub owner: u64,
    /// The user that its writes are made by: `slug[bot]`.
    pub bot: u64,
    pub private_key_pem: String,
    /// PKCS#1 `RSAPublicKey`, DER.
    pub public_key: Vec<u8>,
    pub hook: Hook,
    pub permissions: Permissions,
    pub events: BTreeSet<String>,
    pub created: Timestamp,
}

/// Which repositories an installation covers.
#[derive(Clone, Debug)]
pub(crate) enum Selection {
    All,
    Selected(BTreeSet<u64>),
}

#[derive(Debug)]
pub(crate) struct Installation {
    pub id: u64,
    pub app: u64,
    pub org: u64,
    pub selection: Selection,
    /// What the organization agreed to: it stays as it was when the App asks for more.
    pub permissions: Permissions,
    pub events: BTreeSet<String>,
    pub created: Timestamp,
    pub updated: Timestamp,
    /// Since when and by whom.
    pub suspended: Option<(Timestamp, u64)>,
}

impl Installation {
    /// Whether a repository of the installation's own organization is covered.
    pub(crate) fn covers(&self, repo: u64) -> bool {
        match &self.selection {
            Selection::All => true,
            Selection::Selected(repos) => repos.contains(&repo),
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub installation: u64,
    pub permissions: Permissions,
    /// Narrowed to these repositories, or everything that the installation covers.
    pub repositories: Option<BTreeSet<u64>>,
    pub expires: Timestamp,
}
