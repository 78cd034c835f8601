//! `GET /orgs/{org}/actions/variables`, `GET /repos/{owner}/{repo}/actions/variables`, the same of
//! coding agents, and those of an environment: which there are, since when, and for whom. GitHub
//! answers with their values, too; those are not read into anything, because people store credentials
//! there by mistake.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Facts, Lister};
use crate::domain::{Part, Timestamp};
use crate::github::Failure;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Page {
    variables: Vec<Variable>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Variable {
    pub(super) name: String,
    updated_at: Option<Timestamp>,
    visibility: Option<String>,
}

pub(super) async fn list(l: &Lister<'_>) -> Result<Facts, Failure> {
    let variables = rows(l, &l.path()).await?;
    let guards: BTreeMap<String, String> =
        variables.iter().map(|it| (it.name.clone(), it.said())).collect();
    let group = match l.whole.part {
        Part::OrgAgentsVariables | Part::AgentsVariables => "agents_variable",
        _ => "variable",
    };
    Ok(vec![l.switches(group, guards)])
}

/// Every variable of a list.
pub(super) async fn rows(l: &Lister<'_>, path: &str) -> Result<Vec<Variable>, Failure> {
    l.rows(path, |page: Page| page.variables).await
}

impl Variable {
    /// When it was set, and whom it is lent to.
    pub(super) fn said(&self) -> String {
        let at = self.updated_at.map_or("at an unknown time".to_owned(), |at| at.to_string());
        match self.visibility.as_deref() {
            Some(visibility) => format!("set {at}, for {visibility} repositories"),
            None => format!("set {at}"),
        }
    }
}
