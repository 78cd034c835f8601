//! `/except`: a power is left as it is until a date, although nobody answers for it.
//!
//! Whoever may accept it may leave it, for the power that was shown. When the date comes it is asked
//! about again.

use crate::commands::command::{Command, CommandSpec, Pick, Until};
use crate::commands::known::Wanting;
use crate::commands::outcome::Outcome;
use crate::commands::own::{digest, may_take, takes_a_button};
use crate::commands::party::{pick, reason, split_because, unknown};
use crate::commands::people::Talk;
use crate::commands::rows::Unnamed;
use crate::commands::run::Reply;
use crate::commands::until;
use crate::domain::{Deed, Foreign};
use crate::words::{last_day, long_date};

pub(super) const SPEC: CommandSpec = CommandSpec {
    verb: "except",
    usage: "/except [ID…] until DATE|30d because TEXT",
    help: "It is left as it is until then without an owner, and asked about again.",
    example: "/except until 30d because the migration still needs it",
    read,
};

fn read(rest: &str) -> Result<Command, String> {
    let (words, because) = split_because(rest);
    let because = reason(because)?.ok_or("It needs a reason: `because` and a few words.")?;
    let (mut picks, mut end) = (Vec::new(), None);
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        if word.eq_ignore_ascii_case("until") {
            let day = words.next().ok_or("There is nothing after `until`: name a date.")?;
            if end.replace(until::read(day)?).is_some() {
                return Err("It names an end twice.".to_owned());
            }
        } else {
            picks.push(pick(word)?.ok_or_else(|| unknown(word))?);
        }
    }
    let until = end.ok_or("It needs an end: `until` and a date or a length such as `30d`.")?;
    Ok(Command::Except { picks, until, because })
}

pub(super) fn run(
    talk: &Talk<'_>,
    picks: &[Pick],
    end: Until,
    because: &Foreign,
) -> Result<Reply, Wanting> {
    let records = match talk.records(picks, Unnamed::Only)? {
        Ok(records) => records,
        Err(why) => return Ok(Reply::refused(why)),
    };
    let until = match until::moment(end, talk.speech.written, &talk.terms.zone) {
        Ok(until) => until,
        Err(why) => return Ok(Reply::refused(why)),
    };
    let mut outcome = Outcome::default();
    for record in records {
        match may_take(talk, record)? {
            Ok(()) if takes_a_button(talk, record) => {
                let why = "It is high or critical, and a comment can be written with a stolen \
                           token, so it takes an owner: `/own`, and the button of the check.";
                outcome.refuse(record, why.to_owned());
            }
            Ok(()) => {
                let digest = digest(record);
                let deed = Deed::Except { until, because: because.clone(), digest };
                outcome.did(record, talk.act(record, deed));
            }
            Err(why) => outcome.refuse(record, why),
        }
    }
    if outcome.done.is_empty() {
        return Ok(Reply::refused(outcome.refusals(talk)?));
    }
    let text = format!(
        "Left as it is until {}: {}. Nobody answers for it meanwhile. It is asked about again \
         then, and sooner if it may do more. `/own` ends this.{}",
        long_date(last_day(until), &talk.terms.zone),
        talk.subject(&outcome.done)?,
        outcome.also_refused(talk)?
    );
    Ok(Reply::done(outcome.acts, text))
}
