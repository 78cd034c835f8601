//! From whom the rules of a branch take a required check.

use serde::Deserialize;

use crate::domain::AppId;
use crate::github::call::Call;
use crate::github::code::Code;
use crate::github::wire::segment;
use crate::github::{Failure, Who};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Branch {
    default_branch: String,
}

/// One rule of "Get rules for a branch".
#[derive(Default, Deserialize)]
#[serde(default)]
struct Rule {
    parameters: Parameters,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Parameters {
    required_status_checks: Vec<Required>,
}

/// "Get branch protection".
#[derive(Default, Deserialize)]
#[serde(default)]
struct Protection {
    required_status_checks: Option<Checks>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Checks {
    checks: Vec<Required>,
}

/// A check that must pass. Rule sets call its source `integration_id`, branch protection `app_id`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Required {
    context: String,
    #[serde(alias = "integration_id")]
    app_id: Option<i64>,
}

impl Code<'_> {
    /// The source of the check `name` in each rule of the default branch that requires it; `None`
    /// where any source will do.
    pub async fn required_from(&self, name: &str) -> Result<Vec<Option<AppId>>, Failure> {
        let settings = self.github.send(Call::get(&self.contents(), self.path(""))).await?;
        let branch = segment(&settings.json::<Branch>()?.default_branch);
        let metadata = Who::installation(self.installation, &[("metadata", "read")]);
        let rules = Call::get(&metadata, self.path(&format!("/rules/branches/{branch}")));
        let administration = Who::installation(self.installation, &[("administration", "read")]);
        let protection = self.path(&format!("/branches/{branch}/protection"));
        let protection = Call::get(&administration, protection);
        let rules: Option<Vec<Rule>> = self.unless_refused(rules).await?;
        let protection: Option<Protection> = self.unless_refused(protection).await?;
        let by_rules =
            rules.into_iter().flatten().flat_map(|it| it.parameters.required_status_checks);
        let by_protection = protection.and_then(|it| it.required_status_checks);
        let required = by_rules.chain(by_protection.into_iter().flat_map(|it| it.checks));
        Ok(required
            .filter(|required| required.context == name)
            // Branch protection writes -1 for any source.
            .map(|required| required.app_id.filter(|id| *id > 0).map(AppId))
            .collect())
    }
}
