//! The check run of a commit: the worst verdict over all open pull requests with that commit.

use std::collections::BTreeSet;

use crate::domain::{
    Annotation, Button, CaseId, Cause, CheckRun, Conclusion, Effect, FileGrant, Force, IdentityKey,
    IdentityKind, Pull, RepoId, RepoName, Sha, Shown, Surface, SurfaceKey,
};
use crate::plan::Terms;
use crate::plan::pull::review::{less, shows, to_do, unclear};
use crate::plan::pull::rows::{Asked, rows};
use crate::plan::surfaces::Voice;
use crate::policy::{Mode, Policy};
use crate::register::{Need, NotLoaded, Slice, exception};
use crate::words::{count, shown};

/// The most annotations. GitHub shows them beside the diff, fifty to a page.
const MOST_ANNOTATIONS: usize = 200;

/// The most sentences of a summary.
const MOST_SENTENCES: usize = 30;

/// What one pull request makes of its commit.
struct Verdict {
    conclusion: Conclusion,
    waiting: usize,
    shows: Shown,
    annotations: Vec<Annotation>,
    text: Vec<String>,
    unclear: usize,
    /// Somebody answers for all of it.
    owned: bool,
}

/// The check run of a commit as it should look; `None` where the policy writes nothing, or where
/// no open pull request has it any more.
///
/// # Errors
/// When the slice lacks something.
pub fn check(
    terms: &Terms<'_>,
    voice: &Voice<'_>,
    slice: &Slice,
    repo: RepoId,
    head: &Sha,
    force: Force,
) -> Result<Option<Surface>, NotLoaded> {
    let pulls = slice.pulls(&Need::PullsAt(repo, head.clone()))?;
    let name = slice.repo(repo)?.map(|repo| repo.name.clone());
    let mode = most(terms.policy, name.as_ref());
    let Some(first) = pulls.first().filter(|_| mode.writes()) else { return Ok(None) };
    let verdicts =
        NotLoaded::all(pulls.iter().map(|pull| verdict(terms, voice, slice, pull, name.as_ref())))?;
    let numbers: Vec<String> = pulls.iter().map(|pull| pull.number.to_string()).collect();
    let cause = Cause::Pull { repo, pull: first.number };
    let case = first.case.clone().unwrap_or_else(|| CaseId::of_cause(terms.org, &cause));
    let key = SurfaceKey::check(repo, head);
    let text = summary(&verdicts);
    let waits = verdicts.iter().any(|verdict| verdict.waiting > 0);
    let run = CheckRun {
        head: head.clone(),
        external_id: format!("pulls:{}", numbers.join(",")),
        conclusion: verdicts.iter().map(|verdict| verdict.conclusion).max(),
        title: title(&verdicts),
        summary: voice.markers.wrap(terms.org, &case, "check", &text),
        annotations: annotations(&verdicts),
        buttons: if waits { vec![Button::Accept] } else { Vec::new() },
        shows: verdicts.iter().flat_map(|verdict| verdict.shows.clone()).collect(),
    };
    Ok(Some(Surface { key, case, repo, effect: Effect::Check(run), force }))
}

/// Whether the policy writes anything in a repository.
pub fn speaks_in(policy: &Policy, repo: Option<&RepoName>) -> bool {
    most(policy, repo).writes()
}

/// The furthest that the policy goes in a repository, as its word.
pub fn mode_in(policy: &Policy, repo: Option<&RepoName>) -> &'static str {
    most(policy, repo).as_str()
}

/// The furthest that the policy goes in a repository, whatever the kind.
pub(super) fn most(policy: &Policy, repo: Option<&RepoName>) -> Mode {
    let modes = IdentityKind::ALL.iter().map(|kind| policy.mode(*kind, repo));
    modes.max().unwrap_or(Mode::Observe)
}

fn verdict(
    terms: &Terms<'_>,
    voice: &Voice<'_>,
    slice: &Slice,
    pull: &Pull,
    name: Option<&RepoName>,
) -> Result<Verdict, NotLoaded> {
    let repo = slice.repo(pull.repo)?;
    let case = match &pull.case {
        Some(id) => slice.case(id)?,
        None => None,
    };
    let rows = match case {
        Some(case) => rows(terms, slice, case, pull, repo)?,
        None => Vec::new(),
    };
    let waiting: Vec<_> = rows.iter().filter(|row| row.waits() && row.grant.is_some()).collect();
    let beyond = uncovered(slice, pull)?;
    let beyond: Vec<_> = beyond
        .into_iter()
        .filter(|grant| terms.policy.mode(grant.subject.kind, name).writes())
        .collect();
    let unclear_count = pull.weighed.as_ref().map_or(0, |weighed| weighed.unclear.len());
    let by_rows = waiting.iter().map(|row| held(row.mode, row.awaits_button()));
    let by_beyond =
        beyond.iter().map(|grant| held(terms.policy.mode(grant.subject.kind, name), false));
    let by_unclear = (unclear_count > 0).then_some(Conclusion::Neutral);
    let conclusion = by_rows.chain(by_beyond).chain(by_unclear).max();
    let mut text: Vec<String> = sentences(&rows);
    if !waiting.is_empty() {
        text.push(to_do(voice, &waiting, rows.len()));
    }
    text.extend(told_beyond(&beyond));
    text.extend(less(pull));
    text.extend(unclear(pull));
    Ok(Verdict {
        conclusion: conclusion.unwrap_or(Conclusion::Success),
        waiting: waiting.len() + beyond.len(),
        shows: shows(&rows),
        annotations: waiting.iter().flat_map(|row| annotated(row)).collect(),
        text,
        unclear: unclear_count,
        owned: rows.iter().filter(|row| row.grant.is_some()).all(Asked::is_owned),
    })
}

/// What a grant that nobody answers for makes of a check.
pub(super) fn held(mode: Mode, awaits_button: bool) -> Conclusion {
    match mode {
        Mode::Observe => Conclusion::Success,
        Mode::Comment => Conclusion::Neutral,
        Mode::Require | Mode::Revoke if awaits_button => Conclusion::ActionRequired,
        Mode::Require | Mode::Revoke => Conclusion::Failure,
    }
}

/// What the commit grants over the default branch besides, that no pull request of the repository
/// has an owner for.
fn uncovered<'a>(slice: &Slice, pull: &'a Pull) -> Result<Vec<&'a FileGrant>, NotLoaded> {
    if pull.beyond.is_empty() {
        return Ok(Vec::new());
    }
    let owned = owned_powers(slice, pull.repo)?;
    Ok(pull.beyond.iter().filter(|grant| !owned.contains(&covering(pull.repo, grant))).collect())
}

/// An identity with a power.
type Power = (IdentityKey, String);

pub(super) fn covering(repo: RepoId, grant: &FileGrant) -> Power {
    (grant.subject.key(repo), grant.power.digest.0.clone())
}

/// Every power that somebody answers for, or left as it is, in an open pull request of a repository.
pub(super) fn owned_powers(slice: &Slice, repo: RepoId) -> Result<BTreeSet<Power>, NotLoaded> {
    let pulls = slice.pulls(&Need::PullsAsking(repo))?;
    let grants = pulls.iter().filter(|pull| pull.is_open()).flat_map(|pull| {
        let grants = pull.weighed.iter().flat_map(|weighed| &weighed.grants);
        grants.map(|grant| (pull.number, grant))
    });
    let owned = NotLoaded::all(grants.map(|(number, grant)| {
        let record = slice.record(&grant.subject.proposed_key(repo, number))?;
        let owned = record.is_some_and(|record| {
            let own = record.ownership.is_owned() && crate::plan::cases::owned_as_it_is(record);
            !record.identity.is_gone() && (own || exception(record).is_some())
        });
        Ok(owned.then(|| covering(repo, grant)))
    }))?;
    Ok(owned.into_iter().flatten().collect())
}

fn title(verdicts: &[Verdict]) -> String {
    let waiting: usize = verdicts.iter().map(|verdict| verdict.waiting).sum();
    let unclear: usize = verdicts.iter().map(|verdict| verdict.unclear).sum();
    let shown = verdicts.iter().any(|verdict| !verdict.shows.is_empty());
    match (waiting, unclear) {
        (0, 0) if shown && verdicts.iter().all(|verdict| verdict.owned) => {
            "Everything it grants has an owner".to_owned()
        }
        (0, 0) if shown => "Nothing it grants waits for an owner".to_owned(),
        (0, 0) => "Grants nothing new".to_owned(),
        (0, n) => format!("{} could not be told", count(n, "thing")),
        (1, _) => "1 grant waits for an owner".to_owned(),
        (n, _) => format!("{} wait for an owner", count(n, "grant")),
    }
}

fn summary(verdicts: &[Verdict]) -> String {
    let text: Vec<&str> =
        verdicts.iter().flat_map(|verdict| &verdict.text).map(String::as_str).collect();
    if text.is_empty() {
        return "The files of this change give no bot, token or agent more power than the branch \
                already gives."
            .to_owned();
    }
    text.join("\n\n")
}

fn sentences(rows: &[Asked<'_>]) -> Vec<String> {
    let shown_rows: Vec<_> = rows.iter().filter(|row| row.grant.is_some()).collect();
    let mut lines: Vec<String> = shown_rows
        .iter()
        .take(MOST_SENTENCES)
        .map(|row| {
            let owner = crate::plan::issue::settled(row.record, row.row);
            let owner = owner.unwrap_or_else(|| "nobody answers for it".to_owned());
            format!("- {}: {} _Row {}: {owner}._", row.severity().as_str(), row.sentence(), {
                row.number
            })
        })
        .collect();
    if shown_rows.len() > MOST_SENTENCES {
        lines.push(format!("- and {} more.", shown_rows.len() - MOST_SENTENCES));
    }
    if lines.is_empty() { Vec::new() } else { vec![lines.join("\n")] }
}

fn told_beyond(beyond: &[&FileGrant]) -> Option<String> {
    let lines: Vec<String> = beyond
        .iter()
        .take(MOST_SENTENCES)
        .filter_map(|grant| {
            let remark = grant.remarks.first()?;
            let file = shown(&remark.lines.path);
            Some(format!("- {} ({file} line {})", remark.message, remark.lines.first))
        })
        .collect();
    (!beyond.is_empty()).then(|| {
        format!(
            "Its base already has what follows, and the default branch does not. It waits for an \
             owner in the pull request that brings it there:\n\n{}",
            lines.join("\n")
        )
    })
}

fn annotated(row: &Asked<'_>) -> Vec<Annotation> {
    let remarks = row.grant.map(|grant| grant.remarks.as_slice()).unwrap_or_default();
    remarks
        .iter()
        .map(|remark| Annotation {
            lines: remark.lines.clone(),
            severity: remark.severity,
            title: remark.rule.clone(),
            message: plain(&remark.message),
        })
        .collect()
}

fn annotations(verdicts: &[Verdict]) -> Vec<Annotation> {
    let mut all: Vec<Annotation> =
        verdicts.iter().flat_map(|verdict| verdict.annotations.clone()).collect();
    all.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.lines.cmp(&b.lines)));
    all.dedup();
    all.truncate(MOST_ANNOTATIONS);
    all
}

/// A sentence without markup: annotations are plain text.
fn plain(sentence: &str) -> String {
    sentence.replace('`', "'")
}
