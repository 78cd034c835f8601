//! What hangs on a repository's settings: deploy keys, rule sets, secret scanning alerts.

use super::node;
use crate::{
    clock::written,
    world::{DeployKey, Org, Repo, RequiredCheck, Rules, Ruleset, SecretAlert, World},
};
use serde_json::{Value, json};

/// Which branches a rule set is for.
fn included(rules: &Rules) -> Vec<String> {
    if rules.branches.is_empty() {
        return vec!["~DEFAULT_BRANCH".to_owned()];
    }
    rules.branches.iter().map(|branch| format!("refs/heads/{branch}")).collect()
}

fn show_required(check: &RequiredCheck) -> Value {
    let mut shown = json!({ "context": check.context });
    if let Some(app) = check.app {
        shown["integration_id"] = app.into();
    }
    shown
}

impl World {
    /// `deploy-key`.
    pub(crate) fn show_key(&self, repo: &Repo, key: &DeployKey) -> Value {
        json!({
            "id": key.id,
            "key": key.key,
            "url": format!("{}/keys/{}", self.repo_url(repo), key.id),
            "title": key.title,
            "verified": true,
            "created_at": written(key.created),
            "read_only": key.read_only,
            "added_by": self.users.get(&key.added_by).map(|user| user.login.as_str()),
            "last_used": key.used.map(written),
            "enabled": true,
        })
    }

    /// `repository-ruleset`. Who may bypass it is shown to those who may change it.
    pub(crate) fn show_ruleset(
        &self,
        repo: Option<&Repo>,
        org: &Org,
        ruleset: &Ruleset,
        bypass: bool,
    ) -> Value {
        let (kind, source, api, page) = match repo {
            Some(repo) => {
                ("Repository", self.full_name(repo), self.repo_url(repo), self.repo_page(repo))
            }
            None => {
                let page = format!("{}/organizations/{}/settings", self.base, org.login);
                (
                    "Organization",
                    org.login.clone(),
                    format!("{}/orgs/{}", self.base, org.login),
                    page,
                )
            }
        };
        let mut shown = json!({
            "id": ruleset.id,
            "name": ruleset.name,
            "target": "branch",
            "source_type": kind,
            "source": source,
            "enforcement": ruleset.enforcement,
            "node_id": node("RRS", ruleset.id),
            "_links": {
                "self": { "href": format!("{api}/rulesets/{}", ruleset.id) },
                "html": { "href": format!("{page}/rules/{}", ruleset.id) },
            },
            "conditions": { "ref_name": { "include": included(&ruleset.rules), "exclude": [] } },
            "rules": self.show_rules(&ruleset.rules),
            "created_at": written(ruleset.created),
            "updated_at": written(ruleset.updated),
        });
        if bypass && let Some(shown) = shown.as_object_mut() {
            shown.insert("bypass_actors".to_owned(), json!(ruleset.rules.bypass));
        }
        shown
    }

    /// The rules of a rule set.
    pub(crate) fn show_rules(&self, rules: &Rules) -> Vec<Value> {
        let mut shown = vec![json!({ "type": "deletion" }), json!({ "type": "non_fast_forward" })];
        if let Some(count) = rules.approvals {
            shown.push(json!({
                "type": "pull_request",
                "parameters": {
                    "allowed_merge_methods": ["merge", "squash", "rebase"],
                    "dismiss_stale_reviews_on_push": false,
                    "require_code_owner_review": false,
                    "require_last_push_approval": false,
                    "required_approving_review_count": count,
                    "required_review_thread_resolution": false,
                },
            }));
        }
        if !rules.checks.is_empty() {
            let checks: Vec<Value> = rules.checks.iter().map(show_required).collect();
            shown.push(json!({
                "type": "required_status_checks",
                "parameters": {
                    "strict_required_status_checks_policy": false,
                    "do_not_enforce_on_create": false,
                    "required_status_checks": checks,
                },
            }));
        }
        if rules.queue {
            shown.push(json!({
                "type": "merge_queue",
                "parameters": {
                    "check_response_timeout_minutes": 60,
                    "grouping_strategy": "ALLGREEN",
                    "max_entries_to_build": 5,
                    "max_entries_to_merge": 1,
                    "merge_method": "MERGE",
                    "min_entries_to_merge": 1,
                    "min_entries_to_merge_wait_minutes": 0,
                },
            }));
        }
        shown
    }

    /// A secret scanning alert without the secret itself, as webhooks carry it.
    pub(crate) fn show_alert(&self, repo: &Repo, alert: &SecretAlert) -> Value {
        let api = format!("{}/secret-scanning/alerts/{}", self.repo_url(repo), alert.number);
        json!({
            "number": alert.number,
            "created_at": written(alert.created),
            "updated_at": written(alert.updated),
            "url": api,
            "html_url": format!("{}/security/secret-scanning/{}", self.repo_page(repo), alert.number),
            "locations_url": format!("{api}/locations"),
            "resolution": alert.resolution,
            "resolved_at": alert.resolution.as_ref().map(|_| written(alert.updated)),
            "resolved_by": null,
            "resolution_comment": null,
            "secret_type": alert.secret_type,
            "secret_type_display_name": alert.display_name,
            "provider": alert.provider,
            "provider_slug": alert.provider,
            "validity": alert.validity,
            "push_protection_bypassed": false,
            "push_protection_bypassed_by": null,
            "push_protection_bypassed_at": null,
            "publicly_leaked": alert.publicly_leaked,
            "multi_repo": false,
            "assigned_to": null,
        })
    }
}
