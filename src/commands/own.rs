//! `/own`: somebody takes responsibility, for themselves or their team, or names somebody else.
//!
//! Naming somebody only proposes them. Nobody becomes an owner without their own act.

use crate::commands::command::{Command, CommandSpec, OwnWords, Pick, Somebody};
use crate::commands::eligible::has;
use crate::commands::known::Wanting;
use crate::commands::outcome::Outcome;
use crate::commands::party::{pick, reason, somebody, split_because, unknown};
use crate::commands::people::Talk;
use crate::commands::propose::{belongs, holder, person, propose, stand_in};
use crate::commands::rows::Unnamed;
use crate::commands::run::Reply;
use crate::commands::until;
use crate::domain::{
    Act, Actor, Deed, Digest, Evidence, Grant, OwnTerms, Owner, Spoken, Standing, Timestamp,
};
use crate::register::{NotLoaded, Record};
use crate::words::{last_day, long_date, upper};

pub(super) const SPEC: CommandSpec = CommandSpec {
    verb: "own",
    usage: "/own [ID…] [@user|@org/team] [backup @user|@org/team] [until DATE|30d] [for #N] \
            [because TEXT]",
    help: "You answer for it from now on; with a name, that person or team is proposed.",
    example: "/own until 2027-03-31 because the nightly build needs it",
    read,
};

/// Reads what stands after `/own`.
fn read(rest: &str) -> Result<Command, String> {
    let (said, because) = split_because(rest);
    let mut words = OwnWords { because: reason(because)?, ..OwnWords::default() };
    let mut picks = Vec::new();
    let mut said = said.into_iter();
    while let Some(word) = said.next() {
        let mut after = |what: &str| {
            said.next().ok_or_else(|| {
                format!("There is nothing after `{}`: {what}.", word.to_ascii_lowercase())
            })
        };
        match word.to_ascii_lowercase().as_str() {
            "backup" => {
                let who = somebody(after("name a person or a team")?)?;
                once(&mut words.backup, who, "a backup")?;
            }
            "until" => {
                let end = until::read(after("name a date or a length")?)?;
                once(&mut words.until, end, "an end")?;
            }
            "for" => {
                let number = after("name an issue such as `#7`")?;
                let task = number.strip_prefix('#').and_then(|n| n.parse().ok());
                let task = task.filter(|n: &i64| *n > 0).ok_or_else(|| unknown(number))?;
                once(&mut words.task, task, "an issue")?;
            }
            name if name.starts_with('@') => once(&mut words.owner, somebody(word)?, "an owner")?,
            _ => picks.push(pick(word)?.ok_or_else(|| unknown(word))?),
        }
    }
    if words.backup.is_some() && words.backup == words.owner {
        return Err("The backup has to be somebody else.".to_owned());
    }
    Ok(Command::Own { picks, words })
}

/// Refuses to be told something twice.
fn once<T>(place: &mut Option<T>, value: T, what: &str) -> Result<(), String> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(format!("It names {what} twice.")),
    }
}

/// Who is meant to answer.
enum Target<'a> {
    /// The speaker.
    Speaker,
    /// A team that the speaker is in.
    OurTeam(Owner),
    /// Somebody else, who has yet to say yes.
    Other(Owner, Option<&'a Actor>),
}

/// Takes responsibility for the speaker or their team, or proposes.
pub(super) fn run(talk: &Talk<'_>, picks: &[Pick], words: &OwnWords) -> Result<Reply, Wanting> {
    let target = match target(talk, words.owner.as_ref())? {
        Ok(target) => target,
        Err(why) => return Ok(Reply::refused(why)),
    };
    let records = match talk.records(picks, Unnamed::Waiting)? {
        Ok(records) => records,
        Err(why) => return Ok(Reply::refused(why)),
    };
    let end = words.until.map(|end| until::moment(end, talk.speech.written, &talk.terms.zone));
    let end = match end.transpose() {
        Ok(end) => end,
        Err(why) => return Ok(Reply::refused(why)),
    };
    let backup = match &words.backup {
        None => None,
        Some(named) => match stand_in(talk, named)? {
            Ok(backup) => Some(backup),
            Err(why) => return Ok(Reply::refused(why)),
        },
    };
    let taker = match &target {
        Target::Speaker => person(&talk.speech.speaker),
        Target::OurTeam(team) => team.clone(),
        Target::Other(owner, who) => return propose(talk, &records, owner, *who, words),
    };
    if backup.as_ref() == Some(&taker) {
        return Ok(Reply::refused("The backup has to be somebody else.".to_owned()));
    }
    let terms = OwnTerms {
        backup: backup.clone(),
        until: end,
        task: words.task,
        because: words.because.clone(),
    };
    talk.reads_says(&records)?;
    // Wanted of all at once, so that many are loaded as fast as one.
    NotLoaded::all(records.iter().map(|record| talk.pull_of(record).map(|_| ())))?;
    let proposed = |record: &&&Record| {
        !record.identity.is_gone() && matches!(record.identity.standing, Standing::Proposed { .. })
    };
    NotLoaded::all(records.iter().filter(proposed).map(|record| {
        talk.slice.shown_before(&record.identity.key, talk.speech.written).map(|_| ())
    }))?;
    let mut outcome = Outcome::default();
    let mut awaits_button = false;
    for record in records {
        match may_take(talk, record)? {
            Ok(()) if takes_a_button(talk, record) => {
                awaits_button = true;
                let (owner, terms) = (taker.clone(), Some(terms.clone()));
                outcome.did(record, talk.act(record, Deed::Propose { owner, terms }));
            }
            Ok(()) => outcome.did(record, talk.act(record, deed(talk, record, &taker, &terms)?)),
            Err(why) => outcome.refuse(record, why),
        }
    }
    // Who is in the team and may not accept alone may still name the team.
    if let Target::OurTeam(team) = &target
        && outcome.done.is_empty()
    {
        let refused: Vec<_> = outcome.refused.iter().map(|(record, _)| *record).collect();
        return propose(talk, &refused, team, None, words);
    }
    if outcome.done.is_empty() {
        return Ok(Reply::refused(outcome.refusals(talk)?));
    }
    if awaits_button {
        return Ok(Reply::told_with(outcome.acts.clone(), button(talk, &outcome)?));
    }
    let text = sentences(talk, &outcome, &taker, backup.as_ref(), end, words)?;
    Ok(Reply::done(outcome.acts, text))
}

/// The act of taking it. A button carries no words: those that the speaker wrote before it count.
fn deed(talk: &Talk<'_>, record: &Record, taker: &Owner, said: &OwnTerms) -> Result<Deed, Wanting> {
    let mine = |act: &&Act| act.by.id == talk.speech.speaker.id && act.order < talk.speech.order;
    let earlier = record.acts.iter().rev().filter(mine).find_map(|act| match &act.deed {
        Deed::Propose { owner, terms: Some(terms) } => Some((owner.clone(), terms.clone())),
        _ => None,
    });
    let (owner, terms) = match earlier.filter(|_| talk.speech.on == Spoken::Button) {
        Some(earlier) => earlier,
        None => (taker.clone(), said.clone()),
    };
    Ok(Deed::Own {
        owner,
        backup: terms.backup,
        until: terms.until,
        task: terms.task,
        because: terms.because,
        digest: digest(record),
        by_granter: talk.granted(record) || talk.proposed(record)?,
    })
}

/// Whether words are not enough to accept it: what is bad in a pull request, where somebody must.
pub(super) fn takes_a_button(talk: &Talk<'_>, record: &Record) -> bool {
    let proposed = matches!(record.identity.standing, Standing::Proposed { .. });
    let row = talk.case.row(&record.identity.key);
    let bad = row.is_some_and(|row| row.findings.iter().any(|it| it.severity.takes_a_button()));
    talk.terms.require && proposed && bad && talk.speech.on != Spoken::Button
}

/// What is left to do after words that are not enough.
fn button(talk: &Talk<'_>, outcome: &Outcome<'_>) -> Result<String, NotLoaded> {
    Ok(format!(
        "That is written down, and is not enough yet for {}: it is high or critical, and a comment \
         can be written with a stolen token. Open the check `beholden` of this pull request and \
         press **I answer for this**. What you wrote counts from then on.{}",
        talk.subject(&outcome.done)?,
        outcome.also_refused(talk)?
    ))
}

/// What happened, what it covers, until when, and what would undo it.
fn sentences(
    talk: &Talk<'_>,
    outcome: &Outcome<'_>,
    owner: &Owner,
    backup: Option<&Owner>,
    end: Option<Timestamp>,
    words: &OwnWords,
) -> Result<String, NotLoaded> {
    let name = upper(&crate::words::owner(owner));
    let mut parts = vec![format!("{name} owns {} now.", talk.subject(&outcome.done)?)];
    if let [record] = outcome.done[..] {
        parts.extend(talk.abilities(record)?.first().map(|what| format!("It {what}.")));
    }
    if let Some(backup) = backup {
        parts.push(format!("Backup: {}.", crate::words::owner(backup)));
    }
    if let Some(end) = end {
        let day = long_date(last_day(end), &talk.terms.zone);
        parts.push(format!("The end that you gave, {day}, is recorded."));
    }
    if let Some(task) = words.task {
        let place = match talk.speech.evidence {
            Evidence::Comment { repo, .. } => talk.slice.repo(repo)?,
            _ => None,
        };
        let place = place.map(|repo| repo.name.as_str()).unwrap_or_default();
        let acts = outcome.done.iter().any(|record| record.identity.key.kind().is_seen_acting());
        let then = if acts {
            ": if it is used more than a day after that was closed, somebody is asked again"
        } else {
            ""
        };
        parts.push(format!("It is recorded as being for `{place}#{task}`{then}."));
    }
    let mut own = false;
    for record in &outcome.done {
        own |= talk.granted(record) || talk.proposed(record)?;
    }
    if own {
        parts.push(
            if talk.terms.require {
                "It was accepted by its own author."
            } else {
                "It was accepted by the person who granted it."
            }
            .to_owned(),
        );
    }
    parts.push("`/disown` undoes this.".to_owned());
    Ok(format!("{}{}", parts.join(" "), outcome.also_refused(talk)?))
}

/// The power as it stands, which the acceptance binds to.
pub(super) fn digest(record: &Record) -> Digest {
    Grant::digest(&record.grants)
}

/// Whether the power that is there now could be read when the words were written: what was pushed
/// meanwhile is not accepted.
fn was_shown(talk: &Talk<'_>, record: &Record) -> Result<Result<(), String>, Wanting> {
    let key = &record.identity.key;
    Ok(match talk.slice.shown_before(key, talk.speech.written)? {
        Some(shown) if *shown == digest(record) => Ok(()),
        Some(_) => {
            Err("It grants something else by now than when you wrote this, because somebody \
                        pushed. Read it again, and say it once more if you still agree."
                .to_owned())
        }
        None => {
            Err("It was not shown here yet when you wrote this. Read it, and say it once more \
                     if you agree."
                .to_owned())
        }
    })
}

/// Whether the speaker may take it. An error is a sentence.
pub(super) fn may_take(talk: &Talk<'_>, record: &Record) -> Result<Result<(), String>, Wanting> {
    if record.identity.is_gone() {
        return Ok(Err("GitHub no longer has it.".to_owned()));
    }
    if let Standing::Proposed { .. } = record.identity.standing
        && let Err(why) = was_shown(talk, record)?
    {
        return Ok(Err(why));
    }
    match holder(talk, record) {
        Some(holder) if holder.id != talk.speech.speaker.id => Ok(Err(belongs(holder))),
        // The holder of a token needs no repository to answer for it, only the policy's leave.
        Some(_) if talk.terms.require => talk.may_accept(record),
        Some(_) => Ok(Ok(())),
        None => talk.may_accept(record),
    }
}

/// Who the words name. An error is a sentence.
fn target<'a>(
    talk: &'a Talk<'_>,
    named: Option<&Somebody>,
) -> Result<Result<Target<'a>, String>, Wanting> {
    let speaker = &talk.speech.speaker;
    Ok(Ok(match named {
        None => Target::Speaker,
        Some(Somebody::Person(login)) if *login == speaker.login => Target::Speaker,
        Some(Somebody::Person(login)) => match talk.candidate(login)? {
            Ok(who) => Target::Other(person(who), Some(who)),
            Err(why) => return Ok(Err(why)),
        },
        Some(named @ Somebody::Team { slug, .. }) => match stand_in(talk, named)? {
            Ok(team) if talk.team(slug)?.is_some_and(|team| has(&team.humans, speaker)) => {
                Target::OurTeam(team)
            }
            Ok(team) => Target::Other(team, None),
            Err(why) => return Ok(Err(why)),
        },
    }))
}
