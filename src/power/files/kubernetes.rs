//! Kubernetes resources that grant: service accounts, bindings, stores of secrets, runners.

use std::sync::LazyLock;

use regex::Regex;

use crate::catalogue::{IacTool, iac_resource};
use crate::power::files::document::{self, Format, Node};
use crate::power::files::iac;
use crate::power::files::reading::Reading;

/// A line that says what a document is.
static KIND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^\s*kind:\s*[\x22']?([A-Za-z]+)[\x22']?\s*$").expect("it is tested")
});

/// Annotations of a service account that make it somebody in a cloud.
const CLOUDS: &[(&str, &str)] = &[
    ("eks.amazonaws.com/role-arn", "aws"),
    ("iam.gke.io/gcp-service-account", "gcp"),
    ("azure.workload.identity/client-id", "azure"),
];

/// Reads every document that is a resource of the catalogue. Others are none of ours.
pub(in crate::power) fn read(text: &str, reading: &mut Reading<'_>) {
    let named = || KIND.captures_iter(text).filter_map(|found| found.get(1));
    let known = |kind: &str| {
        iac_resource(IacTool::Kubernetes, kind).is_some() || matches!(kind, "Secret" | "List")
    };
    if !text.contains("apiVersion") || !named().any(|kind| known(kind.as_str())) {
        return;
    }
    match document::parse(Format::Yaml, text) {
        Ok(documents) => {
            for document in &documents {
                resource(document, reading);
                for item in document.get("items").map(Node::items).unwrap_or_default() {
                    resource(item, reading);
                }
            }
        }
        // A template of Helm is no YAML before it is filled in.
        Err(refusal) => reading.refused(&refusal),
    }
}

fn resource(document: &Node, reading: &mut Reading<'_>) {
    let Some(kind) = document.get("kind").and_then(Node::text) else { return };
    if document.get("apiVersion").is_none() {
        return;
    }
    let typed = document.get("type").and_then(Node::text).map(|it| format!("{kind}:{it}"));
    let known = iac_resource(IacTool::Kubernetes, kind)
        .or_else(|| iac_resource(IacTool::Kubernetes, typed.as_deref()?));
    let Some(known) = known else { return };
    let metadata =
        |key: &str| document.get("metadata").and_then(|it| it.get(key)).and_then(Node::scalar);
    let name = metadata("name").unwrap_or_default();
    let place = metadata("namespace").unwrap_or_default();
    let mut draft =
        iac::draft(known, format!("{kind} {place}/{name}").trim(), document.at, reading);
    iac::fields(known, document, document.at, &mut draft);
    let annotations = document.get("metadata").and_then(|it| it.get("annotations"));
    for (key, cloud) in CLOUDS {
        let Some(entry) = annotations.and_then(|it| it.entry(key)) else { continue };
        if let Some(principal) = entry.node.scalar() {
            let whom = format!("system:serviceaccount:{place}:{name}");
            draft.trust(cloud, &principal, &whom, entry.at);
        }
    }
    reading.push(draft);
}
