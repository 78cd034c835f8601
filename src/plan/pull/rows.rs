//! The rows of a pull request's case: one for each grant that somebody should answer for.
//!
//! What is proposed is held as identities that do not exist yet, so the same words own, explain and
//! contest it as everything else.

use std::collections::BTreeMap;

use crate::domain::{
    Actor, Case, CaseId, CaseState, Cause, Class, Evidence, Expiry, FileGrant, Finding, FindingKey,
    Foreign, Grant, Identity, IdentityKey, Ownership, Place, Pull, Reach, Reason, Repo, RepoName,
    Row, Standing as Exists, Through, Timestamp,
};
use crate::plan::Terms;
use crate::plan::cases::{Standing, mark, standing};
use crate::policy::Mode;
use crate::register::{NotLoaded, Record, Slice};

/// A row with all that is shown of it.
pub(super) struct Asked<'a> {
    /// Its number, counted from 1.
    pub(super) number: usize,
    /// The row.
    pub(super) row: &'a Row,
    /// What is proposed, as the register holds it.
    pub(super) record: &'a Record,
    /// What grants it now; `None` when the pull request no longer does.
    pub(super) grant: Option<&'a FileGrant>,
    /// Where it stands.
    pub(super) standing: Standing,
    /// How far the policy goes there.
    pub(super) mode: Mode,
}

/// Brings the case of a pull request up to date with what it grants: new rows, and what is not
/// granted any more is gone. A pull request that asks for nothing and never did has no case.
///
/// # Errors
/// When the slice lacks something.
pub fn ask(
    terms: &Terms<'_>,
    slice: &mut Slice,
    pull: &mut Pull,
    evidence: &Evidence,
) -> Result<(), NotLoaded> {
    let repo = slice.repo(pull.repo)?.cloned();
    let name = repo.as_ref().map(|repo| repo.name.clone());
    let asked = if pull.is_open() { asked(terms, pull, name.as_ref()) } else { Vec::new() };
    let cause = Cause::Pull { repo: pull.repo, pull: pull.number };
    let id = CaseId::of_cause(terms.org, &cause);
    let known = slice.case(&id)?.cloned();
    if known.is_none() && asked.is_empty() {
        return Ok(());
    }
    let mut case = known.unwrap_or_else(|| fresh(terms, id, cause, pull));
    if case.state == CaseState::Merged && !is_of_fleet(slice, &case, pull)? {
        // It grants something else by now than the others: it is asked about by itself again.
        case = Case { state: CaseState::Open, merged_into: None, ..case };
    }
    let asks = case.merged_into.clone().unwrap_or_else(|| case.id.clone());
    let keys: Vec<IdentityKey> =
        asked.iter().map(|(grant, _)| grant.subject.proposed_key(pull.repo, pull.number)).collect();
    let of_rows = case.rows.iter().map(|row| &row.identity);
    let held = NotLoaded::all(of_rows.chain(&keys).map(|key| slice.record(key).map(|_| ())));
    held?;
    for row in &case.rows {
        if !keys.contains(&row.identity)
            && let Some(record) = slice.record(&row.identity)?.cloned()
            && !record.identity.is_gone()
        {
            slice.put_record(gone(record, terms.now));
        }
    }
    for ((grant, findings), key) in asked.into_iter().zip(keys) {
        let known = slice.record(&key)?.cloned();
        slice.put_record(proposed(terms, pull, &asks, grant, &key, known, evidence));
        match case.rows.iter_mut().find(|row| row.identity == key) {
            Some(row) => row.findings = findings,
            None => case.rows.push(Row { identity: key, findings, settled: false }),
        }
        case.latest = terms.now;
    }
    for row in &mut case.rows {
        if let Some(record) = slice.record(&row.identity)? {
            row.settled = standing(record, row) != Standing::Waits;
        }
    }
    mark(&mut case);
    pull.case = Some(case.id.clone());
    slice.put_case(case);
    Ok(())
}

/// Whether the pull request still grants what the case that took over its rows is about.
fn is_of_fleet(slice: &Slice, case: &Case, pull: &Pull) -> Result<bool, NotLoaded> {
    let Some(into) = &case.merged_into else { return Ok(false) };
    let cause = slice.case(into)?.map(|fleet| fleet.cause.clone());
    let digest = pull.weighed.as_ref().map(|weighed| &weighed.digest);
    Ok(matches!(cause, Some(Cause::Fleet { digest: of }) if Some(&of) == digest))
}

/// The grants that somebody is asked about, each with what was found.
fn asked<'a>(
    terms: &Terms<'_>,
    pull: &'a Pull,
    repo: Option<&RepoName>,
) -> Vec<(&'a FileGrant, Vec<Finding>)> {
    let grants = pull.weighed.iter().flat_map(|weighed| &weighed.grants);
    grants
        .filter(|grant| terms.policy.mode(grant.subject.kind, repo).writes())
        .map(|grant| (grant, findings(terms, pull, grant, repo)))
        .filter(|(_, findings)| !findings.is_empty())
        .collect()
}

/// What the rules say about a grant, less what the policy leaves alone.
fn findings(
    terms: &Terms<'_>,
    pull: &Pull,
    grant: &FileGrant,
    repo: Option<&RepoName>,
) -> Vec<Finding> {
    let identity = grant.subject.proposed_key(pull.repo, pull.number);
    let lasting = grant.subject.key(pull.repo);
    grant
        .remarks
        .iter()
        .filter(|remark| terms.policy.ignored(&remark.rule, &lasting, repo, terms.now).is_none())
        .map(|remark| Finding {
            key: FindingKey::new(&remark.rule, &identity, ""),
            rule: remark.rule.clone(),
            severity: remark.severity,
            identity: identity.clone(),
            repo: Some(pull.repo),
            message: remark.message.clone(),
            by: pull.author.clone(),
            at: terms.now,
            news: true,
        })
        .collect()
}

/// The case of a pull request is held in its conversation.
fn fresh(terms: &Terms<'_>, id: CaseId, cause: Cause, pull: &Pull) -> Case {
    let place = Place::Repo { repo: pull.repo };
    Case { issue: Some(pull.number), ..Case::opened(id, cause, place, terms.now) }
}

/// What a pull request would bring about, as an identity that can do nothing yet. What people said
/// about it stays, whatever is pushed.
fn proposed(
    terms: &Terms<'_>,
    pull: &Pull,
    case: &CaseId,
    grant: &FileGrant,
    key: &IdentityKey,
    known: Option<Record>,
    evidence: &Evidence,
) -> Record {
    let first_seen = known.as_ref().map_or(terms.now, |known| known.first_seen);
    let acts = known.as_ref().map(|known| known.acts.clone()).unwrap_or_default();
    let ownership = known
        .map_or(Ownership::Unowned { why: Reason::Never, proposed: None }, |known| known.ownership);
    let identity = Identity {
        standing: Exists::Proposed { pull: pull.number },
        ..identity_of(grant, key, pull.repo)
    };
    let by = pull.author.clone();
    Record {
        identity,
        grants: vec![grant_of(grant, pull.repo, by, terms.now, evidence)],
        acts,
        ownership,
        baseline: false,
        first_seen,
        last_seen: terms.now,
        as_of: terms.now,
        closed: Vec::new(),
        given_with: Vec::new(),
        habits: Default::default(),
        tasks: Vec::new(),
        case: Some(case.clone()),
        dates: Default::default(),
    }
}

/// The identity of what a file grants something to.
pub(crate) fn identity_of(
    grant: &FileGrant,
    key: &IdentityKey,
    repo: crate::domain::RepoId,
) -> Identity {
    let path = grant.subject.path.raw();
    let file = path.rsplit('/').next().unwrap_or(path);
    let name = match grant.subject.name.raw() {
        "" => file.to_owned(),
        name => format!("{name} in {file}"),
    };
    Identity {
        key: key.clone(),
        name: Foreign::new(&name),
        login: None,
        repo: Some(repo),
        class: Class::Machine,
        fingerprint: None,
        catalogue: None,
        holder: None,
        standing: Exists::Live,
    }
}

/// What a file grants, as a grant of the register.
pub(crate) fn grant_of(
    grant: &FileGrant,
    repo: crate::domain::RepoId,
    by: Option<Actor>,
    at: Timestamp,
    evidence: &Evidence,
) -> Grant {
    Grant {
        through: Through::File { repo },
        reach: Reach::one(repo),
        access: None,
        permissions: BTreeMap::new(),
        role: None,
        expiry: Expiry::NotApplicable,
        power: Some(Box::new(grant.power.clone())),
        called: None,
        by,
        at,
        as_of: at,
        evidence: evidence.clone(),
    }
}

fn gone(record: Record, at: Timestamp) -> Record {
    let identity = Identity { standing: Exists::Gone { at }, ..record.identity };
    Record { identity, ..record }
}

/// The rows of a pull request's case as they stand.
///
/// # Errors
/// When the slice lacks something.
pub(super) fn rows<'a>(
    terms: &Terms<'_>,
    slice: &'a Slice,
    case: &'a Case,
    pull: &'a Pull,
    repo: Option<&Repo>,
) -> Result<Vec<Asked<'a>>, NotLoaded> {
    let name = repo.map(|repo| &repo.name);
    let records = NotLoaded::all(case.rows.iter().map(|row| slice.record(&row.identity)))?;
    let grants = || pull.weighed.iter().flat_map(|weighed| &weighed.grants);
    Ok(case
        .rows
        .iter()
        .zip(records)
        .enumerate()
        .filter_map(|(at, (row, record))| {
            let record = record?;
            let grant = grants()
                .find(|grant| grant.subject.proposed_key(pull.repo, pull.number) == row.identity);
            Some(Asked {
                number: at + 1,
                row,
                record,
                grant: grant.filter(|_| !record.identity.is_gone()),
                standing: standing(record, row),
                mode: terms.policy.mode(record.identity.key.kind(), name),
            })
        })
        .collect())
}

impl Asked<'_> {
    /// Whether it waits for a person.
    pub(super) fn waits(&self) -> bool {
        self.standing == Standing::Waits
    }

    /// Whether somebody answers for it.
    pub(super) fn is_owned(&self) -> bool {
        self.standing == Standing::Owned
    }

    /// How bad the worst of it is.
    pub(super) fn severity(&self) -> crate::domain::Severity {
        let worst = self.row.findings.iter().map(|finding| finding.severity).max();
        worst.unwrap_or(crate::domain::Severity::Info)
    }

    /// The sentence of the worst rule.
    pub(super) fn sentence(&self) -> &str {
        let worst = self.row.findings.iter().max_by_key(|finding| finding.severity);
        worst.map_or("", |finding| finding.message.as_str())
    }

    /// Whether somebody said yes and has to press the button.
    pub(super) fn awaits_button(&self) -> bool {
        self.waits()
            && matches!(&self.record.ownership, Ownership::Unowned { proposed: Some(_), .. })
            && self
                .record
                .acts
                .iter()
                .rev()
                .any(|act| matches!(&act.deed, crate::domain::Deed::Propose { terms: Some(_), .. }))
    }
}
