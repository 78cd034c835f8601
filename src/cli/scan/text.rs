//! A report for people: on a terminal, as markdown, as annotations of a job.

use std::fmt::Write as _;

use crate::cli::scan::Report;
use crate::domain::{Foreign, Severity};
use crate::power::Spot;
use crate::rules::files::Verdict;
use crate::words::{self, JOINER, count, upper};

/// Unknowns that are listed one by one; of the others only their number is said.
const MOST_UNKNOWNS: usize = 20;

/// For a terminal, readable without colour.
pub(super) fn terminal(report: &Report) -> String {
    let mut text = String::new();
    let mut file = None;
    let mut verdicts: Vec<&Verdict> = report.verdicts.iter().collect();
    verdicts.sort_by(|a, b| a.spot.cmp(&b.spot).then_with(|| b.severity.cmp(&a.severity)));
    for verdict in verdicts {
        if file != Some(&verdict.spot.path) {
            let _ = writeln!(text, "\n{}", plain(&verdict.spot.path));
            file = Some(&verdict.spot.path);
        }
        let Verdict { severity, rule, message, spot, .. } = verdict;
        let _ = writeln!(text, "  {:>5}  {:<8}  {rule}", spot.line, severity.as_str());
        let _ = writeln!(text, "         {}", readable(message));
    }
    if !report.verdicts.is_empty() {
        text.push('\n');
    }
    text.push_str(&summary(report));
    let unknowns = report.unknowns();
    if !unknowns.is_empty() {
        let _ = writeln!(text, "\nWhat cannot be told from the files:");
        for unknown in unknowns.iter().take(MOST_UNKNOWNS) {
            let place = place(&unknown.spot);
            let _ = writeln!(text, "  {place}: {}", readable(&unknown.why));
        }
        if unknowns.len() > MOST_UNKNOWNS {
            let _ = writeln!(text, "  and {} more", unknowns.len() - MOST_UNKNOWNS);
        }
    }
    text
}

/// A heading, one line of summary, one table.
pub(super) fn markdown(report: &Report) -> String {
    let mut text = format!("## What the files grant\n\n{}", summary(report));
    if !report.verdicts.is_empty() {
        text.push_str("\n| severity | where | what | rule |\n|---|---|---|---|\n");
    }
    for verdict in &report.verdicts {
        let Verdict { severity, rule, message, spot, .. } = verdict;
        let file = words::in_cell(&spot.path);
        let message = message.replace('|', "\\|").replace('\n', " ");
        let severity = severity.as_str();
        let _ = writeln!(text, "| {severity} | {file}:{} | {message} | `{rule}` |", spot.line);
    }
    text
}

/// One annotation a verdict, as the runner of GitHub Actions reads them from a job's output.
///
/// Source: "Workflow commands for GitHub Actions".
pub(super) fn annotations(report: &Report) -> String {
    let mut text = String::new();
    for verdict in &report.verdicts {
        let level = match verdict.severity {
            Severity::Critical | Severity::High => "error",
            Severity::Medium | Severity::Low => "warning",
            Severity::Info => "notice",
        };
        let Spot { path, line, end_line, .. } = &verdict.spot;
        let _ = writeln!(
            text,
            "::{level} file={},line={line},endLine={end_line},title={}::{}",
            property(path.raw()),
            verdict.rule,
            data(&verdict.message)
        );
    }
    text.push_str(&summary(report));
    text
}

/// What was looked at and what was found, in one or two sentences.
fn summary(report: &Report) -> String {
    let files = count(report.files, "file");
    let scanned = match (&report.base, &report.head) {
        (Some(base), Some(head)) => format!("{base}..{head}"),
        (Some(base), None) => format!("the work since {base}"),
        (None, Some(head)) => head.clone(),
        (None, None) => "this checkout".to_owned(),
    };
    let found = match report.verdicts.len() {
        0 if report.base.is_some() => "It grants nothing new that a rule asks about.".to_owned(),
        0 => "They grant nothing that a rule asks about.".to_owned(),
        n => format!("{}.", upper(&count(n, "finding"))),
    };
    let grants = count(report.powers.grants().len(), "grant");
    format!("Read {files} of {}: {grants}. {found}\n", readable(&scanned))
}

fn place(spot: &Spot) -> String {
    format!("{}:{}", plain(&spot.path), spot.line)
}

/// A path in one line of a terminal.
fn plain(text: &Foreign) -> String {
    readable(text.raw())
}

/// Text without what a terminal would act on, and without the joiners that only programs need.
fn readable(text: &str) -> String {
    text.chars()
        .filter(|c| *c != JOINER)
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

/// Escapes what ends an annotation's text.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes what ends one of its properties.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_file_name_ends_an_annotation_or_moves_the_cursor() {
        assert_eq!(property("a,b:c%\n::error::x"), "a%2Cb%3Ac%25%0A%3A%3Aerror%3A%3Ax");
        assert_eq!(readable("a\u{1b}[31m\u{2060}b"), "a\u{fffd}[31mb");
    }
}
