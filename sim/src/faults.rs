//! Faults by name: what GitHub does on its bad days, on demand or at random from a seed.

use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, collections::VecDeque, time::Duration};

/// One way to go wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "fault")]
pub enum Fault {
    /// 403 with nothing left of the hour's requests.
    RateLimitNext,
    /// 403 "secondary rate limit" with `retry-after: 60`.
    SecondaryLimitNext,
    /// The connection breaks: before anything is done, or after it was done.
    DropConnection {
        /// True: the work was done, only the answer is lost.
        after: bool,
    },
    /// 502, although it was done.
    #[serde(rename = "answer_502_after_doing_it")]
    Answer502AfterDoingIt,
    /// 500, and nothing was done.
    #[serde(rename = "answer_500")]
    Answer500,
    /// Answered with this status, and nothing was done.
    Refuse {
        /// 403, 404, 429, 502 …
        status: u16,
    },
    /// 429 with `retry-after`, and nothing was done.
    SlowDown {
        /// Seconds.
        retry_after: u64,
    },
    /// The answer takes this long.
    Slow {
        /// Milliseconds.
        ms: u64,
    },
    /// The webhook arrives before the answer to the request that caused it.
    WebhookBeforeAnswer,
    /// The answer breaks off in its body.
    TruncateBody,
    /// The answer is 200-something with a body that is not JSON.
    MalformedBody,
}

impl Fault {
    /// Every fault that a well-made client must survive without harm.
    pub fn disruptive() -> Vec<Self> {
        vec![
            Self::SecondaryLimitNext,
            Self::DropConnection { after: false },
            Self::DropConnection { after: true },
            Self::Answer502AfterDoingIt,
            Self::Answer500,
            Self::WebhookBeforeAnswer,
            Self::TruncateBody,
            Self::MalformedBody,
        ]
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Queued {
    pub fault: Fault,
    /// Any when empty.
    pub method: Option<String>,
    /// Paths that start like this.
    pub path: Option<String>,
}

/// Requests that go wrong until further notice.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    /// How their path ends.
    pub path_end: String,
    /// Only those for a later page than the first of a list.
    pub later_pages: bool,
    pub fault: Fault,
}

impl Standing {
    fn fits(&self, path: &str, query: &str) -> bool {
        let later = query.split('&').any(|pair| match pair.split_once('=') {
            Some(("page", number)) => number != "1",
            Some(("after", cursor)) => !cursor.is_empty(),
            _ => false,
        });
        path.ends_with(&self.path_end) && (later || !self.later_pages)
    }
}

/// Random faults, the same ones for the same seed and order of requests.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Chaos {
    /// Where the randomness starts.
    pub seed: u64,
    /// How likely each fault is, for each request: 0 to 1.
    pub probability: f64,
    /// The faults to choose from.
    pub faults: Vec<Fault>,
}

/// GitHub's own limit for one tree.
const LARGEST_TREE: usize = 100_000;

#[derive(Debug)]
pub(crate) struct Faults {
    queue: VecDeque<Queued>,
    /// What goes wrong until further notice.
    standing: Option<Standing>,
    chaos: Option<Chaos>,
    random: u64,
    /// New issues and comments are missing in lists for this long.
    pub lists_lag: Duration,
    /// Longer trees are cut and say so.
    pub largest_tree: usize,
    /// Permissions that count as not granted.
    pub forbidden: BTreeSet<String>,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            queue: VecDeque::new(),
            standing: None,
            chaos: None,
            random: 0,
            lists_lag: Duration::ZERO,
            largest_tree: LARGEST_TREE,
            forbidden: BTreeSet::new(),
        }
    }
}

impl Faults {
    pub(crate) fn queue(&mut self, queued: Queued) {
        self.queue.push_back(queued);
    }

    pub(crate) fn set_chaos(&mut self, chaos: Option<Chaos>) {
        self.random = chaos.as_ref().map_or(0, |chaos| chaos.seed.wrapping_mul(2).wrapping_add(1));
        self.chaos = chaos;
    }

    /// The fault for this request: the first queued one that fits, or one by chance.
    pub(crate) fn take(&mut self, method: &str, path: &str, query: &str) -> Option<Fault> {
        let fits = |queued: &Queued| {
            queued.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
                && queued.path.as_deref().is_none_or(|wanted| path.starts_with(wanted))
        };
        if let Some(at) = self.queue.iter().position(fits) {
            return self.queue.remove(at).map(|queued| queued.fault);
        }
        if let Some(standing) = self.standing.as_ref().filter(|it| it.fits(path, query)) {
            return Some(standing.fault.clone());
        }
        let chaos = self.chaos.clone()?;
        chaos.faults.into_iter().find(|_| self.chance() < chaos.probability)
    }

    pub(crate) fn stand(&mut self, standing: Option<Standing>) {
        self.standing = standing;
    }

    pub(crate) fn forget(&mut self) {
        self.queue.clear();
    }

    /// The queued faults that have not happened yet.
    pub(crate) fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// A number from 0 to 1 (splitmix64).
    fn chance(&mut self) -> f64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        f64::from(u32::try_from(z >> 32).unwrap_or(u32::MAX)) / f64::from(u32::MAX)
    }
}
