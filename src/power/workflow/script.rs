//! Scripts: what a shell or another language does with credentials and with code from elsewhere.
//!
//! Reads lines, runs nothing. It knows the usual ways to write a thing, and says so by what it finds;
//! that it finds nothing proves nothing, which is why the files that a job runs are listed too.

mod network;
mod runs;
mod secret;

use std::collections::{BTreeMap, BTreeSet};

use crate::power::model::{Egress, Secret};

pub(super) use runs::{Ran, Runs};

/// What a script does.
#[derive(Debug, Default)]
pub(super) struct Script {
    /// Scripts from the network that it runs, by address, each with the line that does it.
    pub(super) remote: Vec<(String, Line)>,
    /// Credentials that leave, each with the line.
    pub(super) egress: Vec<(Egress, Line)>,
    /// Files that it writes credentials to.
    pub(super) written: BTreeMap<String, BTreeSet<Secret>>,
    /// Files and programs that it starts.
    pub(super) runs: Runs,
}

/// A line of a script, with those that a backslash makes part of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    /// Its number, from 1.
    pub(super) number: usize,
    /// Its beginning, as it is written.
    pub(super) first: String,
    text: String,
}

/// What is in the reach of a script.
pub(super) struct Reach<'s> {
    /// Secrets by variable.
    pub(super) variables: &'s BTreeMap<String, BTreeSet<Secret>>,
    /// The secrets that a text with expressions reads.
    pub(super) inline: &'s dyn Fn(&str) -> Vec<Secret>,
    /// Variables that hold a ref which outsiders choose.
    pub(super) foreign: &'s BTreeSet<String>,
    /// Whether it is a shell's script, line by line, or a program's, as a whole.
    pub(super) shell: bool,
}

/// Reads a script.
pub(super) fn read(text: &str, reach: &Reach<'_>) -> Script {
    let mut script = Script::default();
    let mut known = secret::Known::new(reach);
    let mut downloads: Vec<(String, String)> = Vec::new();
    let mut whole_lines = String::with_capacity(text.len());
    for line in lines(text) {
        if let Some(address) = network::piped(&line.text) {
            script.remote.push((address, line.clone()));
        }
        for (file, address) in &downloads {
            if runs::starts(&line.text, file) {
                script.remote.push((address.clone(), line.clone()));
            }
        }
        if network::checks(&line.text) {
            downloads.clear();
        }
        downloads.extend(network::downloaded(&line.text));
        let held = known.in_line(&line.text);
        known.assign(&line.text, &held);
        if !held.is_empty() {
            leaving(&line, &held, &mut script);
        }
        whole_lines.push_str(&line.text);
        whole_lines.push('\n');
    }
    if reach.shell {
        script.runs = Runs::of(&whole_lines, reach.foreign);
    } else {
        whole(text, &known, &mut script);
    }
    script
}

fn leaving(line: &Line, held: &BTreeSet<Secret>, script: &mut Script) {
    for door in network::doors(&line.text) {
        for secret in held {
            let egress = Egress { secret: secret.clone(), door: door.clone() };
            script.egress.push((egress, line.clone()));
        }
    }
    if let Some(file) = secret::written_to(&line.text) {
        script.written.entry(file).or_default().extend(held.iter().cloned());
    }
}

/// A program that reads credentials and calls hosts: which goes where is not told apart.
fn whole(text: &str, known: &secret::Known<'_>, script: &mut Script) {
    let held = known.in_line(text);
    if held.is_empty() {
        return;
    }
    for (door, number) in network::calls(text) {
        let first = text.lines().nth(number).unwrap_or_default().to_owned();
        let line = Line { number: number + 1, text: first.clone(), first };
        for secret in &held {
            let egress = Egress { secret: secret.clone(), door: door.clone() };
            script.egress.push((egress, line.clone()));
        }
    }
}

/// The lines of a script. Comments are left out.
fn lines(text: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut open: Option<Line> = None;
    for (index, part) in text.lines().enumerate() {
        if open.is_none() && part.trim_start().starts_with('#') {
            continue;
        }
        let line = open.get_or_insert_with(|| Line {
            number: index + 1,
            first: part.trim().to_owned(),
            text: String::new(),
        });
        match part.trim_end().strip_suffix(['\\', '`']) {
            Some(start) => {
                line.text.push_str(start);
                line.text.push(' ');
            }
            None => {
                line.text.push_str(part);
                lines.extend(open.take());
            }
        }
    }
    lines.extend(open);
    lines
}
