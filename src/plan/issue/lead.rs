//! The first sentence: who did what, when, and what it reaches, in plain words.

use crate::domain::{Actor, Cause, Grant, OrgRole, Owner, Through, Timestamp};
use crate::plan::issue::IssueInput;
use crate::register::Record;
use crate::words::{ability, account, count, moment, named, owner, upper};

pub(super) fn lead(input: &IssueInput<'_>) -> String {
    let sentence = match &input.case.cause {
        Cause::Grants { .. } | Cause::Pull { .. } => granted(input),
        Cause::Fleet { .. } => {
            let findings = input.case.rows.iter().filter_map(|row| row.findings.first());
            let repos: std::collections::BTreeSet<_> =
                findings.filter_map(|finding| finding.repo).collect();
            let place = count(repos.len(), "repository");
            format!("the same change is proposed in {place}.")
        }
        Cause::Exposed { repo } => {
            let place = input.repo(*repo).unwrap_or_else(|| "A repository".to_owned());
            format!("{place} is public now, and {} it.", hang(input.case.rows.len()))
        }
        Cause::Drift { .. } => drifted(input),
        Cause::OwnerLeft { who, .. } => left(input, who),
        Cause::Weakened { .. } => "a safeguard was weakened.".to_owned(),
        Cause::Impostor { .. } => "Somebody else reports a check under our name.".to_owned(),
        Cause::Callers { .. } => "A change reaches workflows of other repositories.".to_owned(),
        Cause::Moved { .. } => "References to code of others moved.".to_owned(),
        Cause::Upstream { .. } => "Code of others is not what its name says.".to_owned(),
        Cause::Baseline => "these were here before Beholden.".to_owned(),
        Cause::Blind { .. } => "Beholden went blind.".to_owned(),
    };
    let powers = match input.records {
        [record] => powers(input, record),
        // Not all of them are at hand, and the sentence before has said it.
        _ if matches!(input.case.cause, Cause::Fleet { .. }) => String::new(),
        records => reach(records),
    };
    format!("**{}**{powers}{}", upper(&sentence), waits(input))
}

/// The worst that was found of one, or how many there are.
fn drifted(input: &IssueInput<'_>) -> String {
    let first = input.case.rows.first().and_then(|row| row.findings.first());
    match (&input.case.rows[..], first) {
        ([_], Some(finding)) => finding.message.clone(),
        _ => format!("{} should be looked at again.", count(input.case.rows.len(), "identity")),
    }
}

fn hang(n: usize) -> String {
    let verb = if n == 1 { "hangs" } else { "hang" };
    format!("{} {verb} on", count(n, "identity"))
}

fn left(input: &IssueInput<'_>, who: &Owner) -> String {
    let what = match input.records {
        [record] => named(&record.identity, place(input, record)),
        _ => count(input.case.rows.len(), "identity"),
    };
    format!("{} answered for {what} and is gone.", owner(who))
}

/// How many wait, where the sentence before does not say it.
fn waits(input: &IssueInput<'_>) -> String {
    let rows = input.case.rows.len();
    match input.case.rows.iter().filter(|row| !row.settled).count() {
        0 => String::new(),
        1 if rows == 1 && input.records.iter().all(|it| it.ownership.is_owned()) => {
            " Whoever answers for it is asked again.".to_owned()
        }
        1 if rows == 1 => " Nobody answers for it now.".to_owned(),
        n if n == rows => format!(" All of them wait for {}.", awaited(input)),
        n => format!(" {n} of {rows} wait for {}.", awaited(input)),
    }
}

/// For what rows wait.
fn awaited(input: &IssueInput<'_>) -> &'static str {
    match input.case.cause {
        Cause::Drift { .. } => "somebody who answers for them as they are",
        _ => "an owner",
    }
}

/// How far several identities reach together.
fn reach(records: &[&Record]) -> String {
    let wide = records.iter().flat_map(|record| &record.grants).any(|grant| grant.reach.is_wide());
    let mut repos: Vec<_> = records.iter().flat_map(|record| record.repos()).collect();
    repos.sort();
    repos.dedup();
    match (wide, repos.len()) {
        (true, _) => " Some of them reach the whole organisation.".to_owned(),
        (false, 0) => String::new(),
        (false, n) => format!(" Together they reach {}.", count(n, "repository")),
    }
}

/// What one identity can do, sentence by sentence.
fn powers(input: &IssueInput<'_>, record: &Record) -> String {
    let mut text = String::new();
    for grant in record.grants.iter().take(3) {
        text += &format!(" It {}.", ability(grant, &|repo| input.repo(repo)));
    }
    if record.grants.len() > 3 {
        text += &format!(" And {}.", count(record.grants.len() - 3, "more grant"));
    }
    text
}

fn granted(input: &IssueInput<'_>) -> String {
    let newest = |record: &Record| record.grants.iter().max_by_key(|grant| grant.at).cloned();
    if let [record] = input.records
        && let Some(grant) = newest(record)
    {
        return one(input, record, &grant);
    }
    let grants: Vec<Grant> = input.records.iter().filter_map(|record| newest(record)).collect();
    let mut kinds: Vec<_> = input.case.rows.iter().map(|row| row.identity.kind()).collect();
    kinds.dedup();
    let noun = if let [one] = kinds[..] { one.words() } else { "identity" };
    let what = count(input.case.rows.len(), noun);
    let when = span(grants.iter().map(|grant| grant.at));
    match by(grants.first()) {
        Some(who) => format!("{} brought in {what}{when}.", account(&who.login)),
        None => format!("Somebody GitHub did not name brought in {what}{when}."),
    }
}

/// `, between A and B`, or the one moment.
fn span(times: impl Iterator<Item = Timestamp>) -> String {
    let mut times: Vec<_> = times.collect();
    times.sort();
    match (times.first(), times.last()) {
        (Some(first), Some(last)) if moment(*first) == moment(*last) => {
            format!(" on {}", moment(*first))
        }
        (Some(first), Some(last)) => {
            format!(" between {} and {}", moment(*first), moment(*last))
        }
        _ => String::new(),
    }
}

/// Who granted, if GitHub named somebody.
fn by(grant: Option<&Grant>) -> Option<&Actor> {
    grant.and_then(|grant| grant.by.as_ref()).filter(|by| !by.is_ghost())
}

fn one(input: &IssueInput<'_>, record: &Record, grant: &Grant) -> String {
    let it = named(&record.identity, place(input, record));
    let when = moment(grant.at);
    let (did, passive) = match &grant.through {
        Through::Leak { .. } => {
            return format!("GitHub's secret scanning found {it} on {when}.");
        }
        Through::Runner { .. } => return format!("{it} took a job on {when}."),
        Through::ApiUse => return format!("{it} was seen using the API on {when}."),
        Through::DeployKey => (format!("added {it}"), format!("{it} was added")),
        Through::Collaborator { .. } => {
            (format!("gave access to {it}"), format!("{it} was given access"))
        }
        Through::OrgMembership if grant.role == Some(OrgRole::Owner) => (
            format!("made {it} an owner of the organisation"),
            format!("{it} became an owner of the organisation"),
        ),
        Through::OrgMembership => (
            format!("made {it} a member of the organisation"),
            format!("{it} became a member of the organisation"),
        ),
        Through::Team { .. } => (format!("put {it} in a team"), format!("{it} was put in a team")),
        Through::OrgRole { team: None, .. } => (
            format!("gave {it} an organisation role"),
            format!("{it} was given an organisation role"),
        ),
        Through::OrgRole { team: Some(_), .. } => (
            format!("gave {it} an organisation role through a team"),
            format!("{it} was given an organisation role through a team"),
        ),
        Through::Token => (format!("approved {it}"), format!("{it} was approved")),
        Through::TokenRequest { .. } => {
            (format!("asked for approval of {it}"), format!("{it} waits for approval"))
        }
        Through::File { .. } => {
            (format!("gave power to {it} in a file"), format!("{it} was given power in a file"))
        }
        Through::Ruleset { .. } | Through::BranchProtection | Through::CodingAgent => {
            (format!("changed {it}"), format!("{it} was changed"))
        }
        Through::Approval => (format!("approved {it}"), format!("{it} was approved")),
        Through::Installation if is_wider(input, record) => {
            (format!("accepted wider access for {it}"), format!("{it} was given wider access"))
        }
        Through::Installation => (format!("installed {it}"), format!("{it} was installed")),
        Through::Secret | Through::Registry => (format!("stored {it}"), format!("{it} was stored")),
        Through::Webhook => (format!("added {it}"), format!("{it} was added")),
        Through::Registration => (format!("registered {it}"), format!("{it} was registered")),
    };
    match by(Some(grant)) {
        Some(who) => format!("{} {did} on {when}.", account(&who.login)),
        None => format!("{passive} on {when}; GitHub did not name who did it."),
    }
}

/// Whether it is asked about because it may do more than before.
fn is_wider(input: &IssueInput<'_>, record: &Record) -> bool {
    let rows = input.case.rows.iter().filter(|row| row.identity == record.identity.key);
    rows.flat_map(|row| &row.findings).any(|finding| finding.rule == "widened-grant")
}

/// The name of the repository that the identity belongs to.
fn place<'a>(input: &'a IssueInput<'_>, record: &Record) -> Option<&'a crate::domain::RepoName> {
    record.identity.repo.and_then(|repo| input.repos.get(&repo))
}
