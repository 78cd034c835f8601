//! A safeguard that was weakened, in words.

use crate::domain::{Actor, Case, CaseState, Place, RepoId, RepoName};
use crate::plan::{Terms, impostor_place, place};
use crate::register::{NotLoaded, Slice};
use crate::words::{account, moment, repo as in_code};

/// Where a case about it belongs: its repository, or home; `None` where nothing is written.
///
/// # Errors
/// When the slice lacks the repository or home.
pub fn weakened_place(
    terms: &Terms<'_>,
    slice: &Slice,
    repo: Option<RepoId>,
) -> Result<Place, NotLoaded> {
    match repo {
        Some(repo) => impostor_place(terms, slice, repo),
        None if terms.policy.writes_anywhere() => place::home(terms, slice),
        None => {
            let why = "The mode is `observe`, so nothing is written.".to_owned();
            Ok(Place::Register { why })
        }
    }
}

/// Title and text of the issue.
pub(super) fn words(
    case: &Case,
    told: &str,
    by: Option<&Actor>,
    name: Option<&RepoName>,
) -> (String, String) {
    let place = name.map_or_else(|| "the organisation".to_owned(), in_code);
    let who = match by.filter(|by| !by.is_ghost()) {
        Some(by) => format!("{} changed it.", account(&by.login)),
        None => "GitHub did not say who changed it.".to_owned(),
    };
    let lead = if case.state == CaseState::Settled {
        format!("**Put right.** It was: {told}")
    } else {
        format!("**A safeguard of {place} was weakened. {told}**")
    };
    let text = format!(
        "{lead}\n\n{who} Seen on {}.\n\n### What to do\n\n\
         - Set it back on GitHub, unless it was meant. This issue closes when that is seen.\n\
         - If it was meant, close this issue. It opens again when the same safeguard is weakened \
         once more.\n\n---\n<sub>Written by Beholden, case `{}`, rule `weakened-setting`.</sub>",
        moment(case.latest),
        case.id
    );
    ("A safeguard was weakened in settings".to_owned(), text)
}
