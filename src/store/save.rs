//! Saving what a Turn decided: whole or not at all, and only if nobody saved since it read.
//!
//! A save is data: its first step raises the organisation's counter, the next demand the lease and
//! the deliveries, the rest is rows. One transaction touches at most two hundred identities, or as
//! many rows as they make; what a larger cause leaves over is written in the same transaction as
//! parts to be applied, and [`Store::begin`] applies them before anybody decides again. Until
//! then pages show a part of the cause.

use crate::domain::{
    Alert, Effect, Entity, Force, OrgId, RepoId, Surface, SurfaceKey, Timestamp, hash_of,
};
use crate::register::Delta;
use crate::store::callers::call_row;
use crate::store::lanes::{hold, wake};
use crate::store::pulls::pull_row;
use crate::store::references::{pointer_row, taken_row};
use crate::store::sight::sight_row;
use crate::store::sql::Statement;
use crate::store::turn::pack;
use crate::store::upstream::{new_pins, news_pins, pin_row, source_row};
use crate::store::value::{Step, Value, Written, in_lists, json, row};
use crate::store::vendors::vendor_row;
use crate::store::{
    AlertRow, Lane, Lease, OrgUpdate, PlaceSave, Store, StoreError, Turn, rows, sql,
};

/// Rows of one transaction: about those of two hundred identities, five milliseconds of the writer.
const ROWS: usize = 1_200;
/// Identities of one transaction.
const IDENTITIES: usize = 200;

/// How soon a place is listed that is said to look different: a burst is one listing.
const SOON: jiff::SignedDuration = jiff::SignedDuration::from_secs(30);

/// What a Turn decided.
#[derive(Clone, Debug, Default)]
pub struct Save {
    /// What changes in the register.
    pub delta: Delta,
    /// The deliveries that it answers, by GUID. Each must still wait.
    pub closed: Vec<(String, Outcome)>,
    /// The objects that were read, with the generation that was noted before.
    pub cleared: Vec<(Entity, i64)>,
    /// Surfaces of ours that a webhook told to exist, with their number on GitHub: the issue's
    /// number for an issue, the comment's for a reply.
    pub receipts: Vec<(SurfaceKey, i64)>,
    /// What was learnt about the organisation itself.
    pub org: Option<OrgUpdate>,
    /// What the operator must be told.
    pub alerts: Vec<Alert>,
    /// A place that was read, and what that changes about places.
    pub place: Option<PlaceSave>,
    /// Places to be listed soon: a repository, or `None` for the organisation itself.
    pub hasten: Vec<Option<RepoId>>,
    /// What was put aside is tried once more.
    pub resume: bool,
    /// The lease under which this was decided. Must still be held.
    pub lease: Option<Lease>,
}

/// What becomes of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Decided.
    Done {
        /// Whether the body stays until its time is over. A comment without a command does not.
        keep_body: bool,
    },
    /// It says nothing that anybody reads.
    Ignored {
        /// As for `Done`.
        keep_body: bool,
    },
    /// Put aside until somebody looks.
    Parked {
        /// Why, as a sentence.
        why: String,
    },
    /// Not now.
    Deferred {
        /// When again.
        until: Timestamp,
        /// Why, as a sentence.
        why: String,
    },
}

/// What became of a save.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// All of it stands; if the power fails in the next moments, it is decided again.
    Done,
    /// Somebody saved since, or closed one of the deliveries: nothing is written. Read again what
    /// waits, begin again, decide again.
    Stale,
    /// The lease is somebody else's: nothing is written. Let go.
    LeaseLost,
}

/// Rows that belong together, gathered by statement in the order in which statements came.
#[derive(Default)]
struct Part {
    steps: Vec<Step>,
    rows: usize,
    identities: usize,
}

impl Store {
    /// Saves what a Turn decided.
    pub async fn save(&self, turn: &Turn, save: &Save) -> Result<Saved, StoreError> {
        let org = turn.org.org;
        let mut parts = self.parts(turn, save).await?;
        let rest = parts.split_off(1);
        let first = parts.pop().unwrap_or_default();

        let bump = row![org, turn.seq, turn.now, rest.len()];
        let mut steps = vec![Step::one(sql::BUMP, bump).must(1)];
        let lease_at = steps.len();
        steps.extend(save.lease.as_ref().map(hold));
        let has_lease = steps.len() > lease_at;
        // Lanes before rows, as the outbox does: two writes do not wait for each other.
        steps.extend(wakes(org, save, turn.now, !rest.is_empty()));
        steps.extend(close(&save.closed, turn.now));
        if let Some(update) = &save.org {
            steps.extend(update.steps(org));
        }
        for (entity, generation) in &save.cleared {
            steps.push(Step::one(sql::CLEAR, row![org, entity.key(), *generation]));
        }
        if save.resume {
            steps.push(Step::one(sql::RESUME_REFRESHES, row![org, turn.now]));
            steps.push(Step::one(sql::RESUME_EFFECTS, row![org, turn.now]));
        }
        let soon = turn.now + SOON;
        for place in &save.hasten {
            let place = place.map_or(0, |repo| repo.0);
            steps.push(Step::one(sql::HASTEN_PLACE, row![org, place, soon]));
        }
        steps.extend(first.steps);
        for (key, remote) in &save.receipts {
            steps.push(Step::one(sql::RECEIPT, row![org, key, *remote]));
            steps.push(Step::one(sql::NUMBER_CASE, row![org, key, *remote]));
        }
        steps.extend(rest.iter().enumerate().map(|(n, part)| {
            Step::one(sql::CONTINUE, row![org, turn.seq + 1, n, pack(&part.steps)])
        }));

        match self.database.write_soon(steps).await? {
            Written::Missed(at) if has_lease && at == lease_at => return Ok(Saved::LeaseLost),
            Written::Missed(_) => return Ok(Saved::Stale),
            Written::Done(_) => {}
        }
        if !rest.is_empty() {
            // It is saved, whatever happens now; whoever begins next applies what is left.
            let _ = self.caught_up(org).await;
        }
        Ok(Saved::Done)
    }

    /// The rows of the delta, in parts that each fit into one transaction. At least one.
    async fn parts(&self, turn: &Turn, save: &Save) -> Result<Vec<Part>, StoreError> {
        let (org, seq, delta) = (turn.org.org, turn.seq + 1, &save.delta);
        let mut parts = vec![Part::default()];
        for record in &delta.records {
            let (links, mark) = rows::links(record);
            let part = room(&mut parts);
            part.identities += 1;
            part.add(sql::PUT_IDENTITY, rows::identity(org, record));
            for (kind, target) in links {
                let key = &record.identity.key;
                part.add(sql::PUT_LINK, row![org, kind, target, key, mark.as_str()]);
            }
            part.add(sql::DROP_LINKS, row![org, &record.identity.key, mark]);
            part.add(sql::PUT_VENDOR_WORDS, vendor_row(org, record));
        }
        let mut add = |statement, args| room(&mut parts).add(statement, args);
        for repo in &delta.repos {
            add(sql::PUT_REPO, rows::repo(org, repo));
        }
        for team in &delta.teams {
            add(sql::PUT_TEAM, rows::team(org, team));
        }
        for (person, as_of) in &delta.people {
            add(sql::PUT_PERSON, rows::person(org, person, *as_of));
        }
        for case in &delta.cases {
            add(sql::PUT_CASE, rows::case(org, case));
        }
        for finding in &delta.findings {
            add(sql::PUT_FINDING, rows::finding(org, finding));
        }
        for gap in &delta.gaps {
            add(sql::PUT_GAP, row![org, &gap.what, &gap.why, gap.since]);
        }
        for what in &delta.seen_again {
            add(sql::CLOSE_GAP, row![org, what]);
        }
        for pull in &delta.pulls {
            add(sql::PUT_PULL, pull_row(org, pull));
        }
        for (repo, branch, head) in &delta.branches {
            add(sql::PUT_BRANCH, row![org, *repo, branch.raw(), head.as_str()]);
        }
        for (caller, calls) in &delta.calls {
            add(sql::DROP_CALLS, row![org, *caller]);
            for called in calls {
                add(sql::PUT_CALL, call_row(org, *caller, called));
            }
        }
        for (repo, taken, came) in &delta.taken {
            news_pins(org, *repo, taken, *came).into_iter().for_each(|pin| add(sql::NEWS_PIN, pin));
        }
        for (repo, taken, came) in &delta.taken {
            add(sql::DROP_TAKEN, row![org, *repo]);
            for taken in taken {
                add(sql::PUT_TAKEN, taken_row(org, *repo, taken));
            }
            for pin in new_pins(org, taken, *came) {
                add(sql::NEW_PIN, pin);
            }
        }
        for (repo, commit, pinned) in &delta.pins {
            match pinned {
                Some(pinned) => add(sql::PUT_PIN, pin_row(org, pinned)),
                None => add(sql::DROP_PIN, row![org, repo.as_str(), commit.as_str()]),
            }
        }
        for (repo, source) in &delta.sources {
            match source {
                Some(source) => add(sql::PUT_SOURCE, source_row(org, source)),
                None => add(sql::DROP_SOURCE, row![org, repo.as_str()]),
            }
        }
        for pointer in &delta.pointers {
            add(sql::PUT_POINTER, pointer_row(org, pointer));
        }
        for (n, surface) in delta.surfaces.iter().enumerate() {
            add(sql::PUT_SURFACE, surface_row(turn, n, surface));
        }
        for (key, (entity, hints)) in self.merged(org, &delta.hints).await? {
            let args = row![org, key, seq, turn.now, 0_i64, json(&entity), json(&hints)];
            add(sql::REFRESH, args);
        }
        if let Some(sight) = &delta.sight {
            add(sql::PUT_SIGHT, sight_row(org, sight));
        }
        for (person, answered) in &delta.answered {
            add(sql::PUT_ANSWERED, row![org, *person, json(answered)]);
        }
        for (statement, args) in save.place.iter().flat_map(|place| place.rows(org, turn.now)) {
            add(statement, args);
        }
        for (n, alert) in save.alerts.iter().enumerate() {
            let body = alert.json(&AlertRow::id(org, seq, n), org, turn.org.login.as_ref());
            add(sql::PUT_ALERT, row![org, seq, n, turn.now, body, turn.now]);
        }
        for (n, entry) in delta.timeline.iter().enumerate() {
            add(sql::PUT_ENTRY, rows::entry(org, seq, n, entry));
        }
        Ok(parts)
    }
}

impl Part {
    fn add(&mut self, statement: Statement, args: Vec<Value>) {
        self.rows += 1;
        match self.steps.iter_mut().find(|step| step.statement.name == statement.name) {
            Some(step) => step.rows.push(args),
            None => self.steps.push(Step::one(statement, args)),
        }
    }
}

/// The part that takes the next rows: the last one, or a new one when that is full.
fn room(parts: &mut Vec<Part>) -> &mut Part {
    if parts.last().is_none_or(|part| part.rows >= ROWS || part.identities >= IDENTITIES) {
        parts.push(Part::default());
    }
    parts.last_mut().expect("one was just made")
}

/// The steps that close, park or defer deliveries. Each must still wait.
fn close(closed: &[(String, Outcome)], now: Timestamp) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut dropped = Vec::new();
    for state in ["done", "ignored"] {
        let guids: Vec<&str> = closed
            .iter()
            .filter_map(|(guid, outcome)| match outcome {
                Outcome::Done { keep_body } if state == "done" => Some((guid, keep_body)),
                Outcome::Ignored { keep_body } if state == "ignored" => Some((guid, keep_body)),
                _ => None,
            })
            .map(|(guid, keep)| {
                if !keep {
                    dropped.push(guid.as_str());
                }
                guid.as_str()
            })
            .collect();
        if !guids.is_empty() {
            let must = guids.len() as u64;
            steps.push(Step::many(sql::CLOSE, in_lists(row![state, now], guids)).must(must));
        }
    }
    for (guid, outcome) in closed {
        let step = match outcome {
            Outcome::Parked { why } => Step::one(sql::PARK, row![guid, now, why]),
            Outcome::Deferred { until, why } => Step::one(sql::DEFER, row![guid, *until, why]),
            Outcome::Done { .. } | Outcome::Ignored { .. } => continue,
        };
        steps.push(step.must(1));
    }
    if !dropped.is_empty() {
        steps.push(Step::many(sql::DROP_BODIES, in_lists(row![], dropped.iter().copied())));
        steps.push(Step::many(sql::NOTE_DROPPED, in_lists(row![], dropped)));
    }
    steps
}

/// The lanes that have something to do now, in one order everywhere.
fn wakes(org: OrgId, save: &Save, now: Timestamp, left_over: bool) -> Vec<Step> {
    let deferred = save.closed.iter().filter_map(|(_, outcome)| match outcome {
        Outcome::Deferred { until, .. } => Some(*until),
        _ => None,
    });
    let inbox = deferred.chain(left_over.then_some(now)).min();
    let outbox = save.resume || !save.delta.surfaces.is_empty() || !save.receipts.is_empty();
    let refresh = save.resume || !save.delta.hints.is_empty();
    [
        inbox.map(|due| wake(org, Lane::Inbox, due)),
        outbox.then(|| wake(org, Lane::Outbox, now)),
        refresh.then(|| wake(org, Lane::Refresh, now)),
        (!save.alerts.is_empty()).then(|| wake(org, Lane::Alert, now)),
        (!save.hasten.is_empty()).then(|| wake(org, Lane::Sync, now + SOON)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn surface_row(turn: &Turn, n: usize, surface: &Surface) -> Vec<Value> {
    let kind = match surface.effect {
        Effect::Issue { .. } => "issue",
        Effect::Reply { .. } => "reply",
        Effect::Check(_) => "check",
        Effect::Review(_) => "review",
        Effect::ThreadReply { .. } => "thread_reply",
        Effect::React { .. } => "react",
    };
    let force: i64 = match surface.force {
        Force::No => 0,
        Force::Reapply => 1,
        Force::Recreate => 2,
    };
    row![
        turn.org.org,
        &surface.key,
        kind,
        &surface.case,
        surface.repo,
        json(&surface.effect),
        hash_of(&surface.effect),
        turn.now,
        turn.seq + 1,
        n,
        turn.now,
        force,
    ]
}
