//! Words that only the rules about workflows use.

use crate::domain::Foreign;
use crate::power::{Crowd, Granted, Pin, Power, Trigger};
use crate::rules::files::phrase::crowd;
use crate::words::{shown, upper};

/// Who can set a job in motion, as the beginning of a sentence: "People who may push can set off
/// the job `release`,".
pub(super) fn set_off(job: &Granted) -> String {
    let who = upper(&crowd(&job.power));
    format!("{who} can set off the job {},", shown(&job.subject.name))
}

/// A file's name without its folder, as it may stand in a sentence.
pub(super) fn file(path: &Foreign) -> String {
    let name = path.raw().rsplit('/').next().unwrap_or(path.raw());
    shown(&name.into())
}

/// Who gets code in by a pull request from a fork.
pub(super) fn forks(power: &Power) -> &'static str {
    let fork = power.triggers.get(&Trigger::new(Trigger::FORK)).map(|crowd| crowd.most());
    match fork {
        Some(Crowd::Approved) => {
            "anyone who opens a pull request from a fork, once a person approved the run,"
        }
        Some(Crowd::Readers) => "anyone who can read the repository and fork it",
        _ => "anyone who opens a pull request from a fork, newcomers after a first approval,",
    }
}

/// What code is held to, as the end of "is held to …".
pub(super) fn loose(pin: Pin) -> &'static str {
    match pin {
        Pin::Tag => "a tag, which its owner can move",
        Pin::Floating => "whatever is newest",
        Pin::Exact | Pin::Version => "a fixed version",
    }
}

/// A further part of a sentence, after a comma; nothing for nothing.
pub(super) fn comma(part: Option<String>) -> String {
    part.map(|text| format!(", {text}")).unwrap_or_default()
}
