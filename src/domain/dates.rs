//! When an identity was set and used, as far as anybody says, and what was said of it since.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{IdentityKind, RepoId, Timestamp};

/// Moments in the life of one identity. Not known is not never.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dates {
    /// When somebody first told us its dates: what was overdue by then is no news.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// When its value was stored last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stored: Option<Timestamp>,
    /// When it was used last: as GitHub states it, or as it was seen acting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<Timestamp>,
    /// Since when it acts in what is not public without being let in anywhere that we know, and where it
    /// first did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stray: Option<Stray>,
    /// What was said of it because time had passed: since when it had been so, by rule.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub said: BTreeMap<String, Timestamp>,
    /// When time alone makes something true that was not said yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
}

/// A deed of an account that nothing is known to let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stray {
    /// When.
    pub since: Timestamp,
    /// In which repository.
    pub repo: RepoId,
}

impl Dates {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl IdentityKind {
    /// Whether GitHub states when one of this kind was used last. Of others only some uses are
    /// seen: what it does where webhooks tell, and what the audit log holds.
    pub fn states_use(self) -> bool {
        matches!(self, Self::DeployKey | Self::FineGrainedPat)
    }

    /// Whether one of this kind can be seen acting at all: GitHub states it, or webhooks and the audit log
    /// name it or its account.
    pub fn is_seen_acting(self) -> bool {
        self.states_use()
            || matches!(
                self,
                Self::AppInstallation
                    | Self::MachineUser
                    | Self::AiAgent
                    | Self::ClassicPat
                    | Self::OauthApp
            )
    }
}
