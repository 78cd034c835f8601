//! Texts of outsiders that reach a script through a variable and are executed there, and files whose
//! contents decide what later steps do.
//!
//! `echo "$TITLE"` is the safe way to use a text; `eval "$TITLE"` is not.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use crate::power::workflow::script::secret;

/// A shell that takes what follows for a script.
static SHELL: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?:^|[\s;&|(`])(?:eval|(?:ba|z|da|k)?sh\s+(?:-\w+\s+)*-\w*c|(?:python[0-9.]*|node|perl|ruby|php)\s+(?:-\w+\s+)*-[cer])\s",
    )
});

/// A text that an interpreter reads from its input.
static PIPED: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"\|\s*(?:sudo\s+(?:-\S+\s+)*)?(?:(?:ba|z|da|k)?sh|python[0-9.]*|node|perl|ruby|php)\s*(?:-\S*\s*)*(?:$|[;&|)])|(?:^|[\s;&|(])(?:ba|z|da|k)?sh\s*<<<",
    )
});

/// A command that is nothing but a variable.
static COMMAND: LazyLock<Regex> =
    LazyLock::new(|| compiled(r#"^\s*["']?\$\{?([A-Za-z_]\w*)\}?["']?(?:\s|$)"#));

/// A call that takes its first argument for a script.
static CALL: LazyLock<Regex> = LazyLock::new(|| {
    compiled(r"\b(?:eval|execSync|exec|Function|system|popen|getoutput|check_output)\s*\(")
});

/// A plain copy into another variable.
static COPY: LazyLock<Regex> = LazyLock::new(|| {
    compiled(r#"^\s*(?:export\s+|local\s+)?([A-Za-z_]\w*)=["']?[^`|()]*["']?\s*$"#)
});

/// Where a line sets variables or search paths of the steps after it.
static SETS: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"(?:>>?|tee\s+-a)\s*[^\n]*GITHUB_(?:ENV|PATH)\b"));

/// A line that hands the contents of a file on.
static FILE: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"\b(?:cat|head|tail|jq|grep|sed|awk|unzip\s+-p)\s|\$\(<"));

/// What is known of texts of outsiders so far.
pub(super) struct Words {
    by_variable: BTreeMap<String, BTreeSet<String>>,
    /// How many more contexts are noted, line by line.
    left: Cell<usize>,
}

/// The most contexts that a script executes or copies, counted for each of its lines.
const MOST_NOTED: usize = 100_000;

impl Words {
    pub(super) fn new(by_variable: &BTreeMap<String, BTreeSet<String>>) -> Self {
        Self { by_variable: by_variable.clone(), left: Cell::new(MOST_NOTED) }
    }

    /// Whether lines were left out because they hold too much.
    pub(super) fn is_short(&self) -> bool {
        self.left.get() == 0
    }

    /// The contexts whose text a line executes.
    pub(super) fn executed_by(&mut self, line: &str, shell: bool) -> BTreeSet<String> {
        if self.by_variable.is_empty() || self.is_short() {
            return BTreeSet::new();
        }
        if shell { self.in_shell(line) } else { self.in_program(line) }
    }

    fn in_shell(&mut self, line: &str) -> BTreeSet<String> {
        // What stands in single quotes is expanded by nobody.
        let open = unquoted(line);
        if let Some(name) = COPY.captures(&open).map(|found| found[1].to_owned()) {
            let copied = self.named(&open);
            if !copied.is_empty() {
                self.by_variable.entry(name).or_default().extend(copied);
            }
        }
        if SHELL.is_match(&open) || PIPED.is_match(&open) {
            return self.named(&open);
        }
        let mut executed: BTreeSet<String> = BTreeSet::new();
        if let Some(name) = COMMAND.captures(line) {
            executed.extend(self.by_variable.get(&name[1]).into_iter().flatten().cloned());
        }
        if SETS.is_match(line) {
            // Only a text with a line break sets a second variable.
            executed.extend(self.named(&open).into_iter().filter(|it| has_lines(it)));
        }
        executed
    }

    fn in_program(&self, line: &str) -> BTreeSet<String> {
        let Some(call) = CALL.find(line) else { return BTreeSet::new() };
        let arguments = &line[call.end()..];
        // What follows the program, and a list of words, is handed to it as it is.
        let first = arguments.split(',').next().unwrap_or(arguments);
        if first.trim_start().starts_with('[') { BTreeSet::new() } else { self.named(first) }
    }

    fn named(&self, text: &str) -> BTreeSet<String> {
        let variables: BTreeSet<&str> = secret::names(text).collect();
        let contexts = variables.into_iter().filter_map(|name| self.by_variable.get(name));
        let named: BTreeSet<String> = contexts.flatten().cloned().collect();
        self.left.set(self.left.get().saturating_sub(named.len()));
        named
    }
}

/// Whether a script takes what a file holds for variables or search paths of the steps after it.
pub(super) fn loads(script: &str) -> bool {
    script.contains("GITHUB_") && script.lines().any(|line| SETS.is_match(line) && hands(line))
}

/// Whether a script gives out what a file holds as an output of its step.
pub(super) fn tells(script: &str) -> bool {
    script.lines().any(|line| line.contains("GITHUB_OUTPUT") && hands(line))
}

fn hands(line: &str) -> bool {
    FILE.is_match(line)
}

/// Whether a text can have more than one line.
fn has_lines(context: &str) -> bool {
    let last = context.rsplit('.').next().unwrap_or(context);
    matches!(last, "body" | "message" | "description" | "*")
        || ["github.event", "github"].contains(&context)
}

/// A line without what stands in single quotes.
fn unquoted(line: &str) -> String {
    let (mut double, mut single) = (false, false);
    let mut open = String::with_capacity(line.len());
    for c in line.chars() {
        match c {
            '\'' if !double => single = !single,
            '"' if !single => {
                double = !double;
                open.push(c);
            }
            _ if single => {}
            _ => open.push(c),
        }
    }
    open
}

fn compiled(text: &str) -> Regex {
    Regex::new(text).expect("the expression is tested")
}
