//! Where the credentials of a script stand in its lines.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use crate::power::model::Secret;
use crate::power::workflow::script::Reach;

/// A variable as shells, PowerShell, `cmd`, Python and JavaScript write it.
static VARIABLE: LazyLock<Regex> = LazyLock::new(|| {
    let read = r#"\$\{?(?:env:)?([A-Za-z_]\w*)|%([A-Za-z_]\w*)%|environ(?:\.get\(|\[)\s*["']([A-Za-z_]\w*)|getenv\(\s*["']([A-Za-z_]\w*)|process\.env\.([A-Za-z_]\w*)|process\.env\[\s*["']([A-Za-z_]\w*)|ENV\[\s*["']([A-Za-z_]\w*)"#;
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

/// The credentials that are known by name so far.
pub(super) struct Known<'s> {
    reach: &'s Reach<'s>,
    variables: BTreeMap<String, BTreeSet<Secret>>,
}

impl<'s> Known<'s> {
    pub(super) fn new(reach: &'s Reach<'s>) -> Self {
        Self { reach, variables: reach.variables.clone() }
    }

    /// The credentials that a line, or a whole program, has in its hands.
    pub(super) fn in_line(&self, line: &str) -> BTreeSet<Secret> {
        let mut held: BTreeSet<Secret> = (self.reach.inline)(line).into_iter().collect();
        if self.variables.is_empty() {
            return held;
        }
        for name in names(line) {
            held.extend(self.variables.get(name).into_iter().flatten().cloned());
        }
        if EVERYTHING.is_match(line) {
            held.extend(self.variables.values().flatten().cloned());
        }
        held
    }

    /// Notes the variable that a line sets to something made of credentials.
    pub(super) fn assign(&mut self, line: &str, held: &BTreeSet<Secret>) {
        if let Some(name) = ASSIGNED.captures(line)
            && !held.is_empty()
        {
            self.variables.entry(name[1].to_owned()).or_default().extend(held.iter().cloned());
        }
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
