//! Resources in infrastructure code that grant something to a non-human.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::catalogue::table::{self, Confidence, Table};
use crate::domain::Severity;

/// One type of resource.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IacResource {
    /// The type as the tool writes it; Terraform's data sources begin with `data.`.
    pub r#type: String,
    /// The tool.
    pub tool: IacTool,
    /// Whose service it is about.
    pub provider: String,
    /// What it grants, in a few words.
    pub grants: String,
    /// Where it says who gets it.
    pub grantee_fields: Vec<String>,
    /// Where it says what, and how far.
    #[serde(default)]
    pub scope_fields: Vec<String>,
    /// How bad it is in the wrong hands.
    pub risk: Severity,
    /// How well that is known.
    pub confidence: Confidence,
    /// Where it was read.
    pub source: Vec<String>,
}

/// A tool that applies infrastructure code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IacTool {
    /// Terraform and OpenTofu.
    Terraform,
    /// Kubernetes and what extends it.
    Kubernetes,
    /// AWS CloudFormation.
    Cloudformation,
    /// Azure Bicep and its JSON.
    Bicep,
    /// Pulumi.
    Pulumi,
}

/// Every resource, in the order of the table.
pub static IAC_RESOURCES: LazyLock<Table<IacResource>> =
    LazyLock::new(|| table::parse(include_str!("iac_resources.toml")));

static BY_TYPE: LazyLock<BTreeMap<(IacTool, &'static str), &'static IacResource>> =
    LazyLock::new(|| {
        IAC_RESOURCES.rows.iter().map(|it| ((it.tool, it.r#type.as_str()), it)).collect()
    });

/// What a resource of this type grants.
pub fn iac_resource(tool: IacTool, r#type: &str) -> Option<&'static IacResource> {
    BY_TYPE.get(&(tool, r#type)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_found_and_says_what_it_grants_to_whom() {
        for resource in &IAC_RESOURCES.rows {
            let found = iac_resource(resource.tool, &resource.r#type).unwrap();
            assert_eq!(found.grants, resource.grants, "types are unique");
            assert!(!resource.grants.is_empty() && !resource.grantee_fields.is_empty());
            IAC_RESOURCES.check_sources(&resource.r#type, &resource.source);
        }
        assert_eq!(BY_TYPE.len(), IAC_RESOURCES.rows.len(), "types are unique");
        assert!(iac_resource(IacTool::Terraform, "aws_s3_bucket").is_none());
    }
}
