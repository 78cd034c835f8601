//! References to code of others that name other commits than before, in words.

use std::collections::BTreeMap;

use crate::domain::{Case, CaseState, Move, MoveSaid, MoveTold, RepoId, RepoName, Taker, Way};
use crate::words::{count, in_cell, list, moment, repo as in_code, shown};

/// The most jobs that an issue lists.
const MOST: usize = 50;

/// The most references that it lists.
const MOST_MOVES: usize = 20;

/// A move's line in the history.
pub fn move_noted(moved: &Move) -> String {
    let way = match moved.way {
        Way::Forward => "forward",
        Way::Back => "backwards",
        Way::Aside => "sideways",
        Way::Unknown => "in a way that GitHub does not tell",
    };
    format!(
        "The reference {} of {} moved {way}, from {} to {}.",
        shown(&moved.reference.name),
        in_code(&moved.reference.repo),
        moved.from.short(),
        moved.to.short()
    )
}

/// Title and text of the issue.
pub(super) fn words(
    case: &Case,
    of: &RepoName,
    told: &[MoveTold],
    names: &BTreeMap<RepoId, RepoName>,
) -> (String, String) {
    let title = "References to code of others moved as they should not".to_owned();
    let footer = format!("---\n<sub>Written by Beholden, case `{}`.</sub>", case.id);
    let of = in_code(of);
    if case.state == CaseState::Settled {
        let text = format!(
            "**Put right.** The references of {of} that this told of name the commits again that they \
             named before. What ran meanwhile took the others.\n\n{footer}"
        );
        return (title, text);
    }
    let all: Vec<&Taker> = told.iter().flat_map(|told| &told.takers).collect();
    let repos = all.iter().map(|taker| taker.repo).collect::<std::collections::BTreeSet<_>>().len();
    let said = told.iter().flat_map(|told| &told.says);
    let worst = said.max_by_key(|said| said.severity).map_or("", |said| &said.message);
    let text = format!(
        "**Code of others that workflows of {} take is not what it was. {worst}**\n\n\
         Seen on {}. Beholden looks at these references from time to time: the move may be older, and \
         who made it is not told.\n\n{}\n\n### Who takes it\n\n{}\n\n### What to do\n\n\
         - Compare the two commits on GitHub before anything runs again with the new one.\n\
         - Until then hold these jobs to a commit that somebody has looked at: write the full name of \
         the commit from before in place of the branch or tag.\n\
         - Where a job ran since, replace what it works with.\n{}\n\
         Close this issue when you have dealt with it. It opens again when one of them moves once more. \
         It is settled by itself when they name the commits from before again.\n\n{footer}",
        count(repos, "repository"),
        moment(case.latest),
        moves(&of, told),
        takers(&all, names),
        logging_in(&all),
    );
    (title, text)
}

fn moves(of: &str, told: &[MoveTold]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for told in told.iter().take(MOST_MOVES) {
        lines.push(format!(
            "- {} of {of}: `{}` became `{}`.",
            shown(&told.name),
            told.from.as_str(),
            told.to.as_str()
        ));
        lines.extend(told.says.iter().map(said));
    }
    if told.len() > MOST_MOVES {
        lines.push(format!("- and {}.", count(told.len() - MOST_MOVES, "more reference")));
    }
    lines.join("\n")
}

pub(super) fn said(said: &MoveSaid) -> String {
    format!("  - {}: {} (`{}`)", said.severity.as_str(), said.message, said.rule)
}

/// Whether a job can have itself confirmed as its repository, and log in elsewhere with that.
fn logs_in(taker: &Taker) -> bool {
    taker.taken.holds.contains("`id-token: write`")
}

/// What to do about jobs that can log in elsewhere: no stored secret is left to replace there. A line,
/// or nothing.
pub(super) fn logging_in(all: &[&Taker]) -> String {
    let number = all.iter().filter(|taker| logs_in(taker)).count();
    if number == 0 {
        return String::new();
    }
    format!(
        "- {} with `id-token: write` can log in to clouds and registries without a stored secret. Look \
         there at what was done since.\n",
        count(number, "job")
    )
}

/// A table of the jobs, with what each of them hands to the code that it takes: first those that can
/// log in elsewhere.
pub(super) fn takers(all: &[&Taker], names: &BTreeMap<RepoId, RepoName>) -> String {
    let mut lines = vec![
        "| Repository | Workflow | Job | Takes | Works with |".to_owned(),
        "|---|---|---|---|---|".to_owned(),
    ];
    let mut first = all.to_vec();
    first.sort_by_key(|taker| !logs_in(taker));
    for Taker { repo, taken } in first.into_iter().take(MOST) {
        let name = names.get(repo).map_or_else(|| "a repository".to_owned(), in_code);
        let holds = match taken.holds.as_str() {
            "" => "no secret, and a token that only reads".to_owned(),
            holds => holds.replace('|', r"\|"),
        };
        lines.push(format!(
            "| {name} | {} | {} | {} at {} | {holds} |",
            in_cell(&taken.workflow),
            in_cell(&taken.job),
            in_cell(&taken.code),
            in_cell(&taken.reference.name)
        ));
    }
    if all.len() > MOST {
        let more = count(all.len() - MOST, "more job");
        lines.push(format!("| and {more} | | | | |"));
    }
    lines.join("\n")
}

/// What a page says of it, in one line.
pub fn moved(of: &RepoName, told: &[MoveTold]) -> String {
    let names: Vec<&str> = told.iter().take(MOST_MOVES).map(|told| told.name.raw()).collect();
    format!("References of {of} name other commits: {}.", list(&names))
}
