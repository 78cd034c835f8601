//! How an identity is used: from where, how often, and for an agent, who started it. What is kept is bounded, whatever happens.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::domain::{Actor, Foreign, Timestamp};

/// Where a record says that something was used from. GitHub says it only where an enterprise
/// discloses addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whence {
    /// The address's network, never the address: `192.0.2.0/24`, `2001:db8:7::/48`.
    pub network: Option<String>,
    /// The country's code.
    pub country: Option<String>,
}

/// A session of an agent that a person started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentSession {
    /// Who started it.
    pub by: Actor,
    /// GitHub's name for the session, where a record gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Foreign>,
    /// When the agent did something in it.
    pub at: Timestamp,
}

/// What is usual for an identity, as far as the audit log and runs of workflows tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Habits {
    /// When the first use was counted: what is usual is learnt from then on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// When the first record named a place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placed_since: Option<Timestamp>,
    /// The networks that it was used from last, each with when.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub networks: BTreeMap<String, Timestamp>,
    /// The countries that it was used from last, each with when.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub countries: BTreeMap<String, Timestamp>,
    /// When the present stretch began, with the uses in it and in the one before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stretch: Option<(Timestamp, u32, u32)>,
    /// The most uses within a stretch, by day since 1970, the oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub busiest: Vec<(i64, u32)>,
    /// When it was last told that there were many, and how many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told: Option<(Timestamp, u32)>,
    /// Who started sessions of it, each person once with the newest, the newest last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sessions: Vec<AgentSession>,
}

impl Whence {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The network of an address as text; `None` when it is no address.
    pub fn network_of(address: &str) -> Option<String> {
        match address.trim().parse().ok()? {
            core::net::IpAddr::V4(v4) => {
                let [a, b, c, _] = v4.octets();
                Some(format!("{a}.{b}.{c}.0/24"))
            }
            core::net::IpAddr::V6(v6) => {
                let [a, b, c, ..] = v6.segments();
                Some(format!("{}/48", core::net::Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0)))
            }
        }
    }
}

impl Habits {
    /// How long a stretch is in which uses are counted: the one in which the field's rules look for
    /// a burst of clones.
    pub const STRETCH: SignedDuration = SignedDuration::from_mins(9);

    /// The most networks, and the most countries, that are kept.
    pub const MOST_PLACES: usize = 16;

    /// The most people who are kept as having started it.
    pub const MOST_STARTERS: usize = 20;

    /// The most days of which the busiest stretch is kept.
    const MOST_DAYS: usize = 30;

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Takes in a session. Records may come in any order.
    pub fn learn_session(&mut self, session: AgentSession) {
        let known = self.sessions.iter().position(|it| it.by.id == session.by.id);
        match known {
            Some(known) if self.sessions[known].at >= session.at => return,
            Some(known) => {
                self.sessions.remove(known);
            }
            None => {}
        }
        self.sessions.push(session);
        self.sessions.sort_by_key(|it| it.at);
        let excess = self.sessions.len().saturating_sub(Self::MOST_STARTERS);
        self.sessions.drain(..excess);
    }

    /// Counts one use, and says how many there were within the stretch that ends with it. The stretch
    /// slides: what was counted before it began counts by the part that still lies inside. Records
    /// may come in any order; one that is older than both stretches is not counted.
    pub fn count(&mut self, at: Timestamp) -> u32 {
        self.since = Some(self.since.map_or(at, |since| since.min(at)));
        let length = Self::STRETCH.as_millis();
        let (mut began, mut now, mut before) = self.stretch.unwrap_or((at, 0, 0));
        let gone = at.duration_since(began).as_millis();
        if gone >= 2 * length {
            (began, now, before) = (at, 0, 0);
        } else if gone >= length {
            (began, now, before) = (began + Self::STRETCH, 0, now);
        } else if gone < -length {
            return 0;
        } else if gone < 0 {
            self.stretch = Some((began, now, before + 1));
            return 0;
        }
        now += 1;
        self.stretch = Some((began, now, before));
        let inside = at.duration_since(began).as_millis().clamp(0, length);
        let part = i128::from(before) * (length - inside) / length;
        let uses = now + u32::try_from(part).unwrap_or(u32::MAX);
        self.keep(day(at), uses);
        uses
    }

    /// The most uses within a stretch on other days.
    pub fn usual(&self, at: Timestamp) -> u32 {
        let others = self.busiest.iter().filter(|(of, _)| *of != day(at));
        others.map(|(_, uses)| *uses).max().unwrap_or(0)
    }

    /// Notes where it was used. The place that was not used for longest makes room.
    pub fn place(&mut self, whence: &Whence, at: Timestamp) {
        if whence.is_empty() {
            return;
        }
        self.placed_since = Some(self.placed_since.map_or(at, |since| since.min(at)));
        for (known, seen) in
            [(&mut self.networks, &whence.network), (&mut self.countries, &whence.country)]
        {
            let Some(seen) = seen else { continue };
            let last = known.entry(seen.clone()).or_insert(at);
            *last = (*last).max(at);
            if known.len() > Self::MOST_PLACES {
                let oldest = known.iter().min_by_key(|(_, at)| **at).map(|(name, _)| name.clone());
                known.retain(|name, _| Some(name) != oldest.as_ref());
            }
        }
    }

    fn keep(&mut self, day: i64, uses: u32) {
        match self.busiest.iter_mut().find(|(of, _)| *of == day) {
            Some((_, most)) => *most = (*most).max(uses),
            None => {
                self.busiest.push((day, uses));
                self.busiest.sort_unstable();
                let excess = self.busiest.len().saturating_sub(Self::MOST_DAYS);
                self.busiest.drain(..excess);
            }
        }
    }
}

fn day(at: Timestamp) -> i64 {
    at.as_second().div_euclid(86_400)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_burst_is_counted_wherever_it_falls_and_a_slow_pace_is_not() {
        let mut habits = Habits::default();
        let burst: Vec<u32> = (0..30).map(|n| habits.count(at(500 + n * 10))).collect();
        assert_eq!(burst.last(), Some(&30), "all within nine minutes, across no edge");
        let mut habits = Habits::default();
        habits.count(at(0));
        let burst: Vec<u32> = (0..30).map(|n| habits.count(at(400 + n * 10))).collect();
        assert!(*burst.last().unwrap() >= 25, "across an edge it is an estimate: {burst:?}");
        let mut habits = Habits::default();
        let slow = (0..300).map(|n| habits.count(at(n * 60))).max().unwrap();
        assert!(slow <= 10, "one a minute: {slow}");
    }

    #[test]
    fn a_record_that_comes_late_does_not_begin_a_stretch_anew() {
        let mut habits = Habits::default();
        for second in 1_000..1_020 {
            habits.count(at(second));
        }
        assert_eq!(habits.count(at(5)), 0, "long ago");
        assert_eq!(habits.count(at(990)), 0, "just before: counted, and no sign of anything new");
        assert_eq!(habits.count(at(1_020)), 21);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut habits = Habits::default();
        for n in 0..1_000_i64 {
            let network = Whence::network_of(&format!("192.0.{}.7", n % 250));
            let country = Some(format!("c{n}"));
            habits.place(&Whence { network, country }, at(n * 86_400));
            habits.count(at(n * 86_400));
        }
        assert_eq!(habits.networks.len(), Habits::MOST_PLACES);
        assert_eq!(habits.countries.len(), Habits::MOST_PLACES);
        assert_eq!(habits.busiest.len(), Habits::MOST_DAYS);
        assert!(serde_json::to_string(&habits).unwrap().len() < 3_000);
    }

    #[test]
    fn only_the_network_of_an_address_is_kept() {
        assert_eq!(Whence::network_of("192.0.2.77").as_deref(), Some("192.0.2.0/24"));
        assert_eq!(Whence::network_of("2001:db8:7:9::1").as_deref(), Some("2001:db8:7::/48"));
        assert_eq!(Whence::network_of("somewhere"), None);
    }
}
