//! Names that GitHub knows: permissions of Apps, and events with the permission that offers them.
//!
//! Source: GitHub's table of webhook events and payloads, and the permissions of the App settings form.

use crate::world::{Level, Permissions};

/// An event an App can get.
pub(crate) struct Event {
    pub name: &'static str,
    /// One of these permissions, at read, offers it. Empty: no permission is needed.
    pub offered_by: &'static [&'static str],
    /// Sent to every App; cannot be named in a manifest.
    pub always: bool,
}

const fn on(name: &'static str, offered_by: &'static [&'static str]) -> Event {
    Event { name, offered_by, always: false }
}

const fn always(name: &'static str) -> Event {
    Event { name, offered_by: &[], always: true }
}

const EVENTS: &[Event] = &[
    always("installation"),
    always("installation_repositories"),
    always("installation_target"),
    always("github_app_authorization"),
    on("branch_protection_configuration", &["administration"]),
    on("branch_protection_rule", &["administration"]),
    on("check_run", &["checks"]),
    on("check_suite", &["checks"]),
    on("code_scanning_alert", &["security_events"]),
    on("commit_comment", &["contents"]),
    on("create", &["contents"]),
    on("custom_property", &["organization_custom_properties"]),
    on("custom_property_values", &["organization_custom_properties"]),
    on("delete", &["contents"]),
    on("dependabot_alert", &["vulnerability_alerts"]),
    on("deploy_key", &["deployments"]),
    on("deployment", &["deployments"]),
    on("deployment_protection_rule", &["deployments"]),
    on("deployment_review", &["deployments"]),
    on("deployment_status", &["deployments"]),
    on("discussion", &["discussions"]),
    on("discussion_comment", &["discussions"]),
    on("fork", &["contents"]),
    on("gollum", &["contents"]),
    on("issue_comment", &["issues", "pull_requests"]),
    on("issue_dependencies", &["issues"]),
    on("issues", &["issues"]),
    on("label", &["metadata"]),
    on("member", &["members"]),
    on("membership", &["members"]),
    on("merge_group", &["merge_queues"]),
    on("meta", &[]),
    on("milestone", &["issues", "pull_requests"]),
    on("org_block", &["organization_administration"]),
    on("organization", &["members"]),
    on("page_build", &["pages"]),
    on("personal_access_token_request", &["organization_personal_access_token_requests"]),
    on("public", &["metadata"]),
    on("pull_request", &["pull_requests"]),
    on("pull_request_review", &["pull_requests"]),
    on("pull_request_review_comment", &["pull_requests"]),
    on("pull_request_review_thread", &["pull_requests"]),
    on("push", &["contents"]),
    on("registry_package", &["packages"]),
    on("release", &["contents"]),
    on("repository", &["metadata"]),
    on("repository_advisory", &["repository_advisories"]),
    on("repository_dispatch", &["contents"]),
    on("repository_ruleset", &["administration", "organization_administration"]),
    on("secret_scanning_alert", &["secret_scanning_alerts"]),
    on("secret_scanning_alert_location", &["secret_scanning_alerts"]),
    on("secret_scanning_scan", &["secret_scanning_alerts"]),
    on("security_advisory", &[]),
    on("security_and_analysis", &["administration"]),
    on("star", &["metadata"]),
    on("status", &["statuses"]),
    on("sub_issues", &["issues"]),
    on("team", &["members"]),
    on("team_add", &["members"]),
    on("watch", &["metadata"]),
    on("workflow_dispatch", &["contents"]),
    on("workflow_job", &["actions"]),
    on("workflow_run", &["actions"]),
];

pub(crate) fn event(name: &str) -> Option<&'static Event> {
    EVENTS.iter().find(|event| event.name == name)
}

impl Event {
    /// Whether these permissions offer the event.
    pub(crate) fn is_offered_by(&self, granted: &Permissions) -> bool {
        self.offered_by.is_empty()
            || self.offered_by.iter().any(|name| *name == "metadata" || granted.contains_key(*name))
    }
}

/// Whether a manifest may ask for this permission.
pub(crate) fn knows_permission(name: &str) -> bool {
    include_str!("../data/permissions.txt").lines().any(|line| line == name)
}

/// One way to be allowed: all of these.
pub(crate) type Alternative = Vec<(String, Level)>;

/// Reads GitHub's own notation, as in `X-Accepted-GitHub-Permissions`: `;` is or, `,` is and.
pub(crate) fn alternatives(notation: &str) -> Vec<Alternative> {
    notation
        .split(';')
        .map(|all| {
            all.split(',')
                .filter_map(|one| one.trim().split_once('='))
                .map(|(name, level)| {
                    (name.to_owned(), if level == "write" { Level::Write } else { Level::Read })
                })
                .collect()
        })
        .collect()
}
