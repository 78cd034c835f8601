//! A check under our name that is not ours, in words.

use crate::domain::{Case, Impostor, Place, RepoId, RepoName, Sha};
use crate::plan::{Terms, place, pull};
use crate::register::{NotLoaded, Slice};
use crate::words::{moment, repo as in_code, shown};

/// Where a case about it belongs: its repository, or home where strangers could read along.
///
/// # Errors
/// When the slice lacks the repository or home.
pub fn impostor_place(terms: &Terms<'_>, slice: &Slice, repo: RepoId) -> Result<Place, NotLoaded> {
    let own = slice.repo(repo)?;
    if !pull::speaks_in(terms.policy, own.map(|repo| &repo.name)) {
        let why = "The mode is `observe`, so nothing is written.".to_owned();
        return Ok(Place::Register { why });
    }
    match own.map(place::unfit) {
        Some(None) => Ok(Place::Repo { repo }),
        Some(Some(_)) | None => place::home(terms, slice),
    }
}

/// Its line in the history.
pub fn impostor_noted(by: &Impostor, head: &Sha) -> String {
    let head = head.short();
    match by {
        Impostor::CheckRun { slug, .. } => {
            format!("The App {} reported a check named `beholden` on {head}.", shown(slug))
        }
        Impostor::Status { login, .. } => {
            format!("The account `{login}` set a status named `beholden` on {head}.")
        }
    }
}

/// Title and text of the issue.
pub(super) fn words(
    case: &Case,
    by: &Impostor,
    head: &Sha,
    name: Option<&RepoName>,
) -> (String, String) {
    let place = name.map_or_else(|| "a repository".to_owned(), in_code);
    let (who, could) = match by {
        Impostor::CheckRun { slug, .. } => (
            format!("The App {} reported a check named `beholden`", shown(slug)),
            "Find what made it: a step of a workflow with `checks: write`, if the App is \
             `github-actions`, or whoever runs that App.",
        ),
        Impostor::Status { login, .. } => (
            format!("The account `{login}` set a commit status named `beholden`"),
            "Find what set it: whoever holds a token of that account, or a step of a workflow \
             with `statuses: write`.",
        ),
    };
    let text = format!(
        "**{who} on the commit `{}` of {place}. It is not ours.**\n\n\
         Where a branch's rules require `beholden` and do not say from which App, it can let a \
         merge pass although nobody answers for what it grants. Last seen on {}.\n\n\
         ### What to do\n\n\
         - In the branch's rules, choose this App as the source of the required check `beholden`. \
         Then no other counts. `beholden doctor` lists the rules that do not.\n\
         - {could}\n\
         - If it is meant to be there, give it another name.\n\n\
         Close this issue when you have read it. It opens again if it happens a day later or \
         after that.\n\n\
         ---\n<sub>Written by Beholden, case `{}`.</sub>",
        head.short(),
        moment(case.latest),
        case.id
    );
    ("Somebody else reports a check named beholden".to_owned(), text)
}
