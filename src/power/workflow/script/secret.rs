//! Where the credentials of a script stand in its lines.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use crate::power::model::Secret;
use crate::power::workflow::script::Reach;

/// A variable as shells, `make`, PowerShell, `cmd` and programs write it.
static VARIABLE: LazyLock<Regex> = LazyLock::new(|| {
    let read = r#"\$\{?(?:env:|(?:process|Deno|Bun)\.env(?:\.get\(\s*["']|\.|\[\s*["']))?([A-Za-z_]\w*)|\$\(([A-Za-z_]\w*)\)|%([A-Za-z_]\w*)%|environ(?:\.get\(|\[)\s*["']([A-Za-z_]\w*)|[gG]et[eE]nv(?:ironmentVariable)?\(\s*["']([A-Za-z_]\w*)|(?:process|Deno|Bun)\.env(?:\.get\(\s*["']|\.|\[\s*["'])([A-Za-z_]\w*)|ENV(?:\[|\.fetch\()\s*["']([A-Za-z_]\w*)|env(?:::var|!)\(\s*"([A-Za-z_]\w*)"#;
    Regex::new(read).expect("the expression is tested")
});

/// All variables at once.
static EVERYTHING: LazyLock<Regex> = LazyLock::new(|| {
    let all = r"(?:^|[\s;&|(`])(?:printenv|env)\s*(?:\||>|\)|`|$|;)|json\.dumps\(\s*dict\(os\.environ|os\.environ\b\s*[),]|JSON\.stringify\(\s*process\.env\s*[,)]|/proc/(?:self|\d+|\$\$)/environ|Get-ChildItem\s+env:";
    Regex::new(all).expect("the expression is tested")
});

static ASSIGNED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*(?:export\s+|local\s+|\$)?([A-Za-z_]\w*)\s*=")
        .expect("the expression is tested")
});

static WRITTEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#">>?\s*["']?([\w./~-]+)|\|\s*tee\s+(?:-a\s+)?["']?([\w./~-]+)"#)
        .expect("the expression is tested")
});

/// What makes another text of a credential, which masking does not know.
static ENCODED: LazyLock<Regex> = LazyLock::new(|| {
    let text = r"\|\s*(?:base64|base32|xxd|od|hexdump|rev|openssl\s+(?:enc|base64)|gzip|tr|sed)\b";
    Regex::new(text).expect("the expression is tested")
});

/// A line that prints a text and does nothing else with it.
static PRINTS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*(?:echo|printf)\s[^|>]*$").expect("the expression is tested")
});

/// A piece of a variable.
static PIECE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\$\{([A-Za-z_]\w*):\s*-?\d").expect("the expression is tested"));

/// What stands before the name of a file that a command sends.
static SENT: LazyLock<Regex> = LazyLock::new(|| {
    let text = r#"(?:@|(?:-T|-F|--upload-file|--post-file|--body-file|--notes-file|--input)[= ]|<\s*|\b(?:cat|s3\s+(?:cp|mv|sync)|gsutil\s+(?:-\S+\s+)*(?:cp|rsync)|storage\s+cp|gist\s+create|scp)\s+(?:-\S+\s+)*)["']?(?:\./)?$"#;
    Regex::new(text).expect("the expression is tested")
});

/// The most files that are watched for being sent.
const MOST_KEPT: usize = 50;

/// How far before the name of a file it is told whether it is sent, in bytes.
const LONGEST_SENT: usize = 300;

/// The most places on one line that are looked at for one file.
const MOST_PLACES: usize = 200;

/// The most credentials in the hands of a script, counted for each of its lines.
const MOST_NOTED: usize = 200_000;

/// The credentials that are known by name so far.
pub(super) struct Known<'s> {
    reach: &'s Reach<'s>,
    variables: BTreeMap<String, BTreeSet<Secret>>,
    /// Those of all variables.
    all: BTreeSet<Secret>,
    /// Variables that hold a credential in another form.
    encoded: BTreeSet<String>,
    /// Files that hold them.
    files: BTreeMap<String, BTreeSet<Secret>>,
    /// How many more credentials are noted, line by line.
    left: Cell<usize>,
}

impl<'s> Known<'s> {
    pub(super) fn new(reach: &'s Reach<'s>) -> Self {
        Self {
            reach,
            variables: reach.variables.clone(),
            all: reach.variables.values().flatten().cloned().collect(),
            encoded: BTreeSet::new(),
            files: BTreeMap::new(),
            left: Cell::new(MOST_NOTED),
        }
    }

    /// Whether lines were left out because there is too much in their hands.
    pub(super) fn is_short(&self) -> bool {
        self.left.get() == 0
    }

    /// The credentials that a line, or a whole program, has in its hands.
    pub(super) fn in_line(&self, line: &str) -> BTreeSet<Secret> {
        if self.is_short() {
            return BTreeSet::new();
        }
        let held = self.named_in(line);
        self.left.set(self.left.get().saturating_sub(held.len()));
        held
    }

    fn named_in(&self, line: &str) -> BTreeSet<Secret> {
        let mut held: BTreeSet<Secret> = (self.reach.inline)(line).into_iter().collect();
        if self.variables.is_empty() {
            return held;
        }
        for name in names(line).collect::<BTreeSet<_>>() {
            held.extend(self.variables.get(name).into_iter().flatten().cloned());
        }
        if EVERYTHING.is_match(line) {
            held.extend(self.all.iter().cloned());
        }
        held
    }

    /// Notes the variable that a line sets to something made of credentials.
    pub(super) fn assign(&mut self, line: &str, held: &BTreeSet<Secret>) {
        if let Some(name) = ASSIGNED.captures(line)
            && !held.is_empty()
        {
            self.variables.entry(name[1].to_owned()).or_default().extend(held.iter().cloned());
            self.all.extend(held.iter().cloned());
            if ENCODED.is_match(line) || names(line).any(|name| self.encoded.contains(name)) {
                self.encoded.insert(name[1].to_owned());
            }
        }
    }

    /// Notes the file that a line writes credentials to.
    pub(super) fn keep(&mut self, file: &str, held: &BTreeSet<Secret>) {
        if self.files.len() < MOST_KEPT {
            self.files.entry(file.to_owned()).or_default().extend(held.iter().cloned());
        }
    }

    /// The credentials of the files whose contents a line sends. One that it only uses, as a key or
    /// a certificate, stays where it is.
    pub(super) fn in_files(&self, line: &str) -> BTreeSet<Secret> {
        let sends = |file: &str| {
            let names = |at: usize| {
                let after = line[at + file.len()..].chars().next();
                let whole = after.is_none_or(|c| !c.is_ascii_alphanumeric() && !"._-/".contains(c));
                let before = &line[line.floor_char_boundary(at.saturating_sub(LONGEST_SENT))..at];
                whole && SENT.is_match(before) && !before.ends_with("-i ")
            };
            // Whoever names a file so often hides something.
            let mut places = line.match_indices(file).map(|(at, _)| at);
            places.by_ref().take(MOST_PLACES).any(names) || places.next().is_some()
        };
        self.files
            .iter()
            .filter(|(file, _)| sends(file))
            .flat_map(|(_, held)| held)
            .cloned()
            .collect()
    }

    /// The credentials that a line prints in another form, or piece by piece.
    pub(super) fn shown_by(&self, line: &str) -> BTreeSet<Secret> {
        if self.variables.is_empty() || !PRINTS.is_match(line) || line.contains("::add-mask::") {
            return BTreeSet::new();
        }
        let mut pieces: BTreeMap<String, usize> = BTreeMap::new();
        for piece in PIECE.captures_iter(line) {
            *pieces.entry(piece[1].to_owned()).or_default() += 1;
        }
        let again = |name: &&str| pieces.get(*name).is_some_and(|times| *times > 1);
        names(line)
            .filter(|name| self.encoded.contains(*name) || again(name))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .filter_map(|name| self.variables.get(name))
            .flatten()
            .cloned()
            .collect()
    }
}

/// The file that a line writes to, if it is one of the workspace.
pub(super) fn written_to(line: &str) -> Option<String> {
    let found = WRITTEN.captures(line)?;
    let file = found.get(1).or(found.get(2))?.as_str();
    let outside = file.starts_with("/dev/") || file.starts_with('~') || file.starts_with('&');
    (!outside).then(|| file.trim_start_matches("./").to_owned())
}

/// The variables that a line names.
pub(super) fn names(line: &str) -> impl Iterator<Item = &str> {
    VARIABLE
        .captures_iter(line)
        .filter_map(|found| found.iter().skip(1).flatten().next().map(|name| name.as_str()))
}
