//! A day in an address, as people write it.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::domain::Timestamp;

/// What was given for a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Day {
    /// Its first moment, in UTC.
    At(Timestamp),
    /// Nothing, or an empty field.
    NotGiven,
    /// Something that is none.
    Wrong,
}

/// Reads a day.
pub(super) fn day(text: Option<&str>) -> Day {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Day::NotGiven;
    };
    let begin = |day: Date| day.to_zoned_datetime(TimeZone::UTC).ok();
    match text.parse().ok().and_then(begin) {
        Some(begin) => Day::At(begin.timestamp()),
        None => Day::Wrong,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_and_a_moment_or_nonsense_is_told_apart_from_nothing() {
        assert_eq!(day(Some("2026-03-19")), Day::At("2026-03-19T00:00:00Z".parse().unwrap()));
        assert_eq!((day(None), day(Some(" "))), (Day::NotGiven, Day::NotGiven));
        assert_eq!((day(Some("19.3.2026")), day(Some("soon"))), (Day::Wrong, Day::Wrong));
    }
}
