//! What the App of an everyday organization asks for and hears.

use crate::world::{Level, Permissions};

/// The events.
pub(super) const EVENTS: &[&str] = &[
    "check_run",
    "check_suite",
    "create",
    "delete",
    "deploy_key",
    "issue_comment",
    "issues",
    "member",
    "membership",
    "merge_group",
    "organization",
    "personal_access_token_request",
    "public",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "push",
    "repository",
    "repository_ruleset",
    "secret_scanning_alert",
    "status",
    "team",
    "team_add",
    "workflow_job",
    "workflow_run",
];

/// The permissions.
pub(super) fn permissions() -> Permissions {
    let read = [
        "actions",
        "actions_variables",
        "administration",
        "agent_secrets",
        "agent_variables",
        "contents",
        "copilot_agent_settings",
        "dependabot_secrets",
        "deployments",
        "environments",
        "members",
        "merge_queues",
        "organization_actions_variables",
        "organization_administration",
        "organization_api_insights",
        "organization_agent_secrets",
        "organization_agent_variables",
        "organization_copilot_agent_settings",
        "organization_custom_org_roles",
        "organization_dependabot_secrets",
        "organization_hooks",
        "organization_personal_access_token_requests",
        "organization_personal_access_tokens",
        "organization_private_registries",
        "organization_secrets",
        "organization_self_hosted_runners",
        "repository_hooks",
        "secret_scanning_alerts",
        "secrets",
        "statuses",
    ];
    let write = ["checks", "issues", "pull_requests"];
    let mut permissions: Permissions = read.map(|name| (name.to_owned(), Level::Read)).into();
    permissions.extend(write.map(|name| (name.to_owned(), Level::Write)));
    permissions
}
