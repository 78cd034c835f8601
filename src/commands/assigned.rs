//! Assigning is owning: to oneself it accepts, to somebody else it proposes.

use crate::commands::command::OwnWords;
use crate::commands::known::Wanting;
use crate::commands::own;
use crate::commands::people::Talk;
use crate::commands::propose::{person, propose};
use crate::commands::rows::Unnamed;
use crate::commands::run::Reply;
use crate::domain::Actor;

/// Judges an assignment of the case's issue.
pub(super) fn run(talk: &Talk<'_>, assignee: &Actor) -> Result<Reply, Wanting> {
    let words = OwnWords::default();
    if assignee.id == talk.speech.speaker.id {
        return own::run(talk, &[], &words);
    }
    let who = match talk.candidate(&assignee.login)? {
        Ok(who) if who.id == assignee.id => who,
        Ok(_) => return Ok(Reply::refused("That account has another login now.".to_owned())),
        Err(why) => return Ok(Reply::refused(why)),
    };
    match talk.records(&[], Unnamed::Waiting)? {
        Ok(records) => propose(talk, &records, &person(who), Some(who), &words),
        Err(why) => Ok(Reply::refused(why)),
    }
}
