//! `app-manifest.yml` and the code ask for the same: every subscribed event, each covered by its
//! permission, and no permission that nothing uses.

use std::collections::{BTreeMap, BTreeSet};

use beholden::domain::Access;
use beholden::events::{Delivered, KINDS};
use serde::Deserialize;

const TEXT: &str = include_str!("../../app-manifest.yml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    name: String,
    url: String,
    description: String,
    public: bool,
    hook_attributes: BTreeMap<String, serde_json::Value>,
    redirect_url: String,
    default_permissions: BTreeMap<String, String>,
    default_events: Vec<String>,
}

/// What needs a permission besides the events: reading an object, or writing to GitHub. The level
/// is that of GitHub's page "Permissions required for GitHub Apps".
const USES: &[(&str, Access, &str)] = &[
    ("actions", Access::Read, "events workflow_run and workflow_job"),
    ("administration", Access::Read, "Entity::DeployKey, event repository_ruleset"),
    ("checks", Access::Write, "Effect::Check, events check_run and check_suite"),
    ("contents", Access::Read, "Entity::PolicyFile, Code, event push"),
    ("deployments", Access::Read, "event deploy_key"),
    ("issues", Access::Write, "Effect::Issue, Effect::Reply, Effect::React"),
    ("merge_queues", Access::Read, "event merge_group"),
    ("members", Access::Read, "Entity::Person, Team, TeamMember and TeamRepo"),
    ("metadata", Access::Read, "Entity::Repo, Collaborator and Ruleset"),
    ("organization_personal_access_token_requests", Access::Read, "its event"),
    ("organization_personal_access_tokens", Access::Read, "Entity::Pat"),
    ("pull_requests", Access::Write, "Effect::Review, Effect::ThreadReply, Code::pull, its events"),
    ("statuses", Access::Read, "event status"),
    ("secret_scanning_alerts", Access::Read, "Entity::SecretAlert, its event"),
];

fn manifest() -> Manifest {
    serde_saphyr::from_str(TEXT).unwrap()
}

#[test]
fn the_manifest_has_every_field_that_github_wants() {
    let manifest = manifest();
    assert!(!manifest.name.is_empty() && manifest.name.chars().count() <= 34);
    assert!(manifest.url.starts_with("https://") && !manifest.description.is_empty());
    assert!(!manifest.public, "an organisation's own App");
    assert_eq!(manifest.hook_attributes["active"], true);
    assert!(manifest.hook_attributes["url"].as_str().unwrap().ends_with("/webhook"));
    assert!(manifest.redirect_url.starts_with("http://127.0.0.1"));
}

#[test]
fn exactly_the_subscribed_events_are_listed_and_each_is_covered() {
    let manifest = manifest();
    let mut subscribed = BTreeSet::new();
    for kind in KINDS {
        let Delivered::Subscribed { permission, level } = kind.delivered else { continue };
        subscribed.insert(kind.event);
        let given = manifest.default_permissions.get(permission).map(String::as_str);
        let given = given.and_then(Access::from_github).unwrap_or(Access::None);
        assert!(given >= level, "{} needs {permission}: {level}", kind.event);
    }
    let listed: BTreeSet<_> = manifest.default_events.iter().map(String::as_str).collect();
    assert_eq!(listed, subscribed);
    assert_eq!(listed.len(), manifest.default_events.len(), "each once");
}

#[test]
fn no_permission_is_asked_for_that_nothing_uses_and_none_is_higher_than_its_use() {
    let asked = manifest().default_permissions;
    let used: BTreeMap<_, _> =
        USES.iter().map(|(name, level, _)| ((*name).to_owned(), level.to_string())).collect();
    assert_eq!(asked, used);
    let written: Vec<&str> =
        asked.iter().filter(|(_, level)| *level != "read").map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        written,
        ["checks", "issues", "pull_requests"],
        "nothing that could take power away"
    );
}

#[test]
fn every_permission_and_event_has_its_reason_beside_it() {
    let (mut listed, mut inside) = (0, false);
    for line in TEXT.lines() {
        match line {
            "default_permissions:" | "default_events:" => inside = true,
            "" => inside = false,
            entry if inside => {
                let reason = entry.split_once(" # ").map_or("", |(_, reason)| reason);
                assert!(reason.split(' ').count() >= 4, "no reason: {entry}");
                listed += 1;
            }
            _ => {}
        }
    }
    let manifest = manifest();
    assert_eq!(listed, manifest.default_permissions.len() + manifest.default_events.len());
}
