//! A case as an issue: the sentence first, then who should own it, why we know, and what to do.
//!
//! Titles hold only our own words, numbers and validated names. Nothing is promised that this
//! version does not do, and a public place tells only what a stranger can see for themselves.

mod lead;
mod single;
mod standing;
mod table;
mod title;

pub(crate) use standing::settled;
pub(super) use table::MOST_ROWS as SHOWN_ROWS;

use std::collections::BTreeMap;

use crate::domain::{Actor, Case, Cause, Login, RepoId, RepoName, Timestamp};
use crate::plan::published::section;
use crate::register::Record;
use crate::words::ending;

/// What the issue of a case is made of.
pub struct IssueInput<'a> {
    /// The case.
    pub case: &'a Case,
    /// The identities of its rows.
    pub records: &'a [&'a Record],
    /// Names of repositories, as far as they are known.
    pub repos: &'a BTreeMap<RepoId, RepoName>,
    /// Whether an account can read the place, and so may be pinged there.
    pub readable: &'a dyn Fn(&Login) -> bool,
    /// Whether an account is a person's: only people can own, so only they are proposed.
    pub is_human: &'a dyn Fn(&Actor) -> bool,
    /// Where the pages are, if people can reach them.
    pub page_url: Option<&'a str>,
    /// The repository where the issue stands.
    pub own_place: RepoId,
    /// Whether everybody can read it.
    pub public: bool,
    /// The organisation's login.
    pub org: &'a Login,
    /// The moment of the Turn: what has ended by then is called ended.
    pub now: Timestamp,
}

/// The title and the text of a case's issue. The caller wraps the text in markers.
pub fn issue(input: &IssueInput<'_>) -> (String, String) {
    (title::title(input), body(input))
}

fn body(input: &IssueInput<'_>) -> String {
    let mut parts = Vec::new();
    if !input.case.waits() {
        parts.push("**Settled.** Nothing listed here waits for anybody.".to_owned());
    }
    if input.public {
        parts.push(in_public(input));
    } else {
        parts.push(lead::lead(input));
        match input.case.rows.len() {
            1 => parts.extend(single::details(input)),
            _ => parts.extend(table::details(input)),
        }
    }
    if let (Cause::Exposed { repo }, [_, ..]) = (&input.case.cause, &input.case.exposed[..]) {
        parts.push(section(&input.case.exposed, input.repos.get(repo)));
    }
    if input.case.waits() {
        parts.push(to_do(input));
        parts.push(to_silence(input));
    }
    parts.push(footer(input));
    parts.join("\n\n")
}

/// What may stand where strangers read: that something waits, and nothing about it.
fn in_public(input: &IssueInput<'_>) -> String {
    let n = input.case.rows.iter().filter(|row| !row.settled).count();
    let what = match n {
        0 => "No identity that concerns this repository waits for an owner.".to_owned(),
        1 => "An identity that concerns this repository waits for an owner.".to_owned(),
        n => format!("{n} identities that concern this repository wait for an owner."),
    };
    format!("**{what}** Everybody can read this, so the details stand only on Beholden's page.")
}

fn to_do(input: &IssueInput<'_>) -> String {
    let org = input.org;
    let mut lines = vec!["### What to do".to_owned(), String::new()];
    lines.push("Comment one of these, first on a line:".to_owned());
    lines.push(String::new());
    if input.case.rows.len() == 1 {
        lines.push(
            "- `/own because …`: you answer for it from now on. Assigning this issue to yourself \
             says the same."
                .to_owned(),
        );
        lines.push(format!(
            "- `/own @user` or `/own @{org}/team`: names somebody else, who becomes the owner \
             only by saying `/own` themselves."
        ));
        lines.push("- `/retire because …`: it is out of use. This deletes nothing.".to_owned());
    } else {
        lines.push(
            "- `/own 1-3 because …` or `/own all`: you answer for these rows from now on. \
             Assigning this issue to yourself takes every row that waits."
                .to_owned(),
        );
        lines.push(format!(
            "- `/own 2 @user` or `/own 2 @{org}/team`: names somebody else, who becomes the owner \
             only by saying `/own` themselves."
        ));
        lines.push("- `/retire 2 because …`: it is out of use. This deletes nothing.".to_owned());
    }
    lines.push("- `/explain` or `/help`: what we know, and what else can be said.".to_owned());
    lines.push(String::new());
    let only = match &input.case.rows[..] {
        [row] => input.record(row),
        _ => None,
    };
    let who_can = only.and_then(|record| ending(&record.identity));
    let who_can = who_can.map_or_else(String::new, |who| format!(": {who}"));
    lines.push(format!(
        "Until then this issue stays open. Beholden takes no access away from anybody{who_can}."
    ));
    lines.join("\n")
}

fn to_silence(input: &IssueInput<'_>) -> String {
    let which = if input.case.rows.len() == 1 { "" } else { " 2" };
    format!(
        "### If this is a mistake\n\nComment `/wrong{which} because …`. To leave it as it is until a \
         date, comment `/except{which} until 30d because …`; to leave things like this alone, list \
         them under `ignores` in the policy."
    )
}

fn footer(input: &IssueInput<'_>) -> String {
    let id = &input.case.id;
    let page = input.page_url.map(|url| format!(" [The register]({url}) holds all of it."));
    format!("---\n<sub>Written by Beholden, case `{id}`.{}</sub>", page.unwrap_or_default())
}

impl IssueInput<'_> {
    /// The record of a row.
    fn record(&self, row: &crate::domain::Row) -> Option<&Record> {
        self.records.iter().copied().find(|record| record.identity.key == row.identity)
    }

    /// A repository's name in a code span.
    fn repo(&self, id: RepoId) -> Option<String> {
        self.repos.get(&id).map(crate::words::repo)
    }
}
