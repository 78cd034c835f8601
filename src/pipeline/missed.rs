//! Missed deliveries: GitHub does not send again by itself what we did not take. It keeps a log of
//! three days, and sends again what is asked for. What the inbox does not hold is asked for.
//!
//! Source: "Handling failed webhook deliveries", "List deliveries for an app webhook".

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::SignedDuration;

use crate::domain::Timestamp;
use crate::github::DeliveryAttempt;
use crate::pipeline::{Engine, Fault};
use crate::store::{Lane, Missed, MissedState};

/// How often the log is looked at, by all processes together.
const EVERY: Duration = Duration::from_secs(300);

/// What was tried so short a time ago may still be on its way.
const FRESH: SignedDuration = SignedDuration::from_mins(2);

/// How far back what was looked at is looked at again: what was fresh then, and attempts that the
/// log shows late.
const OVERLAP: SignedDuration = SignedDuration::from_mins(30);

/// How long GitHub keeps its log, by its own word. Another of its pages says seven days.
const KEPT: SignedDuration = SignedDuration::from_hours(3 * 24);

/// The most pages of one look, 100 attempts each. Newest first.
const PAGES: usize = 200;

/// The most deliveries that are asked for in one look: GitHub sends them all at once.
const MOST: usize = 100;

/// How often one delivery is asked for before it counts as lost.
const TIMES: u32 = 5;

/// What came of one look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// How many deliveries were asked for again.
    pub asked: usize,
    /// How many of those that were asked for have arrived.
    pub arrived: usize,
    /// How many are given up.
    pub lost: usize,
}

/// What the log shows of one delivery.
struct Logged<'a> {
    first: &'a DeliveryAttempt,
    newest: &'a DeliveryAttempt,
}

/// What is to be done about a delivery that is not held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// Nothing any more.
    Done,
    /// Nothing yet.
    Wait,
    /// Ask for it.
    Ask,
    /// It was asked for often enough.
    Lost,
}

impl Engine {
    /// Looks at GitHub's log of deliveries, if no process has of late, and asks for what the inbox
    /// does not hold. `None` when it was not our turn or GitHub did not answer.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn look_for_missed(&self) -> Result<Option<Looked>, Fault> {
        let now = self.clock().now();
        let Some(through) = self.store().take_log(now, EVERY).await? else { return Ok(None) };
        let back_to = through.saturating_sub(OVERLAP).unwrap_or(Timestamp::MIN);
        let (attempts, reached) = match self.log_back_to(back_to).await {
            Ok(read) => read,
            Err(failure) => {
                tracing::warn!(%failure, "GitHub's log of deliveries cannot be read");
                return Ok(None);
            }
        };
        let logged = by_guid(&attempts);
        let held = self.store().held(logged.keys().copied()).await?;
        let known = self.store().missed(logged.keys().copied()).await?;
        let (mut looked, mut notes) = (Looked::default(), Vec::new());
        let mut through_now = now.saturating_sub(FRESH).unwrap_or(through).max(through);
        for (guid, delivery) in &logged {
            let note = known.get(*guid);
            if held.contains(*guid) {
                if let Some(note) = note.filter(|note| note.state != MissedState::Arrived) {
                    looked.arrived += 1;
                    notes.push(Missed { state: MissedState::Arrived, ..note.clone() });
                }
                continue;
            }
            match verdict(delivery, note, now) {
                Verdict::Ask if looked.asked < MOST => {
                    match self.github().redeliver(delivery.newest.id).await {
                        Ok(()) => looked.asked += 1,
                        Err(failure) => {
                            tracing::warn!(%failure, guid, "a delivery cannot be asked for");
                            through_now = through_now.min(delivery.first.delivered_at);
                            continue;
                        }
                    }
                    notes.push(asked(delivery, note, now));
                }
                // Too many at once: the next look goes back to them.
                Verdict::Ask => through_now = through_now.min(delivery.first.delivered_at),
                Verdict::Done => {}
                // Until it comes or is lost, each look goes back to it.
                Verdict::Wait => through_now = through_now.min(delivery.first.delivered_at),
                Verdict::Lost => {
                    looked.lost += 1;
                    tracing::error!(guid, event = delivery.newest.event, "a delivery is lost");
                    notes.extend(
                        note.map(|note| Missed { state: MissedState::Lost, ..note.clone() }),
                    );
                }
            }
        }
        let unread = unread(through, &attempts, reached, now);
        if let Some((since, until)) = unread {
            tracing::error!(%since, %until, "GitHub's log does not reach back to what was missed");
            self.look_at_everything().await?;
        }
        self.store().note_missed(&notes, through_now, unread).await?;
        for (outcome, count) in
            [("asked", looked.asked), ("arrived", looked.arrived), ("lost", looked.lost)]
        {
            metrics::counter!("beholden_missed_total", "outcome" => outcome)
                .increment(count as u64);
        }
        Ok(Some(looked))
    }

    /// The attempts back to a moment, newest first, and whether the log was read that far or to
    /// its end.
    async fn log_back_to(
        &self,
        back_to: Timestamp,
    ) -> Result<(Vec<DeliveryAttempt>, bool), crate::github::Failure> {
        let (mut attempts, mut cursor) = (Vec::new(), None);
        for _ in 0..PAGES {
            let (page, next) = self.github().deliveries(cursor.as_deref(), None).await?;
            let older = page.iter().any(|attempt| attempt.delivered_at < back_to);
            attempts.extend(page.into_iter().map(|mut attempt| {
                attempt.guid.make_ascii_lowercase();
                attempt
            }));
            if older || next.is_none() {
                return Ok((attempts, true));
            }
            cursor = next;
        }
        Ok((attempts, false))
    }

    /// What happened in a stretch that cannot be heard of any more can still be read.
    async fn look_at_everything(&self) -> Result<(), Fault> {
        self.inner.swept.lock().expect("no panic holds this lock").clear();
        for org in self.store().orgs().await? {
            let now = self.clock().now();
            self.store().hasten(org.org, now).await?;
            self.store().wake(org.org, Lane::Sync, now).await?;
            self.store().wake(org.org, Lane::Calendar, now).await?;
        }
        Ok(())
    }
}

fn by_guid(attempts: &[DeliveryAttempt]) -> BTreeMap<&str, Logged<'_>> {
    let mut logged: BTreeMap<&str, Logged<'_>> = BTreeMap::new();
    for attempt in attempts {
        let one = logged
            .entry(attempt.guid.as_str())
            .or_insert(Logged { first: attempt, newest: attempt });
        if attempt.delivered_at < one.first.delivered_at {
            one.first = attempt;
        }
        if attempt.delivered_at > one.newest.delivered_at {
            one.newest = attempt;
        }
    }
    logged
}

/// Whether a delivery that is not held is asked for now. What GitHub calls `OK` is as well: another
/// server may have taken it, or this one lost its disk.
fn verdict(delivery: &Logged<'_>, note: Option<&Missed>, now: Timestamp) -> Verdict {
    let asked = note.map_or(0, |note| note.asked);
    if note.is_some_and(|note| note.state == MissedState::Lost) {
        return Verdict::Done;
    }
    // Twice as long each time: whatever refused it may need hours.
    let wait = FRESH * i32::try_from(1_u32 << asked.min(TIMES)).unwrap_or(i32::MAX);
    let last = note.map_or(delivery.newest.delivered_at, |note| note.asked_at);
    match now.duration_since(last.max(delivery.newest.delivered_at)) {
        since if since < wait => Verdict::Wait,
        _ if asked >= TIMES => Verdict::Lost,
        _ => Verdict::Ask,
    }
}

fn asked(delivery: &Logged<'_>, note: Option<&Missed>, now: Timestamp) -> Missed {
    Missed {
        guid: delivery.newest.guid.clone(),
        event: delivery.newest.event.clone(),
        installation: delivery.newest.installation_id,
        first: note.map_or(delivery.first.delivered_at, |note| note.first),
        asked: note.map_or(0, |note| note.asked) + 1,
        asked_at: now,
        state: MissedState::Asked,
    }
}

/// The stretch between the moment up to which the log was read before, and what can be read of it now.
fn unread(
    through: Timestamp,
    attempts: &[DeliveryAttempt],
    reached: bool,
    now: Timestamp,
) -> Option<(Timestamp, Timestamp)> {
    let oldest = attempts.iter().map(|attempt| attempt.delivered_at).min();
    if !reached {
        // There is more than is read, and what was not read is older than what was.
        return oldest.filter(|oldest| *oldest > through).map(|oldest| (through, oldest));
    }
    let kept = now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN);
    // What is missing in the log since GitHub keeps it was never sent.
    let known = oldest.map_or(kept, |oldest| oldest.min(kept));
    let read_before = through > Timestamp::UNIX_EPOCH;
    (read_before && through < known).then_some((through, known))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + minutes * 60).unwrap()
    }

    fn attempt(guid: &str, minutes: i64) -> DeliveryAttempt {
        DeliveryAttempt {
            id: minutes,
            guid: guid.to_owned(),
            delivered_at: at(minutes),
            redelivery: false,
            status: "Service Unavailable".to_owned(),
            status_code: 503,
            event: "deploy_key".to_owned(),
            action: None,
            installation_id: None,
        }
    }

    #[test]
    fn what_is_not_held_is_asked_for_less_and_less_often_and_then_given_up() {
        let attempts = [attempt("a", 0)];
        let logged = by_guid(&attempts);
        let delivery = &logged["a"];
        let mut note: Option<Missed> = None;
        let mut asked_at = Vec::new();
        for minute in 0..300 {
            match verdict(delivery, note.as_ref(), at(minute)) {
                Verdict::Ask => {
                    asked_at.push(minute);
                    note = Some(asked(delivery, note.as_ref(), at(minute)));
                }
                Verdict::Lost => {
                    asked_at.push(-minute);
                    note = note.map(|note| Missed { state: MissedState::Lost, ..note });
                }
                Verdict::Wait => assert!(asked_at.len() < 6, "it is lost"),
                Verdict::Done => assert_eq!(asked_at.len(), 6),
            }
        }
        assert_eq!(asked_at, [2, 6, 14, 30, 62, -126]);
    }

    #[test]
    fn the_newest_attempt_is_asked_for_and_the_first_one_dates_it() {
        let attempts = [attempt("a", 9), attempt("b", 8), attempt("a", 3)];
        let logged = by_guid(&attempts);
        assert_eq!((logged["a"].newest.id, logged["a"].first.id), (9, 3));
        assert_eq!(asked(&logged["a"], None, at(12)).first, at(3));
    }

    #[test]
    fn what_the_log_does_not_reach_back_to_is_a_stretch_that_is_named() {
        let day = 24 * 60;
        let attempts = [attempt("a", 50), attempt("b", 40)];
        let unread = |through, attempts: &[_], reached, now| {
            super::unread(through, attempts, reached, at(now))
        };
        assert_eq!(unread(at(45), &attempts, true, 60), None, "it reaches further back");
        assert_eq!(unread(at(10), &attempts, true, 60), None, "nothing was sent between");
        let quiet = unread(at(10), &[], true, 3 * day);
        assert_eq!(quiet, None, "nothing was sent at all");
        let away = unread(at(10), &[], true, 5 * day);
        assert_eq!(away, Some((at(10), at(2 * day))), "an empty log says nothing of before");
        let busy = [attempt("a", 5 * day - 1)];
        let away = unread(at(10), &busy, true, 5 * day);
        assert_eq!(away, Some((at(10), at(2 * day))), "and one of today neither");
        let longer = [attempt("a", day)];
        let away = unread(at(10), &longer, true, 5 * day);
        assert_eq!(away, Some((at(10), at(day))), "one that is kept longer reaches further back");
        let first = Timestamp::UNIX_EPOCH;
        assert_eq!(unread(first, &attempts, true, 60), None, "the first look");
        assert_eq!(unread(first, &attempts, false, 60), Some((first, at(40))), "more than we read");
    }
}
