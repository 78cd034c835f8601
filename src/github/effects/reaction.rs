//! Our reaction to a person's comment. GitHub keeps one of each kind per account, so asking twice
//! gives the same one.

use serde_json::json;

use crate::domain::{CommentId, Reaction, Spoken};
use crate::github::Failure;
use crate::github::call::Call;
use crate::github::effects::Desk;
use crate::github::wire::Numbered;

pub(super) async fn create(
    desk: &Desk<'_>,
    comment: CommentId,
    on: Spoken,
    reaction: Reaction,
) -> Result<i64, Failure> {
    let of = match on {
        Spoken::Thread => "pulls",
        Spoken::Conversation | Spoken::Button => "issues",
    };
    let path = desk.path(&format!("/{of}/comments/{comment}/reactions"));
    let call = Call::post(&desk.who, path, &json!({ "content": reaction.as_str() }));
    let made: Numbered = desk.there(desk.send(call).await?).await?.json()?;
    Ok(made.id)
}
