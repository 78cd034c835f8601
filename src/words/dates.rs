//! When something was stored and used, and how much of that is visible.

use crate::domain::{Dates, IdentityKind};
use crate::words::moment;

/// A line for each date, honest about what nobody says.
pub fn dates(kind: IdentityKind, dates: &Dates) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(dates.stored.map(|at| format!("Its value was stored last on {}.", moment(at))));
    lines.push(match (dates.used, kind.states_use(), dates.since) {
        (Some(at), true, _) => format!("GitHub states its last use on {}.", moment(at)),
        (Some(at), false, _) => format!(
            "It was seen acting last on {}. Only what webhooks and the audit log tell is seen.",
            moment(at)
        ),
        (None, true, Some(_)) => "GitHub states that it was never used.".to_owned(),
        (None, true, None) => "GitHub was not asked yet when it was used last.".to_owned(),
        (None, false, _) => {
            "When it is used is not visible: GitHub does not state it for this kind, and nothing it \
             did was seen."
                .to_owned()
        }
    });
    lines
}
