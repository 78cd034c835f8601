//! Fine-grained personal access tokens as an organization sees them.

use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeSet;

/// What both the request and the granted token say.
#[derive(Clone, Debug)]
pub(crate) struct Pat {
    /// The number of the grant or of the request, not of the token.
    pub id: u64,
    pub token_id: u64,
    pub token_name: String,
    pub owner: u64,
    /// `{organization: {…}, repository: {…}, other: {…}}`.
    pub permissions: Value,
    /// `none`, `all` or `subset`.
    pub selection: String,
    pub repositories: BTreeSet<u64>,
    pub expires: Option<Timestamp>,
    pub last_used: Option<Timestamp>,
    /// When it was requested, or when access was granted.
    pub at: Timestamp,
}

/// A request that waits for an organization owner.
#[derive(Clone, Debug)]
pub(crate) struct PatRequest {
    pub pat: Pat,
    pub reason: Option<String>,
}
