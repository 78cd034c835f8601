//! The review: the sentence first, on the line that grants, then who answers and what to do.

use crate::domain::{
    Case, CaseState, Effect, Force, LineComment, Place, Pull, Review, Shown, Surface, SurfaceKey,
};
use crate::domain::{Digest, FileGrant, Grant};
use crate::plan::Terms;
use crate::plan::issue::settled;
use crate::plan::pull::rows::{Asked, rows};
use crate::plan::surfaces::Voice;
use crate::policy::Mode;
use crate::register::{NotLoaded, Slice};
use crate::words::{count, in_cell, shown, upper};

/// Above this, one table instead of a comment on each line.
const MOST_COMMENTS: usize = 10;

/// The most rows of a table.
const MOST_ROWS: usize = 50;

/// The review of a case's pull request as it should look; `None` when there is nothing to say.
///
/// # Errors
/// When the slice lacks something.
pub fn review(
    terms: &Terms<'_>,
    voice: &Voice<'_>,
    slice: &Slice,
    case: &Case,
    force: Force,
) -> Result<Option<Surface>, NotLoaded> {
    let Some((repo, number)) = case.pull() else { return Ok(None) };
    let Place::Repo { .. } = case.place else { return Ok(None) };
    let Some(pull) = slice.pull(repo, number)? else { return Ok(None) };
    let Some(head) = pull.head.clone().filter(|_| pull.is_open()) else { return Ok(None) };
    let place = slice.repo(repo)?;
    let rows = rows(terms, slice, case, pull, place)?;
    let in_table = rows.iter().filter(|row| row.grant.is_some()).count() > MOST_COMMENTS;
    let gathered = case.state == CaseState::Merged;
    let told = match (gathered, in_table) {
        (true, _) => Told::Elsewhere,
        (false, true) => Told::InTable,
        (false, false) => Told::Here,
    };
    let comments = rows.iter().filter_map(|row| comment(terms, voice, case, row, told)).collect();
    let text = match gathered {
        true => elsewhere(),
        false => body(voice, pull, &rows, in_table),
    };
    let body = voice.markers.wrap(terms.org, &case.id, "review", &text);
    let shows = if gathered { Shown::new() } else { shows(&rows) };
    let effect = Effect::Review(Review { pull: number, head, body, comments, shows });
    let key = SurfaceKey::review(&case.id);
    Ok(Some(Surface { key, case: case.id.clone(), repo, effect, force }))
}

/// The powers that these rows show.
pub(super) fn shows(rows: &[Asked<'_>]) -> Shown {
    rows.iter()
        .filter(|row| row.grant.is_some())
        .map(|row| (row.row.identity.clone(), Grant::digest(&row.record.grants)))
        .collect()
}

fn elsewhere() -> String {
    "The same change is proposed in several repositories. All of them are asked about in one \
     place, in the organisation's private home repository. What is accepted there counts here."
        .to_owned()
}

fn body(voice: &Voice<'_>, pull: &Pull, rows: &[Asked<'_>], in_table: bool) -> String {
    let waiting: Vec<_> = rows.iter().filter(|row| row.waits()).collect();
    let mut parts = vec![lead(rows, &waiting)];
    if in_table {
        parts.push(table(rows));
    } else {
        parts.extend(beside_the_diff(rows));
    }
    if !waiting.is_empty() {
        parts.push(to_do(voice, &waiting, rows.len()));
    }
    parts.extend(less(pull));
    parts.extend(unclear(pull));
    parts.push(format!("---\n<sub>Written by Beholden. {}</sub>", scope()));
    parts.join("\n\n")
}

/// What a reader must know of how far this goes.
fn scope() -> &'static str {
    "It reads files and runs none of them. It holds merges, not runs: what a branch's own workflows \
     may do, they may do before anybody is asked."
}

fn lead(rows: &[Asked<'_>], waiting: &[&Asked<'_>]) -> String {
    let granted = rows.iter().filter(|row| row.grant.is_some()).count();
    match (waiting, granted) {
        ([], 0) => "**This pull request no longer grants what was asked about here.**".to_owned(),
        ([], _) if rows.iter().filter(|row| row.grant.is_some()).all(Asked::is_owned) => {
            "**Everything that this pull request grants has an owner.**".to_owned()
        }
        ([], _) => "**Nothing that this pull request grants waits for an owner.**".to_owned(),
        ([one], _) => format!("**{}**", one.sentence().trim_end()),
        (many, _) => {
            let worst = many.iter().max_by_key(|row| row.severity());
            let worst = worst.map_or("", |row| row.sentence());
            format!(
                "**This pull request grants {} that nobody answers for yet.** The worst: {worst}",
                count(many.len(), "thing")
            )
        }
    }
}

/// Sentences whose lines the diff does not show: they stand on the file, and here.
fn beside_the_diff(rows: &[Asked<'_>]) -> Option<String> {
    let lines: Vec<String> = rows
        .iter()
        .filter(|row| row.waits())
        .filter_map(|row| {
            let grant = row.grant?;
            let outside = grant.remarks.iter().all(|remark| !remark.in_diff);
            outside.then(|| format!("- Row {}: {} ({})", row.number, row.sentence(), place(grant)))
        })
        .collect();
    (!lines.is_empty()).then(|| {
        format!("The diff does not show every line that grants something:\n\n{}", lines.join("\n"))
    })
}

fn table(rows: &[Asked<'_>]) -> String {
    let mut lines =
        vec!["| Row | What | Where | Owner |".to_owned(), "|---|---|---|---|".to_owned()];
    let shown_rows = rows.iter().filter(|row| row.grant.is_some());
    for row in shown_rows.clone().take(MOST_ROWS) {
        let owner = settled(row.record, row.row).unwrap_or_else(|| "nobody".to_owned());
        let file = row.grant.map(|grant| in_cell(&grant.power.lines.path)).unwrap_or_default();
        let line = row.grant.map_or(0, |grant| grant.power.lines.first);
        let sentence = row.sentence().replace('|', r"\|");
        lines.push(format!(
            "| {} | {}: {sentence} | {file} line {line} | {owner} |",
            row.number,
            row.severity().as_str()
        ));
    }
    let all = shown_rows.count();
    if all > MOST_ROWS {
        lines.push(String::new());
        let more = count(all - MOST_ROWS, "more row");
        lines.push(format!("There is not room for {more}. `/explain` tells of them."));
    }
    lines.join("\n")
}

/// `path` line 14.
fn place(grant: &FileGrant) -> String {
    let lines = grant.remarks.first().map_or(&grant.power.lines, |remark| &remark.lines);
    format!("{} line {}", shown(&lines.path), lines.first)
}

pub(super) fn to_do(voice: &Voice<'_>, waiting: &[&Asked<'_>], rows: usize) -> String {
    let org = voice.login;
    let mut lines = Vec::new();
    let which = if rows > 1 { " 1" } else { "" };
    lines.push(format!(
        "To accept it, comment `/own{which} because …` (you), `/own{which} @user`, or \
         `/own{which} @{org}/team until 2027-03-31 for #123`. Whoever is named becomes the owner by \
         saying `/own` themselves."
    ));
    if waiting.iter().any(|row| row.mode >= Mode::Require) {
        lines.push(
            "Until somebody else than its author does, the check `beholden` fails. What is high \
             or critical also takes the button **I answer for this** in that check: no token can \
             press it."
                .to_owned(),
        );
    } else {
        lines.push("Nothing is held up meanwhile.".to_owned());
    }
    lines.push(
        "To leave it as it is for a while, comment `/except until 30d because …`. If this is a \
         mistake, comment `/wrong because …`. `/explain` tells what we know."
            .to_owned(),
    );
    lines.join(" ")
}

/// What it takes away, in one line.
pub(super) fn less(pull: &Pull) -> Option<String> {
    let weighed = pull.weighed.as_ref()?;
    let less = weighed.removed.len() + weighed.narrowed.len();
    (less > 0).then(|| {
        format!("It also takes power away: {} holds less or nothing now.", {
            count(less, "identity")
        })
    })
}

/// What could not be told.
pub(super) fn unclear(pull: &Pull) -> Option<String> {
    const MOST: usize = 5;
    let unclear = &pull.weighed.as_ref()?.unclear;
    if unclear.is_empty() {
        return None;
    }
    let mut lines: Vec<String> = unclear
        .iter()
        .take(MOST)
        .map(|one| match &one.lines {
            Some(lines) => {
                format!("- {} line {}: {}", shown(&lines.path), lines.first, shown(&one.why))
            }
            None => format!("- {}", shown(&one.why)),
        })
        .collect();
    if unclear.len() > MOST {
        lines.push(format!("- and {}.", count(unclear.len() - MOST, "more thing")));
    }
    Some(format!("What could not be told, and so may grant more:\n\n{}", lines.join("\n")))
}

/// Where a row is told. Comments that stand on lines are folded where it is not there; those that
/// do not are not written then.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    /// On the line that grants it.
    Here,
    /// In the table of the review.
    InTable,
    /// In one issue with the same change of other repositories.
    Elsewhere,
}

/// The comment of a row on the line that grants it.
fn comment(
    terms: &Terms<'_>,
    voice: &Voice<'_>,
    case: &Case,
    row: &Asked<'_>,
    told: Told,
) -> Option<LineComment> {
    // One that was never granted in a diff of this pull request has no line to stand on.
    let lines = match row.grant {
        Some(grant) => {
            let on = grant.remarks.iter().find(|remark| remark.in_diff);
            on.or(grant.remarks.first()).map(|remark| (remark.in_diff, remark.lines.clone()))?
        }
        None => {
            let power = row.record.grants.first()?.power.as_ref()?;
            (false, power.lines.clone())
        }
    };
    let (in_diff, lines) = lines;
    let what = format!("grant-{}", short(&row.row.identity.to_string()));
    let text = match told {
        Told::InTable if row.waits() => format!(
            "This is row {} of the table in our review now: there are too many for comments on lines.",
            row.number
        ),
        Told::Elsewhere if row.waits() => {
            "This is asked about in one place with the same change of other repositories now."
                .to_owned()
        }
        Told::Here | Told::InTable | Told::Elsewhere => words(row),
    };
    let body = voice.markers.wrap(terms.org, &case.id, &what, &text);
    let path = lines.path.clone();
    let lines = in_diff.then_some(lines);
    let (here, waits) = (told == Told::Here, row.waits());
    let (current, gone) = (here && waits, row.grant.is_none() || !here && waits);
    Some(LineComment { lines, path, body, current, gone })
}

fn words(row: &Asked<'_>) -> String {
    let mut parts = Vec::new();
    match settled(row.record, row.row) {
        Some(now) => {
            parts.push(format!("**Settled: {now}.**"));
            parts.push(row.sentence().to_owned());
        }
        None => {
            parts.push(format!("**{}**", row.sentence()));
            let others: Vec<String> = row
                .row
                .findings
                .iter()
                .filter(|finding| finding.message != row.sentence())
                .map(|finding| format!("- {}", finding.message))
                .collect();
            if !others.is_empty() {
                parts.push(others.join("\n"));
            }
            let nobody = match row.awaits_button() {
                true => "Somebody said yes; it takes the button of the check to count.",
                false => "Nobody answers for it yet.",
            };
            parts.push(format!(
                "{nobody} To accept it, reply `/own because …`, or name somebody: `/own @user`."
            ));
        }
    }
    let rules: Vec<String> =
        row.row.findings.iter().map(|finding| format!("`{}`", finding.rule)).collect();
    parts.push(format!(
        "<sub>{}, row {}: {}</sub>",
        upper(row.severity().as_str()),
        row.number,
        rules.join(", ")
    ));
    parts.join("\n\n")
}

/// Enough of a key's hash to tell the comments of one pull request apart.
fn short(key: &str) -> String {
    use sha2::{Digest as _, Sha256};
    let Digest(hash) = Digest(hex::encode(&Sha256::digest(key)[..6]));
    hash
}
