//! Where one row stands, in words, and who should own it.

use jiff::tz::TimeZone;

use crate::domain::{
    Actor, Deed, Login, Owner, Ownership, Reason, Row, Standing as Exists, Timestamp,
};
use crate::plan::cases::{Standing, standing};
use crate::plan::issue::IssueInput;
use crate::register::{Record, exception};
use crate::words::{account, defused, last_day, long_date, owner, person, shown};

/// Where a settled row stands: who and since when; `None` while it waits.
pub(crate) fn settled(record: &Record, row: &Row) -> Option<String> {
    let day = |at: Timestamp| long_date(at, &TimeZone::UTC);
    match standing(record, row) {
        Standing::Waits => None,
        Standing::Owned => Some(match &record.ownership {
            Ownership::Owned { owner: who, since, by_granter, .. } => {
                let also = if *by_granter { ", who granted it" } else { "" };
                format!("owned by {}{also}, {}", owner(who), day(*since))
            }
            Ownership::Unowned { .. } | Ownership::Retired { .. } => "owned".to_owned(),
        }),
        Standing::Retired => Some(match &record.ownership {
            Ownership::Retired { at, by } => {
                format!("declared out of use by {}, {}", account(by), day(*at))
            }
            Ownership::Unowned { .. } | Ownership::Owned { .. } => "out of use".to_owned(),
        }),
        Standing::Gone => Some(match record.identity.standing {
            Exists::Gone { at } => format!("gone from GitHub, {}", day(at)),
            Exists::Live | Exists::Proposed { .. } => "gone from GitHub".to_owned(),
        }),
        Standing::PutRight => Some("put right".to_owned()),
        Standing::Excepted => Some(exception(record).map_or_else(
            || "left as it is".to_owned(),
            |left| {
                let (by, why) = (account(&left.by.login), shown(left.because));
                format!("left as it is until {} by {by}, because {why}", day(last_day(left.until)))
            },
        )),
        Standing::Mistaken => {
            let act = record.acts.iter().rev().find(|act| matches!(act.deed, Deed::Wrong { .. }));
            Some(match act {
                Some(act) => {
                    format!("called a mistake by {}, {}", account(&act.by.login), day(act.order.at))
                }
                None => "called a mistake".to_owned(),
            })
        }
    }
}

/// Somebody who might take it, and why; `None` when nothing points to a person.
pub(super) fn proposed(input: &IssueInput<'_>, record: &Record) -> Option<String> {
    let ping = |login: &Login| person(login, (input.readable)(login));
    if let Ownership::Unowned { proposed: Some(proposal), .. } = &record.ownership {
        let who = match &proposal.owner {
            Owner::Person { login, .. } => ping(login),
            team @ Owner::Team { .. } => owner(team),
        };
        return Some(format!("{who}, {}", defused(&proposal.why)));
    }
    let could = |who: &&Actor| (input.is_human)(who) && !has_left(record, who);
    if let Some(holder) = record.identity.holder.as_ref().filter(could) {
        return Some(format!("{}, whose token it is", ping(&holder.login)));
    }
    let newest = record.grants.iter().max_by_key(|grant| grant.at)?;
    let by = newest.by.as_ref().filter(could)?;
    Some(format!("{}, who granted it", ping(&by.login)))
}

/// Whether it lost its owner because this person is gone.
fn has_left(record: &Record, who: &Actor) -> bool {
    matches!(&record.ownership,
        Ownership::Unowned { why: Reason::Left { last: Owner::Person { id, .. } }, .. }
            if *id == who.id)
}
