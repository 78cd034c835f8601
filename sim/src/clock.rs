//! The simulated GitHub's clock: the clock of this machine plus what tests have added to it.

use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// All timestamps and expiries of the simulation come from here.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    ahead: SignedDuration,
}

impl Clock {
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::now() + self.ahead
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.ahead += SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
    }
}

/// A timestamp as GitHub writes it: UTC, whole seconds.
pub(crate) fn written(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
