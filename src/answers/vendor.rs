//! Everything that a vendor holds here, and how far its credentials are rotated since an incident.
//!
//! What is a vendor's stands in names, accounts and addresses, and a token's doings in what it made.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::answers::register::repos;
use crate::answers::rotation::{Counts, Rotation, Stand, counts, line, stand, step};
use crate::answers::{Listed, Row};
use crate::catalogue::{self, Told};
use crate::domain::{IdentityKey, Mark, OrgId, Standing, Timestamp};
use crate::register::Record;
use crate::store::{Filter, OrgRow, Store, StoreError};

/// Rows that are read at once.
const PAGE: usize = 500;

/// What a vendor holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VendorAnswer {
    /// The vendor, as it was asked for.
    pub vendor: String,
    /// The moment of the incident, where one was given.
    pub since: Option<Timestamp>,
    /// How far it is rotated, in a sentence: the first thing to read.
    pub line: String,
    /// How many there are of each.
    pub counts: Counts,
    /// Each thing, what is still to be rotated first.
    pub items: Vec<HeldThing>,
    /// What to give as `after` for the rest.
    pub next: Option<IdentityKey>,
}

/// One thing of a vendor's.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HeldThing {
    /// How far it is.
    pub rotation: Rotation,
    /// What says that it is the vendor's.
    pub because: &'static str,
    /// Since when its value is what it is, as far as anybody says.
    pub made: Option<Timestamp>,
    /// When it was replaced or went.
    pub done: Option<Timestamp>,
    /// The same in a sentence.
    pub why: String,
    /// What to do; `None` where nothing is.
    pub step: Option<&'static str>,
    /// As in the register.
    #[serde(flatten)]
    pub row: Row,
}

/// What a vendor holds. `since`: the moment of an incident. At most `limit` things, after `after`; the
/// sentence and the counts are about all of them.
pub async fn vendor(
    store: &Store,
    org: &OrgRow,
    vendor: &str,
    (filter, since): (&Filter, Option<Timestamp>),
    (after, limit): (Option<&IdentityKey>, usize),
) -> Result<VendorAnswer, StoreError> {
    let mut judged = Vec::new();
    for (told, record) in held(store, org.org, vendor, filter).await? {
        let Some(stand) = stand(store, org.org, &record, since).await? else { continue };
        judged.push((stand, told, record));
    }
    judged.sort_by(|(a, _, one), (b, _, other)| {
        (a.rotation, &one.identity.key).cmp(&(b.rotation, &other.identity.key))
    });
    let counts = counts(judged.iter().map(|(stand, _, _)| stand.rotation));
    let begin = after
        .and_then(|after| judged.iter().position(|(_, _, record)| record.identity.key == *after));
    let mut shown: Vec<_> = judged.into_iter().skip(begin.map_or(0, |at| at + 1)).collect();
    let more = shown.len() > limit;
    shown.truncate(limit);
    let next = shown.last().filter(|_| more).map(|(_, _, record)| record.identity.key.clone());
    let first = |record: &Record| record.repos().first().copied();
    let places =
        repos(store, org.org, shown.iter().filter_map(|(_, _, record)| first(record))).await?;
    let items = shown.into_iter().map(|(stand, told, record)| {
        let repo = first(&record).and_then(|repo| places.get(&repo)).cloned();
        let Stand { rotation, made, done, why } = stand;
        let is_open = rotation <= Rotation::NotAsked;
        HeldThing {
            rotation,
            because: told.words(),
            made,
            done,
            why,
            step: step(record.identity.key.kind()).filter(|_| is_open),
            row: Listed { record, repo }.row(),
        }
    });
    Ok(VendorAnswer {
        vendor: vendor.to_owned(),
        since,
        line: line(&counts, since),
        counts,
        items: items.collect(),
        next,
    })
}

/// Everything of a vendor's, also what is gone, and what its tokens were used to give access to. A
/// vendor's token is one whether the filter shows it or not.
async fn held(
    store: &Store,
    org: OrgId,
    vendor: &str,
    filter: &Filter,
) -> Result<Vec<(Told, Record)>, StoreError> {
    let mut held: Vec<(Told, Record)> = Vec::new();
    let mut after = None;
    loop {
        let page = store.maybe_of_vendor(org, vendor, after.as_ref(), PAGE).await?;
        for record in page.items.into_iter().filter(is_known) {
            let by = record.grants.iter().filter_map(|grant| grant.by.as_ref());
            if let Some(told) = catalogue::told(vendor, &record.identity, by) {
                held.push((told, record));
            }
        }
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    let tokens: BTreeSet<Mark> = held.iter().flat_map(|(_, record)| record.own_marks()).collect();
    let made = store.given_with(org, &tokens).await?;
    let mut known: BTreeSet<IdentityKey> =
        held.iter().map(|(_, record)| record.identity.key.clone()).collect();
    let new = made.into_iter().filter(is_known);
    let new = new.filter(|record| known.insert(record.identity.key.clone()));
    held.extend(new.map(|record| (Told::Token, record)));
    held.retain(|(_, record)| filter.passes(record));
    Ok(held)
}

/// Whether it was seen and is more than a proposal.
fn is_known(record: &Record) -> bool {
    !record.identity.name.raw().is_empty()
        && !matches!(record.identity.standing, Standing::Proposed { .. })
}
