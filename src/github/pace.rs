//! How fast we may go: decisions only, no clock and no I/O.
//!
//! GitHub bans clients that hammer on: at most 80 content-creating requests a minute and 500 an
//! hour, and a second between writes. Source: "Rate limits for the REST API" and "Best practices
//! for using the REST API".

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::Timestamp;

/// What a request costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Reads.
    Read,
    /// Changes something that exists.
    Write,
    /// Makes something new: an issue, a comment, a label, a reaction.
    Create,
}

/// Whether a request may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admit {
    /// At once.
    Now,
    /// Not before then.
    Wait(Timestamp),
}

/// How fast is fast enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Content-creating requests in any 60 seconds.
    pub creates_per_minute: u32,
    /// Content-creating requests in an hour, counted by the minute.
    pub creates_per_hour: u32,
    /// The least time between two writes.
    pub between_writes: Duration,
}

/// What is left of an hour's requests. Source: the headers `x-ratelimit-*` of every answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    /// Requests an hour.
    pub limit: i64,
    /// Requests left.
    pub remaining: i64,
    /// When all of them are there again, on our clock.
    pub reset: Timestamp,
}

/// Where one installation stands. Plain data: the store keeps it as JSON between processes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Pace {
    /// GitHub asked for silence until then.
    held_until: Option<Timestamp>,
    /// What is left of the hour.
    quota: Option<Quota>,
    /// When the last write left.
    last_write: Option<Timestamp>,
    /// Content-creating requests of the last minute: seconds since 1970, and how many.
    seconds: BTreeMap<i64, u32>,
    /// Content-creating requests of the last hour: minutes since 1970, and how many.
    minutes: BTreeMap<i64, u32>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            creates_per_minute: 80,
            creates_per_hour: 500,
            between_writes: Duration::from_secs(1),
        }
    }
}

impl Pace {
    /// Whether a request of this kind may leave at `now`. Changes nothing: see [`Pace::sent`].
    pub fn admit(&self, limits: &Limits, kind: Kind, now: Timestamp) -> Admit {
        let mut from = self.held_until.unwrap_or(now);
        if kind != Kind::Read
            && let Some(last) = self.last_write
        {
            from = from.max(last.checked_add(limits.between_writes).unwrap_or(now));
        }
        if kind == Kind::Create {
            let second = now.as_second();
            if let Some(free) = free_at(&self.seconds, second, 60, limits.creates_per_minute) {
                from = from.max(moment(free, now));
            }
            // 61 slots: an hour that begins inside a minute touches so many.
            let free = free_at(&self.minutes, second.div_euclid(60), 61, limits.creates_per_hour);
            if let Some(free) = free {
                from = from.max(moment(free.saturating_mul(60), now));
            }
        }
        if from > now { Admit::Wait(from) } else { Admit::Now }
    }

    /// Counts a request that leaves at `now`.
    pub fn sent(&mut self, kind: Kind, now: Timestamp) {
        if kind == Kind::Read {
            return;
        }
        self.last_write = self.last_write.max(Some(now));
        if kind == Kind::Create {
            let (second, minute) = (now.as_second(), now.as_second().div_euclid(60));
            *self.seconds.entry(second).or_default() += 1;
            *self.minutes.entry(minute).or_default() += 1;
            self.seconds.retain(|at, _| *at > second - 60);
            self.minutes.retain(|at, _| *at > minute - 61);
        }
    }

    /// GitHub asked for silence until then. A shorter wait never replaces a longer one.
    pub fn hold(&mut self, until: Timestamp) {
        self.held_until = self.held_until.max(Some(until));
    }

    /// Takes in what an answer says is left.
    pub fn learn(&mut self, quota: Quota) {
        self.quota = Some(quota);
    }

    /// What is left, as the newest answer said.
    pub fn quota(&self) -> Option<Quota> {
        self.quota
    }

    /// Takes in what another process has counted for the same installation.
    pub fn merge(&mut self, other: &Self) {
        let Self { held_until, quota, last_write, seconds, minutes } = other;
        self.held_until = self.held_until.max(*held_until);
        self.last_write = self.last_write.max(*last_write);
        // Of one window the lower count is the newer; of two, the later window.
        self.quota = [self.quota, *quota]
            .into_iter()
            .flatten()
            .max_by_key(|quota| (quota.reset, -quota.remaining));
        for (mine, theirs) in [(&mut self.seconds, seconds), (&mut self.minutes, minutes)] {
            for (at, count) in theirs {
                let held = mine.entry(*at).or_default();
                *held = (*held).max(*count);
            }
        }
    }
}

/// When the window of `length` slots has room again; `None` when it has room now.
fn free_at(slots: &BTreeMap<i64, u32>, now: i64, length: i64, most: u32) -> Option<i64> {
    let inside = slots.range(now - length + 1..).map(|(at, count)| (*at, *count));
    let mut held: u32 = inside.clone().map(|(_, count)| count).sum();
    for (at, count) in inside {
        if held < most {
            break;
        }
        held -= count;
        if held < most {
            return Some(at + length);
        }
    }
    (held >= most).then_some(now + length)
}

fn moment(second: i64, otherwise: Timestamp) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(otherwise)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    /// Creates as often as the pace lets it, one try a second, and returns when.
    fn creates(limits: &Limits, seconds: i64) -> Vec<i64> {
        let mut pace = Pace::default();
        let mut sent = Vec::new();
        for second in 0..seconds {
            while pace.admit(limits, Kind::Create, at(second)) == Admit::Now {
                pace.sent(Kind::Create, at(second));
                sent.push(second);
            }
        }
        sent
    }

    const FAST: Limits =
        Limits { creates_per_minute: 80, creates_per_hour: 500, between_writes: Duration::ZERO };

    #[test]
    fn no_minute_holds_more_than_eighty_and_no_hour_more_than_five_hundred() {
        let sent = creates(&FAST, 7_300);
        for start in 0..7_300 {
            let within =
                |length| sent.iter().filter(|at| (start..start + length).contains(*at)).count();
            assert!(within(60) <= 80 && within(3_600) <= 500, "from {start}");
        }
        assert!(sent.len() >= 1_000, "two hours are used: {}", sent.len());
    }

    #[test]
    fn the_wait_it_names_is_long_enough() {
        let mut pace = Pace::default();
        for _ in 0..80 {
            pace.sent(Kind::Create, at(7));
        }
        let Admit::Wait(until) = pace.admit(&FAST, Kind::Create, at(9)) else { panic!("admitted") };
        assert_eq!(until, at(67));
        assert_eq!(pace.admit(&FAST, Kind::Create, until), Admit::Now);
        assert_eq!(pace.admit(&FAST, Kind::Read, at(9)), Admit::Now, "reading is not writing");
        assert_eq!(pace.admit(&FAST, Kind::Write, at(9)), Admit::Now, "nor is changing creating");
    }

    #[test]
    fn writes_keep_a_second_apart() {
        let mut pace = Pace::default();
        pace.sent(Kind::Write, at(0));
        let limits = Limits::default();
        assert_eq!(pace.admit(&limits, Kind::Create, at(0)), Admit::Wait(at(1)));
        assert_eq!(pace.admit(&limits, Kind::Create, at(1)), Admit::Now);
    }

    #[test]
    fn silence_holds_everything_and_survives_the_store() {
        let mut pace = Pace::default();
        pace.hold(at(120));
        pace.hold(at(30));
        pace.sent(Kind::Create, at(1));
        let kept = serde_json::to_string(&pace).unwrap();
        let mut other: Pace = serde_json::from_str(&kept).unwrap();
        assert_eq!(other, pace);
        assert_eq!(other.admit(&FAST, Kind::Read, at(31)), Admit::Wait(at(120)));
        other.sent(Kind::Create, at(1));
        pace.merge(&other);
        pace.merge(&other);
        assert_eq!(pace, other, "merging twice counts once");
    }
}
