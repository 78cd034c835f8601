//! What is usual for an identity: learnt from each use, and what is not usual said of it.

use jiff::SignedDuration;

use crate::domain::{Timestamp, Whence};
use crate::policy::Policy;
use crate::register::{Change, Record};
use crate::rules::{new_place, unusual_rate};

/// How long an identity must have been watched before anything is unusual.
pub(super) const LEARNING: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Takes one use into what is known of an identity, and says what is unusual about it.
pub fn learn(policy: &Policy, record: &mut Record, at: Timestamp, whence: &Whence) -> Vec<Change> {
    let habits = &mut record.habits;
    let strays = new_place::strays(policy, habits, whence, at);
    habits.place(whence, at);
    let uses = habits.count(at);
    let bursts = unusual_rate::bursts(policy, habits, uses, at);
    if bursts.is_some() {
        habits.told = Some((at, uses));
    }
    strays.into_iter().chain(bursts).collect()
}
