//! Code of others that is not what its name says, in words.

use std::collections::BTreeMap;

use crate::domain::{Case, CaseState, Fate, Pinned, RepoId, RepoName, Source, Taker, UpstreamTold};
use crate::plan::moved::{logging_in, said, takers};
use crate::words::{count, moment, repo as in_code};

/// The most commits that an issue lists.
const MOST: usize = 20;

/// The history's line about a commit.
pub fn pin_noted(pinned: &Pinned) -> String {
    let of = in_code(&pinned.repo);
    let commit = &pinned.commit;
    match pinned.belongs {
        Some(false) => format!(
            "The commit `{commit}` that workflows take of {of} is on no branch there, and no tag names it."
        ),
        Some(true) | None => {
            format!(
                "The commit `{commit}` that workflows take of {of} is on a branch or tag there now."
            )
        }
    }
}

/// The history's line about what became of a repository.
pub fn source_noted(source: &Source) -> String {
    let of = in_code(&source.repo);
    let became = match &source.fate {
        Fate::Same => "is again the one that it was".to_owned(),
        Fate::Renamed { to } => format!("is called {} by its owner now", in_code(to)),
        Fate::OwnerRenamed { to } => {
            format!("is called {} now, because its owner has another name", in_code(to))
        }
        Fate::Moved { to } => format!("belongs to another account now, as {}", in_code(to)),
        Fate::Replaced => "is another repository now".to_owned(),
        Fate::Gone => "is not shown any more; its owner's account is there".to_owned(),
        Fate::Abandoned => {
            "is not shown any more, and its owner's account does not have that name any more"
                .to_owned()
        }
    };
    format!("{of}, from which workflows take code, {became}.")
}

/// Title and text of the issue.
pub(super) fn words(
    case: &Case,
    of: &RepoName,
    told: &[UpstreamTold],
    names: &BTreeMap<RepoId, RepoName>,
) -> (String, String) {
    let title = "Code of others is not what its name says".to_owned();
    let footer = format!("---\n<sub>Written by Beholden, case `{}`.</sub>", case.id);
    let of = in_code(of);
    if case.state == CaseState::Settled {
        let text = format!(
            "**Settled.** What this told of {of} is not so any more, or no workflow takes it any more. \
             What ran meanwhile ran with it.\n\n{footer}"
        );
        return (title, text);
    }
    let mut all: Vec<&Taker> = told.iter().flat_map(|told| &told.takers).collect();
    all.sort();
    all.dedup();
    let repos: std::collections::BTreeSet<RepoId> = all.iter().map(|taker| taker.repo).collect();
    let says = told.iter().flat_map(|told| &told.says);
    let worst = says.max_by_key(|said| said.severity).map_or("", |said| &said.message);
    let text = format!(
        "**Code of {of} that workflows of {} take is not what its name says. {worst}**\n\n\
         Seen on {}. Beholden looks from time to time, so it may be older.\n\n{}\n\n### Who takes it\n\n\
         {}\n\n### What to do\n\n\
         - Find out whose code it is before anything runs again with it.\n\
         - Take it from a place that you trust, held to a commit that is on a branch or tag there.\n\
         - Where a job ran with it, replace what that job works with.\n{}\n\
         Close this issue when you have dealt with it. It opens again when something else becomes of \
         it, and is settled by itself when no workflow takes it any more.\n\n{footer}",
        count(repos.len(), "repository"),
        moment(case.latest),
        list_of(told),
        takers(&all, names),
        logging_in(&all),
    );
    (title, text)
}

fn list_of(told: &[UpstreamTold]) -> String {
    let says = told.iter().take(MOST).flat_map(|told| &told.says);
    // Here each stands by itself, not below a reference.
    let mut lines: Vec<String> = says.map(|it| said(it).trim_start().to_owned()).collect();
    if told.len() > MOST {
        lines.push(format!("- and {}.", count(told.len() - MOST, "more commit")));
    }
    lines.join("\n")
}

/// What a page says of it, in one line.
pub fn upstream(of: &RepoName, told: &[UpstreamTold]) -> String {
    let commits = told.iter().filter(|told| told.commit.is_some()).count();
    let whole = (commits < told.len()).then(|| format!("{of} is not the repository that it was"));
    let some = (commits > 0)
        .then(|| format!("{} of {of} on none of its branches or tags", count(commits, "commit")));
    let parts: Vec<String> = whole.into_iter().chain(some).collect();
    format!("{}.", parts.join("; "))
}
