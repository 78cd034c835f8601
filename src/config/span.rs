//! Lengths of time as people write them: `45s`, `60m`, `12h`, `7d`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub Duration);

/// A text that is no length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write a number and a unit, s, m, h or d, as in 60m; at most ten years")]
pub struct InvalidSpan;

/// Ten years, in seconds: longer is a slip of the keyboard.
const MOST: u64 = 10 * 366 * 86_400;

impl FromStr for Span {
    type Err = InvalidSpan;

    fn from_str(text: &str) -> Result<Self, InvalidSpan> {
        let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or(InvalidSpan)?;
        let (number, unit) = text.split_at(digits);
        let seconds = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            _ => return Err(InvalidSpan),
        };
        let number: u64 = number.parse().map_err(|_| InvalidSpan)?;
        match number.checked_mul(seconds) {
            Some(seconds) if seconds <= MOST => Ok(Self(Duration::from_secs(seconds))),
            _ => Err(InvalidSpan),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        match [(86_400, 'd'), (3_600, 'h'), (60, 'm')]
            .into_iter()
            .find(|(n, _)| seconds > 0 && seconds.is_multiple_of(*n))
        {
            Some((n, unit)) => write!(f, "{}{unit}", seconds / n),
            None => write!(f, "{seconds}s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_a_number_and_a_unit() {
        for (text, seconds) in [("0s", 0), ("45s", 45), ("60m", 3_600), ("7d", 604_800)] {
            assert_eq!(text.parse(), Ok(Span(Duration::from_secs(seconds))), "{text}");
        }
        for bad in ["", "7", "d", "-7d", "7 d", "1w", "99999999999999999999d", "4000d", "1.5h"] {
            assert_eq!(bad.parse::<Span>(), Err(InvalidSpan), "{bad}");
        }
        assert_eq!("168h".parse::<Span>().unwrap().to_string(), "7d");
    }
}
