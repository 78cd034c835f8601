//! Terraform and OpenTofu resources that grant: trusts in GitHub's tokens, keys, roles, secrets.
//!
//! Expressions are kept as they are written. What only applying the code would tell is an unknown
//! where it decides whom a cloud trusts.

use std::collections::BTreeMap;

use crate::catalogue::{IacResource, IacTool, iac_resource};
use crate::power::files::document::{self, At, Format, MOST_NODES, Node, Value, parse_hcl};
use crate::power::files::iac::{self, said, values};
use crate::power::files::reading::{Draft, Reading};

/// Values by the name with which other lines ask for them (`var.x`, `local.x`), each with how many
/// values there are in it.
type Known = BTreeMap<String, (Node, usize)>;

/// Reads the resources of a file.
pub(in crate::power) fn read(text: &str, reading: &mut Reading<'_>) {
    let blocks = match parse_hcl(text) {
        Ok(blocks) => blocks,
        Err(refusal) => {
            reading.refused(&refusal);
            return;
        }
    };
    let mut known = Known::new();
    for block in &blocks {
        match (block.kind.as_str(), block.labels.as_slice()) {
            ("variable", [name]) => {
                if let Some(default) = block.body.get("default") {
                    known.insert(format!("var.{name}"), (default.clone(), default.size()));
                }
            }
            ("locals", _) => {
                for entry in block.body.entries() {
                    let node = entry.node.clone();
                    let size = node.size();
                    known.insert(format!("local.{}", entry.key), (node, size));
                }
            }
            _ => {}
        }
    }
    let mut left = MOST_NODES;
    for block in blocks {
        let [kind, name] = block.labels.as_slice() else { continue };
        let resource = match block.kind.as_str() {
            "resource" => iac_resource(IacTool::Terraform, kind),
            "data" => iac_resource(IacTool::Terraform, &format!("data.{kind}"))
                .or_else(|| iac_resource(IacTool::Terraform, kind)),
            _ => None,
        };
        let Some(resource) = resource else { continue };
        let body = resolve(block.body, &known, 0, &mut left);
        let mut draft = iac::draft(resource, &format!("{kind}.{name}"), block.at, reading);
        grant(resource, name, &body, block.at, &mut draft, reading);
        reading.push(draft);
    }
}

/// Puts in what the same file says of variables and locals. `left` is how many values more may be
/// put in; what is beyond stays the expression that it is.
fn resolve(node: Node, known: &Known, depth: usize, left: &mut usize) -> Node {
    let Node { value, at } = node;
    let value = match value {
        Value::Expression(expression) if depth < 4 => match known.get(&expression) {
            Some((found, size)) if size <= left => {
                *left -= size;
                let found = resolve(found.clone(), known, depth + 1, left);
                return Node { value: found.value, at };
            }
            _ => Value::Expression(expression),
        },
        Value::List(items) => {
            Value::List(items.into_iter().map(|item| resolve(item, known, depth, left)).collect())
        }
        Value::Map(entries) => Value::Map(
            entries
                .into_iter()
                .map(|entry| document::Entry {
                    node: resolve(entry.node, known, depth, left),
                    ..entry
                })
                .collect(),
        ),
        value => value,
    };
    Node { value, at }
}

fn grant(
    resource: &IacResource,
    name: &str,
    body: &Node,
    at: At,
    draft: &mut Draft<'_>,
    reading: &mut Reading<'_>,
) {
    match resource.r#type.as_str() {
        "aws_iam_role" => aws_role(name, body, draft, reading),
        "aws_iam_policy_document" => aws_document(name, body, draft),
        "google_iam_workload_identity_pool_provider" => {
            let condition = body.entry("attribute_condition");
            let whom = condition.and_then(|it| said(&it.node)).unwrap_or_else(|| "*".to_owned());
            let place = condition.map_or(at, |it| it.at);
            for (issuer, _) in values(body, "oidc.issuer_uri") {
                draft.trust("gcp", name, &format!("{issuer} {whom}"), place);
            }
            check(condition.map(|it| (&it.node, it.at)), reading);
        }
        "google_service_account_iam_member" | "google_service_account_iam_binding" => {
            let account = values(body, "service_account_id");
            let account = account.first().map_or("an account", |(it, _)| it.as_str()).to_owned();
            for (member, at) in values(body, "member").into_iter().chain(values(body, "members")) {
                draft.trust("gcp", &account, &member, at);
            }
            iac::fields(resource, body, at, draft);
        }
        "vault_jwt_auth_backend_role" => {
            let mut claims: Vec<_> = ["bound_subject", "bound_claims"]
                .iter()
                .flat_map(|field| values(body, field))
                .map(|(claim, _)| claim)
                .collect();
            claims.sort();
            let whom = if claims.is_empty() { "*".to_owned() } else { claims.join(" ") };
            draft.trust("vault", name, &whom, at);
            iac::fields(resource, body, at, draft);
        }
        kind if kind.contains("federated_identity_credential")
            || kind.contains("federation_policy") =>
        {
            let subject = ["subject", "claims_matching_expression", "oidc_policy.subject"];
            let subject = subject.iter().find_map(|field| {
                let (_, node, at) = body.find(field).into_iter().next()?;
                Some((node, at))
            });
            let whom = subject.and_then(|(node, _)| match &node.value {
                Value::Map(_) => node.get("value").and_then(said),
                _ => said(node),
            });
            let issuer =
                values(body, "issuer").into_iter().chain(values(body, "oidc_policy.issuer"));
            let issuer = issuer.map(|(it, _)| it).next().unwrap_or_else(|| "*".to_owned());
            let whom = format!("{issuer} {}", whom.unwrap_or_else(|| "*".to_owned()));
            draft.trust(&resource.provider, name, &whom, subject.map_or(at, |(_, at)| at));
            check(subject, reading);
        }
        _ => iac::fields(resource, body, at, draft),
    }
}

/// What decides whom a cloud trusts and is worked out later is not known.
fn check(decides: Option<(&Node, At)>, reading: &mut Reading<'_>) {
    if let Some((Node { value: Value::Expression(_), .. }, at)) = decides {
        reading.unknown(at, "whom this trusts cannot be told: it is worked out when it is applied");
    }
}

fn aws_role(name: &str, body: &Node, draft: &mut Draft<'_>, reading: &mut Reading<'_>) {
    for boundary in values(body, "permissions_boundary") {
        draft.deny(&format!("beyond {}", boundary.0), boundary.1);
    }
    let Some(policy) = body.entry("assume_role_policy") else { return };
    match &policy.node.value {
        Value::Map(_) => iac::aws_policy(name, &policy.node, draft),
        Value::Text(text) => match document::parse(Format::Json, text) {
            Ok(documents) => {
                for mut inside in documents {
                    place(&mut inside, policy.at);
                    iac::aws_policy(name, &inside, draft);
                }
            }
            Err(_) => {
                reading.unknown(policy.at, "whom this role trusts cannot be told: it is no JSON");
            }
        },
        // The document has its own grant, in this file or another.
        Value::Expression(expression)
            if expression.starts_with("data.aws_iam_policy_document.") =>
        {
            draft.trust("aws", name, &format!("whom ${{{expression}}} lets in"), policy.at);
        }
        _ => {
            draft.trust("aws", name, "*", policy.at);
            check(Some((&policy.node, policy.at)), reading);
        }
    }
}

/// Puts a document that stood in a text at the place of the text.
fn place(node: &mut Node, at: At) {
    node.at = at;
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| place(item, at)),
        Value::Map(entries) => entries.iter_mut().for_each(|entry| {
            entry.at = at;
            place(&mut entry.node, at);
        }),
        _ => {}
    }
}

fn aws_document(name: &str, body: &Node, draft: &mut Draft<'_>) {
    for (_, statement, at) in body.find("statement") {
        if statement.get("effect").and_then(Node::text) == Some("Deny") {
            continue;
        }
        let principals = values(statement, "principals.identifiers");
        if principals.is_empty() {
            let resources = values(statement, "resources");
            iac::allow(&values(statement, "actions"), &resources, at, draft);
            continue;
        }
        let mut subjects = Vec::new();
        for (_, condition, _) in statement.find("condition") {
            let variable = condition.get("variable").and_then(said).unwrap_or_default();
            if variable.ends_with(":sub") {
                subjects.extend(values(condition, "values"));
            }
        }
        iac::admit(name, &principals, &subjects, at, draft);
    }
}
