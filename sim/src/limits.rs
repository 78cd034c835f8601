//! GitHub's rate limits: requests an hour, and content created a minute and an hour.

use crate::{
    http::{Caller, Refusal},
    seed::Settings,
    world::World,
};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, VecDeque};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// What one caller used of its hour.
#[derive(Clone, Debug)]
struct Window {
    used: u64,
    resets: Timestamp,
}

/// Requests that are counted apart from each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resource {
    Core,
    AuditLog,
}

impl Resource {
    /// What a request for this path is counted as.
    pub(crate) fn of(path: &str) -> Self {
        if path.ends_with("/audit-log") { Self::AuditLog } else { Self::Core }
    }

    /// `x-ratelimit-resource`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::AuditLog => "audit_log",
        }
    }
}

/// GitHub's own limit for the audit log.
const AUDIT_LOG_PER_HOUR: u64 = 1_750;

/// The state that the `x-ratelimit-*` headers show.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    pub limit: u64,
    pub used: u64,
    /// Seconds since 1970.
    pub reset: i64,
}

#[derive(Debug)]
pub(crate) struct Limits {
    windows: BTreeMap<String, Window>,
    /// When each installation created content.
    created: BTreeMap<u64, VecDeque<Timestamp>>,
    per_minute: u64,
    per_hour: u64,
}

impl Limits {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            windows: BTreeMap::new(),
            created: BTreeMap::new(),
            per_minute: settings.content_per_minute,
            per_hour: settings.content_per_hour,
        }
    }

    /// Refuses the creation of more content than GitHub lets one installation make.
    ///
    /// # Errors
    /// 403 with `retry-after`.
    pub(crate) fn may_create(&mut self, installation: u64, now: Timestamp) -> Result<(), Refusal> {
        let times = self.created.entry(installation).or_default();
        while times.front().is_some_and(|at| now.duration_since(*at) >= HOUR) {
            times.pop_front();
        }
        let last_minute =
            times.iter().filter(|at| now.duration_since(**at) < MINUTE).count() as u64;
        if last_minute >= self.per_minute {
            return Err(secondary(60));
        }
        if times.len() as u64 >= self.per_hour {
            let frees = times.front().map_or(HOUR, |at| HOUR - now.duration_since(*at));
            return Err(secondary(frees.as_secs().max(1)));
        }
        Ok(())
    }

    pub(crate) fn created(&mut self, installation: u64, now: Timestamp) {
        self.created.entry(installation).or_default().push_back(now);
    }

    fn window(&mut self, key: String, now: Timestamp) -> &mut Window {
        let window = self.windows.entry(key).or_insert(Window { used: 0, resets: now + HOUR });
        if window.resets <= now {
            *window = Window { used: 0, resets: now + HOUR };
        }
        window
    }
}

/// GitHub's words for a secondary limit.
pub(crate) fn secondary(retry_after: i64) -> Refusal {
    let words = "You have exceeded a secondary rate limit and have been temporarily blocked from content creation. \
                 Please retry your request again later.";
    Refusal::new(403, words).with_header("retry-after", retry_after.to_string())
}

impl World {
    fn hourly(&self, caller: &Caller, of: Resource) -> u64 {
        if of == Resource::AuditLog {
            return AUDIT_LOG_PER_HOUR;
        }
        if matches!(caller, Caller::Nobody) {
            return 60;
        }
        if let Some(limit) = self.settings.requests_per_hour {
            return limit;
        }
        let Caller::Installation { id, .. } = caller else { return 5_000 };
        let Some(installation) = self.installations.get(id) else {
            return 5_000;
        };
        let repos =
            self.repos_of(installation.org).filter(|repo| installation.covers(repo.id)).count()
                as u64;
        let people = self.orgs.get(&installation.org).map_or(0, |org| org.members.len() as u64);
        let bonus = |count: u64| if count > 20 { count * 50 } else { 0 };
        (5_000 + bonus(repos) + bonus(people)).min(12_500)
    }

    fn bucket(caller: &Caller, of: Resource) -> String {
        let who = match caller {
            Caller::Nobody => "nobody".to_owned(),
            Caller::App(id) => format!("app {id}"),
            Caller::Installation { id, .. } => format!("installation {id}"),
        };
        format!("{who} {}", of.name())
    }

    /// The caller's hour as it stands.
    pub(crate) fn budget(&mut self, caller: &Caller, of: Resource) -> Budget {
        let (limit, now) = (self.hourly(caller, of), self.now());
        let window = self.limits.window(Self::bucket(caller, of), now);
        Budget { limit, used: window.used.min(limit), reset: window.resets.as_second() }
    }

    /// Counts one request.
    ///
    /// # Errors
    /// 403 when the hour is used up.
    pub(crate) fn spend(&mut self, caller: &Caller, of: Resource) -> Result<(), Refusal> {
        let (limit, now) = (self.hourly(caller, of), self.now());
        let window = self.limits.window(Self::bucket(caller, of), now);
        if window.used >= limit {
            return Err(exhausted());
        }
        window.used += 1;
        Ok(())
    }

    /// Takes a request back: an answer 304 costs nothing.
    pub(crate) fn refund(&mut self, caller: &Caller, of: Resource) {
        let now = self.now();
        let window = self.limits.window(Self::bucket(caller, of), now);
        window.used = window.used.saturating_sub(1);
    }

    /// Uses up the caller's hour.
    pub(crate) fn exhaust(&mut self, caller: &Caller, of: Resource) -> Budget {
        let mut budget = self.budget(caller, of);
        budget.used = budget.limit;
        budget
    }
}

/// GitHub's words for the primary limit.
pub(crate) fn exhausted() -> Refusal {
    Refusal::new(403, "API rate limit exceeded for installation.")
}
