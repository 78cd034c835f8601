//! `pull_request_review_comment`: people's words in the threads of a review.
//!
//! As in issues, the speaker is the sender, and only of their own comment.

use serde::Deserialize;

use crate::domain::{Access, CommandText, CommentId, Entity, Foreign, Hint, Lines, Spoken};
use crate::events::issue_comment::{Comment, cut};
use crate::events::pull_request::Pull;
use crate::events::told::Told;
use crate::events::{BadPayload, Delivered, Heard, Kind, Reads};

pub(super) const KIND: Kind = Kind {
    event: "pull_request_review_comment",
    delivered: Delivered::Subscribed { permission: "pull_requests", level: Access::Read },
    reads: Reads::Actions(&["created", "edited"]),
    hear,
};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    pull_request: Pull,
    comment: Threaded,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Threaded {
    #[serde(flatten)]
    comment: Comment,
    path: Option<String>,
    line: Option<u32>,
    original_line: Option<u32>,
}

fn hear(told: &Told<'_>) -> Result<Heard, BadPayload> {
    let Payload { pull_request, comment } = told.read::<Payload>()?;
    let (repo, issue) = (told.must_repo()?, pull_request.must_number()?);
    let id = CommentId(comment.comment.id.ok_or(BadPayload::Lacks("comment.id"))?);
    let mut heard = told.heard();
    if comment.comment.is_own(told.sender()) {
        let entity = Entity::Command { repo, issue, comment: id, on: Spoken::Thread };
        heard.hints.extend(command(told, comment, entity));
    }
    Ok(heard)
}

fn command(told: &Told<'_>, threaded: Threaded, entity: Entity) -> Option<Hint> {
    let line = threaded.line.or(threaded.original_line);
    let lines = threaded.path.as_deref().zip(line).map(|(path, line)| Lines {
        path: Foreign::new(path),
        first: line,
        last: line,
    });
    let written = threaded.comment.written(told);
    let command = CommandText {
        speaker: told.by()?,
        body: Some(cut(threaded.comment.body.unwrap_or_default())),
        assignee: None,
        button: None,
        head: None,
        lines,
        to_us: false,
        written,
        case: None,
    };
    Some(Hint { command: Some(Box::new(command)), ..told.hint(entity, false) })
}
