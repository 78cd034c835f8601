//! GitHub on its bad days: requests that are done and answered 502, connections that break before
//! or after, answers cut short, secondary limits, lists that lag.
//!
//! The hour's limit is left out: it answers with a wait of up to an hour, in which nothing happens.

use std::time::Duration;

use github_sim::{Chaos, Fault, Sim};

use crate::town;

/// How likely each of the eight faults is, for each request: together about one request in seven.
const EACH: f64 = 0.02;

/// How long new issues and comments are missing in lists: longer than the first look for them.
const LAG_MS: u64 = 15_000;

/// Lets it begin.
pub(crate) fn begins(github: &Sim, seed: u64) {
    let faults = vec![
        Fault::Answer502AfterDoingIt,
        Fault::DropConnection { after: true },
        Fault::DropConnection { after: false },
        Fault::Answer500,
        Fault::WebhookBeforeAnswer,
        Fault::TruncateBody,
        Fault::MalformedBody,
        Fault::Slow { ms: 700 },
    ];
    github.lists_lag(LAG_MS);
    github.chaos(Some(Chaos { seed, probability: EACH, faults }));
}

/// Ends it.
pub(crate) fn ends(github: &Sim) {
    github.chaos(None);
    github.lists_lag(0);
}

/// Until it is dropped: every `every`, one organisation runs into a secondary limit, for a minute.
pub(crate) async fn limits(github: Sim, organisations: usize, every: Duration) {
    loop {
        tokio::time::sleep(every).await;
        let org = town::name(rand::random_range(0..organisations));
        github.next_on(Fault::SecondaryLimitNext, "POST", &format!("/repos/{org}/"));
    }
}
