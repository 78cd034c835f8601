//! Who knocks with a wrong signature, by address: a source with too many failures in a minute is
//! turned away before its body is read. Memory is bounded, whoever knocks.
//!
//! GitHub itself is never turned away. A valid signature lets its source pass for an hour. Failures
//! of deliveries that do not name our App count apart, because anybody can make GitHub's own
//! servers send us theirs. Addresses of private networks are proxies of ours and do not count.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// The most failures of one source in a minute.
pub(super) const MOST: u32 = 30;

/// In how long they are counted.
const WINDOW: Duration = Duration::from_secs(60);

/// How long a valid signature lets its source pass.
const TRUSTED: Duration = Duration::from_secs(3_600);

/// The most sources remembered for their failures, and for a valid signature.
const REMEMBERED: usize = 4_096;

/// Who knocks, and whether they say that they deliver for our App.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Source {
    address: IpAddr,
    for_us: bool,
}

/// What is remembered of the sources.
#[derive(Default)]
pub(super) struct Sources {
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    /// Failures since the beginning of a window.
    failures: BTreeMap<Source, (Instant, u32)>,
    /// The last valid signature.
    valid: BTreeMap<Source, Instant>,
}

impl Source {
    /// `None` for an address that nobody outside can have. Of IPv6 the network counts, because one
    /// host has as many addresses in it as it likes.
    pub(super) fn new(address: IpAddr, for_us: bool) -> Option<Self> {
        let address = match address.to_canonical() {
            IpAddr::V4(v4) => {
                let [a, b, ..] = v4.octets();
                let shared = a == 100 && (64..128).contains(&b);
                let inside = v4.is_loopback() || v4.is_private() || v4.is_link_local() || shared;
                if inside || v4.is_unspecified() {
                    return None;
                }
                IpAddr::V4(v4)
            }
            IpAddr::V6(v6) => {
                let inside = v6.is_loopback()
                    || v6.is_unique_local()
                    || v6.is_unicast_link_local()
                    || v6.is_unspecified();
                if inside {
                    return None;
                }
                IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64))
            }
        };
        Some(Self { address, for_us })
    }
}

impl Sources {
    /// Whether a source has failed too often to be heard now.
    pub(super) fn refuses(&self, source: Source, now: Instant) -> bool {
        let memory = self.memory();
        let failed = memory
            .failures
            .get(&source)
            .is_some_and(|(since, count)| *count >= MOST && now.duration_since(*since) < WINDOW);
        failed && !memory.trusts(source, now)
    }

    /// A signature was missing or wrong. Whether the source is turned away from now on.
    pub(super) fn failed(&self, source: Source, now: Instant) -> bool {
        let mut memory = self.memory();
        if memory.failures.len() >= REMEMBERED && !memory.failures.contains_key(&source) {
            memory.forget_failures(now);
        }
        let (since, count) = memory.failures.entry(source).or_insert((now, 0));
        if now.duration_since(*since) >= WINDOW {
            (*since, *count) = (now, 0);
        }
        *count += 1;
        let just_now = *count == MOST;
        just_now && !memory.trusts(source, now)
    }

    /// A signature held.
    pub(super) fn held(&self, source: Source, now: Instant) {
        let mut memory = self.memory();
        // Only GitHub can do this, so the room is never used up by strangers.
        if memory.valid.len() >= REMEMBERED && !memory.valid.contains_key(&source) {
            memory.valid.retain(|_, at| now.duration_since(*at) < TRUSTED);
            if memory.valid.len() >= REMEMBERED {
                return;
            }
        }
        memory.valid.insert(source, now);
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().expect("no panic holds this lock")
    }
}

impl Memory {
    fn trusts(&self, source: Source, now: Instant) -> bool {
        self.valid.get(&source).is_some_and(|at| now.duration_since(*at) < TRUSTED)
    }

    /// Makes room: windows that are over go, else the one that began first.
    fn forget_failures(&mut self, now: Instant) {
        self.failures.retain(|_, (since, _)| now.duration_since(*since) < WINDOW);
        if self.failures.len() >= REMEMBERED {
            let oldest = self.failures.iter().min_by_key(|(_, (since, _))| *since);
            if let Some(oldest) = oldest.map(|(source, _)| *source) {
                self.failures.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(address: &str) -> Source {
        Source::new(address.parse().unwrap(), true).unwrap()
    }

    #[test]
    fn a_source_that_fails_too_often_waits_for_the_minute_to_end() {
        let (sources, start) = (Sources::default(), Instant::now());
        let (bad, other) = (source("192.0.2.7"), source("192.0.2.8"));
        for n in 1..=MOST {
            assert!(!sources.refuses(bad, start));
            assert_eq!(sources.failed(bad, start), n == MOST, "said once");
        }
        assert!(sources.refuses(bad, start + Duration::from_secs(59)));
        assert!(!sources.refuses(other, start), "others are heard");
        assert!(!sources.refuses(Source { for_us: false, ..bad }, start));
        assert!(!sources.refuses(bad, start + WINDOW));
        sources.failed(bad, start + WINDOW);
        assert!(!sources.refuses(bad, start + WINDOW), "counted anew");
    }

    #[test]
    fn a_valid_signature_lets_its_source_pass_for_an_hour_whatever_comes_from_there() {
        let (sources, start) = (Sources::default(), Instant::now());
        let github = source("192.0.2.7");
        sources.held(github, start);
        for _ in 0..10 * MOST {
            assert!(!sources.failed(github, start));
        }
        assert!(!sources.refuses(github, start));
        let late = start + TRUSTED;
        for _ in 0..MOST {
            sources.failed(github, late);
        }
        assert!(sources.refuses(github, late));
        sources.held(github, late);
        assert!(!sources.refuses(github, late));
    }

    #[test]
    fn strangers_without_number_do_not_fill_the_memory() {
        let (sources, start) = (Sources::default(), Instant::now());
        for n in 0..3 * REMEMBERED {
            let stranger = Ipv6Addr::from_bits(0x2001_0db8 << 96 | (n as u128) << 64);
            sources.failed(Source::new(stranger.into(), true).unwrap(), start);
        }
        assert_eq!(sources.memory().failures.len(), REMEMBERED);
    }

    #[test]
    fn a_network_of_ipv6_is_one_source_and_inside_addresses_are_none() {
        assert_eq!(source("2001:db8::1"), source("2001:db8::ffff:1"));
        assert_ne!(source("2001:db8::1"), source("2001:db8:0:1::1"));
        assert_eq!(source("::ffff:192.0.2.7"), source("192.0.2.7"));
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.1.1",
            "100.64.0.1",
            "::1",
            "fd00::1",
            "fe80::1",
        ] {
            assert_eq!(Source::new(inside.parse().unwrap(), true), None, "{inside}");
        }
    }
}
