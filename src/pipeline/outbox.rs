//! The outbox lane: what should stand on GitHub is made so, one surface at a time, at GitHub's
//! pace, and never twice.
//!
//! GitHub knows no idempotency key. Before a creating call the row says so, durably; if the answer
//! never comes, the object is looked for before it is made again.

use jiff::SignedDuration;

use crate::domain::{Effect, InstallationId, Repo, Spoken, Timestamp, Visibility};
use crate::github::{Applied, Failure, Pace};
use crate::pipeline::workers::LEASE;
use crate::pipeline::{Engine, Fault};
use crate::store::{Attempt, Lease, OrgRow, OutboxRow, OutboxState, Report};

/// How many surfaces are taken at once.
const BATCH: usize = 16;

/// When an object that may have been made is looked for: first so long after the attempt …
const FIRST_LOOK: SignedDuration = SignedDuration::from_secs(10);

/// … then so long after it; if it is still not there, it is made again.
const SECOND_LOOK: SignedDuration = SignedDuration::from_secs(60);

/// The longest that one request may take: none leaves with less of the lease left.
const REQUEST: SignedDuration = SignedDuration::from_secs(20);

/// How often something unclear is tried before it is put aside.
const TRIES: i64 = 20;

/// Whether the lane goes on.
enum Next {
    Surface,
    Stop,
}

impl Engine {
    /// Works on an organisation's surfaces until none is due or GitHub asks us to wait.
    pub(super) async fn outbox(&self, lease: &mut Lease) -> Result<(), Fault> {
        let Some(org) = self.store().org(lease.org).await? else {
            self.store().finish(lease, None).await?;
            return Ok(());
        };
        if let Some(installation) = org.installation {
            self.remember_pace(&org, installation).await?;
        }
        self.carry_out_due(&org, lease).await?;
        if let Some(installation) = org.installation {
            let pace = self.github().pace(installation);
            let text = serde_json::to_string(&pace).expect("plain data serialises");
            self.store().set_pacing(lease, &text).await?;
        }
        let next = self.store().next_in_lane(lease.org, lease.lane).await?;
        self.store().finish(lease, next).await?;
        Ok(())
    }

    async fn remember_pace(&self, org: &OrgRow, installation: InstallationId) -> Result<(), Fault> {
        let kept = self.store().pacing(org.org).await?;
        if let Some(kept) = kept.and_then(|text| serde_json::from_str::<Pace>(&text).ok()) {
            self.github().adopt_pace(installation, &kept);
        }
        Ok(())
    }

    async fn carry_out_due(&self, org: &OrgRow, lease: &mut Lease) -> Result<(), Fault> {
        loop {
            let due = self.store().due_effects(lease.org, BATCH, self.clock().now()).await?;
            if due.is_empty() {
                return Ok(());
            }
            for row in due {
                // A request may take 20 seconds; none is begun that the lease may not cover.
                if !self.store().renew(lease, LEASE).await? {
                    return Ok(());
                }
                if matches!(self.carry_out(org, lease, &row).await?, Next::Stop) {
                    return Ok(());
                }
            }
        }
    }

    async fn carry_out(&self, org: &OrgRow, lease: &Lease, row: &OutboxRow) -> Result<Next, Fault> {
        let outcome = self.outcome(org, lease, row).await?;
        let Some(outcome) = outcome else { return Ok(Next::Stop) };
        let (report, next) = match outcome {
            Ok(report) => (report, Next::Surface),
            Err(failure) => self.after(row, failure),
        };
        if let Report::Parked { reason } | Report::Gone { reason } = &report {
            tracing::warn!(surface = row.surface.key.0, reason, "not written");
        }
        let held = self.store().report(lease, &row.surface.key, report, self.clock().now()).await?;
        Ok(if held { next } else { Next::Stop })
    }

    /// Makes one surface look as it should. `None` when the lease is lost.
    async fn outcome(
        &self,
        org: &OrgRow,
        lease: &Lease,
        row: &OutboxRow,
    ) -> Result<Option<Result<Report, Failure>>, Fault> {
        let parked = |reason: &str| Ok(Some(Ok(Report::Parked { reason: reason.to_owned() })));
        let Some(installation) = org.installation.filter(|_| !org.suspended) else {
            return parked("The App is not installed on this organisation, or is suspended.");
        };
        if let (Effect::Issue { open: false, .. }, None, OutboxState::Waiting) =
            (&row.surface.effect, row.remote_id, &row.state)
        {
            let reason = "It was settled before it was written.".to_owned();
            return Ok(Some(Ok(Report::Gone { reason })));
        }
        let Some(repo) = self.repo(lease.org, row.surface.repo).await? else {
            return parked("Its repository is not known.");
        };
        match self.github().effects().place(installation, &repo.name).await {
            Ok(place) => {
                if let Some(why) = unfit(&repo, &place, &row.surface.effect) {
                    return parked(why);
                }
            }
            Err(failure) => return Ok(Some(Err(failure))),
        }
        let remote = match (row.remote_id, &row.state) {
            (Some(remote), _) => Some(remote),
            (None, OutboxState::Attempting(attempt)) => {
                match self.look(installation, &repo, row, attempt).await {
                    Ok(Found::Yes(remote)) => Some(remote),
                    Ok(Found::LookAgain(due)) => return Ok(Some(Ok(Report::Looked { due }))),
                    Ok(Found::No) => None,
                    Err(failure) => return Ok(Some(Err(failure))),
                }
            }
            (None, _) => None,
        };
        let creates = remote.is_none() && !matches!(row.surface.effect, Effect::React { .. });
        if creates {
            let now = self.clock().now();
            let key = &row.surface.key;
            if !self.store().attempting(lease, key, &lease.token, now).await? {
                return Ok(None);
            }
        }
        // A process that was frozen here must not write after somebody else took the lane.
        let effects = self.github().effects().not_after(lease.until - REQUEST);
        let applied = effects.apply(installation, &repo.name, &row.surface, remote).await;
        let hash = row.hash.clone();
        let shows = row.surface.effect.shows().cloned().unwrap_or_default();
        Ok(Some(applied.map(|applied| {
            let Applied { remote_id, at } = applied;
            Report::Applied { remote_id, hash, at, shows }
        })))
    }

    /// Looks for what an earlier attempt may have made. Of several, the oldest stays.
    async fn look(
        &self,
        installation: InstallationId,
        repo: &Repo,
        row: &OutboxRow,
        attempt: &Attempt,
    ) -> Result<Found, Failure> {
        let effects = self.github().effects();
        let found = effects.look(installation, &repo.name, &row.surface, attempt.at).await?;
        let Some((stays, doubles)) = found.split_first() else {
            let again = attempt.at + SECOND_LOOK;
            let early = row.looks == 0 && self.clock().now() < again;
            return Ok(if early { Found::LookAgain(again) } else { Found::No });
        };
        for double in doubles {
            metrics::counter!("beholden_doubles_total").increment(1);
            tracing::warn!(surface = row.surface.key.0, double, stays, "a double is taken back");
            effects.remove_double(installation, &repo.name, &row.surface, *double, *stays).await?;
        }
        Ok(Found::Yes(*stays))
    }

    /// What a failure means for the surface, and whether others should be tried now.
    fn after(&self, row: &OutboxRow, failure: Failure) -> (Report, Next) {
        let now = self.clock().now();
        let reason = failure.to_string();
        match failure {
            Failure::Later { maybe_done: true, .. } if row.remote_id.is_none() => {
                (Report::Unsure { due: now + FIRST_LOOK, reason }, Next::Surface)
            }
            Failure::Later { until, .. } => {
                let due = until.max(now + backoff(row.attempts));
                (Report::Later { due, reason }, Next::Stop)
            }
            Failure::Refused { .. } => (Report::Parked { reason }, Next::Surface),
            Failure::Gone => {
                let reason = "It is gone from GitHub.".to_owned();
                (Report::Gone { reason }, Next::Surface)
            }
            Failure::Blind { .. } if row.attempts < TRIES => {
                (Report::Later { due: now + backoff(row.attempts), reason }, Next::Surface)
            }
            Failure::Blind { .. } => (Report::Parked { reason }, Next::Surface),
        }
    }
}

/// What looking found.
enum Found {
    /// It stands, under this number.
    Yes(i64),
    /// Not yet; lists may lag.
    LookAgain(Timestamp),
    /// It was not made.
    No,
}

/// Why nothing may be written to a repository as it is at this moment.
fn unfit(known: &Repo, now: &Repo, effect: &Effect) -> Option<&'static str> {
    if known.id != now.id {
        return Some("Another repository has its name now.");
    }
    if now.archived {
        return Some("The repository is archived.");
    }
    // What stands beside the code repeats what the code says, so it may stand where that does.
    let beside_code = match effect {
        Effect::Check(_) | Effect::Review(_) | Effect::ThreadReply { .. } => true,
        Effect::React { on, .. } => *on == Spoken::Thread,
        Effect::Reply { in_pull, .. } => *in_pull,
        Effect::Issue { .. } => false,
    };
    if beside_code {
        return None;
    }
    if now.visibility == Visibility::Public {
        return Some("The repository is public, so the case stays in the register.");
    }
    (!now.has_issues).then_some("Issues are switched off in the repository.")
}

/// Waits that grow from two seconds to ten minutes, with some jitter so that many do not come back
/// at once.
fn backoff(attempts: i64) -> SignedDuration {
    let power = u32::try_from(attempts.clamp(0, 9)).unwrap_or(0);
    let most = (2_000_i64 << power).min(600_000);
    SignedDuration::from_millis(rand::random_range(most / 2..=most))
}
