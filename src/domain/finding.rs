//! Findings: a rule's verdict, in words a person can act on.

use serde::{Deserialize, Serialize};

use crate::domain::{Actor, IdentityKey, RepoId, Timestamp};

/// A rule's name, as in its file, its page and the policy: `writable-deploy-key`.
pub type RuleId = &'static str;

/// How bad it is if nobody acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Should be looked at.
    Low,
    /// Should be looked at this week.
    Medium,
    /// Should be looked at today.
    High,
    /// Should be looked at now.
    Critical,
}

/// What makes two findings the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FindingKey(pub String);

/// One verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Rule, identity and what tells two verdicts of the rule on it apart.
    pub key: FindingKey,
    /// The rule's name.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// The identity it is about.
    pub identity: IdentityKey,
    /// The repository it is about, where it is about one.
    pub repo: Option<RepoId>,
    /// One plain sentence, safe to post: foreign text in it is already filtered.
    pub message: String,
    /// Who brought it about.
    pub by: Option<Actor>,
    /// When it came about.
    pub at: Timestamp,
    /// Whether it is about something that happened now. Old news opens no case.
    pub news: bool,
}

impl FindingKey {
    /// `discriminator` tells apart two verdicts of one rule on one identity; it may be empty.
    pub fn new(rule: &str, identity: &IdentityKey, discriminator: &str) -> Self {
        if discriminator.is_empty() {
            Self(format!("{rule}/{identity}"))
        } else {
            Self(format!("{rule}/{identity}/{discriminator}"))
        }
    }
}

impl Severity {
    /// Whether words are not enough where somebody must accept it: a comment can be written with a
    /// stolen token, a button cannot be pressed with one.
    pub fn takes_a_button(self) -> bool {
        self >= Self::High
    }

    /// The word that people read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}
