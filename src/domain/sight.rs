//! What we can see of an organisation, and what we have lost sight of: blindness is said aloud,
//! because a quiet register looks like a healthy one.

use std::collections::BTreeMap;
use std::fmt;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::domain::{Login, OrgId, Timestamp};

/// What made us blind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blind {
    /// The installation is suspended.
    Suspended,
    /// The App was uninstalled.
    Uninstalled,
    /// The installation has not granted what we need.
    Permission,
    /// Repositories were taken out of the installation.
    Deselected,
    /// The App's webhook leads elsewhere, or nowhere.
    Webhook,
    /// No webhook has arrived for too long.
    Silent,
}

/// What is lost for one cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// Since when, as far as we can tell.
    pub since: Timestamp,
    /// What exactly: repositories by number, permissions by name, each as people read it. Empty
    /// where the cause says it all.
    #[serde(default)]
    pub what: BTreeMap<String, String>,
    /// More was lost since the operator was last told: that is told when the calendar looks, so
    /// that two hundred repositories are not two hundred alerts.
    #[serde(default)]
    pub untold: bool,
}

/// How well one organisation is seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sight {
    /// What is lost now.
    #[serde(default)]
    pub lost: BTreeMap<Blind, Loss>,
    /// Switches of the organisation by GitHub's name, as last listed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub switches: BTreeMap<String, String>,
    /// Where the App's webhook led when it was last right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hook: Option<String>,
}

/// What must be so for us to see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watch {
    /// Where the App's webhook must lead. `None`: where it led first.
    pub webhook: Option<String>,
    /// The permissions that an installation must grant, by GitHub's names.
    pub needed: BTreeMap<String, String>,
    /// How long an organisation may be silent. `None`: for ever.
    pub silence: Option<SignedDuration>,
}

/// Said to the operator when we go blind, when more is lost, and when we see again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Blind, or seeing again.
    pub blind: bool,
    /// Why.
    pub cause: Blind,
    /// Since when we are, or were, blind.
    pub since: Timestamp,
    /// The moment of the Turn that noticed.
    pub at: Timestamp,
    /// A sentence for people, without markup.
    pub message: String,
    /// What exactly is lost, or was.
    pub what: Vec<String>,
}

/// The most things that an alert lists.
const MOST_LISTED: usize = 100;

impl Blind {
    /// Every cause.
    pub const ALL: [Self; 6] = [
        Self::Suspended,
        Self::Uninstalled,
        Self::Permission,
        Self::Deselected,
        Self::Webhook,
        Self::Silent,
    ];

    /// The word in alerts, metrics and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Suspended => "suspended",
            Self::Uninstalled => "uninstalled",
            Self::Permission => "permission",
            Self::Deselected => "deselected",
            Self::Webhook => "webhook",
            Self::Silent => "silent",
        }
    }
}

impl fmt::Display for Blind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Watch {
    /// What of the needed permissions `granted` lacks: each by name, with the level it should
    /// have.
    pub fn lacking(&self, granted: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let rank = |level: Option<&String>| {
            ["read", "write", "admin"].iter().position(|l| level.is_some_and(|level| level == l))
        };
        self.needed
            .iter()
            .filter(|(name, level)| rank(granted.get(*name)) < rank(Some(level)))
            .map(|(name, level)| (name.clone(), format!("{name}: {level}")))
            .collect()
    }
}

impl Alert {
    /// The alert as it is sent: `beholden/alert/1`, described in `docs/operating.md`. `id` is the
    /// same however often it is sent.
    pub fn json(&self, id: &str, org: OrgId, login: Option<&Login>) -> String {
        let Self { blind, cause, since, at, message, what } = self;
        let listed: Vec<&String> = what.iter().take(MOST_LISTED).collect();
        serde_json::json!({
            "schema": "beholden/alert/1",
            "id": id,
            "what": if *blind { "blind" } else { "seeing" },
            "organisation": { "id": org, "login": login },
            "cause": cause,
            "since": since,
            "at": at,
            "message": message,
            "lost": listed,
            "lost_count": what.len(),
        })
        .to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, level)| ((*name).to_owned(), (*level).to_owned())).collect()
    }

    #[test]
    fn a_permission_lacks_when_it_is_missing_or_lower_than_needed() {
        let needed = map(&[("issues", "write"), ("members", "read"), ("metadata", "read")]);
        let watch = Watch { needed, ..Watch::default() };
        let granted = map(&[("issues", "read"), ("metadata", "admin"), ("checks", "write")]);
        let lacking: Vec<String> = watch.lacking(&granted).into_values().collect();
        assert_eq!(lacking, ["issues: write", "members: read"]);
    }

    #[test]
    fn an_alert_lists_a_hundred_things_and_counts_the_rest() {
        let alert = Alert {
            blind: true,
            cause: Blind::Deselected,
            since: Timestamp::UNIX_EPOCH,
            at: Timestamp::UNIX_EPOCH,
            message: "m".to_owned(),
            what: (0..250).map(|n| n.to_string()).collect(),
        };
        let json: serde_json::Value =
            serde_json::from_str(&alert.json("7-1-0", OrgId(7), None)).unwrap();
        assert_eq!(json["schema"], "beholden/alert/1");
        assert_eq!((&json["what"], &json["cause"]), (&"blind".into(), &"deselected".into()));
        assert_eq!(json["lost"].as_array().unwrap().len(), 100);
        assert_eq!(json["lost_count"], 250);
        assert_eq!(json["organisation"]["login"], serde_json::Value::Null);
    }
}
