//! The digest: what was there before we came, in one issue in home that is edited in place.
//!
//! Nobody is pinged by it, and nothing in it is asked about by itself: only news opens cases.

use jiff::tz::TimeZone;

use crate::domain::{Backlog, Case, CaseState, MOST_CLAIMED, MOST_SECTIONS, Section};
use crate::plan::Voice;
use crate::words::{account, count, in_cell, long_date, repo};

/// The most identities of a section that are named.
const NAMED: usize = 10;

/// Title and text of the digest.
pub(super) fn words(voice: &Voice<'_>, case: &Case) -> (String, String) {
    let backlog = case.backlog.as_deref().cloned().unwrap_or_default();
    let title = "Who owns what was here before Beholden?".to_owned();
    let mut parts = vec![lead(&backlog)];
    if case.state != CaseState::Settled {
        parts.push(
            "None of these opens an issue of its own. From now on only what is new is asked about."
                .to_owned(),
        );
        parts.push(format!(
            "Is your name on a section? `/own because …` here takes what it holds, up to \
             {MOST_CLAIMED} at a time. To take others, name them: `/own deploy_key/4711 because …`."
        ));
        parts.extend(backlog.ourselves.as_ref().map(|own| {
            format!(
                "**Beholden is among them:** nobody answers for `{own}`, the App that writes this. Whoever \
                 runs it can name somebody with `--owner` or with `owner:` in the policy; or \
                 `/own {own} because …` here."
            )
        }));
        parts.extend(backlog.sections.iter().take(MOST_SECTIONS).map(section));
        let rest: u32 = backlog.sections.iter().skip(MOST_SECTIONS).map(|it| it.count).sum();
        if rest > 0 {
            let rest = count(usize::try_from(rest).unwrap_or_default(), "identity");
            parts.push(format!("Beyond these, {rest} may belong to other people."));
        }
    }
    parts.push(past(&backlog));
    if !backlog.seen.is_empty() {
        parts.push(backlog.seen.clone());
    }
    let page = voice.page_url.map(|url| format!(" [The register]({url}) holds all of it."));
    parts.push(format!(
        "---\n<sub>Written by Beholden, case `{}`. `beholden register --standing unowned` lists \
         every one.{}</sub>",
        case.id,
        page.unwrap_or_default()
    ));
    (title, parts.join("\n\n"))
}

fn lead(backlog: &Backlog) -> String {
    let Backlog { all, owned, waiting, .. } = backlog;
    if *waiting == 0 {
        return "**Settled.** Everything that was here before Beholden has an owner, or is gone."
            .to_owned();
    }
    format!(
        "**{} can act here and nobody answers for them.** Of {all} in all, {owned} have an owner.",
        count(usize::try_from(*waiting).unwrap_or_default(), "identity")
    )
}

fn section(section: &Section) -> String {
    let heading = match &section.who {
        Some(login) => format!("### {}: {}", account(login), section.count),
        None => format!("### Nothing points to anybody: {}", section.count),
    };
    let mut lines = vec![heading, String::new()];
    lines.push("| Identity | Name | Where |".to_owned());
    lines.push("|---|---|---|".to_owned());
    for waiting in section.first.iter().take(NAMED) {
        let place = waiting.repo.as_ref().map_or_else(|| "the organisation".to_owned(), repo);
        lines.push(format!("| `{}` | {} | {place} |", waiting.identity, in_cell(&waiting.name)));
    }
    let more = usize::try_from(section.count).unwrap_or_default().saturating_sub(NAMED);
    if more > 0 {
        lines.push(String::new());
        lines.push(format!("And {more} more."));
    }
    lines.join("\n")
}

/// How it went down, day by day.
fn past(backlog: &Backlog) -> String {
    let points: Vec<String> = backlog
        .past
        .iter()
        .map(|(at, waiting)| format!("{}: {waiting}", long_date(*at, &TimeZone::UTC)))
        .collect();
    format!("### How many waited\n\n{}", points.join(" · "))
}
