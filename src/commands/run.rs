//! One command of one person: who they are, what they may do, what comes of it.

use crate::commands::command::Command;
use crate::commands::eligible::Hearing;
use crate::commands::known::{Known, Terms, Wanting};
use crate::commands::people::Talk;
use crate::commands::{assigned, disown, except, explain, help, own, retire, wrong};
use crate::domain::{
    Act, Actor, Case, Cause, Deed, Evidence, IdentityKey, Order, Place, Reaction, Spoken,
    Timestamp, Visibility,
};
use crate::register::{Record, Slice};

/// A command with who said it, where and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Speech {
    /// What was said.
    pub command: Command,
    /// The event's sender: the only one whose words these are.
    pub speaker: Actor,
    /// The place of the words among the acts on an identity.
    pub order: Order,
    /// Where they can be read.
    pub evidence: Evidence,
    /// When they were written.
    pub written: Timestamp,
    /// Where they stand: a button says more than words.
    pub on: Spoken,
}

/// What comes of a command.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// Acts to add, each on its identity.
    pub acts: Vec<(IdentityKey, Act)>,
    /// The reaction to the comment.
    pub reaction: Reaction,
    /// What to answer, safe to post; `None` when the reaction says enough.
    pub text: Option<String>,
    /// Strangers and machines get neither answer nor reaction: then nothing else counts.
    pub silent: bool,
}

/// What is said in a repository that everybody can read.
const IN_PUBLIC: &str =
    "Everybody can read this repository, so the answer stands only on Beholden's page.";

/// What is said about an issue that lists no identity.
const NOTHING_TO_OWN: &str =
    "Nothing is listed here that somebody could answer for. This issue only tells of something.";

/// What is said of the digest to somebody who names nothing of it, and for whom nothing waits.
const NOTHING_CLAIMED: &str = "Nothing in this list waits for you by name. Say what you mean as the list writes it, several \
     with spaces between: `/own deploy_key/4711 because the release job pushes with it`.";

/// Judges one command.
///
/// # Errors
/// When something has to be read or loaded first; then it is asked again with more.
pub fn run(
    speech: &Speech,
    case: &Case,
    slice: &Slice,
    known: &Known,
    terms: &Terms<'_>,
) -> Result<Reply, Wanting> {
    let talk = Talk { speech, case, slice, known, terms };
    match talk.hearing(&talk.all_records()?)? {
        Hearing::Silent => return Ok(Reply::silent()),
        Hearing::Refused(why) => return talk.discreet(Reply::refused(why)),
        Hearing::Heard => {}
    }
    if case.is_notice() && speech.command != Command::Help {
        let why = if case.cause == Cause::Baseline { NOTHING_CLAIMED } else { NOTHING_TO_OWN };
        return talk.discreet(Reply::refused(why.to_owned()));
    }
    let reply = match &speech.command {
        Command::Own { picks, words } => own::run(&talk, picks, words),
        Command::Disown { picks } => disown::run(&talk, picks),
        Command::Except { picks, until, because } => except::run(&talk, picks, *until, because),
        Command::Retire { picks, because } => retire::run(&talk, picks, because.as_ref()),
        Command::Wrong { picks, because } => wrong::run(&talk, picks, because),
        Command::Explain { picks } => explain::run(&talk, picks),
        Command::Help => return Ok(help::run()),
        Command::Assigned { assignee } => assigned::run(&talk, assignee),
    }?;
    talk.discreet(reply)
}

impl Talk<'_> {
    /// An act of the speaker on an identity.
    pub(super) fn act(&self, record: &Record, deed: Deed) -> (IdentityKey, Act) {
        let Speech { speaker, order, evidence, .. } = self.speech;
        let act = Act { order: *order, by: speaker.clone(), deed, evidence: evidence.clone() };
        (record.identity.key.clone(), act)
    }

    /// The reply as it may stand in the case's repository.
    fn discreet(&self, reply: Reply) -> Result<Reply, Wanting> {
        let Place::Repo { repo } = &self.case.place else { return Ok(reply) };
        // What a pull request grants stands in its files: who reads the answer can read them.
        if self.case.pull().is_some() {
            return Ok(reply);
        }
        let private = self.slice.repo(*repo)?.is_some_and(|repo| {
            matches!(repo.visibility, Visibility::Private | Visibility::Internal)
        });
        let text = if private { reply.text } else { reply.text.map(|_| IN_PUBLIC.to_owned()) };
        Ok(Reply { text, ..reply })
    }
}

impl Reply {
    /// Nothing at all.
    pub(super) fn silent() -> Self {
        Self { acts: Vec::new(), reaction: Reaction::Seen, text: None, silent: true }
    }

    /// A refusal with its reason.
    pub(super) fn refused(why: String) -> Self {
        Self { acts: Vec::new(), reaction: Reaction::Confused, text: Some(why), silent: false }
    }

    /// An answer that changes nothing.
    pub(super) fn told(text: String) -> Self {
        Self { acts: Vec::new(), reaction: Reaction::Seen, text: Some(text), silent: false }
    }

    /// Something was taken down that does not count yet.
    pub(super) fn told_with(acts: Vec<(IdentityKey, Act)>, text: String) -> Self {
        Self { acts, reaction: Reaction::Seen, text: Some(text), silent: false }
    }

    /// Something was done.
    pub(super) fn done(acts: Vec<(IdentityKey, Act)>, text: String) -> Self {
        Self { acts, reaction: Reaction::Done, text: Some(text), silent: false }
    }
}
