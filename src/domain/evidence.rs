//! Where a fact was read, so that a person can check it.

use serde::{Deserialize, Serialize};

use crate::domain::{CommentId, IssueNumber, RepoId};

/// The source of one observation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum Evidence {
    /// A signed webhook.
    Webhook {
        /// `X-GitHub-Delivery`.
        delivery: String,
        /// `X-GitHub-Event`, with the action after a dot where there is one.
        event: String,
        /// SHA-256 of the body in hex: what remains when the body itself is dropped.
        sha256: String,
    },
    /// An answer of the REST API.
    Api {
        /// Method and path, without the host.
        request: String,
    },
    /// A record of the audit log.
    Audit {
        /// Its name in the inbox, made of `_document_id`.
        record: String,
        /// GitHub's word for what happened.
        action: String,
    },
    /// A setting of the operator's, or a line of the policy file.
    Setting {
        /// Its name.
        name: String,
    },
    /// Words of a person in one of our issues.
    Comment {
        /// The repository.
        repo: RepoId,
        /// The issue.
        issue: IssueNumber,
        /// The comment; `None` when the act was an assignment.
        comment: Option<CommentId>,
    },
}
