//! Actions of GitHub's audit log that tell of identities that are not human, and of what guards them.
//!
//! Source: "Audit log events for your organization", and its counterpart for enterprises.

/// What an action tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AuditSignal {
    /// Somebody or something got access, or a safeguard went.
    Grants,
    /// Access was taken away.
    Revokes,
    /// Access or a safeguard became another.
    Changes,
    /// Access was used.
    Uses,
}

/// What an action tells; `None` for one that does not concern us. GitHub adds actions without notice:
/// one that is in no list and is called like those that are changed something.
pub fn audit_signal(action: &str) -> Option<AuditSignal> {
    let lists = [
        (AuditSignal::Grants, GRANTS),
        (AuditSignal::Revokes, REVOKES),
        (AuditSignal::Changes, CHANGES),
        (AuditSignal::Uses, USES),
    ];
    let found = lists.into_iter().find(|(_, actions)| actions.binary_search(&action).is_ok());
    found.map(|(signal, _)| signal).or_else(|| concerns(action).then_some(AuditSignal::Changes))
}

/// Whether an action tells who gave access, or more of it than before.
pub fn audit_grants(action: &str) -> bool {
    let is_new = |verb: &str| verb.starts_with("create");
    match audit_signal(action) {
        Some(AuditSignal::Grants) => true,
        // GitHub names nobody else who accepted that an App may do more.
        Some(AuditSignal::Changes) if action == "integration_installation.version_updated" => true,
        Some(AuditSignal::Changes) => {
            !CHANGES.contains(&action) && action.split_once('.').is_some_and(|it| is_new(it.1))
        }
        Some(AuditSignal::Revokes | AuditSignal::Uses) | None => false,
    }
}

/// Whether an action in no list is about what those in the lists are about.
fn concerns(action: &str) -> bool {
    let Some((family, verb)) = action.split_once('.') else { return false };
    let is_about = |part: &&str| verb.contains(*part);
    FAMILIES.contains(&family) || (FAMILIES_OF_MUCH.contains(&family) && ABOUT.iter().any(is_about))
}

/// Families of actions that concern us whatever they say.
#[rustfmt::skip]
static FAMILIES: &[&str] = &[
    "environment", "hook", "integration", "integration_installation", "ip_allow_list",
    "mcp_registry", "oauth_application", "org_credential_authorization", "organization_role",
    "personal_access_token", "public_key", "repository_ruleset", "ssh_certificate_authority",
    "ssh_certificate_requirement",
];

/// Families that tell of much else besides.
static FAMILIES_OF_MUCH: &[&str] = &["copilot", "org", "repo"];

/// What their actions name when they concern us.
static ABOUT: &[&str] = &[
    "_secret",
    "agent",
    "credential",
    "integration",
    "mcp",
    "oauth_app",
    "private_registr",
    "self_hosted_runner",
    "token",
    "workflow_permission",
];

#[rustfmt::skip]
static GRANTS: &[&str] = &[
    "auto_approve_personal_access_token_requests.enable", "copilot.custom_instructions_created",
    "copilot.swe_agent_repo_enabled", "copilot.swe_agent_repo_enablement_updated",
    "environment.add_protection_rule", "environment.create_actions_secret",
    "environment.create_actions_variable", "hook.create", "integration.create",
    "integration.manager_added", "integration.unsuspend", "integration_installation.create",
    "integration_installation.repositories_added", "integration_installation.unsuspend",
    "integration_installation_request.create",
    "ip_allow_list.disable_for_installed_apps", "ip_allow_list.enable",
    "ip_allow_list.enable_for_installed_apps", "ip_allow_list_entry.create",
    "mcp_registry.allowlist_assign", "mcp_registry.allowlist_remove_assignment",
    "network_configuration.create", "oauth_application.create",
    "oauth_application.generate_client_secret", "org.add_member", "org.add_outside_collaborator",
    "org.allow_third_party_access_requests_from_outside_collaborators_enabled",
    "org.codespaces_trusted_repo_access_granted", "org.configure_self_hosted_jit_runner",
    "org.create_actions_secret", "org.create_actions_variable", "org.create_integration_secret",
    "org.enable_oauth_app_restrictions", "org.enable_saml", "org.enable_source_ip_disclosure",
    "org.enable_two_factor_requirement", "org.integration_manager_added", "org.invite_member",
    "org.oauth_app_access_approved", "org.recovery_codes_generated",
    "org.register_self_hosted_runner", "org.required_workflow_create", "org.runner_group_created",
    "org.runner_group_runners_added", "org.self_hosted_runner_online",
    "org.set_workflow_permission_can_approve_pr", "org_credential_authorization.grant",
    "organization_role.assign", "organization_role.create", "personal_access_token.access_granted",
    "personal_access_token.access_restriction_enabled",
    "personal_access_token.auto_approve_grant_requests_disabled",
    "personal_access_token.auto_approve_grant_requests_enabled",
    "personal_access_token.request_created", "protected_branch.create", "public_key.create",
    "public_key.unverify", "public_key.verify", "repo.actions_enabled", "repo.add_member",
    "repo.codespaces_trusted_repo_access_granted", "repo.configure_self_hosted_jit_runner",
    "repo.create", "repo.create_actions_secret", "repo.create_actions_variable",
    "repo.create_integration_secret", "repo.register_self_hosted_runner",
    "repo.self_hosted_runner_online", "repo.set_workflow_permission_can_approve_pr",
    "repository_branch_protection_evaluation.enable", "repository_invitation.accept",
    "repository_invitation.create", "repository_ruleset.create", "role.create",
    "secret_scanning_alert.assign", "secret_scanning_alert.create",
    "secret_scanning_alert.unassign", "secret_scanning_push_protection_request.approve",
    "ssh_certificate_authority.create", "ssh_certificate_requirement.enable", "team.add_member",
    "team.add_repository", "team.add_to_organization", "team.create",
];

#[rustfmt::skip]
static REVOKES: &[&str] = &[
    "auto_approve_personal_access_token_requests.disable", "copilot.access_revoked",
    "copilot.swe_agent_repo_disabled", "environment.delete", "environment.remove_actions_secret",
    "environment.remove_actions_variable", "environment.remove_protection_rule", "hook.destroy",
    "integration.destroy", "integration.manager_removed", "integration.remove_client_secret",
    "integration.revoke_all_tokens", "integration.revoke_tokens", "integration.suspend",
    "integration_installation.destroy",
    "integration_installation.repositories_removed", "integration_installation.suspend",
    "ip_allow_list.disable", "ip_allow_list_entry.destroy",
    "network_configuration.delete", "oauth_application.destroy",
    "oauth_application.remove_client_secret", "oauth_application.revoke_all_tokens",
    "oauth_application.revoke_tokens",
    "org.allow_third_party_access_requests_from_outside_collaborators_disabled",
    "org.cancel_invitation", "org.codespaces_trusted_repo_access_revoked",
    "org.disable_oauth_app_restrictions", "org.disable_saml", "org.disable_source_ip_disclosure",
    "org.disable_two_factor_requirement", "org.integration_manager_removed",
    "org.oauth_app_access_denied", "org.remove_actions_secret", "org.remove_actions_variable",
    "org.remove_integration_secret", "org.remove_member", "org.remove_outside_collaborator",
    "org.remove_self_hosted_runner", "org.required_workflow_delete", "org.revoke_external_identity",
    "org.revoke_sso_session", "org.runner_group_removed", "org.runner_group_runner_removed",
    "org.self_hosted_runner_offline", "org_credential_authorization.deauthorize",
    "org_credential_authorization.revoke", "organization_role.destroy", "organization_role.revoke",
    "personal_access_token.access_restriction_disabled", "personal_access_token.access_revoked",
    "personal_access_token.request_cancelled", "personal_access_token.request_denied",
    "protected_branch.destroy", "protected_branch.rejected_ref_update", "public_key.delete",
    "repo.codespaces_trusted_repo_access_revoked", "repo.destroy", "repo.remove_actions_secret",
    "repo.remove_actions_variable", "repo.remove_integration_secret", "repo.remove_member",
    "repo.remove_self_hosted_runner", "repo.self_hosted_runner_offline",
    "repository_branch_protection_evaluation.disable", "repository_invitation.cancel",
    "repository_invitation.reject", "repository_ruleset.destroy", "role.destroy",
    "secret_scanning_alert.delete", "secret_scanning_alert.revoke",
    "secret_scanning_push_protection_request.cancel",
    "secret_scanning_push_protection_request.deny", "ssh_certificate_authority.destroy",
    "ssh_certificate_requirement.disable", "team.destroy", "team.remove_from_organization",
    "team.remove_member", "team.remove_repository",
];

#[rustfmt::skip]
static CHANGES: &[&str] = &[
    "codespaces.allow_permissions", "codespaces.trusted_repositories_access_update",
    "copilot.cfb_org_settings_changed", "copilot.code_review_repository_settings_updated",
    "copilot.content_exclusion_changed", "copilot.custom_instructions_updated",
    "copilot.plan_changed", "copilot.plan_downgrade_scheduled",
    "copilot.swe_agent_firewall_allowlist_updated", "copilot.swe_agent_mcp_config_updated",
    "environment.update_actions_secret", "environment.update_actions_variable",
    "environment.update_protection_rule", "hook.active_changed", "hook.config_changed",
    "hook.events_changed", "integration.transfer", "integration_installation.version_updated",
    "integration_installation_request.close", "ip_allow_list_entry.update",
    "network_configuration.update", "oauth_application.reset_secret", "oauth_application.transfer",
    "org.audit_log_export", "org.audit_log_git_event_export", "org.block_user",
    "org.oauth_app_access_requested", "org.recovery_code_failed", "org.recovery_code_used",
    "org.recovery_codes_downloaded", "org.recovery_codes_printed", "org.recovery_codes_viewed",
    "org.required_workflow_update", "org.restore_member", "org.runner_group_renamed",
    "org.runner_group_runners_updated", "org.runner_group_updated",
    "org.runner_group_visiblity_updated", "org.self_hosted_runner_updated",
    "org.set_actions_fork_pr_approvals_policy", "org.set_actions_private_fork_pr_approvals_policy",
    "org.set_default_workflow_permissions", "org.set_fork_pr_workflows_policy", "org.sso_response",
    "org.unblock_user", "org.update_actions_secret", "org.update_actions_settings",
    "org.update_actions_variable", "org.update_custom_images_policy",
    "org.update_default_repository_permission", "org.update_integration_secret",
    "org.update_member", "org.update_member_repository_creation_permission",
    "org.update_member_repository_invitation_permission",
    "org.update_repo_self_hosted_runners_policy", "organization_role.update",
    "personal_access_token.expiration_limit_set", "personal_access_token.expiration_limit_unset",
    "protected_branch.authorized_users_teams", "protected_branch.branch_allowances",
    "protected_branch.policy_override", "public_key.unverification_failure", "public_key.update",
    "public_key.verification_failure", "repo.access", "repo.archived", "repo.rename",
    "repo.self_hosted_runner_updated", "repo.set_actions_fork_pr_approvals_policy",
    "repo.set_actions_private_fork_pr_approvals_policy", "repo.set_default_workflow_permissions",
    "repo.set_fork_pr_workflows_policy", "repo.transfer", "repo.transfer_outgoing",
    "repo.unarchived", "repo.update_actions_access_settings", "repo.update_actions_secret",
    "repo.update_actions_settings", "repo.update_actions_variable",
    "repo.update_integration_secret", "repo.update_member", "repository_ruleset.update",
    "role.update", "secret_scanning_alert.public_leak", "secret_scanning_alert.reopen",
    "secret_scanning_alert.report", "secret_scanning_alert.resolve",
    "secret_scanning_alert.validate", "secret_scanning_push_protection.bypass",
    "secret_scanning_push_protection_request.complete",
    "secret_scanning_push_protection_request.request", "secret_scanning_scan.completed",
    "team.demote_maintainer", "team.promote_maintainer", "team.update_repository_permission",
    "workflows.actions_policy_violation",
];

#[rustfmt::skip]
static USES: &[&str] = &[
    "git.clone", "git.fetch", "git.push", "packages.package_deleted", "packages.package_published",
    "packages.package_version_deleted", "packages.package_version_published",
    "workflows.approve_workflow_job", "workflows.cancel_workflow_run",
    "workflows.completed_workflow_run", "workflows.created_workflow_run",
    "workflows.delete_workflow_run", "workflows.disable_workflow", "workflows.enable_workflow",
    "workflows.prepared_workflow_job", "workflows.reject_workflow_job",
    "workflows.rerun_workflow_run",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_sorted_and_no_action_is_in_two() {
        let mut all: Vec<&str> = [GRANTS, REVOKES, CHANGES, USES].concat();
        for list in [GRANTS, REVOKES, CHANGES, USES] {
            assert!(list.is_sorted(), "{list:?}");
        }
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn every_action_has_a_sample_that_says_what_it_is_read_as() {
        let samples = include_str!("../../tests/data/audit/records.jsonl");
        let mut sampled: Vec<&str> = samples
            .lines()
            .filter_map(|line| line.split_once("\"action\": \"")?.1.split('"').next())
            .collect();
        sampled.sort_unstable();
        let mut all: Vec<&str> = [GRANTS, REVOKES, CHANGES, USES].concat();
        all.sort_unstable();
        assert_eq!(sampled, all);
    }

    #[test]
    fn an_action_tells_what_it_is() {
        assert_eq!(audit_signal("public_key.create"), Some(AuditSignal::Grants));
        assert_eq!(audit_signal("org.remove_member"), Some(AuditSignal::Revokes));
        assert_eq!(audit_signal("git.clone"), Some(AuditSignal::Uses));
        assert_eq!(audit_signal("issue.destroy"), None);
    }

    #[test]
    fn an_action_that_github_adds_is_told_by_what_it_is_called_like() {
        assert_eq!(audit_signal("hook.paused"), Some(AuditSignal::Changes));
        assert_eq!(audit_signal("org.create_quantum_secret"), Some(AuditSignal::Changes));
        assert_eq!(audit_signal("org.rename"), None);
        assert_eq!(audit_signal("nonsense"), None);
        assert!(audit_grants("org.create_private_registry") && audit_grants("public_key.create"));
        assert!(audit_grants("integration_installation.version_updated"));
        assert!(!audit_grants("hook.paused") && !audit_grants("hook.config_changed"));
    }
}
