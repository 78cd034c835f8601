//! Check runs.

use jiff::Timestamp;
use serde_json::Value;

#[derive(Clone, Debug)]
pub(crate) struct CheckRun {
    pub id: u64,
    /// The App that made it: only it may change it.
    pub app: u64,
    pub suite: u64,
    pub name: String,
    pub head_sha: String,
    pub external_id: String,
    pub details_url: Option<String>,
    pub status: String,
    pub conclusion: Option<String>,
    pub started: Timestamp,
    pub completed: Option<Timestamp>,
    pub title: Option<String>,
    pub summary: Option<String>,
    pub text: Option<String>,
    /// As they were sent; GitHub appends with every update.
    pub annotations: Vec<Value>,
    pub actions: Vec<Value>,
}
