//! `issue_comment`: people's words in the issues that we wrote.
//!
//! The speaker is the event's sender, and only when the comment is the sender's own: words that
//! somebody else put into a comment, or that an App wrote for a person, command nothing.

use serde::Deserialize;

use crate::domain::{
    Access, CommandText, CommentId, Entity, Hint, IssueNumber, RepoId, Spoken, SurfaceKey,
    Timestamp,
};
use crate::events::envelope::Account;
use crate::events::issues::{App, Issue};
use crate::events::told::{Told, date};
use crate::events::{BadPayload, Delivered, Heard, Kind, Reads, Receipt};

pub(super) const KIND: Kind = Kind {
    event: "issue_comment",
    delivered: Delivered::Subscribed { permission: "issues", level: Access::Read },
    reads: Reads::Actions(&["created", "deleted", "edited"]),
    hear,
};

/// The most bytes of a comment that are read. GitHub's own limit is 65,536 characters.
const MOST: usize = 64 * 1024;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    issue: Option<Issue>,
    comment: Option<Comment>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Comment {
    pub(super) id: Option<i64>,
    user: Option<Account>,
    performed_via_github_app: Option<App>,
    pub(super) body: Option<String>,
    created_at: Option<String>,
    updated_at: Option<String>,
}

fn hear(told: &Told<'_>) -> Result<Heard, BadPayload> {
    let payload = told.read::<Payload>()?;
    let issue = payload.issue.unwrap_or_default();
    if !issue.is_ours(told) && !issue.is_pull() {
        return Ok(Heard::ignored());
    }
    let comment = payload.comment.unwrap_or_default();
    let id = CommentId(comment.id.ok_or(BadPayload::Lacks("comment.id"))?);
    let (repo, number) = (told.must_repo()?, issue.must_number()?);
    let ours = told.us.is(comment.user.as_ref())
        || !issue.is_pull() && issue.is_author(comment.user.as_ref());
    let by_us = told.us.is(told.sender()) || !issue.is_pull() && issue.is_author(told.sender());
    let mut heard = told.heard();
    match told.action() {
        "created" if ours && by_us => {
            heard.receipts.extend(receipt(told, &comment, id, repo, number));
        }
        "deleted" if ours && !by_us => {
            heard.hints.push(told.hint(Entity::Issue { repo, issue: number }, false));
        }
        "created" | "edited" if !by_us && comment.is_own(told.sender()) => {
            let entity =
                Entity::Command { repo, issue: number, comment: id, on: Spoken::Conversation };
            heard.hints.extend(command(told, &issue, comment, entity));
        }
        _ => {}
    }
    Ok(heard)
}

/// The proof that a comment of ours stands. Its marker names the surface.
fn receipt(
    told: &Told<'_>,
    comment: &Comment,
    id: CommentId,
    repo: RepoId,
    number: IssueNumber,
) -> Option<Receipt> {
    let (_, what) = told.us.markers.read(told.org, comment.body.as_deref()?)?;
    // An issue's marker, copied into a comment, is no comment's.
    (what != "issue").then_some(Receipt {
        key: SurfaceKey(what),
        repo,
        issue: Some(number),
        remote_id: id.0,
    })
}

/// Somebody's own words.
fn command(told: &Told<'_>, issue: &Issue, comment: Comment, entity: Entity) -> Option<Hint> {
    let speaker = told.by()?;
    let written = comment.written(told);
    let command = CommandText {
        speaker,
        body: Some(cut(comment.body.unwrap_or_default())),
        assignee: None,
        button: None,
        head: None,
        lines: None,
        to_us: !issue.is_pull(),
        written,
        case: issue.case(told),
    };
    Some(Hint { command: Some(Box::new(command)), ..told.hint(entity, false) })
}

impl Comment {
    /// Whether the sender wrote it, themselves and not through an App.
    pub(super) fn is_own(&self, sender: Option<&Account>) -> bool {
        let author = self.user.as_ref().and_then(Account::user);
        self.performed_via_github_app.is_none()
            && author.is_some()
            && sender.and_then(Account::user) == author
    }

    /// When it was last written.
    pub(super) fn written(&self, told: &Told<'_>) -> Timestamp {
        date(self.updated_at.as_deref())
            .or_else(|| date(self.created_at.as_deref()))
            .unwrap_or(told.received())
    }
}

/// At most [`MOST`] bytes, ending at a character; NUL becomes U+FFFD, as everywhere at the edge.
pub(super) fn cut(mut body: String) -> String {
    body.truncate(body.floor_char_boundary(MOST));
    if body.contains('\0') { body.replace('\0', "\u{fffd}") } else { body }
}
