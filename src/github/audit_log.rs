//! `GET /orgs/{org}/audit-log`: what happened in an organisation of an enterprise. Others have none to
//! read, and GitHub answers 404.
//!
//! Requests for it are counted apart from all others: 1,750 an hour. Source: "Get the audit log for an
//! organization" and, for the phrase, "Reviewing the audit log for your organization".

use bytes::Bytes;
use serde_json::value::RawValue;

use crate::domain::{InstallationId, Login, Part, Timestamp};
use crate::github::call::Call;
use crate::github::failure::quota;
use crate::github::page::next_page;
use crate::github::wire::segment;
use crate::github::{Failure, Github, Quota, Who};

/// One page of the log, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPage {
    /// The records, each as GitHub wrote it.
    pub records: Vec<Bytes>,
    /// Where the log goes on.
    pub next: Option<String>,
    /// What is left of the log's own requests.
    pub quota: Option<Quota>,
}

impl Github {
    /// Reads a page of the log: the one that `next` of an earlier page names, or the first of what
    /// happened since a moment. Git events are left out: there are far too many of them.
    ///
    /// # Errors
    /// [`Failure::Blind`] where there is no such log, which looks like a log that we may not see.
    pub async fn audit_log(
        &self,
        installation: InstallationId,
        org: &Login,
        since: Timestamp,
        next: Option<&str>,
    ) -> Result<LogPage, Failure> {
        let permissions = Part::AuditLog.read_with().unwrap_or_default();
        let who = Who::installation(installation, permissions);
        let path = match next {
            Some(next) => next.to_owned(),
            None => {
                let since = since.strftime("created:>=%Y-%m-%dT%H:%M:%S+00:00").to_string();
                let (org, phrase) = (segment(org.as_str()), segment(&since));
                format!("/orgs/{org}/audit-log?phrase={phrase}&include=web&order=asc&per_page=100")
            }
        };
        let answer = self.send(Call::get(&who, path)).await?.success()?;
        let next = next_page(&answer);
        let quota = quota(&answer.headers, (self.shared().settings.now)());
        let records: Vec<Box<RawValue>> = answer.json()?;
        let bytes = |record: &RawValue| Bytes::copy_from_slice(record.get().as_bytes());
        Ok(LogPage { records: records.iter().map(|it| bytes(it)).collect(), next, quota })
    }
}
