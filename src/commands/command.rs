//! What can be said to us, as data, and the table of it that `/help` shows.

use jiff::civil::Date;

use crate::commands::{disown, except, explain, help, own, retire, wrong};
use crate::domain::{Actor, Foreign, IdentityKey, Login, TeamSlug};

/// The most commands that are read from one comment.
pub const MOST_COMMANDS: usize = 10;

/// Every command, in the order of `/help`.
pub const COMMANDS: &[CommandSpec] =
    &[own::SPEC, disown::SPEC, except::SPEC, retire::SPEC, wrong::SPEC, explain::SPEC, help::SPEC];

/// One command as people see it.
#[derive(Clone, Copy, Debug)]
pub struct CommandSpec {
    /// The word after the slash.
    pub verb: &'static str,
    /// How it is written.
    pub usage: &'static str,
    /// What it does, in one sentence.
    pub help: &'static str,
    /// One that works.
    pub example: &'static str,
    /// Reads what stands after the verb. An error is a sentence that says what was wrong.
    pub(super) read: fn(&str) -> Result<Command, String>,
}

/// Something that a person asks us to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Take responsibility, or propose somebody.
    Own {
        /// Which identities; none named means every row that still waits.
        picks: Vec<Pick>,
        /// Everything else that was said.
        words: OwnWords,
    },
    /// Step down.
    Disown {
        /// Which identities; none named means every one that the speaker answers for.
        picks: Vec<Pick>,
    },
    /// Leave as it is until a date.
    Except {
        /// Which identities; may stay empty only in a case with one row.
        picks: Vec<Pick>,
        /// Until when.
        until: Until,
        /// Why.
        because: Foreign,
    },
    /// Declare out of use.
    Retire {
        /// Which identities; may stay empty only in a case with one row.
        picks: Vec<Pick>,
        /// Why.
        because: Option<Foreign>,
    },
    /// Say that a finding is mistaken.
    Wrong {
        /// Which identities; may stay empty only in a case with one row.
        picks: Vec<Pick>,
        /// Why.
        because: Foreign,
    },
    /// Ask what the register holds.
    Explain {
        /// Which identities; none named means all.
        picks: Vec<Pick>,
    },
    /// Ask what can be said.
    Help,
    /// The issue was assigned to somebody. Never written; GitHub's event says it.
    Assigned {
        /// Who was assigned.
        assignee: Actor,
    },
}

/// What `/own` says besides which identities.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnWords {
    /// Who is named; `None` means the speaker.
    pub owner: Option<Somebody>,
    /// Who steps in.
    pub backup: Option<Somebody>,
    /// Until when.
    pub until: Option<Until>,
    /// The issue or pull request that the access is for.
    pub task: Option<i64>,
    /// Why.
    pub because: Option<Foreign>,
}

/// One way to name identities of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pick {
    /// `deploy_key/4711`.
    Key(IdentityKey),
    /// `2`, or `1-3`: rows of the case, counted from 1, ends included.
    Rows(usize, usize),
    /// `all`.
    All,
}

/// Somebody with an `@` before them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Somebody {
    /// `@octocat`.
    Person(Login),
    /// `@acme/platform`.
    Team {
        /// The organisation named.
        org: Login,
        /// The team named.
        slug: TeamSlug,
    },
}

/// An end, as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// `2027-03-31`: to the end of that day.
    Day(Date),
    /// `30d`: so many days after the words were written.
    Days(i32),
    /// `6w`.
    Weeks(i32),
    /// `3m`.
    Months(i32),
}

/// A command of ours that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// The command that was meant, as its word after the slash.
    pub verb: &'static str,
    /// What was wrong, as a sentence that may be posted.
    pub why: String,
    /// One that works.
    pub example: &'static str,
}

impl Command {
    /// The identities that it names; `None` for one that is about none.
    pub fn picks(&self) -> Option<&[Pick]> {
        match self {
            Self::Own { picks, .. }
            | Self::Disown { picks }
            | Self::Retire { picks, .. }
            | Self::Wrong { picks, .. }
            | Self::Except { picks, .. }
            | Self::Explain { picks } => Some(picks),
            Self::Help | Self::Assigned { .. } => None,
        }
    }

    /// The same, about these rows when it names none: words in a thread are about what the thread
    /// stands on.
    #[must_use]
    pub fn about(mut self, here: &[Pick]) -> Self {
        match &mut self {
            Self::Own { picks, .. }
            | Self::Disown { picks }
            | Self::Except { picks, .. }
            | Self::Retire { picks, .. }
            | Self::Wrong { picks, .. }
            | Self::Explain { picks } => {
                if picks.is_empty() {
                    picks.extend_from_slice(here);
                }
            }
            Self::Help | Self::Assigned { .. } => {}
        }
        self
    }
}

impl Misread {
    /// The refusal as it may be posted.
    pub fn reply(&self) -> String {
        let Self { verb, why, example } = self;
        format!("I could not read this `/{verb}`. {why}\nFor example: `{example}`")
    }
}
