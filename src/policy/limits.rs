//! How much time may pass before something is worth a look.

use jiff::SignedDuration;

/// Days after which time alone makes a rule true, and what is unusual. The defaults are those that
/// others publish: a year for a secret that nobody changes, a quarter without use, a month of silence,
/// 25 clones within nine minutes. Others compare places with those of five days; a weekly job would be
/// told of each time, so it is a month here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A secret or key that nobody replaces.
    pub rotate_days: u16,
    /// A credential that nobody uses.
    pub unused_days: u16,
    /// An identity that was silent and then acts.
    pub silent_days: u16,
    /// How long a place from which an identity was used is remembered.
    pub place_days: u16,
    /// How many uses within nine minutes may be unusual.
    pub burst_uses: u16,
}

impl Default for Limits {
    fn default() -> Self {
        Self { rotate_days: 365, unused_days: 90, silent_days: 30, place_days: 30, burst_uses: 25 }
    }
}

impl Limits {
    /// The most of any limit.
    pub const MOST: u16 = 3_650;

    /// [`Self::rotate_days`] as a span.
    pub fn rotate(self) -> SignedDuration {
        days(self.rotate_days)
    }

    /// [`Self::unused_days`] as a span.
    pub fn unused(self) -> SignedDuration {
        days(self.unused_days)
    }

    /// [`Self::place_days`] as a span.
    pub fn place(self) -> SignedDuration {
        days(self.place_days)
    }

    /// [`Self::silent_days`] as a span.
    pub fn silent(self) -> SignedDuration {
        days(self.silent_days)
    }
}

fn days(days: u16) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::from(days))
}

#[cfg(test)]
mod tests {
    use crate::policy::Policy;

    #[test]
    fn a_limit_is_a_number_of_days_up_to_ten_years() {
        let read = |days: &str| {
            Policy::read(&format!("limits:\n  unused_days: {days}\n"), &Policy::default())
        };
        for bad in ["0", "3651", "-1", "9999999999", "soon"] {
            let refused = read(bad).unwrap_err();
            assert_eq!(refused.line, 2, "{bad}: {}", refused.message);
        }
        assert_eq!(read("3650").unwrap().limits.unused_days, 3_650);
    }
}
