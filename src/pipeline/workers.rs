//! The workers' loops: claim a lane, work on it, look again. One scout looks for all of them where there
//! is work, so that a delivery does not make each of them ask.

use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::pipeline::route::Batch;
use crate::pipeline::{Engine, Fault};
use crate::store::{Claim, Lane, Lease};

/// How long a lane is held at most without a sign of life.
pub(super) const LEASE: Duration = Duration::from_secs(90);

/// How often the scout looks untold, because another process may have left work or time has passed.
const LOOK: Duration = Duration::from_millis(500);

/// How often a worker looks that nobody told.
const REST: Duration = Duration::from_secs(30);

/// How long it is from one routing to the next at least, so that deliveries which come one by one
/// are routed together. A single one is not kept waiting.
const GATHER: Duration = Duration::from_millis(10);

/// How often a process asks whether it is its turn to look for missed deliveries.
const MISSED: Duration = Duration::from_secs(60);

/// How many workers each lane has in one process.
const WORKERS: &[(Lane, usize)] = &[
    (Lane::Inbox, 2),
    (Lane::Refresh, 3),
    (Lane::Outbox, 2),
    (Lane::Calendar, 1),
    (Lane::Sync, 1),
    (Lane::Alert, 1),
];

/// What came of looking for work in a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stepped {
    /// It was worked on.
    Worked,
    /// Somebody else was faster; there may be more.
    Contended,
    /// There is none.
    Idle,
}

impl Engine {
    /// Works until `stop` says so; then finishes what is in hand.
    pub async fn run(&self, stop: watch::Receiver<bool>) {
        let mut tasks = JoinSet::new();
        let routing = self.clone();
        let until = stop.clone();
        tasks.spawn(async move { routing.route_until(until).await });
        for (lane, workers) in WORKERS {
            for _ in 0..*workers {
                let (engine, until) = (self.clone(), stop.clone());
                tasks.spawn(async move { engine.work_until(*lane, until).await });
            }
        }
        let (engine, until) = (self.clone(), stop.clone());
        tasks.spawn(async move { engine.scout_until(until).await });
        let (engine, until) = (self.clone(), stop.clone());
        tasks.spawn(async move { engine.missed_until(until).await });
        let (engine, until) = (self.clone(), stop);
        tasks.spawn(async move { engine.tidy_until(until).await });
        while let Some(ended) = tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a worker ended early");
            }
        }
    }

    /// Works until nothing is due at the clock's now: what [`Engine::run`] does, in order, and to
    /// its end. For tests, `replay` and the demo.
    ///
    /// # Errors
    /// The first fault.
    pub async fn settle(&self) -> Result<(), Fault> {
        loop {
            let mut busy = matches!(self.route_some().await?, Batch::Routed { .. });
            for (lane, _) in WORKERS {
                while self.step(*lane).await? != Stepped::Idle {
                    busy = true;
                }
            }
            if !busy {
                return Ok(());
            }
        }
    }

    /// Works on one lane of one organisation, if there is any work in it.
    pub(super) async fn step(&self, lane: Lane) -> Result<Stepped, Fault> {
        let now = self.clock().now();
        let claim = self.store().claim(lane, &self.options().worker, now, LEASE).await?;
        let mut lease = match claim {
            Claim::Lease(lease) => lease,
            Claim::Idle => return Ok(Stepped::Idle),
            Claim::Contended => {
                tokio::task::yield_now().await;
                return Ok(Stepped::Contended);
            }
        };
        // Another organisation may wait in the same lane.
        self.due(lane).notify_one();
        let done = self.work(&mut lease).await;
        if done.is_err() {
            // Others may try; we come back a little later.
            let soon = self.clock().now() + SignedDuration::from_secs(5);
            let _ = self.store().finish(&lease, Some(soon)).await;
        }
        done.map(|()| Stepped::Worked)
    }

    async fn work(&self, lease: &mut Lease) -> Result<(), Fault> {
        match lease.lane {
            Lane::Inbox => {
                let met = self.store().org(lease.org).await?.is_none_or(|org| org.turn > 0);
                if !met {
                    self.store().wake(lease.org, Lane::Calendar, self.clock().now()).await?;
                }
                self.inbox(lease).await
            }
            Lane::Refresh => self.refresh(lease).await,
            Lane::Outbox => self.outbox(lease).await,
            Lane::Calendar => self.calendar(lease).await,
            Lane::Alert => self.alert(lease).await,
            Lane::Sync => self.sync(lease).await,
        }
    }

    async fn work_until(&self, lane: Lane, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let told = self.due(lane).notified();
            match self.step(lane).await {
                // What was done may be work for other lanes.
                Ok(Stepped::Worked) => self.has_work().notify_one(),
                Ok(Stepped::Contended) => {}
                Ok(Stepped::Idle) => wait(told, REST, &mut stop).await,
                Err(fault) => {
                    tracing::error!(lane = lane.as_str(), %fault, "a step failed");
                    wait(std::future::pending(), LOOK, &mut stop).await;
                }
            }
        }
    }

    /// Looks which lanes have work, and tells one worker of each.
    async fn scout_until(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.store().due_lanes(self.clock().now()).await {
                Ok(lanes) => lanes.into_iter().for_each(|lane| self.due(lane).notify_one()),
                Err(error) => tracing::error!(%error, "looking for work failed"),
            }
            wait(self.has_work().notified(), LOOK, &mut stop).await;
        }
    }

    async fn route_until(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let began = Instant::now();
            match self.route_some().await {
                Ok(Batch::Empty) => wait(self.heard().notified(), LOOK, &mut stop).await,
                Ok(Batch::Routed { woke, full }) => {
                    if woke {
                        self.has_work().notify_one();
                    }
                    if !full {
                        tokio::time::sleep_until(began + GATHER).await;
                    }
                }
                Err(fault) => {
                    tracing::error!(%fault, "routing failed");
                    wait(self.heard().notified(), LOOK, &mut stop).await;
                }
            }
        }
    }

    async fn missed_until(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(fault) = self.look_for_missed().await {
                tracing::error!(%fault, "looking for missed deliveries failed");
            }
            tokio::select! {
                _ = tokio::time::sleep(MISSED) => {}
                _ = stop.changed() => {}
            }
        }
    }

    async fn tidy_until(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(fault) = self.tidy().await {
                tracing::error!(%fault, "tidying failed");
            }
            tokio::select! {
                _ = tokio::time::sleep(Duration::from_secs(3_600)) => {}
                _ = stop.changed() => {}
            }
        }
    }
}

/// Waits until it is told, so much time has passed, or it is time to stop.
async fn wait(told: impl Future<Output = ()>, at_most: Duration, stop: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = told => {}
        () = tokio::time::sleep(at_most) => {}
        _ = stop.changed() => {}
    }
}
