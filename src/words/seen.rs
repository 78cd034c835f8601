//! How much of an organisation stands behind an answer, as one line: every answer ends with it.

use std::collections::BTreeMap;

use crate::domain::{Overview, Part, Seen, Shortfall, Takes};
use crate::words::{count, list, moment};

/// The most reasons that are said; the coverage names all.
const MOST: usize = 3;

/// The most characters of a reason.
const MOST_WHY: usize = 200;

/// The line: what is seen whole, what is not and why, and since when it is stale.
pub fn seen(overview: &Overview) -> String {
    if overview.places == 0 {
        return format!("Nothing is listed here: only what events told of is known. {}", never());
    }
    let places = count(usize::try_from(overview.places).unwrap_or(usize::MAX), "place");
    let short = |seen| shortfalls(overview, seen);
    let (partial, blind) = (short(Seen::Partial), short(Seen::Blind));
    let mut line = vec![match (overview.baseline, partial.is_empty() && blind.is_empty()) {
        (None, _) => "Not everything has been listed yet.".to_owned(),
        (Some(at), true) => format!(
            "Seen whole when it was last listed: all that GitHub shows an App in {places}. All of it \
             had been listed once by {}.",
            moment(at)
        ),
        (Some(at), false) => {
            format!("Not all is seen. All of {places} had been listed once by {}.", moment(at))
        }
    }];
    if !blind.is_empty() {
        line.push(format!("Not seen: {}.", blind.join("; ")));
    }
    if !partial.is_empty() {
        line.push(format!("Not seen whole: {}.", partial.join("; ")));
    }
    if let Some(since) = overview.stale_since {
        line.push(format!("The oldest of what is held of that is of {}.", moment(since)));
    }
    let elsewhere: Vec<String> = overview
        .parts
        .iter()
        .filter(|(_, places)| places.keys().all(|seen| *seen == Seen::Unsupported))
        .map(|(part, _)| part.words().to_owned())
        .collect();
    if !elsewhere.is_empty() {
        line.push(format!("GitHub does not show here: {}.", list(&elsewhere)));
    }
    line.push(never());
    line.join(" ")
}

/// What no listing shows to anybody who may only read.
fn never() -> String {
    let parts = Part::ALL.iter().filter(|part| !matches!(part.takes(), Takes::Read(_)));
    let words: Vec<String> = parts.map(|part| part.words().to_owned()).collect();
    format!("No listing shows {}.", list(&words))
}

/// A reason that may hold words of GitHub's: nothing in it acts where it is posted.
fn plain(why: &str) -> String {
    let harmless = |c: &char| c.is_alphanumeric() || " .,:;/_-()'".contains(*c);
    why.trim_end_matches('.').chars().filter(harmless).take(MOST_WHY).collect()
}

/// Parts that are seen so, together with those that have the same reason, the most places first.
fn shortfalls(overview: &Overview, seen: Seen) -> Vec<String> {
    let mut alike: BTreeMap<&Shortfall, (u64, Vec<String>)> = BTreeMap::new();
    let reasons = overview.reasons.iter().filter(|((_, short), _)| short.seen == seen);
    for ((part, short), places) in reasons {
        let entry = alike.entry(short).or_default();
        entry.0 = entry.0.max(*places);
        entry.1.push(part.words().to_owned());
    }
    let mut alike: Vec<_> = alike.into_iter().collect();
    alike.sort_by_key(|(_, (places, _))| std::cmp::Reverse(*places));
    let more = alike.len().saturating_sub(MOST);
    let said = alike.into_iter().take(MOST).map(|(short, (places, parts))| {
        let places = count(usize::try_from(places).unwrap_or(usize::MAX), "place");
        format!("{} in {places} ({})", list(&parts), plain(&short.why))
    });
    let rest = (more > 0).then(|| format!("{more} more that the coverage names"));
    said.chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Breadth, Coverage, Covered, Timestamp};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// A place of which all is seen.
    fn whole(breadth: Breadth) -> Coverage {
        let mut coverage = Coverage::default();
        for part in Part::of(breadth) {
            coverage.parts.insert(part, Covered::complete(None, at(60), 1, BTreeMap::new()));
        }
        coverage
    }

    fn of(baseline: Option<i64>, places: &[(Breadth, &Coverage, u64)]) -> String {
        let mut overview = Overview { baseline: baseline.map(at), ..Overview::default() };
        for (breadth, coverage, count) in places {
            let short = coverage.shortfalls(*breadth);
            overview.add(*breadth, *count, Some(&short), coverage.stale_since());
        }
        let line = seen(&overview);
        assert!(!line.to_lowercase().contains("safe"), "{line}");
        assert!(line.contains("No listing shows") && line.contains("OAuth apps"), "{line}");
        line
    }

    #[test]
    fn what_is_seen_whole_is_said_with_its_moment_and_what_nobody_sees() {
        let (org, repo) = (whole(Breadth::Organization), whole(Breadth::Repository));
        let line =
            of(Some(120), &[(Breadth::Organization, &org, 1), (Breadth::Repository, &repo, 4)]);
        assert!(line.starts_with("Seen whole when it was last listed: "), "{line}");
        assert!(
            line.contains("in 5 places") && line.contains("1 January 1970, 00:02 UTC"),
            "{line}"
        );
        assert!(!line.contains("Not seen"), "{line}");
    }

    #[test]
    fn what_is_not_seen_is_named_with_its_reason_and_since_when_it_is_stale() {
        let mut repo = whole(Breadth::Repository);
        let before = repo.parts.get(&Part::DeployKeys).cloned();
        let (short, why) = (Covered::short, "GitHub answers 502.".to_owned());
        let stale = short(before.as_ref(), at(90), Seen::Partial, why, None);
        let why = "The installation has not granted secrets: read.".to_owned();
        let dark = short(None, at(90), Seen::Blind, why, Some("secrets: read".to_owned()));
        let why = "This plan may not have it.".to_owned();
        let plan = short(None, at(90), Seen::Unsupported, why, None);
        repo.parts.insert(Part::DeployKeys, stale);
        repo.parts.insert(Part::ActionsSecrets, dark);
        repo.parts.insert(Part::AgentsSecrets, plan);
        let line = of(Some(120), &[(Breadth::Repository, &repo, 2)]);
        for part in [
            "Not all is seen.",
            "Not seen: Actions secrets in 2 places (The installation has not granted secrets: read).",
            "Not seen whole: deploy keys in 2 places (GitHub answers 502).",
            "The oldest of what is held of that is of 1 January 1970, 00:01 UTC",
            "GitHub does not show here: agents secrets.",
        ] {
            assert!(line.contains(part), "{part}: {line}");
        }
    }

    #[test]
    fn what_was_not_listed_is_not_seen() {
        let line = of(None, &[(Breadth::Organization, &Coverage::default(), 1)]);
        assert!(line.starts_with("Not everything has been listed yet. Not seen: "), "{line}");
        assert!(of(None, &[]).starts_with("Nothing is listed here"));
    }
}
