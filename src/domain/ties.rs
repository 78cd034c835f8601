//! What ties the power of a file to other things: by name, because that is all that files say.

use serde::{Deserialize, Serialize};

use crate::domain::Foreign;

/// The names in a power by which it hangs together with other identities.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ties {
    /// It reads whatever secret the place has: no name says which.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub every_secret: bool,
    /// Variables of the machine that starts it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<Foreign>,
    /// Environments of the repository whose secrets and OIDC subject it gets, in lower case. An
    /// expression stays one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub environments: Vec<Foreign>,
    /// What sets it in motion: `push`, `pull_request`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<Foreign>,
    /// Where it signs in with its OIDC token and as whom, or whom a file lets sign in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sign_ins: Vec<SignIn>,
}

/// One place elsewhere that lets a job in for its OIDC token.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SignIn {
    /// By the catalogue's name: `aws`, `gcp`, `azure`.
    pub provider: Foreign,
    /// The role, account or client, as the file says it; an expression stays one.
    pub principal: Foreign,
}
