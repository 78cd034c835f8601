//! A resource of infrastructure code as a grant: who gets it, what, how far, and what holds it back.
//! Terraform and Kubernetes both come here with their resources as trees.

use std::borrow::Cow;

use crate::catalogue::IacResource;
use crate::domain::IdentityKind;
use crate::power::files::agent_config::literal;
use crate::power::files::credential::is_literal;
use crate::power::files::document::{At, Node, Value};
use crate::power::files::reading::{Draft, Reading};
use crate::power::model::{Crowd, Patterns};

/// Fields whose loss is more power.
const GUARDS: &[&str] = &[
    "attribute_condition",
    "bound_audiences",
    "bound_claims",
    "bound_subject",
    "condition",
    "expires_at",
    "expired_at",
    "end_date",
    "permissions_boundary",
    "restricted_to_workflows",
    "reviewers",
    "secret_id_bound_cidrs",
    "thumbprint_list",
];

/// Begins the grant of a resource.
pub(in crate::power) fn draft<'a>(
    resource: &IacResource,
    name: &str,
    at: At,
    reading: &Reading<'a>,
) -> Draft<'a> {
    let mut draft = reading.draft(kind_of(resource), name, at);
    draft.trigger("applying infrastructure code", Crowd::Collaborators);
    draft
}

/// Adds what the catalogue's fields of a resource say.
pub(in crate::power) fn fields(resource: &IacResource, node: &Node, at: At, draft: &mut Draft<'_>) {
    let mut grantees = Vec::new();
    for field in &resource.grantee_fields {
        let (path, into) = field.split_once(':').unwrap_or((field, ""));
        if into.is_empty() && !is_policy(path) {
            grantees.extend(values(node, path).into_iter().map(|(value, _)| value));
        }
    }
    grantees.sort();
    grantees.dedup();
    let name = match grantees.is_empty() {
        true => resource.grants.clone(),
        false => format!("{} ({})", resource.grants, grantees.join(", ")),
    };
    let mut scoped = false;
    for field in &resource.scope_fields {
        let (path, into) = field.split_once(':').unwrap_or((field, ""));
        let last = path.rsplit('.').next().unwrap_or(path);
        if !into.is_empty() || is_policy(path) {
            continue;
        }
        for (value, at) in values(node, path) {
            let said = format!("{last}: {value}");
            if GUARDS.contains(&last) {
                draft.deny(&format!("beyond {said}"), at);
            } else {
                draft.role(&resource.provider, &name, &said, at);
                scoped = true;
            }
        }
    }
    if !scoped {
        draft.role(&resource.provider, &name, "*", at);
    }
    for entry in node.entries() {
        if let Some(value) = entry.node.text()
            && entry.key != "secret_name"
            && (entry.key == "plaintext_value" || is_literal(&entry.key, value))
        {
            draft.secret(literal(&entry.key), entry.at);
        }
    }
}

/// A document inside a value has a reader of its own.
fn is_policy(path: &str) -> bool {
    path.ends_with("policy") || path == "AssumeRolePolicyDocument"
}

/// The single values at a path, expressions as they are written.
pub(in crate::power) fn values(node: &Node, path: &str) -> Vec<(String, At)> {
    let mut found = Vec::new();
    for (_, value, at) in node.find(path) {
        match &value.value {
            Value::Map(_) | Value::List(_) => {
                for (below, leaf) in value.leaves() {
                    if let Some(text) = said(leaf) {
                        let text = if below.is_empty() { text } else { format!("{below}={text}") };
                        found.push((text, leaf.at));
                    }
                }
            }
            _ => found.extend(said(value).map(|text| (text, at))),
        }
    }
    found
}

/// A value as it is said: an expression in `${…}`.
pub(in crate::power) fn said(node: &Node) -> Option<String> {
    match &node.value {
        Value::Expression(expression) => Some(format!("${{{expression}}}")),
        _ => node.scalar(),
    }
}

/// What kind of identity a resource makes or feeds.
fn kind_of(resource: &IacResource) -> IdentityKind {
    let name = resource.r#type.as_str();
    let has = |word: &str| name.contains(word);
    match () {
        () if has("codespaces") => IdentityKind::CodespacesSecret,
        () if has("dependabot") => IdentityKind::DependabotSecret,
        () if has("github_actions") && (has("secret") || has("variable")) => {
            IdentityKind::ActionsSecret
        }
        () if has("deploy_key") => IdentityKind::DeployKey,
        () if has("webhook") => IdentityKind::Webhook,
        () if has("app_installation") || has("app_token") => IdentityKind::AppInstallation,
        () if has("runner") || has("Runner") || has("registration_token") => {
            IdentityKind::SelfHostedRunner
        }
        () if has("ruleset") || has("branch_protection") => IdentityKind::RulesetBypass,
        () if has("oidc")
            || has("openid")
            || has("federated")
            || has("federation")
            || has("workload_identity")
            || has("jwt_auth")
            || name == "aws_iam_role"
            || name == "aws_iam_policy_document" =>
        {
            IdentityKind::OidcTrust
        }
        () => IdentityKind::MachineUser,
    }
}

/// Whom the statements of an AWS trust policy let in, and what its other statements allow.
pub(in crate::power) fn aws_policy(name: &str, policy: &Node, draft: &mut Draft<'_>) {
    let statements = policy.find("Statement").into_iter().flat_map(|(_, node, _)| {
        if node.items().is_empty() { std::slice::from_ref(node) } else { node.items() }
    });
    for statement in statements {
        if statement.get("Effect").and_then(Node::text) == Some("Deny") {
            continue;
        }
        let principals = values(statement, "Principal");
        let conditions = statement.find("Condition.*");
        if principals.is_empty() {
            let actions = values(statement, "Action");
            allow(&actions, &values(statement, "Resource"), statement.at, draft);
            continue;
        }
        let subjects: Vec<(String, At)> = conditions
            .iter()
            .flat_map(|(_, node, _)| node.entries())
            .filter(|entry| entry.key.ends_with(":sub"))
            .flat_map(|entry| {
                let listed = entry.node.leaves();
                listed.into_iter().filter_map(|(_, leaf)| Some((said(leaf)?, leaf.at)))
            })
            .collect();
        admit(name, &principals, &subjects, statement.at, draft);
    }
}

/// Notes who is let in: by subject where the principal is an issuer of tokens.
pub(in crate::power) fn admit(
    name: &str,
    principals: &[(String, At)],
    subjects: &[(String, At)],
    at: At,
    draft: &mut Draft<'_>,
) {
    let subjects = told_apart(subjects, principals.len());
    for (principal, _) in principals {
        if principal.contains("Service=") || principal.ends_with(".amazonaws.com") {
            draft.trust("aws", name, principal, at);
        } else if subjects.is_empty() {
            draft.trust("aws", name, &format!("{principal} *"), at);
        } else {
            for (subject, at) in subjects.iter() {
                draft.trust("aws", name, &format!("{principal} {subject}"), *at);
            }
        }
    }
}

/// Notes what a policy allows, and on what.
pub(in crate::power) fn allow(
    actions: &[(String, At)],
    resources: &[(String, At)],
    at: At,
    draft: &mut Draft<'_>,
) {
    let resources = told_apart(resources, 1);
    for (action, _) in actions {
        for (resource, _) in resources.iter() {
            draft.role("aws", action, resource, at);
        }
    }
}

/// What each of `beside` others is put together with: everything, if that comes to more than is told
/// apart.
fn told_apart(values: &[(String, At)], beside: usize) -> Cow<'_, [(String, At)]> {
    match values.first() {
        Some((_, at)) if values.len().saturating_mul(beside) > Patterns::MOST => {
            Cow::Owned(vec![("*".to_owned(), *at)])
        }
        _ => Cow::Borrowed(values),
    }
}
