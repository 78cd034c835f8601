//! What differs between two trees, as GitHub shows it: renames found, patches with three lines
//! around each change, none for binary and for very large files.

use super::{Entry, Git, Tree};
use similar::{ChangeTag, TextDiff};
use std::collections::{BTreeSet, HashMap};

/// GitHub loads no more of one file's patch: lines, and bytes.
const LONGEST_PATCH: (usize, usize) = (20_000, 500_000);
/// With more removed files than this only identical ones count as renamed.
const MOST_RENAMES: usize = 100;

/// One changed file.
#[derive(Clone, Debug)]
pub(crate) struct Changed {
    pub path: String,
    /// Where the file was before a rename.
    pub previous: Option<String>,
    pub status: &'static str,
    /// What is there now; what was there when it is removed.
    pub blob: String,
    pub additions: usize,
    pub deletions: usize,
    pub patch: Option<Patch>,
}

#[derive(Clone, Debug)]
pub(crate) struct Patch {
    pub text: String,
    pub lines: Vec<PatchLine>,
}

/// One line of a patch that can be commented on.
#[derive(Clone, Debug)]
pub(crate) struct PatchLine {
    /// Its number in the old file, for context and removed lines.
    pub old: Option<u64>,
    /// Its number in the new file, for context and added lines.
    pub new: Option<u64>,
    /// How many lines below the first hunk's header it stands.
    pub position: u64,
    pub hunk: usize,
    /// Where the text of its hunk begins and where the line ends.
    span: (usize, usize),
}

impl Patch {
    /// The line of that number on that side: `LEFT` is the old file.
    pub(crate) fn line(&self, number: u64, side: &str) -> Option<&PatchLine> {
        self.lines.iter().find(|line| {
            let here = if side == "LEFT" { line.old } else { line.new };
            here == Some(number)
        })
    }

    pub(crate) fn at(&self, position: u64) -> Option<&PatchLine> {
        self.lines.iter().find(|line| line.position == position)
    }

    /// The hunk down to a line, as comments carry it.
    pub(crate) fn hunk_to(&self, line: &PatchLine) -> &str {
        self.text.get(line.span.0..line.span.1).unwrap_or_default()
    }
}

/// What differs, sorted by path.
pub(crate) fn changed(git: &Git, from: &Tree, to: &Tree) -> Vec<Changed> {
    let paths: BTreeSet<&String> = from.keys().chain(to.keys()).collect();
    let differs = |path: &&&String| from.get(**path) != to.get(**path);
    let (mut gone, mut come, mut found) = (Vec::new(), Vec::new(), Vec::new());
    for path in paths.iter().filter(differs) {
        match (from.get(*path), to.get(*path)) {
            (Some(old), None) => gone.push((*path, old)),
            (None, Some(new)) => come.push((*path, new)),
            (old, new) => found.push(file(git, path, None, old, new)),
        }
    }
    for (path, new) in come {
        let origin = origin(git, new, &gone);
        let moved = origin.map(|at| gone.remove(at));
        let previous = moved.map(|(path, _)| path.as_str());
        found.push(file(git, path, previous, moved.map(|(_, old)| old), Some(new)));
    }
    found.extend(gone.into_iter().map(|(path, old)| file(git, path, None, Some(old), None)));
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Which of the files that are gone this one was: the same content, or half of its lines.
fn origin(git: &Git, new: &Entry, gone: &[(&String, &Entry)]) -> Option<usize> {
    let same =
        gone.iter().position(|(_, old)| old.blob == new.blob && !text(git, &new.blob).is_empty());
    if same.is_some() || gone.len() > MOST_RENAMES {
        return same;
    }
    let content = text(git, &new.blob);
    let alike = |(_, old): &(&String, &Entry)| likeness(&text(git, &old.blob), &content);
    let (at, best) = gone.iter().map(alike).enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b))?;
    (best >= 0.5).then_some(at)
}

/// The share of lines that two texts have in common.
fn likeness(old: &str, new: &str) -> f64 {
    let mut left: HashMap<&str, usize> = HashMap::new();
    for line in old.lines() {
        *left.entry(line).or_default() += 1;
    }
    let most = old.lines().count().max(new.lines().count());
    let mut common = 0_usize;
    for line in new.lines() {
        if let Some(count) = left.get_mut(line).filter(|count| **count > 0) {
            *count -= 1;
            common += 1;
        }
    }
    if most == 0 { 0.0 } else { common as f64 / most as f64 }
}

fn text(git: &Git, blob: &str) -> String {
    let bytes = git.blobs.get(blob).map(AsRef::as_ref).unwrap_or_default();
    String::from_utf8_lossy(bytes).into_owned()
}

fn file(
    git: &Git,
    path: &str,
    previous: Option<&str>,
    old: Option<&Entry>,
    new: Option<&Entry>,
) -> Changed {
    let status = match (previous, old, new) {
        (Some(_), ..) => "renamed",
        (_, None, _) => "added",
        (_, _, None) => "removed",
        _ => "modified",
    };
    let texts = [old, new].map(|entry| entry.map(|e| text(git, &e.blob)).unwrap_or_default());
    let is_binary = texts.iter().any(|text| text.contains('\0'));
    let is_large = texts.iter().any(|text| text.lines().count() > LONGEST_PATCH.0);
    let (additions, deletions, patch) = match (is_binary, is_large) {
        (true, _) => (0, 0, None),
        (_, true) => (texts[1].lines().count(), texts[0].lines().count(), None),
        _ => patch(&texts[0], &texts[1]),
    };
    Changed {
        path: path.to_owned(),
        previous: previous.map(str::to_owned),
        status,
        blob: new.or(old).map(|entry| entry.blob.clone()).unwrap_or_default(),
        additions,
        deletions,
        patch,
    }
}

fn patch(old: &str, new: &str) -> (usize, usize, Option<Patch>) {
    let diff = TextDiff::from_lines(old, new);
    let (mut added, mut removed, mut position) = (0, 0, 0);
    let mut patch = Patch { text: String::new(), lines: Vec::new() };
    for (hunk, group) in diff.grouped_ops(3).iter().enumerate() {
        let (Some(first), Some(last)) = (group.first(), group.last()) else {
            continue;
        };
        if hunk > 0 {
            patch.text.push('\n');
            position += 1;
        }
        let start = patch.text.len();
        let old_range = first.old_range().start..last.old_range().end;
        let new_range = first.new_range().start..last.new_range().end;
        patch.text.push_str(&format!("@@ -{} +{} @@", range(&old_range), range(&new_range)));
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let mark = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Insert => '+',
                ChangeTag::Delete => '-',
            };
            added += usize::from(mark == '+');
            removed += usize::from(mark == '-');
            position += 1;
            patch.text.push('\n');
            patch.text.push(mark);
            patch.text.push_str(change.value().trim_end_matches('\n'));
            let number = |index: Option<usize>| index.map(|index| index as u64 + 1);
            patch.lines.push(PatchLine {
                old: number(change.old_index()),
                new: number(change.new_index()),
                position,
                hunk,
                span: (start, patch.text.len()),
            });
            if change.missing_newline() {
                position += 1;
                patch.text.push_str("\n\\ No newline at end of file");
            }
        }
    }
    let fits = patch.lines.len() <= LONGEST_PATCH.0 && patch.text.len() <= LONGEST_PATCH.1;
    (added, removed, Some(patch).filter(|patch| fits && !patch.lines.is_empty()))
}

/// A range in a hunk's header: lines count from one, and an empty range stands before its first line.
fn range(lines: &std::ops::Range<usize>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => format!("{}", lines.start + 1),
        count => format!("{},{count}", lines.start + 1),
    }
}

/// Where a line of one text is in another, when it is still there.
pub(crate) fn place_of_line(git: &Git, old: &str, new: &str, number: u64) -> Option<u64> {
    let (old, new) = (text(git, old), text(git, new));
    let diff = TextDiff::from_lines(&old, &new);
    let index = usize::try_from(number.checked_sub(1)?).ok()?;
    let kept = diff.iter_all_changes().find(|change| change.old_index() == Some(index))?;
    kept.new_index().map(|index| index as u64 + 1)
}
