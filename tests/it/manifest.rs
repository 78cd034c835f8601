//! `app-manifest.yml` and the code ask for the same: every subscribed event, each covered by its
//! permission, and no permission that nothing uses.

use std::collections::{BTreeMap, BTreeSet};

use beholden::domain::{Access, Part, Takes};
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
    ("actions", Access::Read, "Part::Environments, events workflow_run and workflow_job"),
    (
        "administration",
        Access::Read,
        "Part::DeployKeys, Runners and Settings, Entity::Runner, repository_ruleset",
    ),
    ("actions_variables", Access::Read, "Part::Variables"),
    ("agent_secrets", Access::Read, "Part::AgentsSecrets"),
    ("agent_variables", Access::Read, "Part::AgentsVariables"),
    ("checks", Access::Write, "Effect::Check, events check_run and check_suite"),
    ("contents", Access::Read, "Entity::PolicyFile, Code, event push"),
    ("copilot_agent_settings", Access::Read, "Part::CodingAgent"),
    ("dependabot_secrets", Access::Read, "Part::DependabotSecrets"),
    ("deployments", Access::Read, "event deploy_key"),
    ("environments", Access::Read, "Part::Environments"),
    ("issues", Access::Write, "Effect::Issue, Effect::Reply, Effect::React"),
    ("merge_queues", Access::Read, "event merge_group"),
    ("members", Access::Read, "Entity::Person, Team, TeamMember and TeamRepo"),
    ("metadata", Access::Read, "Entity::Repo, Collaborator and Ruleset"),
    ("organization_actions_variables", Access::Read, "Part::OrgVariables"),
    ("organization_administration", Access::Read, "Part::Apps, OrgSettings and AuditLog"),
    ("organization_agent_secrets", Access::Read, "Part::OrgAgentsSecrets"),
    ("organization_agent_variables", Access::Read, "Part::OrgAgentsVariables"),
    ("organization_api_insights", Access::Read, "Part::ApiUse"),
    ("organization_copilot_agent_settings", Access::Read, "Part::OrgCodingAgent"),
    ("organization_custom_org_roles", Access::Read, "Part::OrgRoles"),
    ("organization_dependabot_secrets", Access::Read, "Part::OrgDependabotSecrets"),
    ("organization_hooks", Access::Read, "Part::OrgWebhooks"),
    ("organization_personal_access_token_requests", Access::Read, "Part::TokenRequests, its event"),
    ("organization_personal_access_tokens", Access::Read, "Entity::Pat, Part::Tokens"),
    ("organization_private_registries", Access::Read, "Part::Registries"),
    ("organization_secrets", Access::Read, "Part::OrgActionsSecrets"),
    ("organization_self_hosted_runners", Access::Read, "Part::OrgRunners, Entity::Runner"),
    ("pull_requests", Access::Write, "Effect::Review, Effect::ThreadReply, Code::pull, its events"),
    ("statuses", Access::Read, "event status"),
    ("repository_hooks", Access::Read, "Part::Webhooks"),
    ("secret_scanning_alerts", Access::Read, "Entity::SecretAlert, its event"),
    ("secrets", Access::Read, "Part::ActionsSecrets"),
];

/// What listing reads with must be in the table above, and nothing in that table for listing alone
/// may be left when no part is listed with it.
#[test]
fn every_part_that_is_listed_is_asked_for_and_none_is_asked_for_in_vain() {
    let asked = manifest().default_permissions;
    let mut used = BTreeSet::new();
    for (name, level) in Part::ALL.iter().filter_map(|part| part.read_with()).flatten() {
        let given = asked.get(*name).and_then(|word| Access::from_github(word));
        assert!(given >= Access::from_github(level), "{name}: {level} is not asked for");
        used.insert(*name);
    }
    for (name, _, why) in USES.iter().filter(|(_, _, why)| why.starts_with("Part::")) {
        assert!(used.contains(name), "{name} is asked for {why}");
    }
    for part in Part::ALL {
        let Takes::Write { permission, .. } = part.takes() else { continue };
        let name = permission.split(':').next().unwrap();
        assert_ne!(asked.get(name).map(String::as_str), Some("write"), "{part}");
    }
}

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
