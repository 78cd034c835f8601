//! `GET /orgs/{org}/actions/oidc/customization/sub` and the same of a repository: what stands in the
//! subject of the tokens with which workflows sign in to clouds.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Facts, Lister};
use crate::github::Failure;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Subject {
    use_default: Option<bool>,
    include_claim_keys: Vec<String>,
    use_immutable_subject: Option<bool>,
}

pub(super) async fn list(l: &Lister<'_>) -> Result<Facts, Failure> {
    let subject: Subject = l.one(&l.path()).await?;
    // A repository that is left alone has GitHub's template, also where the organisation has its own:
    // that counts only where somebody said so.
    let claims = match subject.use_default {
        Some(false) if subject.include_claim_keys.is_empty() => {
            "as the organisation says".to_owned()
        }
        Some(true) => "repo, context".to_owned(),
        _ if subject.include_claim_keys.is_empty() => "repo, context".to_owned(),
        _ => subject.include_claim_keys.join(", "),
    };
    let mut guards = BTreeMap::from([("oidc_subject".to_owned(), claims)]);
    let immutable = subject.use_immutable_subject.map(|it| it.to_string());
    guards.extend(immutable.map(|it| ("oidc_immutable_subject".to_owned(), it)));
    Ok(vec![l.switches("oidc", guards)])
}
