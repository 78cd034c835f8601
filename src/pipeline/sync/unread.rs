//! A part of a place that could not be read whole: what is known of it still, and why not more.

use crate::domain::{Covered, Part, Seen, Timestamp};
use crate::github::Failure;
use crate::pipeline::sync::files::read_before;

/// A part that was not read whole, and why. What was known stays: not seen is not gone.
pub(super) fn short(
    part: Part,
    before: Option<&Covered>,
    now: Timestamp,
    failure: &Failure,
    again: &mut Option<Timestamp>,
) -> Covered {
    let was_whole = before.is_some_and(|before| before.complete_at.is_some());
    let stale = if was_whole { Seen::Partial } else { Seen::Blind };
    let permission = part.read_with().into_iter().flatten().next();
    let permission = permission.map(|(name, level)| format!("{name}: {level}"));
    let (seen, why, permission) = match failure {
        Failure::Later { until, why, .. } => {
            *again = (*again).max(Some(*until));
            (stale, format!("{why}."), None)
        }
        Failure::Refused { why, permission: named } => {
            let named = named.as_ref().map(|named| named.replace('=', ": "));
            (Seen::Blind, why.clone(), named.or(permission))
        }
        Failure::Gone => (stale, "GitHub answers that it is gone.".to_owned(), None),
        Failure::Blind { why } if !was_whole && part.may_lack() => {
            let why = format!("{why} This plan or host may not have it.");
            (Seen::Unsupported, why, None)
        }
        Failure::Blind { why } => (stale, why.clone(), permission),
    };
    let tags = before.filter(|_| part == Part::Files).map(read_before).unwrap_or_default();
    Covered { tags, ..Covered::short(before, now, seen, why, permission) }
}
