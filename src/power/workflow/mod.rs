//! Workflows: what each job may do, and who can set it in motion.
//!
//! A job is a subject of kind `workflow`, by its id; of a called workflow by `caller/called`. Agents,
//! actions of others and logins inside a job are subjects of their own, with the job's drivers.

mod action;
mod agent;
mod agentic;
mod budget;
mod cache;
mod call;
mod closure;
mod condition;
mod entry;
mod events;
mod expression;
mod file;
mod job;
mod needs;
mod outputs;
mod places;
mod reference;
mod runner;
mod scalar;
mod script;
mod step;
mod taint;
mod token;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use sha2::{Digest as _, Sha256};

use crate::domain::{Digest, Foreign, IdentityKind};
use crate::power::model::remote;
use crate::power::model::{
    Granted, Ground, Powers, Remote, Sink, Source, Spot, Text, Tree, Unknown,
};
use crate::power::workflow::budget::Budget;
use crate::power::workflow::file::File;

/// Where workflows are active. GitHub looks into no folder below it.
const FOLDER: &str = ".github/workflows/";

/// The files that are read, and what is known around them.
struct Site<'a> {
    tree: &'a Tree,
    ground: &'a Ground,
    /// Workflows and descriptions of actions, by path.
    files: BTreeMap<&'a str, File<'a>>,
    /// The paths of workflows by the name that others follow them by.
    names: BTreeMap<String, Vec<&'a str>>,
    /// What may still be read.
    budget: Budget,
}

/// What has been found so far.
#[derive(Default)]
struct Reading {
    grants: Vec<Granted>,
    unknowns: Vec<Unknown>,
    /// Grants that restore a cache, by their place, with where.
    restores: Vec<(usize, Spot)>,
    /// Scripts of the repository that were read.
    scripts: BTreeMap<closure::Told, Rc<script::Script>>,
    /// Files that would say more if they are there.
    asks: BTreeSet<Foreign>,
    /// What is around scripts, each with its number.
    around: BTreeMap<closure::Around, usize>,
}

/// What the workflows of a tree grant.
pub(super) fn read(tree: &Tree, ground: &Ground) -> Powers {
    let mut reading = Reading::default();
    let mut files = BTreeMap::new();
    for (path, contents) in tree.iter().filter(|(path, _)| is_read(path)) {
        let parsed = match contents {
            Text::Text(text) => File::parse(path, text),
            other => Err(other.why_not().unwrap_or_default()),
        };
        match parsed {
            Ok(file) => {
                files.insert(path, file);
            }
            Err(why) if is_workflow(path) => {
                let why = format!("what it grants, because the file {why}");
                reading.unknown(Spot::line(path, 1), why, None);
            }
            // What another one calls grants nothing by itself: whoever calls says that it could not
            // be read.
            Err(_) => {}
        }
    }
    let names = entry::by_name(files.values().filter(|file| is_workflow(file.path)));
    let site = Site { tree, ground, files, names, budget: Budget::new(tree) };
    for file in site.workflows() {
        job::workflow(&site, file, &mut reading);
    }
    agentic::read(&site, &mut reading);
    cache::cross(&mut reading.grants, &reading.restores);
    let exposed = exposed(tree, &reading.grants);
    Powers::new(reading.grants, reading.unknowns).asking(reading.asks).exposing(exposed)
}

/// The files that a job with power runs out of a pull request, each with the digest of what it
/// holds. Called workflows are none of them: they come from the branch of the caller.
fn exposed(tree: &Tree, grants: &[Granted]) -> BTreeMap<Foreign, Digest> {
    let brings = |granted: &&Granted| {
        let executes = granted
            .power
            .taints
            .keys()
            .any(|it| it.sink == Sink::Executed && matches!(it.source, Source::Ref { .. }));
        granted.subject.kind == IdentityKind::Workflow && executes && granted.power.is_privileged()
    };
    let files: BTreeSet<&Foreign> =
        grants.iter().filter(brings).flat_map(|granted| &granted.files).collect();
    files
        .into_iter()
        .filter(|file| !is_workflow(file.raw()) && !Remote::is_key(file.raw()))
        .filter_map(|file| {
            let text = orders(file.raw(), tree.get(file.raw())?.text()?);
            Some((file.clone(), Digest(hex::encode(&Sha256::digest(text)[..16]))))
        })
        .collect()
}

/// A file without the lines that are comments, where nothing in it could read those as text.
fn orders(path: &str, text: &str) -> String {
    let ending = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|it| it.1);
    let marked = matches!(ending, Some("sh" | "bash" | "yml" | "yaml" | "py" | "toml"));
    let quotes = ["<<", "\"\"\"", "'''", "exec", "eval", "__file__", "$0"];
    if !marked || quotes.iter().any(|it| text.contains(it)) {
        return text.to_owned();
    }
    let says = |(at, line): &(usize, &str)| {
        let line = line.trim_start();
        *at == 0 && line.starts_with("#!") || !line.is_empty() && !line.starts_with('#')
    };
    let kept = text.lines().enumerate().filter(says).map(|(_, line)| line);
    kept.collect::<Vec<_>>().join("\n")
}

/// Whether GitHub runs the file at this path.
pub(crate) fn is_workflow(path: &str) -> bool {
    path.strip_prefix(FOLDER).is_some_and(|name| {
        !name.contains('/') && (name.ends_with(".yml") || name.ends_with(".yaml"))
    })
}

/// Whether a file is a workflow, of this repository or of another one, or describes an action.
fn is_read(path: &str) -> bool {
    is_workflow(path) || is_action(path) || is_workflow(&path[remote::root_of(path).len()..])
}

fn is_action(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name == "action.yml" || name == "action.yaml"
}

impl<'a> Site<'a> {
    /// The workflows of this name that could be read.
    fn named(&self, name: &str) -> Vec<&File<'a>> {
        let paths = self.names.get(name).into_iter().flatten();
        paths.filter_map(|path| self.files.get(path)).collect()
    }

    /// The workflows that could be read.
    fn workflows(&self) -> impl Iterator<Item = &File<'a>> {
        self.files.values().filter(|file| is_workflow(file.path))
    }
}

impl Reading {
    fn unknown(&mut self, spot: Spot, why: String, wants: Option<&str>) {
        self.unknowns.push(Unknown { spot, why, wants: wants.map(Foreign::new) });
    }
}
