//! Who owns an identity, derived from what people did, in the order they did it.
//!
//! The fold looks at nothing but the acts, so hearing of them late or twice changes nothing.

use crate::domain::{
    Act, Actor, Deed, Digest, Foreign, Grant, Owner, Ownership, Proposal, Reason, Timestamp, UserId,
};
use crate::register::Record;

/// The most acts that are kept for one identity. Older ones are in the timeline.
const MOST: usize = 200;

/// Adds an act, in its place. `false` when it is known already.
pub fn add_act(record: &mut Record, act: Act) -> bool {
    let place = |other: &Act| (other.order, other.by.id);
    if record.acts.iter().any(|known| place(known) == place(&act) && known.deed == act.deed) {
        return false;
    }
    let at = record.acts.partition_point(|known| place(known) <= place(&act));
    record.acts.insert(at, act);
    if record.acts.len() > MOST {
        record.acts.remove(0);
    }
    record.ownership = ownership(&record.acts);
    true
}

/// Where an identity stands after these acts, which must be in order.
pub fn ownership(acts: &[Act]) -> Ownership {
    acts.iter().fold(Ownership::Unowned { why: Reason::Never, proposed: None }, after)
}

/// Where it stands after one more act.
fn after(before: Ownership, act: &Act) -> Ownership {
    match (&act.deed, before) {
        (Deed::Own { owner, backup, until, task, because, digest, by_granter }, _) => {
            Ownership::Owned {
                owner: owner.clone(),
                backup: backup.clone(),
                since: act.order.at,
                until: *until,
                task: *task,
                because: because.clone(),
                digest: digest.clone(),
                by_granter: *by_granter,
            }
        }
        (Deed::Propose { owner, .. }, Ownership::Unowned { why, .. }) => {
            let why_them = format!("named by {}", act.by.login);
            Ownership::Unowned {
                why,
                proposed: Some(Proposal { owner: owner.clone(), why: why_them }),
            }
        }
        (Deed::Disown { for_others }, ref owned @ Ownership::Owned { .. })
            if *for_others || owned.owners().any(|owner| is(owner, act.by.id)) =>
        {
            Ownership::Unowned {
                why: Reason::Disowned { by: act.by.login.clone() },
                proposed: None,
            }
        }
        (Deed::Left { who }, owned @ Ownership::Owned { .. }) => without(owned, who),
        (Deed::Retire, _) => Ownership::Retired { at: act.order.at, by: act.by.login.clone() },
        (
            Deed::Propose { .. }
            | Deed::Disown { .. }
            | Deed::Left { .. }
            | Deed::Wrong { .. }
            | Deed::Except { .. }
            | Deed::Lapse { .. },
            unchanged,
        ) => unchanged,
    }
}

/// What a person left as it is, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exception<'a> {
    /// Who.
    pub by: &'a Actor,
    /// When they said so.
    pub since: Timestamp,
    /// When it must be asked about again.
    pub until: Timestamp,
    /// Why.
    pub because: &'a Foreign,
}

/// The exception that is in force for the power as it is now.
pub fn exception(record: &Record) -> Option<Exception<'_>> {
    exception_for(record, &Grant::digest(&record.grants))
}

/// The same for a power. The newest counts, until its date came or the power is another.
pub fn exception_for<'a>(record: &'a Record, digest: &Digest) -> Option<Exception<'a>> {
    let newest = record.acts.iter().rev().find_map(|act| match &act.deed {
        Deed::Except { until, because, digest: of } => {
            let exception = Exception { by: &act.by, since: act.order.at, until: *until, because };
            Some((exception, of))
        }
        _ => None,
    });
    let (exception, of) = newest?;
    let lapsed = record
        .acts
        .iter()
        .any(|act| matches!(act.deed, Deed::Lapse { until } if until >= exception.until));
    (of == digest && !lapsed).then_some(exception)
}

/// Whether an owner is this person.
fn is(owner: &Owner, user: UserId) -> bool {
    matches!(owner, Owner::Person { id, .. } if *id == user)
}

/// What remains when `who` is gone: the backup steps in, or nobody is left.
fn without(owned: Ownership, who: &Owner) -> Ownership {
    let Ownership::Owned { owner, backup, since, until, task, because, digest, by_granter } = owned
    else {
        return owned;
    };
    let backup = backup.filter(|backup| !same(backup, who));
    let owner = match (same(&owner, who), backup.clone()) {
        (false, _) => owner,
        (true, Some(backup)) => backup,
        (true, None) => {
            return Ownership::Unowned { why: Reason::Left { last: owner }, proposed: None };
        }
    };
    let backup = backup.filter(|backup| !same(backup, &owner));
    Ownership::Owned { owner, backup, since, until, task, because, digest, by_granter }
}

/// Whether two owners are the same person or team, whatever they are called now.
fn same(one: &Owner, other: &Owner) -> bool {
    match (one, other) {
        (Owner::Person { id, .. }, Owner::Person { id: other, .. }) => id == other,
        (Owner::Team { id, .. }, Owner::Team { id: other, .. }) => id == other,
        (Owner::Person { .. }, Owner::Team { .. }) | (Owner::Team { .. }, Owner::Person { .. }) => {
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        Actor, ActorType, Digest, Evidence, IssueNumber, Order, RepoId, Timestamp,
    };

    fn act(second: i64, who: i64, deed: Deed) -> Act {
        Act {
            order: Order { at: Timestamp::from_second(second).unwrap(), id: second },
            by: actor(who),
            deed,
            evidence: Evidence::Comment { repo: RepoId(1), issue: IssueNumber(1), comment: None },
        }
    }

    fn actor(id: i64) -> Actor {
        Actor { id: UserId(id), login: login(id), kind: ActorType::User }
    }

    fn login(id: i64) -> crate::domain::Login {
        format!("user-{id}").parse().unwrap()
    }

    fn person(id: i64) -> Owner {
        Owner::Person { id: UserId(id), login: login(id) }
    }

    fn own(id: i64, backup: Option<i64>) -> Deed {
        Deed::Own {
            owner: person(id),
            backup: backup.map(person),
            until: None,
            task: None,
            because: None,
            digest: Digest("d".to_owned()),
            by_granter: false,
        }
    }

    fn owner_of(ownership: &Ownership) -> Option<Owner> {
        ownership.owners().next().cloned()
    }

    #[test]
    fn the_newest_words_count_and_late_old_ones_do_not() {
        let acts = [act(1, 1, own(1, None)), act(2, 2, own(2, None))];
        assert_eq!(owner_of(&ownership(&acts)), Some(person(2)));
    }

    #[test]
    fn when_the_owner_leaves_the_backup_steps_in_and_then_nobody() {
        let left = |id| Deed::Left { who: person(id) };
        let mut acts = vec![act(1, 1, own(1, Some(2))), act(2, 1, left(1))];
        assert_eq!(owner_of(&ownership(&acts)), Some(person(2)));
        acts.push(act(3, 2, left(2)));
        assert!(ownership(&acts).is_orphaned());
    }

    #[test]
    fn naming_somebody_makes_nobody_an_owner() {
        let named = ownership(&[act(1, 1, Deed::Propose { owner: person(2), terms: None })]);
        assert_eq!((named.word(), named.is_owned()), ("proposed", false));
    }

    #[test]
    fn an_owner_who_left_before_taking_it_again_is_the_owner() {
        let acts = [act(1, 1, Deed::Left { who: person(1) }), act(2, 1, own(1, None))];
        assert_eq!(owner_of(&ownership(&acts)), Some(person(1)));
    }
}
