//! A change reaches workflows of repositories that may not be named where it is made: home names them.

use crate::domain::{
    Caller, CallerTold, Case, CaseId, CaseState, Cause, Foreign, IssueNumber, Reached, RepoId,
    RepoName, Visibility,
};
use crate::plan::{Terms, home, pull};
use crate::register::{NotLoaded, Slice};
use crate::words::{count, repo as in_code, shown};

/// The most repositories that an issue names, and the most sentences about each.
const MOST: usize = 50;
const MOST_SENTENCES: usize = 5;

/// A change that reaches callers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// A pull request proposes it.
    Proposed {
        /// The repository.
        repo: RepoId,
        /// The pull request.
        pull: IssueNumber,
    },
    /// It is where they take it.
    Landed {
        /// The repository.
        repo: RepoId,
        /// The whole name of the branch or tag; `None`: the default branch.
        at: Option<Foreign>,
    },
}

/// Brings the case about repositories that a change reaches up to date: open while it does and is
/// not settled, and quiet once somebody has read it, until it reaches others or more.
///
/// # Errors
/// When the slice lacks something.
pub fn callers(
    terms: &Terms<'_>,
    slice: &mut Slice,
    change: &Changed,
    reached: &Reached,
    is_open: bool,
) -> Result<(), NotLoaded> {
    let (repo, pull, at) = match change {
        Changed::Proposed { repo, pull } => (*repo, Some(*pull), None),
        Changed::Landed { repo, at } => (*repo, None, at.clone()),
    };
    let place = slice.repo(repo)?;
    let read = place.map_or(Visibility::Public, |place| place.visibility);
    let name = place.map(|place| place.name.clone());
    let hidden = reached.callers.iter().filter(|caller| !caller.is_known_where(read));
    let told: Vec<CallerTold> =
        hidden.map(Caller::told).filter(|told| !told.says.is_empty()).collect();
    let cause = Cause::Callers { repo, pull, at, told: told.clone() };
    let id = CaseId::of_cause(terms.org, &cause);
    let known = slice.case(&id)?.cloned();
    let asks = is_open && !told.is_empty() && pull::speaks_in(terms.policy, name.as_ref());
    let case = match (known, asks) {
        (None, false) => return Ok(()),
        (None, true) => Case::opened(id, cause, home(terms, slice)?, terms.now),
        (Some(case), false) => Case { state: CaseState::Settled, ..case },
        (Some(case), true) => {
            let read = case.state == CaseState::Dismissed && case.cause == cause;
            let state = if read { CaseState::Dismissed } else { CaseState::Open };
            Case { cause, state, latest: terms.now, ..case }
        }
    };
    slice.put_case(case);
    Ok(())
}

/// Title and text of the issue.
pub(super) fn words(
    case: &Case,
    name: Option<&RepoName>,
    (pull, at): (Option<IssueNumber>, Option<&Foreign>),
    told: &[CallerTold],
) -> (String, String) {
    let place = name.map_or_else(|| "a repository".to_owned(), in_code);
    let what = match (pull, at.map(Foreign::raw)) {
        (Some(number), _) => format!("Pull request {number} of {place} would reach"),
        (None, Some(at)) => match (at.strip_prefix("refs/tags/"), at.strip_prefix("refs/heads/")) {
            (Some(tag), _) => {
                format!("The tag {} of {place} was moved and reaches", shown(&tag.into()))
            }
            (None, branch) => {
                let branch = shown(&branch.unwrap_or(at).into());
                format!("A change on the branch {branch} of {place} reaches")
            }
        },
        (None, None) => format!("A change on the default branch of {place} reaches"),
    };
    let mut lines: Vec<String> = told.iter().take(MOST).map(about).collect();
    if told.len() > MOST {
        lines.push(format!("- and {} more.", told.len() - MOST));
    }
    let text = format!(
        "**{what} the workflows of {} that call what it changes. They get more power through \
         it.**\n\n{}\n\n\
         They are named here only, because not everybody who reads {place} may know of them.\n\n\
         ### What to do\n\n\
         - Answer for the change where it is made: what is accepted there counts for all of them.\n\
         - Where one of them should not get it, let its workflow take what it calls at another \
         reference.\n\n\
         Close this issue when you have read it. It opens again if the change reaches others or \
         grants more.\n\n\
         ---\n<sub>Written by Beholden, case `{}`.</sub>",
        count(told.len(), "private repository"),
        lines.join("\n"),
        case.id
    );
    ("A change reaches workflows of private repositories".to_owned(), text)
}

fn about(told: &CallerTold) -> String {
    let mut says: Vec<&str> = told.says.iter().take(MOST_SENTENCES).map(String::as_str).collect();
    let more = (told.says.len() > MOST_SENTENCES)
        .then(|| format!("And {}.", count(told.says.len() - MOST_SENTENCES, "more thing")));
    says.extend(more.as_deref());
    format!("- {}: {}", in_code(&told.name), says.join(" "))
}
