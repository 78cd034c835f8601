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
    pub(super) remote: Vec<(String, String)>,
    /// Credentials that leave, each with the line.
    pub(super) egress: Vec<(Egress, String)>,
    /// Files that it writes credentials to.
    pub(super) written: BTreeMap<String, BTreeSet<Secret>>,
    /// Files and programs that it starts.
    pub(super) runs: Runs,
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
    let lines = lines(text);
    let mut known = secret::Known::new(reach);
    let mut downloads: Vec<(String, String)> = Vec::new();
    for line in &lines {
        if let Some(address) = network::piped(line) {
            script.remote.push((address, line.clone()));
        }
        for (file, address) in &downloads {
            if runs::starts(line, file) {
                script.remote.push((address.clone(), line.clone()));
            }
        }
        if network::checks(line) {
            downloads.clear();
        }
        downloads.extend(network::downloaded(line));
        let held = known.in_line(line);
        known.assign(line, &held);
        if !held.is_empty() {
            leaving(line, &held, &mut script);
        }
        script.runs.read(line, reach.foreign);
    }
    if !reach.shell {
        whole(text, &known, &mut script);
    }
    script
}

fn leaving(line: &str, held: &BTreeSet<Secret>, script: &mut Script) {
    for door in network::doors(line) {
        for secret in held {
            let egress = Egress { secret: secret.clone(), door: door.clone() };
            script.egress.push((egress, line.to_owned()));
        }
    }
    if let Some(file) = secret::written_to(line) {
        script.written.entry(file).or_default().extend(held.iter().cloned());
    }
}

/// A program that reads credentials and calls hosts: which goes where is not told apart.
fn whole(text: &str, known: &secret::Known<'_>, script: &mut Script) {
    let held = known.in_program(text);
    if held.is_empty() {
        return;
    }
    for (door, line) in network::calls(text) {
        for secret in &held {
            let egress = Egress { secret: secret.clone(), door: door.clone() };
            script.egress.push((egress, line.clone()));
        }
    }
}

/// The lines of a script, with those put together that a backslash continues. Comments are left out.
fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut open = String::new();
    for line in text.lines() {
        if open.is_empty() && line.trim_start().starts_with('#') {
            continue;
        }
        match line.trim_end().strip_suffix(['\\', '`']) {
            Some(start) => {
                open.push_str(start);
                open.push(' ');
            }
            None => {
                open.push_str(line);
                lines.push(std::mem::take(&mut open));
            }
        }
    }
    if !open.is_empty() {
        lines.push(open);
    }
    lines
}
