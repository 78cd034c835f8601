//! `/disown`: an owner steps down.

use crate::commands::command::{Command, CommandSpec, Pick};
use crate::commands::known::Wanting;
use crate::commands::outcome::Outcome;
use crate::commands::party::{picks, split_because};
use crate::commands::people::Talk;
use crate::commands::rows::Unnamed;
use crate::commands::run::Reply;
use crate::domain::Deed;

pub(super) const SPEC: CommandSpec = CommandSpec {
    verb: "disown",
    usage: "/disown [ID…]",
    help: "You no longer answer for it; nobody does until somebody says `/own`.",
    example: "/disown",
    read,
};

fn read(rest: &str) -> Result<Command, String> {
    // A reason does no harm here; it is not recorded.
    let (words, _) = split_because(rest);
    Ok(Command::Disown { picks: picks(&words)? })
}

pub(super) fn run(talk: &Talk<'_>, picks: &[Pick]) -> Result<Reply, Wanting> {
    let records = match talk.records(picks, Unnamed::All)? {
        Ok(records) => records,
        Err(why) => return Ok(Reply::refused(why)),
    };
    let mut outcome = Outcome::default();
    let mut early = Vec::new();
    for record in records {
        if picks.is_empty() {
            // Without names it means what the speaker answers for, and nothing of anybody else's.
            if talk.answers_for(record)? {
                outcome.did(record, talk.act(record, Deed::Disown { for_others: true }));
            } else {
                // Comments may reach us out of order: it is taken down, and counts if words that
                // were written earlier turn out to have made the speaker the owner.
                early.push(talk.act(record, Deed::Disown { for_others: false }));
            }
            continue;
        }
        match talk.may_disown(record)? {
            Ok(()) if talk.is_owned_before(record) => {
                outcome.did(record, talk.act(record, Deed::Disown { for_others: true }));
            }
            Ok(()) => outcome.refuse(record, "Nobody owns it.".to_owned()),
            Err(why) => outcome.refuse(record, why),
        }
    }
    if outcome.done.is_empty() && outcome.refused.is_empty() {
        let why = "You own nothing in this case. An organisation owner who wants somebody else \
                   to step down names the identity: `/disown 1`.";
        return Ok(Reply { acts: early, ..Reply::refused(why.to_owned()) });
    }
    if outcome.done.is_empty() {
        return Ok(Reply::refused(outcome.refusals(talk)?));
    }
    let subject = talk.subject(&outcome.done)?;
    let text = format!(
        "Nobody owns {subject} now. Whoever takes over comments `/own`.{}",
        outcome.also_refused(talk)?
    );
    Ok(Reply::done(outcome.acts, text))
}
