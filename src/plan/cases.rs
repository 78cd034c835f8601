//! Findings gathered into cases. A burst is one case; what follows on the same identity joins it.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use crate::domain::{
    Act, Case, CaseId, CaseState, Cause, Class, Deed, Finding, Grant, IdentityKey, OrgId, Owner,
    Ownership, Place, Reason, RepoId, Row, Timestamp,
};
use crate::plan::place::{concerns, home, place};
use crate::policy::Policy;
use crate::register::{Need, NotLoaded, Record, Slice, exception};

/// Findings of one cause that come this close together are one case.
const BURST: SignedDuration = SignedDuration::from_mins(10);

/// The most rows of a case. What comes after opens the next one.
const MOST_ROWS: usize = 200;

/// Rules about what became of an identity since it was granted, and whether a yes that was given
/// before covers it.
const DRIFT: [(&str, bool); 10] = [
    ("unrotated-secret", false),
    ("unused-identity", false),
    ("woken-identity", true),
    ("new-place", false),
    ("unusual-rate", false),
    ("dormant-grant", false),
    ("key-left-behind", false),
    ("unseen-change", false),
    ("foreign-identity", false),
    ("used-after-task", false),
];

/// What gathering depends on besides the register.
#[derive(Clone, Copy)]
pub struct Terms<'a> {
    /// The organisation.
    pub org: OrgId,
    /// The policy in force.
    pub policy: &'a Policy,
    /// Home's number, once known.
    pub home: Option<RepoId>,
    /// The moment of the Turn.
    pub now: Timestamp,
}

/// Puts findings into cases, new or open ones. The cases are put into the slice.
///
/// # Errors
/// When the slice lacks something.
pub fn gather(terms: &Terms<'_>, slice: &mut Slice, findings: &[Finding]) -> Result<(), NotLoaded> {
    NotLoaded::all(findings.iter().map(|finding| {
        let record = wanted(terms, slice, finding)?;
        record.map_or(Ok(()), |record| join(terms, slice, finding, record))
    }))?;
    Ok(())
}

/// The identity of a finding that people should hear of. Old news, people, ignored rules and
/// `observe` stay in the register.
fn wanted(
    terms: &Terms<'_>,
    slice: &Slice,
    finding: &Finding,
) -> Result<Option<Record>, NotLoaded> {
    let Some(record) = slice.record(&finding.identity)? else { return Ok(None) };
    let name = match concerns(finding, record) {
        Some(repo) => slice.repo(repo)?.map(|repo| repo.name.clone()),
        None => None,
    };
    let kind = record.identity.key.kind();
    let heard = finding.news
        && record.identity.class == Class::Machine
        && terms.policy.mode(kind, name.as_ref()).writes()
        && !(approved_for_its_holder(record) && finding.rule == "widened-grant");
    let ignored = terms.policy.ignored(&finding.rule, &finding.identity, name.as_ref(), terms.now);
    Ok((heard && ignored.is_none()).then(|| record.clone()))
}

/// A person's own token: the organisation owner's approval is its acceptance.
fn approved_for_its_holder(record: &Record) -> bool {
    let holder = record.identity.holder.as_ref().map(|holder| holder.id);
    holder.is_some()
        && matches!(&record.ownership, Ownership::Owned { owner: Owner::Person { id, .. }, .. }
            if Some(*id) == holder)
}

fn join(
    terms: &Terms<'_>,
    slice: &mut Slice,
    finding: &Finding,
    record: Record,
) -> Result<(), NotLoaded> {
    let mut case = match open_case_of(slice, &record)? {
        Some(case) => case,
        None => case_for(terms, slice, finding, &record)?,
    };
    add(&mut case, finding);
    case.latest = case.latest.max(terms.now);
    let record = Record { case: Some(case.id.clone()), ..record };
    slice.put_record(record);
    slice.put_case(case);
    Ok(())
}

/// The case that already asks about this identity.
fn open_case_of(slice: &Slice, record: &Record) -> Result<Option<Case>, NotLoaded> {
    let Some(id) = &record.case else { return Ok(None) };
    Ok(slice.case(id)?.filter(|case| case.state == CaseState::Open).cloned())
}

/// The open case of the same cause, or a new one. With a home, what one account does in several
/// repositories at once is gathered there.
fn case_for(
    terms: &Terms<'_>,
    slice: &mut Slice,
    finding: &Finding,
    record: &Record,
) -> Result<Case, NotLoaded> {
    let place = place(terms, slice, finding, record)?;
    let cause = cause(terms, finding, &place, record);
    let lead = slice.lead(&Need::OpenCase(cause.key()))?.cloned();
    let close = lead.filter(|case| {
        terms.now.duration_since(case.latest) <= BURST && case.rows.len() < MOST_ROWS
    });
    let Some(lead) = close else { return Ok(fresh(terms, cause, place, finding)) };
    if lead.place == place {
        return Ok(lead);
    }
    let gathered = home(terms, slice)?;
    if lead.place == gathered {
        return Ok(lead);
    }
    if matches!(gathered, Place::Register { .. }) {
        return Ok(fresh(terms, cause, place, finding));
    }
    let mut burst = fresh(terms, cause, gathered, finding);
    burst.opened = lead.opened;
    burst.rows = lead.rows.clone();
    for row in &lead.rows {
        if let Some(record) = slice.record(&row.identity)?.cloned() {
            slice.put_record(Record { case: Some(burst.id.clone()), ..record });
        }
    }
    let merged_into = Some(burst.id.clone());
    slice.put_case(Case { state: CaseState::Merged, merged_into, ..lead });
    Ok(burst)
}

fn cause(terms: &Terms<'_>, finding: &Finding, place: &Place, record: &Record) -> Cause {
    let repo = match (terms.home, place) {
        (None, Place::Repo { repo }) => Some(*repo),
        _ => None,
    };
    match (finding.rule.as_str(), finding.repo, &record.ownership) {
        ("exposed-repository", Some(repo), _) => Cause::Exposed { repo },
        ("owner-left", _, Ownership::Unowned { why: Reason::Left { last }, .. }) => {
            Cause::OwnerLeft { who: last.clone(), repo }
        }
        (rule, _, _) if DRIFT.iter().any(|(drift, _)| *drift == rule) => Cause::Drift { repo },
        _ => Cause::Grants { by: finding.by.as_ref().map(|by| by.id), repo },
    }
}

fn fresh(terms: &Terms<'_>, cause: Cause, place: Place, finding: &Finding) -> Case {
    Case::opened(CaseId::of(terms.org, &cause, finding), cause, place, terms.now)
}

/// Adds a finding to its identity's row: worst first, each key once.
fn add(case: &mut Case, finding: &Finding) {
    let at = case.rows.iter().position(|row| row.identity == finding.identity);
    let row = match at {
        Some(at) => &mut case.rows[at],
        None => {
            let identity = finding.identity.clone();
            case.rows.push(Row { identity, findings: Vec::new(), settled: false });
            case.rows.last_mut().expect("a row was just added")
        }
    };
    row.findings.retain(|known| known.key != finding.key);
    row.findings.push(finding.clone());
    row.findings.sort_by(|a, b| b.severity.cmp(&a.severity).then(a.key.cmp(&b.key)));
}

/// Brings the cases of every changed identity up to date, and names those that look different.
///
/// # Errors
/// When the slice lacks one of the cases.
pub fn refresh(slice: &mut Slice) -> Result<BTreeSet<CaseId>, NotLoaded> {
    let mut cases: BTreeSet<CaseId> = slice.touched_cases().into_iter().collect();
    for key in slice.touched() {
        let case = slice.record(&key)?.and_then(|record| record.case.clone());
        cases.extend(case);
    }
    let touched: BTreeSet<IdentityKey> = slice.touched().into_iter().collect();
    NotLoaded::all(cases.iter().map(|id| renew(slice, id, &touched)))?;
    Ok(cases)
}

/// Sets a case's rows and state by its identities. Of a fleet, which is large, only those count that
/// were touched: the others stand as they stood.
fn renew(slice: &mut Slice, id: &CaseId, touched: &BTreeSet<IdentityKey>) -> Result<(), NotLoaded> {
    let Some(mut case) = slice.case(id)?.cloned() else { return Ok(()) };
    let before = case.clone();
    let whole = !matches!(case.cause, Cause::Fleet { .. });
    let rows = case.rows.iter_mut().filter(|row| whole || touched.contains(&row.identity));
    NotLoaded::all(rows.map(|row| {
        if let Some(record) = slice.record(&row.identity)? {
            row.settled = standing(record, row) != Standing::Waits;
        }
        Ok(())
    }))?;
    mark(&mut case);
    if case != before {
        slice.put_case(case);
    }
    Ok(())
}

/// Sets a case's state by its rows.
pub fn mark(case: &mut Case) {
    if case.is_notice() {
        return;
    }
    case.state = match (case.state, case.waits()) {
        (CaseState::Merged, _) => CaseState::Merged,
        (_, false) => CaseState::Settled,
        (CaseState::Dismissed, true) => CaseState::Dismissed,
        (CaseState::Open | CaseState::Settled, true) => CaseState::Open,
    };
}

/// Why a row waits for nobody, or that it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A person is needed.
    Waits,
    /// A person answers for the power as it is.
    Owned,
    /// A person said that it is out of use.
    Retired,
    /// GitHub does not have it any more.
    Gone,
    /// What was found is not so any more.
    PutRight,
    /// A person left it as it is until a date.
    Excepted,
    /// A person said that the finding is mistaken.
    Mistaken,
}

/// Where a row stands. Ownership settles it only if a person said so in words, for the power that
/// is there now, and so does an exception until its date: wider power asks again, and so does what
/// came over it since.
pub fn standing(record: &Record, row: &Row) -> Standing {
    let found = row.findings.iter().map(|finding| finding.at).max();
    let anew = row.findings.iter().filter(|finding| asks_anew(&finding.rule));
    // GitHub dates words in whole seconds.
    let anew = anew.map(|finding| finding.at.as_second()).max();
    let mistaken = record.acts.iter().rev().find(|act| matches!(act.deed, Deed::Wrong { .. }));
    match &record.ownership {
        _ if record.identity.is_gone() => Standing::Gone,
        Ownership::Retired { .. } => Standing::Retired,
        Ownership::Owned { since, .. }
            if owned_as_it_is(record) && anew.is_none_or(|anew| since.as_second() >= anew) =>
        {
            Standing::Owned
        }
        _ if exception(record)
            .is_some_and(|left| anew.is_none_or(|anew| left.since.as_second() >= anew)) =>
        {
            Standing::Excepted
        }
        _ if row.findings.iter().all(|finding| is_put_right(record, finding)) => Standing::PutRight,
        _ if mistaken.map(|act: &Act| act.order.at) > found => Standing::Mistaken,
        _ => Standing::Waits,
    }
}

/// Whether a rule asks again although somebody answers for the power: what it found came later.
fn asks_anew(rule: &str) -> bool {
    rule == "exposed-repository" || DRIFT.contains(&(rule, false))
}

/// Whether what was found is over: a new value was stored, the credential is used again.
fn is_put_right(record: &Record, finding: &Finding) -> bool {
    match finding.rule.as_str() {
        "unrotated-secret" => record.dates.stored > Some(finding.at),
        "unused-identity" | "dormant-grant" => record.dates.used > Some(finding.at),
        _ => false,
    }
}

/// Whether a person said in words that they answer for the power that is there now.
pub(crate) fn owned_as_it_is(record: &Record) -> bool {
    matches!(&record.ownership, Ownership::Owned { digest, since, .. }
        if *since > Timestamp::UNIX_EPOCH && *digest == Grant::digest(&record.grants))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_becomes_of_an_identity_is_said_by_rules_that_exist() {
        for (rule, _) in DRIFT {
            assert!(crate::rules::page(rule).is_some(), "there is no rule `{rule}`");
        }
    }
}
