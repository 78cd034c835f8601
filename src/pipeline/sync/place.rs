//! One place: every part of it is listed, each for itself, and all that came back is decided about
//! at once, together with how well the place is seen now.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use sha2::{Digest as _, Sha256};

use crate::decide::{Input, Inventory};
use crate::domain::{
    Actor, ApiWith, Breadth, Covered, Fact, InstallationId, Login, OrgId, Part, Repo, RepoId, Seen,
    Timestamp,
};
use crate::github::{Failure, Listed, Meter, Whole};
use crate::pipeline::sync::SyncOptions;
use crate::pipeline::sync::unread::short;
use crate::pipeline::sync::who::{name_granters, name_holders, people_in};
use crate::pipeline::turn::{Turned, Work};
use crate::pipeline::{Engine, Fault};
use crate::store::{Lease, OrgRow, PlaceRow, PlaceSave};

/// What this program reads of a page. Raised when it reads more, so that pages that have not changed
/// are read once more.
const READS: u32 = 5;

/// How long a place waits after a reading that was broken off, at most.
const PATIENCE: SignedDuration = SignedDuration::from_hours(1);

/// After so many readings that were broken off, the baseline does not wait for a place any more.
const TRIES: u32 = 3;

/// The switch of an organisation that says where the coding agent may work: `all`, `selected`, `none`.
const AGENT_IN: &str = "coding_agent/coding_agent_repositories";

/// What every listing of a stretch has in common.
#[derive(Clone, Copy)]
pub(super) struct Asking<'a> {
    pub(super) org: &'a OrgRow,
    pub(super) installation: InstallationId,
    pub(super) options: &'a SyncOptions,
    /// The accounts that are members, as far as known.
    pub(super) members: &'a [Actor],
}

/// What came of listing one place.
struct Reading {
    inputs: Vec<Input>,
    covered: BTreeMap<Part, Covered>,
    /// When it makes sense to try again, if something was broken off.
    again: Option<Timestamp>,
    add: Vec<(RepoId, Option<Timestamp>)>,
    drop: Vec<RepoId>,
}

impl Engine {
    /// Lists one place and decides. `false` when the lease is lost.
    pub(super) async fn read_place(
        &self,
        with: Asking<'_>,
        lease: &Lease,
        place: PlaceRow,
    ) -> Result<bool, Fault> {
        let repo = match place.repo {
            Some(id) => match self.repo(with.org.org, id).await? {
                Some(repo) if !repo.gone && !repo.hidden => Some(repo),
                gone_or_hidden => {
                    let gone = gone_or_hidden.is_some_and(|repo| repo.gone);
                    return self.leave_out(with.options, lease, place, gone).await;
                }
            },
            None => None,
        };
        let meter = Meter::default();
        let mut reading = self.list_parts(with, &place, repo.as_ref(), &meter).await?;
        let inputs = std::mem::take(&mut reading.inputs);
        let (requests, unchanged) = meter.read();
        let name = repo.as_ref().map_or("the organisation", |repo| repo.name.as_str());
        tracing::debug!(org = %lease.org, place = name, requests, unchanged, "listed");
        metrics::counter!("beholden_sync_requests", "answer" => "unchanged")
            .increment(u64::from(unchanged));
        metrics::counter!("beholden_sync_requests", "answer" => "read")
            .increment(u64::from(requests.saturating_sub(unchanged)));
        let save = self.place_after(with.options, place, reading, (requests, unchanged));
        let work = Work { place: Some(save), ..Work::new(lease, &inputs) };
        Ok(!matches!(self.turn(work).await?, Turned::Overtaken))
    }

    /// A repository that is gone is not read any more; one that is not covered is looked at later.
    async fn leave_out(
        &self,
        options: &SyncOptions,
        lease: &Lease,
        place: PlaceRow,
        gone: bool,
    ) -> Result<bool, Fault> {
        let now = self.clock().now();
        let due = (!gone).then(|| next(options, &place, now));
        let read = if options.parts.is_some() { place.read } else { Some(now) };
        let place = PlaceRow { due, read, ..place };
        let save = PlaceSave { place, add: Vec::new(), drop: Vec::new() };
        let work = Work { place: Some(save), ..Work::new(lease, &[]) };
        Ok(!matches!(self.turn(work).await?, Turned::Overtaken))
    }

    /// Each part for itself: what one of them lacks keeps none of the others from being read.
    async fn list_parts(
        &self,
        with: Asking<'_>,
        place: &PlaceRow,
        repo: Option<&Repo>,
        meter: &Meter,
    ) -> Result<Reading, Fault> {
        let Asking { org, options, .. } = with;
        let breadth = repo.map_or(Breadth::Organization, |_| Breadth::Repository);
        let baseline = self.store().baseline(org.org).await?;
        let known = &place.coverage;
        let is_new = known.born.zip(baseline).is_some_and(|(born, done)| born > done);
        let mut reading = Reading {
            inputs: Vec::new(),
            covered: known.parts.clone(),
            again: None,
            add: Vec::new(),
            drop: Vec::new(),
        };
        for part in Part::of(breadth) {
            // Without the repositories there would be nothing to read the others of.
            let unmet = part == Part::Repositories && !known.knows(part);
            let left_out = options.parts.as_ref().is_some_and(|parts| !parts.contains(&part));
            if left_out && !unmet || part == Part::AuditLog {
                continue;
            }
            let before = known.parts.get(&part);
            let now = self.clock().now();
            if let Some(why) = self.in_vain(org.org, part, repo, &reading).await? {
                let covered = Covered::short(before, now, Seen::Unsupported, why, None);
                reading.covered.insert(part, covered);
                continue;
            }
            let listed = match lacking(part, org) {
                Some(failure) => Err(failure),
                None if part == Part::Files => {
                    let Some(repo) = repo else { continue };
                    let covered = match self.read_files(with, repo, before, meter).await? {
                        Ok((input, covered)) => {
                            reading.inputs.extend(input);
                            covered
                        }
                        Err(failure) => short(part, before, now, &failure, &mut reading.again),
                    };
                    reading.covered.insert(part, covered);
                    continue;
                }
                None if part == Part::References => {
                    let again = &mut reading.again;
                    let (inputs, covered) =
                        self.read_references(with, before, again, meter).await?;
                    reading.inputs.extend(inputs);
                    reading.covered.insert(part, covered);
                    continue;
                }
                None => {
                    let none = BTreeMap::new();
                    let as_known = !options.full && known.reads == READS;
                    let tags = before.filter(|_| as_known).map_or(&none, |before| &before.tags);
                    let last = before.filter(|_| as_known).and_then(|it| it.complete_at);
                    let login = &login(org);
                    let whole = Whole { org: org.org, login, repo, part, tags, before: last };
                    let github = self.github().metered(meter);
                    github.reader().list(with.installation, whole, now).await
                }
            };
            let covered = match listed {
                Ok(listed) => {
                    let news = known.knows(part) || is_new;
                    self.take_in(with, part, repo, listed, news, &mut reading, before).await?
                }
                Err(failure) => short(part, before, now, &failure, &mut reading.again),
            };
            reading.covered.insert(part, covered);
        }
        Ok(reading)
    }

    /// Why a part is not asked for in this place, if it need not be.
    async fn in_vain(
        &self,
        org: OrgId,
        part: Part,
        repo: Option<&Repo>,
        reading: &Reading,
    ) -> Result<Option<String>, Fault> {
        let files = reading.covered.get(&Part::Files);
        let no_file = files.is_some_and(|it| it.seen == Seen::Complete && it.found == 0);
        let why = match repo {
            _ if part.serves_files() && no_file => {
                Some("No file of its default branch may grant anything")
            }
            Some(repo) if part.serves_coding_agent() => {
                let switches = self.store().sight(org).await?.switches;
                let chosen = || switches.contains_key(&format!("coding_agent_in/{}", repo.name));
                match switches.get(AGENT_IN).map(String::as_str) {
                    Some("none") => Some("GitHub's coding agent may work in no repository"),
                    Some("selected") if !chosen() => {
                        Some("GitHub's coding agent may not work here")
                    }
                    _ => None,
                }
            }
            _ => None,
        };
        Ok(why.map(|why| format!("{why}, so it is not asked for.")))
    }

    /// A whole listing: what it shows is to be decided about, and its place is seen.
    #[expect(clippy::too_many_arguments, reason = "each is one thing that a listing depends on")]
    async fn take_in(
        &self,
        with: Asking<'_>,
        part: Part,
        repo: Option<&Repo>,
        listed: Listed,
        news: bool,
        reading: &mut Reading,
        before: Option<&Covered>,
    ) -> Result<Covered, Fault> {
        let Listed { facts, born, as_of, evidence, tags } = listed;
        let Some(mut facts) = facts else {
            let found = before.map_or(0, |before| before.found);
            return Ok(Covered::complete(before, as_of, found, tags));
        };
        let things: usize = facts.iter().map(|(fact, _)| things(fact)).sum();
        let found = u32::try_from(things).unwrap_or(u32::MAX);
        if part == Part::Credentials {
            let mut people = self.store().members(with.org.org).await?;
            people.extend(people_in(&reading.inputs));
            name_holders(&mut facts, &people);
        }
        name_granters(&mut facts, with.members);
        self.name_bots(with.org.org, &mut facts).await?;
        if news {
            self.name_from_audit(with.org.org, &mut facts).await?;
        }
        let mut expected = Vec::new();
        if part == Part::Repositories {
            let listed: BTreeSet<RepoId> =
                facts.iter().filter_map(|(fact, _)| repo_of(fact)).collect();
            reading.add = listed.iter().map(|repo| (*repo, born.get(repo).copied())).collect();
            expected = self.expected(with.org.org).await?;
            let gone = expected.iter().map(|(repo, _)| *repo).filter(|repo| !listed.contains(repo));
            reading.drop = gone.collect();
        }
        reading.inputs.push(Input::Listed(Box::new(Inventory {
            part,
            repo: repo.map(|repo| repo.id),
            facts,
            expected,
            // Whoever is first heard of through its use may have been there for long.
            news: news && !matches!(part, Part::Repositories | Part::ApiUse),
            as_of,
            evidence,
        })));
        Ok(Covered::complete(before, as_of, found, tags))
    }

    /// The place after a reading, and when it is read next.
    fn place_after(
        &self,
        options: &SyncOptions,
        place: PlaceRow,
        reading: Reading,
        requests: (u32, u32),
    ) -> PlaceSave {
        let now = self.clock().now();
        let next = next(options, &place, now);
        let mut coverage = place.coverage;
        let is_first = coverage.parts.is_empty();
        coverage.parts = reading.covered;
        coverage.requests = requests;
        let broken_off = reading.again.is_some();
        coverage.attempts = if broken_off { coverage.attempts.saturating_add(1) } else { 0 };
        let all = options.parts.is_none();
        if all || is_first {
            coverage.reads = READS;
        }
        let done = all && (!broken_off || coverage.attempts >= TRIES);
        let read = done.then_some(now).or(place.read);
        let due = match reading.again {
            Some(until) => until.max(now + backoff(coverage.attempts)),
            None => next,
        };
        let place = PlaceRow { repo: place.repo, due: Some(due), read, coverage };
        PlaceSave { place, add: reading.add, drop: reading.drop }
    }
}

/// When a place is read next. A reading of some parts does not put off that of all of them; it waits so
/// long that every place has its turn.
fn next(options: &SyncOptions, place: &PlaceRow, now: Timestamp) -> Timestamp {
    let every = spread(options.every, place.repo, now);
    match (&options.parts, place.read) {
        (None, _) => now + every,
        (Some(_), Some(read)) => (read + every).max(now + PATIENCE),
        (Some(_), None) => now + PATIENCE,
    }
}

/// How many things a fact is about. Switches that somebody named are things, GitHub's own are not.
fn things(fact: &Fact) -> usize {
    match fact {
        Fact::Dated { .. } | Fact::Lacks { .. } => 0,
        Fact::UsedApi { used } if used.with == ApiWith::Anything => 0,
        Fact::Switches { group, guards, .. } => match group.as_str() {
            "runner_group_reach" | "coding_agent_in" => 0,
            "variable"
            | "agents_variable"
            | "environment"
            | "environment_variable"
            | "runner_group"
            | "branch_protection" => guards.len(),
            _ => 1,
        },
        _ => 1,
    }
}

/// That an installation has not granted what a part is read with, as far as its permissions are
/// known.
pub(super) fn lacking(part: Part, org: &OrgRow) -> Option<Failure> {
    let lacking = part.lacks(&org.permissions).filter(|_| !org.permissions.is_empty())?;
    let why = format!("The installation has not granted {lacking}.");
    Some(Failure::Refused { why, permission: Some(lacking) })
}

/// The organisation's login. Without one GitHub is asked for the placeholder's, which has nothing.
pub(super) fn login(org: &OrgRow) -> Login {
    org.login.clone().unwrap_or_else(crate::pipeline::nobody)
}

fn repo_of(fact: &Fact) -> Option<RepoId> {
    match fact {
        Fact::Repo { repo } => Some(repo.id),
        _ => None,
    }
}

/// Waits that grow from a minute to an hour.
fn backoff(attempts: u32) -> SignedDuration {
    let minutes = 1_i64 << attempts.saturating_sub(1).min(6);
    SignedDuration::from_mins(minutes).min(PATIENCE)
}

/// So long, give or take a tenth: places that were first read together drift apart.
fn spread(every: SignedDuration, repo: Option<RepoId>, now: Timestamp) -> SignedDuration {
    let seed = Sha256::digest(format!("{repo:?} {}", now.as_second()));
    let part = i64::from(seed[0]) - 128;
    every
        + SignedDuration::from_millis(
            i64::try_from(every.as_millis()).unwrap_or_default() / 1_280 * part,
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_drift_apart_by_a_tenth_at_most() {
        let every = SignedDuration::from_hours(10);
        let mut spans = BTreeSet::new();
        for repo in 0..200 {
            let span = spread(every, Some(RepoId(repo)), Timestamp::UNIX_EPOCH);
            assert!((9..=11).contains(&span.as_hours()), "{span}");
            spans.insert(span);
        }
        assert!(spans.len() > 100, "{}", spans.len());
    }

    #[test]
    fn waits_grow_and_end_at_an_hour() {
        let minutes: Vec<i64> = (0..10).map(|n| backoff(n).as_mins()).collect();
        assert_eq!(minutes, [1, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
    }
}
