//! Domain values as rows: what is a column, what is a link, what stays in the document.

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};

use crate::domain::{
    Case, CaseState, Finding, IssueNumber, OrgId, Owner, Person, Place, Repo, Standing, Task, Team,
    Through, Timestamp,
};
use crate::register::{Entry, Record, secret_names, secret_number};
use crate::store::StoreError;
use crate::store::value::{Row, Value, json, row};

/// Kinds of link from an identity to what it hangs on.
pub(crate) mod link {
    pub(crate) const REPO: &str = "repo";
    pub(crate) const TEAM: &str = "team";
    pub(crate) const OWNER: &str = "owner";
    pub(crate) const OWNER_TEAM: &str = "owner_team";
    pub(crate) const GRANTER: &str = "granter";
    pub(crate) const HOLDER: &str = "holder";
    pub(crate) const CREDENTIAL: &str = "credential";
    /// The same of what is gone.
    pub(crate) const CREDENTIAL_ONCE: &str = "credential_once";
    pub(crate) const STARTER: &str = "starter";
    pub(crate) const TASK: &str = "task";
    pub(crate) const SECRET: &str = "secret";
}

/// Characters of a name that can be searched for.
const SEARCHED: usize = 64;

/// The form in which names are compared in a search.
pub(crate) fn normalised(name: &str) -> String {
    name.trim_start().to_lowercase().chars().take(SEARCHED).collect()
}

/// Parameters of `PUT_IDENTITY`.
pub(crate) fn identity(org: OrgId, record: &Record) -> Vec<Value> {
    let identity = &record.identity;
    let standing = match identity.standing {
        Standing::Live => "live",
        Standing::Proposed { .. } => "proposed",
        Standing::Gone { .. } => "gone",
    };
    row![
        org,
        &identity.key,
        identity.key.kind().as_str(),
        normalised(identity.name.raw()),
        identity.repo,
        standing,
        record.ownership.word(),
        record.first_seen,
        record.last_seen,
        record.case.as_ref().map(|case| case.as_str()),
        record.baseline,
        identity.fingerprint.as_deref(),
        json(record),
        record.dates.due,
    ]
}

/// What an identity hangs on, and the hash of all of it. A repository only while the identity
/// lives: of its tombstone it is only known what gave it.
pub(crate) fn links(record: &Record) -> (BTreeSet<(&'static str, i64)>, String) {
    let mut links = BTreeSet::new();
    if record.identity.is_live() {
        links.extend(record.repos().into_iter().map(|repo| (link::REPO, repo.0)));
        links.extend(record.granters().map(|user| (link::GRANTER, user.0)));
        links.extend(record.habits.sessions.iter().map(|it| (link::STARTER, it.by.id.0)));
        let tasks = record.accepted_for().map(|(repo, number)| Task::mark(repo, number));
        links.extend(tasks.map(|mark| (link::TASK, mark)));
        links.extend(record.given_marks().map(|mark| (link::CREDENTIAL, mark.number())));
        let secrets = secret_names(record).map(|name| (link::SECRET, secret_number(&name)));
        links.extend(secrets);
    } else {
        let once = record.given_marks().map(|mark| (link::CREDENTIAL_ONCE, mark.number()));
        links.extend(once);
    }
    links.extend(record.identity.holder.iter().map(|holder| (link::HOLDER, holder.id.0)));
    links.extend(record.grants.iter().filter_map(|grant| match grant.through {
        Through::Team { team } => Some((link::TEAM, team.0)),
        _ => None,
    }));
    links.extend(record.ownership.owners().map(|owner| match owner {
        Owner::Person { id, .. } => (link::OWNER, id.0),
        Owner::Team { id, .. } => (link::OWNER_TEAM, id.0),
    }));
    let mark = hex::encode(&Sha256::digest(json(&links))[..8]);
    (links, mark)
}

/// Parameters of `PUT_REPO`.
pub(crate) fn repo(org: OrgId, repo: &Repo) -> Vec<Value> {
    row![org, repo.id, repo.name.as_str(), json(repo)]
}

/// Parameters of `PUT_TEAM`.
pub(crate) fn team(org: OrgId, team: &Team) -> Vec<Value> {
    row![org, team.id, json(team)]
}

/// Parameters of `PUT_PERSON`.
pub(crate) fn person(org: OrgId, person: &Person, as_of: Timestamp) -> Vec<Value> {
    row![org, person.actor.id, person.actor.login.as_str(), as_of, json(person)]
}

/// Parameters of `PUT_CASE`.
pub(crate) fn case(org: OrgId, case: &Case) -> Vec<Value> {
    let repo = match case.place {
        Place::Repo { repo } => Some(repo),
        Place::Register { .. } => None,
    };
    let open = (case.state == CaseState::Open).then(|| case.cause.key());
    row![
        org,
        &case.id,
        state(case.state),
        open,
        repo,
        case.issue,
        case.opened,
        case.latest,
        json(case),
    ]
}

/// The word for a case's state.
pub(crate) fn state(state: CaseState) -> &'static str {
    match state {
        CaseState::Open => "open",
        CaseState::Settled => "settled",
        CaseState::Dismissed => "dismissed",
        CaseState::Merged => "merged",
    }
}

/// Parameters of `PUT_FINDING`.
pub(crate) fn finding(org: OrgId, finding: &Finding) -> Vec<Value> {
    row![
        org,
        &finding.key.0,
        finding.rule.as_str(),
        finding.severity.as_str(),
        finding.repo,
        &finding.identity,
        finding.at,
        json(finding),
    ]
}

/// Parameters of `PUT_ENTRY`.
pub(crate) fn entry(org: OrgId, turn: i64, n: usize, entry: &Entry) -> Vec<Value> {
    let identity = entry.identity.as_ref().map(ToString::to_string);
    row![org, turn, n, entry.at, identity, entry.repo, json(entry)]
}

/// Reads a case: the number of its issue is a column, because GitHub gives it between Turns.
pub(crate) fn read_case(mut row: Row) -> Result<Case, StoreError> {
    let issue = row.maybe_int()?;
    let mut case: Case = row.doc()?;
    case.issue = issue.map(IssueNumber);
    Ok(case)
}

/// Reads an account and when that was read.
pub(crate) fn read_person(mut row: Row) -> Result<(Person, Timestamp), StoreError> {
    let as_of = row.time()?;
    Ok((row.doc()?, as_of))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_ignores_case_and_stops_at_sixty_four_characters() {
        assert_eq!(normalised("  Deploy KEY"), "deploy key");
        assert_eq!(normalised(&"Ä".repeat(100)), "ä".repeat(64));
    }
}
