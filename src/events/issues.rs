//! `issues`: what happens to the issues that we wrote. Of everybody else's it matters when they are closed
//! or opened again: access may have been accepted for one.
//!
//! What we do ourselves only proves that it was done. An assignment is a person's act; everything
//! else says that the issue may not stand as we left it, so it is read.

use serde::Deserialize;

use crate::domain::{
    Access, AppId, CaseId, CommandText, CommentId, Entity, Hint, IssueNumber, RepoId, Spoken,
    SurfaceKey,
};
use crate::events::envelope::Account;
use crate::events::told::{Told, date};
use crate::events::{BadPayload, Delivered, Heard, Kind, Reads, Receipt};

pub(super) const KIND: Kind = Kind {
    event: "issues",
    delivered: Delivered::Subscribed { permission: "issues", level: Access::Read },
    reads: Reads::Actions(&[
        "assigned",
        "closed",
        "deleted",
        "edited",
        "locked",
        "opened",
        "reopened",
        "transferred",
        "unassigned",
        "unlabeled",
        "unlocked",
    ]),
    hear,
};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    issue: Option<Issue>,
    assignee: Option<Account>,
}

/// An issue in a payload.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Issue {
    number: Option<i64>,
    user: Option<Account>,
    performed_via_github_app: Option<App>,
    body: Option<String>,
    updated_at: Option<String>,
    pull_request: Option<serde::de::IgnoredAny>,
}

/// The App that an object was written through.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct App {
    id: Option<i64>,
    slug: Option<String>,
}

fn hear(told: &Told<'_>) -> Result<Heard, BadPayload> {
    let payload = told.read::<Payload>()?;
    let issue = payload.issue.unwrap_or_default();
    if !issue.is_ours(told) {
        return if let "closed" | "reopened" = told.action() {
            let (repo, number) = (told.must_repo()?, issue.must_number()?);
            let hints = vec![told.hint(Entity::Task { repo, number }, false)];
            Ok(Heard { hints, ..told.heard() })
        } else {
            Ok(Heard::ignored())
        };
    }
    let (repo, number) = (told.must_repo()?, issue.must_number()?);
    let mut heard = told.heard();
    if let "closed" | "reopened" = told.action() {
        heard.hints.push(told.hint(Entity::Task { repo, number }, false));
    }
    match told.action() {
        _ if issue.is_author(told.sender()) => {
            if told.action() == "opened" {
                heard.receipts.extend(issue.case(told).map(|case| Receipt {
                    key: SurfaceKey::issue(&case),
                    repo,
                    issue: Some(number),
                    remote_id: number.0,
                }));
            }
        }
        "opened" => {}
        "assigned" => heard.hints.extend(assigned(told, &issue, payload.assignee, repo, number)),
        _ => heard.hints.push(told.hint(Entity::Issue { repo, issue: number }, false)),
    }
    Ok(heard)
}

/// An assignment, as a command of whoever made it. It has no comment, so it takes the assignee's
/// number below zero as its own.
fn assigned(
    told: &Told<'_>,
    issue: &Issue,
    assignee: Option<Account>,
    repo: RepoId,
    number: IssueNumber,
) -> Option<Hint> {
    let (speaker, assignee) = (told.by()?, assignee?.actor()?);
    let entity = Entity::Command {
        repo,
        issue: number,
        comment: CommentId(assignee.id.0.wrapping_neg()),
        on: Spoken::Conversation,
    };
    let command = CommandText {
        speaker,
        body: None,
        assignee: Some(assignee.clone()),
        button: None,
        head: None,
        lines: None,
        to_us: true,
        written: date(issue.updated_at.as_deref()).unwrap_or(told.received()),
        case: issue.case(told),
    };
    let mut hint = told.hint(entity, false);
    hint.names.login = Some(assignee.login.clone());
    Some(Hint { about: Some(assignee), command: Some(Box::new(command)), ..hint })
}

impl Issue {
    /// Whether our bot user wrote it.
    pub(super) fn is_ours(&self, told: &Told<'_>) -> bool {
        let app = self.performed_via_github_app.as_ref().and_then(App::id);
        told.us.wrote(self.user.as_ref(), app)
    }

    /// Whether it is the conversation of a pull request.
    pub(super) fn is_pull(&self) -> bool {
        self.pull_request.is_some()
    }

    /// Whether this account wrote it.
    pub(super) fn is_author(&self, account: Option<&Account>) -> bool {
        let author = self.user.as_ref().and_then(Account::user);
        author.is_some() && account.and_then(Account::user) == author
    }

    /// Its number in its repository.
    pub(super) fn must_number(&self) -> Result<IssueNumber, BadPayload> {
        self.number.map(IssueNumber).ok_or(BadPayload::Lacks("issue.number"))
    }

    /// The case that a marker of ours names, if it holds. Only to be asked of our own issues.
    pub(super) fn case(&self, told: &Told<'_>) -> Option<CaseId> {
        let (case, what) = told.us.markers.read(told.org, self.body.as_deref()?)?;
        (what == "issue").then_some(case)
    }
}

impl App {
    /// Its number.
    pub(super) fn id(&self) -> Option<AppId> {
        self.id.map(AppId)
    }

    /// Its name in addresses.
    pub(super) fn slug(&self) -> Option<&str> {
        self.slug.as_deref()
    }
}
