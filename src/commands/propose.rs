//! Naming somebody as owner, which makes nobody an owner.

use crate::commands::command::{OwnWords, Somebody};
use crate::commands::known::Wanting;
use crate::commands::outcome::Outcome;
use crate::commands::party::quote;
use crate::commands::people::Talk;
use crate::commands::run::Reply;
use crate::domain::{Actor, Deed, Owner};
use crate::register::Record;
use crate::words::{self, account, upper};

/// Names somebody, who has yet to say yes. `who` is the account when it is a person.
pub(super) fn propose(
    talk: &Talk<'_>,
    records: &[&Record],
    owner: &Owner,
    who: Option<&Actor>,
    words: &OwnWords,
) -> Result<Reply, Wanting> {
    let mut outcome = Outcome::default();
    for record in records {
        match against(talk, record, who) {
            None => outcome
                .did(record, talk.act(record, Deed::Propose { owner: owner.clone(), terms: None })),
            Some(why) => outcome.refuse(record, why),
        }
    }
    if outcome.done.is_empty() {
        return Ok(Reply::refused(outcome.refusals(talk)?));
    }
    let subject = talk.subject(&outcome.done)?;
    let name = upper(&words::owner(owner));
    let mut text = format!("{name} is proposed as owner of {subject}. ");
    text += match owner {
        Owner::Person { .. } => {
            "They become the owner when they comment `/own` here or assign the issue to \
             themselves. Until then nobody owns it."
        }
        Owner::Team { .. } => {
            "It becomes the owner when somebody in it who may accept this comments `/own` with \
             the team's name. Until then nobody owns it."
        }
    };
    let OwnWords { owner: _, backup, until, task, because } = words;
    if backup.is_some() || until.is_some() || task.is_some() || because.is_some() {
        text += " The rest of what you wrote is not recorded: it is theirs to say.";
    }
    text += &outcome.also_refused(talk)?;
    Ok(Reply::done(outcome.acts, text))
}

/// What speaks against naming somebody for this identity, as a sentence.
fn against(talk: &Talk<'_>, record: &Record, who: Option<&Actor>) -> Option<String> {
    if record.identity.is_gone() {
        return Some("GitHub no longer has it.".to_owned());
    }
    if let Some(holder) = holder(talk, record)
        && who.is_none_or(|who| who.id != holder.id)
    {
        return Some(belongs(holder));
    }
    let now = record.ownership.owners().next()?;
    Some(format!("{} owns it already.", upper(&words::owner(now))))
}

/// The person whose own credential it is.
pub(super) fn holder<'a>(talk: &Talk<'_>, record: &'a Record) -> Option<&'a Actor> {
    record.identity.holder.as_ref().filter(|holder| talk.is_human(holder))
}

/// Why nobody else can own a person's own credential.
pub(super) fn belongs(holder: &Actor) -> String {
    format!("It is a token of {}, who answers for it.", account(&holder.login))
}

/// A person or team that could answer. An error is a sentence.
pub(super) fn stand_in(
    talk: &Talk<'_>,
    named: &Somebody,
) -> Result<Result<Owner, String>, Wanting> {
    match named {
        Somebody::Person(login) => Ok(talk.candidate(login)?.map(person)),
        Somebody::Team { org, .. } if *org != talk.terms.org => {
            Ok(Err("Only a team of this organisation can own something here.".to_owned()))
        }
        Somebody::Team { slug, .. } => Ok(match talk.team(slug)? {
            None => Err(format!("There is no team {}.", quote(slug.as_str()))),
            Some(found) if found.humans.is_empty() => {
                Err(format!("There is no person in the team {}.", quote(slug.as_str())))
            }
            Some(found) => Ok(Owner::Team { id: found.team.id, slug: found.team.slug.clone() }),
        }),
    }
}

/// A person as owner.
pub(super) fn person(who: &Actor) -> Owner {
    Owner::Person { id: who.id, login: who.login.clone() }
}
