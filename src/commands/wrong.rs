//! `/wrong`: a finding is mistaken.

use crate::commands::command::{Command, CommandSpec, Pick};
use crate::commands::known::Wanting;
use crate::commands::outcome::Outcome;
use crate::commands::party::{picks, reason, split_because};
use crate::commands::people::Talk;
use crate::commands::rows::Unnamed;
use crate::commands::run::Reply;
use crate::domain::{Deed, Foreign};

pub(super) const SPEC: CommandSpec = CommandSpec {
    verb: "wrong",
    usage: "/wrong [ID…] because TEXT",
    help: "The finding is mistaken, and this is why.",
    example: "/wrong because this account is a person",
    read,
};

fn read(rest: &str) -> Result<Command, String> {
    let (words, because) = split_because(rest);
    let because = reason(because)?.ok_or("It needs a reason: `because` and a few words.")?;
    Ok(Command::Wrong { picks: picks(&words)?, because })
}

pub(super) fn run(talk: &Talk<'_>, picks: &[Pick], because: &Foreign) -> Result<Reply, Wanting> {
    let records = match talk.records(picks, Unnamed::Only)? {
        Ok(records) => records,
        Err(why) => return Ok(Reply::refused(why)),
    };
    let mut outcome = Outcome::default();
    for record in records {
        match talk.may_accept(record)? {
            Ok(()) => {
                let deed = Deed::Wrong { because: because.clone() };
                outcome.did(record, talk.act(record, deed));
            }
            Err(why) => outcome.refuse(record, why),
        }
    }
    if outcome.done.is_empty() {
        return Ok(Reply::refused(outcome.refusals(talk)?));
    }
    let text = format!(
        "Recorded as mistaken: what was found about {}. It stays in the register, with your \
         reason. `/own` says the opposite.{}",
        talk.subject(&outcome.done)?,
        outcome.also_refused(talk)?
    );
    Ok(Reply::done(outcome.acts, text))
}
