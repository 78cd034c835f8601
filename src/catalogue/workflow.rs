//! Permissions of a job's token, and events that start workflows.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::catalogue::table::{self, Confidence, Table};
use crate::domain::Severity;

/// One permission of a `GITHUB_TOKEN`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenPermission {
    /// Its name in `permissions:`.
    pub scope: String,
    /// The levels that it knows.
    pub levels: Vec<String>,
    /// How bad writing is in the wrong hands.
    pub write_risk: Severity,
    /// How bad reading is.
    pub read_risk: Severity,
    /// Whether GitHub no longer documents it.
    #[serde(default)]
    pub legacy: bool,
    /// How well that is known.
    pub confidence: Confidence,
    /// Where it was read.
    pub source: Vec<String>,
}

/// One event under `on:`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkflowEvent {
    /// Its name.
    pub name: String,
    /// How far it lets strangers in.
    pub risk: Severity,
    /// Why, in a few words.
    pub why: String,
    /// How well that is known.
    pub confidence: Confidence,
    /// Where it was read.
    pub source: Vec<String>,
}

/// Every permission, in the order of the table.
pub static TOKEN_PERMISSIONS: LazyLock<Table<TokenPermission>> =
    LazyLock::new(|| table::parse(include_str!("permissions.toml")));

/// Every event that says something about drivers, in the order of the table.
pub static WORKFLOW_EVENTS: LazyLock<Table<WorkflowEvent>> =
    LazyLock::new(|| table::parse(include_str!("workflow_events.toml")));

/// What is known about a permission of a job's token.
pub fn token_permission(scope: &str) -> Option<&'static TokenPermission> {
    TOKEN_PERMISSIONS.rows.iter().find(|it| it.scope == scope)
}

/// What is known about an event.
pub fn workflow_event(name: &str) -> Option<&'static WorkflowEvent> {
    WORKFLOW_EVENTS.rows.iter().find(|it| it.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_permission_and_event_is_found_once() {
        for it in &TOKEN_PERMISSIONS.rows {
            let levels: BTreeSet<_> = it.levels.iter().map(String::as_str).collect();
            assert!(levels.is_subset(&["none", "read", "write"].into()), "{}", it.scope);
            assert!(it.write_risk >= it.read_risk || !levels.contains("write"), "{}", it.scope);
            assert_eq!(token_permission(&it.scope).unwrap().levels, it.levels);
            TOKEN_PERMISSIONS.check_sources(&it.scope, &it.source);
        }
        for it in &WORKFLOW_EVENTS.rows {
            assert_eq!(workflow_event(&it.name).unwrap().why, it.why);
            WORKFLOW_EVENTS.check_sources(&it.name, &it.source);
        }
        let scopes: BTreeSet<_> = TOKEN_PERMISSIONS.rows.iter().map(|it| &it.scope).collect();
        assert_eq!(scopes.len(), TOKEN_PERMISSIONS.rows.len());
        assert!(token_permission("everything").is_none() && workflow_event("fork").is_none());
    }
}
