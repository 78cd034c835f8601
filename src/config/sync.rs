//! How everything is listed, so that what no webhook tells of is known too.

use std::time::Duration;

use clap::Args;

use crate::config::{Complaints, Span};

/// How often everything is listed, and what it may cost.
#[derive(Args, Clone, Copy, Debug)]
#[command(next_help_heading = "Inventory")]
pub struct SyncArgs {
    /// How often everything non-human is listed anew; 0s: never. What has not changed costs nothing
    #[arg(long, env = "BEHOLDEN_SYNC_EVERY", value_name = "TIME", default_value = "6h")]
    pub sync_every: Span,

    /// How much of the installation's hourly requests listing may use, in percent
    #[arg(long, env = "BEHOLDEN_SYNC_SHARE", value_name = "PERCENT", default_value_t = 50)]
    pub sync_share: u8,
}

/// The same, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyncSettings {
    /// How often; `None`: never.
    pub every: Option<Duration>,
    /// In percent.
    pub share: u8,
}

impl SyncArgs {
    pub(super) fn check(self, wrong: &mut Complaints) -> Option<SyncSettings> {
        if !(1..=100).contains(&self.sync_share) {
            wrong.add("--sync-share is a percentage: give 1 to 100.");
            return None;
        }
        let every = self.sync_every.0;
        if !every.is_zero() && every < Duration::from_secs(600) {
            wrong.add("--sync-every must be 10m or more, or 0s for never.");
            return None;
        }
        Some(SyncSettings { every: (!every.is_zero()).then_some(every), share: self.sync_share })
    }
}
