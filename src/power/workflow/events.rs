//! Events: who can cause each of them, and whose words come with it.
//!
//! Source: "Events that trigger workflows", "Approving workflow runs from forks".

use crate::domain::Visibility;
use crate::power::model::{Bounds, Crowd, ForkApproval, Ground, Host};

/// Who can cause an event.
pub(super) fn crowd(event: &str, types: &[String], ground: &Ground) -> Bounds<Crowd> {
    match event {
        "issues" | "pull_request_target" | "discussion" if only(types, TRIAGE) => {
            Bounds::exactly(Crowd::Triagers).at_most(public(ground).most())
        }
        "issues"
        | "issue_comment"
        | "discussion"
        | "discussion_comment"
        | "pull_request_target"
        | "pull_request_review"
        | "pull_request_review_comment"
        | "fork"
        | "watch" => public(ground),
        "label" | "milestone" => Bounds::exactly(Crowd::Triagers),
        "branch_protection_rule" | "public" => Bounds::exactly(Crowd::Owners),
        "schedule" | "workflow_call" | "image_version" | "check_run" | "check_suite" | "status"
        | "deployment" | "deployment_status" | "page_build" => Bounds::exactly(Crowd::Nobody),
        "push"
        | "pull_request"
        | "create"
        | "delete"
        | "gollum"
        | "merge_group"
        | "project"
        | "project_card"
        | "project_column"
        | "registry_package"
        | "release"
        | "repository_dispatch"
        | "workflow_dispatch" => Bounds::exactly(Crowd::Collaborators),
        _ => Bounds::between(Crowd::Nobody, Crowd::Anyone),
    }
}

/// Whose pull requests from forks run, with a token that only reads and without secrets.
pub(super) fn fork_crowd(ground: &Ground) -> Bounds<Crowd> {
    let approved = match ground.fork_approval {
        Some(ForkApproval::Everybody) => Bounds::exactly(Crowd::Approved),
        Some(ForkApproval::FirstTime | ForkApproval::NewToGitHub) => {
            Bounds::exactly(Crowd::Contributors)
        }
        None => Bounds::between(Crowd::Approved, Crowd::Contributors),
    };
    match ground.visibility {
        Some(Visibility::Public) => approved,
        // Runs for forks of repositories that are not public are a setting that is off at first.
        Some(Visibility::Private | Visibility::Internal) => {
            Bounds::between(Crowd::Nobody, Crowd::Readers)
        }
        None => Bounds::between(Crowd::Nobody, Crowd::Contributors),
    }
}

/// Everybody who can read the repository.
pub(super) fn public(ground: &Ground) -> Bounds<Crowd> {
    match ground.visibility {
        Some(Visibility::Public) => Bounds::exactly(Crowd::Anyone),
        Some(Visibility::Private | Visibility::Internal) => Bounds::exactly(Crowd::Readers),
        None => Bounds::between(Crowd::Readers, Crowd::Anyone),
    }
}

/// Whether the event finds workflows on the default branch only.
pub(super) fn needs_default_branch(event: &str, ground: &Ground) -> bool {
    match event {
        "push"
        | "pull_request"
        | "pull_request_review"
        | "pull_request_review_comment"
        | "create"
        | "delete"
        | "merge_group"
        | "workflow_dispatch"
        | "workflow_call"
        | "release"
        | "deployment"
        | "deployment_status" => false,
        "pull_request_target" => ground.host == Host::Cloud,
        _ => true,
    }
}

/// The contexts that hold words of whoever caused the event, where that can be an outsider whose
/// run has the power of the repository.
pub(super) fn words(event: &str) -> &'static [&'static str] {
    match event {
        "issues" => &["github.event.issue"],
        "issue_comment" => &["github.event.issue", "github.event.comment"],
        "pull_request_target" => &["github.event.pull_request", "github.head_ref"],
        "pull_request_review" => {
            &["github.event.pull_request", "github.event.review", "github.head_ref"]
        }
        "pull_request_review_comment" => {
            &["github.event.pull_request", "github.event.comment", "github.head_ref"]
        }
        "discussion" => &["github.event.discussion"],
        "discussion_comment" => &["github.event.discussion", "github.event.comment"],
        "workflow_run" => &["github.event.workflow_run"],
        "fork" => &["github.event.forkee"],
        // Whatever the event of the caller is.
        "workflow_call" => &[
            "github.event.issue",
            "github.event.comment",
            "github.event.pull_request",
            "github.head_ref",
            "github.event.review",
            "github.event.discussion",
            "github.event.workflow_run",
        ],
        _ => &[],
    }
}

/// Activities that take the triage role, or more.
const TRIAGE: &[&str] = &[
    "labeled",
    "unlabeled",
    "assigned",
    "unassigned",
    "milestoned",
    "demilestoned",
    "pinned",
    "unpinned",
    "locked",
    "unlocked",
    "transferred",
    "deleted",
    "typed",
    "untyped",
    "review_requested",
    "review_request_removed",
    "category_changed",
    "answered",
    "unanswered",
];

fn only(types: &[String], allowed: &[&str]) -> bool {
    !types.is_empty() && types.iter().all(|it| allowed.contains(&it.as_str()))
}
