//! x
use crate::domain::{Case, Login, RepoId, RepoName, Timestamp};
use crate::register::Record;
use std::collections::BTreeMap;
pub struct IssueInput<'a> {
    pub case: &'a Case,
    pub records: &'a [&'a Record],
    pub repos: &'a BTreeMap<RepoId, RepoName>,
    pub readable: &'a dyn Fn(&Login) -> bool,
    pub page_url: Option<&'a str>,
    pub own_place: RepoId,
    pub public: bool,
    pub org: &'a Login,
    pub now: Timestamp,
}
pub fn issue(_: &IssueInput<'_>) -> (String, String) {
    (String::new(), String::new())
}
