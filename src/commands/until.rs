//! Ends of acceptances: how they are written, and the moment they mean.

use jiff::Span;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::commands::command::Until;
use crate::commands::party::quote;
use crate::domain::Timestamp;

/// The longest that anybody can answer for something without saying so again.
const MOST_DAYS: i32 = 3_660;

/// Reads `30d`, `6w`, `3m` or `2027-03-31`.
pub(super) fn read(word: &str) -> Result<Until, String> {
    let refuse =
        || format!("{} is not an end such as `30d`, `6w`, `3m` or `2027-03-31`.", quote(word));
    if let Ok(day) = word.parse::<Date>()
        && word.len() == 10
    {
        return Ok(Until::Day(day));
    }
    let unit = word.chars().last().ok_or_else(refuse)?.to_ascii_lowercase();
    let digits = word.get(..word.len().saturating_sub(1)).unwrap_or("");
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(refuse());
    }
    let (until, days): (fn(i32) -> Until, i64) = match unit {
        'd' => (Until::Days, 1),
        'w' => (Until::Weeks, 7),
        'm' => (Until::Months, 30),
        _ => return Err(refuse()),
    };
    match digits.parse::<i32>() {
        Ok(0) => Err(format!("{} ends at once.", quote(word))),
        Ok(n) if i64::from(n) * days <= i64::from(MOST_DAYS) => Ok(until(n)),
        _ => Err(format!("{} is more than ten years away.", quote(word))),
    }
}

/// The moment of an end: lengths count from when the words were written, a date ends at 24:00 in
/// the organisation's zone. An error is a sentence.
pub(super) fn moment(
    until: Until,
    written: Timestamp,
    zone: &TimeZone,
) -> Result<Timestamp, String> {
    let after = |span: Span| {
        written
            .to_zoned_datetime(zone.clone())
            .checked_add(span)
            .map(|end| end.timestamp())
            .map_err(|_| "That end is too far away.".to_owned())
    };
    let end = match until {
        Until::Days(n) => after(Span::new().days(n))?,
        Until::Weeks(n) => after(Span::new().weeks(n))?,
        Until::Months(n) => after(Span::new().months(n))?,
        Until::Day(day) => day
            .tomorrow()
            .and_then(|next| next.to_zoned_datetime(zone.clone()))
            .map(|midnight| midnight.timestamp())
            .map_err(|_| "That date is too far away.".to_owned())?,
    };
    if end <= written {
        return Err("That date is in the past.".to_owned());
    }
    let latest = after(Span::new().days(MOST_DAYS))?;
    if end > latest { Err("That date is more than ten years away.".to_owned()) } else { Ok(end) }
}
