//! A repository was made public, and what we had written there with it. Home is told which issues,
//! comments and reviews of ours strangers can read now.

use crate::domain::{
    Case, CaseId, CaseState, Cause, Foreign, InPull, IssueNumber, Ours, Place, RepoId, RepoName,
};
use crate::plan::{Terms, home};
use crate::register::{Need, NotLoaded, Slice};
use crate::words::{count, defused, repo as in_code, shown};

/// The most things of ours that an issue lists.
const MOST: usize = 50;

/// Puts what of ours became public with a repository into the case about that, or into one of its
/// own when no identity brought one about. What is still asked there is asked in home from now on.
///
/// # Errors
/// When the slice lacks something.
pub fn published(terms: &Terms<'_>, slice: &mut Slice, repo: RepoId) -> Result<(), NotLoaded> {
    let ours = slice.ours_in(repo)?.to_vec();
    if ours.is_empty() {
        return Ok(());
    }
    for issue in ours.iter().filter(|one| one.comment.is_none()).map(|one| one.issue) {
        moved(terms, slice, repo, issue)?;
    }
    let cause = Cause::Exposed { repo };
    let case = match slice.lead(&Need::OpenCase(cause.key()))?.cloned() {
        Some(case) => case,
        None => notice(terms, slice, cause)?,
    };
    slice.put_case(Case { exposed: ours, latest: terms.now, ..case });
    Ok(())
}

/// Takes a case that waits to home. Its old issue stays as it is: nothing is written where
/// everybody reads.
fn moved(
    terms: &Terms<'_>,
    slice: &mut Slice,
    repo: RepoId,
    issue: IssueNumber,
) -> Result<(), NotLoaded> {
    let here = Place::Repo { repo };
    let Some(case) = slice.lead(&Need::CaseOf(repo, issue.0))?.cloned() else { return Ok(()) };
    match home(terms, slice)? {
        place @ Place::Repo { .. }
            if place != here && case.place == here && case.state == CaseState::Open =>
        {
            slice.put_case(Case { place, issue: None, ..case });
        }
        _ => {}
    }
    Ok(())
}

/// A case that only tells of it: the same one each time.
fn notice(terms: &Terms<'_>, slice: &Slice, cause: Cause) -> Result<Case, NotLoaded> {
    let id = CaseId::of_cause(terms.org, &cause);
    let place = match terms.policy.default_mode.max(terms.policy.floor).writes() {
        true => home(terms, slice)?,
        false => {
            let why = "The mode is `observe`, so nothing is written.".to_owned();
            Place::Register { why }
        }
    };
    let known = slice.case(&id)?;
    let issue = known.filter(|known| known.place == place).and_then(|known| known.issue);
    Ok(Case {
        id,
        cause,
        place,
        rows: Vec::new(),
        state: CaseState::Open,
        issue,
        reopened: false,
        opened: terms.now,
        latest: terms.now,
        merged_into: None,
        exposed: Vec::new(),
        backlog: None,
    })
}

/// Title and text of the issue of a case that only tells of it.
pub(super) fn words(case: &Case, place: Option<&RepoName>) -> (String, String) {
    let name = place.map_or_else(|| "A repository".to_owned(), in_code);
    let title = match place {
        Some(place) => format!("{} is public, and what we wrote there", defused(place.as_str())),
        None => "A repository is public, and what we wrote there".to_owned(),
    };
    let parts = [
        format!("**{name} is public now, and with it what Beholden had written there.**"),
        section(&case.exposed, place),
        "Close this issue when you have looked at them.".to_owned(),
        format!("---\n<sub>Written by Beholden, case `{}`.</sub>", case.id),
    ];
    (title, parts.join("\n\n"))
}

/// What of ours everybody can read now.
pub(super) fn section(ours: &[Ours], place: Option<&RepoName>) -> String {
    let place = place.map_or_else(|| shown(&Foreign::new("the repository")), in_code);
    let mut lines = vec![
        "### What of ours became public".to_owned(),
        String::new(),
        format!("Everybody can read these in {place} now:"),
        String::new(),
    ];
    for one in ours.iter().take(MOST) {
        lines.push(line(one));
    }
    if ours.len() > MOST {
        lines.push(format!("- and {} more; they bear our name.", ours.len() - MOST));
    }
    lines.push(String::new());
    lines.push(
        "They were written for people who could read the repository then. Delete what strangers \
         should not read. While it is public, Beholden writes there only beside pull requests, and \
         only what their files say; what else waits for an owner is asked in home."
            .to_owned(),
    );
    lines.join("\n")
}

fn line(one: &Ours) -> String {
    let at = one.issue;
    match (one.comment, one.in_pull) {
        (None, _) => format!("- issue {at}"),
        (Some(comment), None) => format!("- comment {comment} in issue {at}"),
        (Some(comment), Some(InPull::Comment)) => {
            format!("- comment {comment} in pull request {at}")
        }
        (Some(comment), Some(InPull::Thread)) => {
            format!("- comment {comment} in a thread of pull request {at}")
        }
        (Some(review), Some(InPull::Review { comments: 0 })) => {
            format!("- review {review} of pull request {at}")
        }
        (Some(review), Some(InPull::Review { comments })) => {
            let lines = count(comments, "comment");
            format!("- review {review} of pull request {at}, with {lines} on its lines")
        }
    }
}
