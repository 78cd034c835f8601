//! Scripts: what a shell or another language does with credentials and with code from elsewhere.
//!
//! Reads lines, runs nothing. It knows the usual ways to write a thing, and says so by what it finds;
//! that it finds nothing proves nothing, which is why the files that a job runs are listed too.

mod evaluated;
mod inline;
mod network;
mod runs;
mod secret;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::power::model::{Door, Egress, Secret};

pub(super) use runs::{Ran, Runs};

/// What a script does.
#[derive(Debug, Default)]
pub(super) struct Script {
    /// Scripts from the network that it runs, by address, each with the line that does it.
    pub(super) remote: BTreeMap<String, Line>,
    /// Credentials that leave, each with the first line that sends it there.
    pub(super) egress: BTreeMap<Egress, Line>,
    /// Files that it writes credentials to.
    pub(super) written: BTreeMap<String, BTreeSet<Secret>>,
    /// Files and programs that it starts.
    pub(super) runs: Runs,
    /// Texts of outsiders that it executes, by context, each with the line that does it.
    pub(super) executed: BTreeMap<String, Line>,
    /// Whether it takes what a file holds for variables or search paths of the steps after it.
    pub(super) loads: bool,
    /// Whether it gives out what a file holds as an output of its step.
    pub(super) tells: bool,
    /// Whether it does more of this than is read.
    pub(super) cut: bool,
}

/// The most scripts from the network, credentials that leave, and files written, each, that one
/// script is read for.
const MOST_FOUND: usize = 200;

/// The most downloads that are watched for being run.
const MOST_DOWNLOADS: usize = 50;

/// A line of a script, with those that a backslash makes part of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    /// Its number, from 1.
    pub(super) number: usize,
    /// Its beginning, as it is written.
    pub(super) first: Rc<str>,
    text: Rc<str>,
}

/// What is in the reach of a script.
pub(super) struct Reach<'s> {
    /// Secrets by variable.
    pub(super) variables: &'s BTreeMap<String, BTreeSet<Secret>>,
    /// The secrets that a text with expressions reads.
    pub(super) inline: &'s dyn Fn(&str) -> Vec<Secret>,
    /// Variables that hold a ref which outsiders choose.
    pub(super) foreign: &'s BTreeSet<String>,
    /// Variables that hold texts of outsiders, each with their contexts.
    pub(super) words: &'s BTreeMap<String, BTreeSet<String>>,
    /// Whether it is a shell's script, line by line, or a program's, as a whole.
    pub(super) shell: bool,
}

/// Reads a script.
pub(super) fn read(text: &str, reach: &Reach<'_>) -> Script {
    let mut script = Script::default();
    let mut known = secret::Known::new(reach);
    let mut words = evaluated::Words::new(reach.words);
    let mut downloads: Vec<(String, String)> = Vec::new();
    let lines = lines(text);
    for line in &lines {
        if let Some(address) = network::piped(&line.text) {
            script.fetches(address, line);
        }
        for (file, address) in &downloads {
            if runs::starts(&line.text, file) {
                script.fetches(address.clone(), line);
            }
        }
        if network::checks(&line.text) {
            downloads.clear();
        }
        if downloads.len() < MOST_DOWNLOADS {
            downloads.extend(network::downloaded(&line.text));
        }
        script.leaks(line, &mut known);
        for context in words.executed_by(&line.text, reach.shell) {
            script.executed.entry(context).or_insert_with(|| line.clone());
        }
    }
    if reach.shell {
        let whole: String = lines.iter().flat_map(|line| [&*line.text, "\n"]).collect();
        script.runs = Runs::of(&whole, reach.foreign);
        script.cut |= script.runs.cut;
        script.loads = evaluated::loads(&whole);
        script.tells = evaluated::tells(&whole);
        for program in inline::programs(&lines) {
            script.calls(&program.text, program.number, &known);
        }
    } else {
        script.calls(text, 1, &known);
    }
    script.cut |= known.is_short() || words.is_short();
    script
}

impl Script {
    /// Notes the credentials that leave by one line, and those that it keeps for later ones.
    fn leaks(&mut self, line: &Line, known: &mut secret::Known<'_>) {
        let kept = known.in_files(&line.text);
        if !kept.is_empty() {
            for door in network::uploads(&line.text) {
                self.sends(&kept, &door, line);
            }
        }
        let held = known.in_line(&line.text);
        if held.is_empty() {
            return;
        }
        for door in network::doors(&line.text) {
            self.sends(&held, &door, line);
        }
        if let Some(text) = network::posted(&line.text) {
            self.sends(&known.in_line(&text), &network::github(), line);
        }
        self.sends(&known.shown_by(&line.text), &Door::Log, line);
        if !network::answers(&line.text) {
            known.assign(&line.text, &held);
        }
        if let Some(file) = secret::written_to(&line.text) {
            known.keep(&file, &held);
            self.writes(file, &held);
        }
    }

    /// A program that reads credentials and calls hosts: which goes where is not told apart.
    fn calls(&mut self, program: &str, first_line: usize, known: &secret::Known<'_>) {
        let held = known.in_line(program);
        let calls = if held.is_empty() { Vec::new() } else { network::calls(program) };
        for (number, text, doors) in calls {
            let number = first_line + number - 1;
            let line = Line { number, text: text.into(), first: text.trim().into() };
            for door in &doors {
                self.sends(&held, door, &line);
            }
        }
    }

    /// The same script where its lines stand on these lines of a file.
    pub(super) fn at_lines(mut self, lines: &[usize]) -> Self {
        let lines_of_it = self.remote.values_mut().chain(self.egress.values_mut());
        for line in lines_of_it.chain(self.executed.values_mut()) {
            line.number = lines.get(line.number.saturating_sub(1)).copied().unwrap_or(1);
        }
        self
    }

    fn fetches(&mut self, address: String, line: &Line) {
        self.cut |= self.remote.len() >= MOST_FOUND;
        if self.remote.len() < MOST_FOUND {
            self.remote.entry(address).or_insert_with(|| line.clone());
        }
    }

    fn sends(&mut self, held: &BTreeSet<Secret>, door: &Door, line: &Line) {
        for secret in held {
            self.cut |= self.egress.len() >= MOST_FOUND;
            if self.egress.len() < MOST_FOUND {
                let egress = Egress { secret: secret.clone(), door: door.clone() };
                self.egress.entry(egress).or_insert_with(|| line.clone());
            }
        }
    }

    fn writes(&mut self, file: String, held: &BTreeSet<Secret>) {
        self.cut |= self.written.len() >= MOST_FOUND;
        if self.written.len() < MOST_FOUND {
            self.written.entry(file).or_default().extend(held.iter().cloned());
        }
    }
}

/// The lines of a script. Comments are left out.
fn lines(text: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    // What a backslash leaves open, with the number and the text of its first line.
    let mut open: Option<(usize, &str, String)> = None;
    let whole = |(number, first, text): (usize, &str, String)| Line {
        number,
        first: first.into(),
        text: text.into(),
    };
    for (index, part) in text.lines().enumerate() {
        if open.is_none() && part.trim_start().starts_with('#') {
            continue;
        }
        let (_, _, text) = open.get_or_insert_with(|| (index + 1, part.trim(), String::new()));
        let end = part.trim_end();
        // PowerShell's sign stands alone; after a word it closes a shell's substitution.
        match end.strip_suffix('\\').or_else(|| end.strip_suffix(" `")) {
            Some(start) => {
                text.push_str(start);
                text.push(' ');
            }
            None => {
                text.push_str(part);
                lines.extend(open.take().map(whole));
            }
        }
    }
    lines.extend(open.map(whole));
    lines
}
