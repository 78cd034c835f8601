//! How a workflow file is entered: by its own triggers, or called by a job.

use std::collections::BTreeMap;

use github_actions_models::common::Uses;
use yaml_serde::Value;

use crate::domain::Foreign;
use crate::power::model::{Code, Guard, Held, Kind, Remote, Secret, Spot};
use crate::power::workflow::entry::Entry;
use crate::power::workflow::expression::{self, Reads};
use crate::power::workflow::file::{At, File, text_of};
use crate::power::workflow::job::{self, Job};
use crate::power::workflow::reference;
use crate::power::workflow::token::Token;
use crate::power::workflow::{Reading, Site};

/// How deep calls are followed; GitHub allows ten levels.
const MOST_CALLS: usize = 10;

/// One way into a file.
#[derive(Clone)]
pub(super) struct Call<'a> {
    /// The file that grants: the one that people start.
    pub(super) root: &'a str,
    /// The jobs that called, each with a slash after it.
    pub(super) prefix: String,
    /// Where people's file calls, if it does.
    pub(super) spot: Option<Spot>,
    /// What sets it in motion.
    pub(super) entries: Vec<Entry>,
    /// What holds the caller back.
    pub(super) guard: Guard,
    /// What the caller's token may do.
    pub(super) cap: Option<Token>,
    /// The secrets that it sees.
    pub(super) secrets: Passed,
    /// What the caller gives, as the caller wrote it.
    pub(super) inputs: BTreeMap<String, String>,
    /// The references at which files of other repositories on the way here are taken.
    pub(super) references: BTreeMap<Code, Foreign>,
    /// How many calls led here.
    pub(super) depth: usize,
}

impl<'a> Call<'a> {
    /// The top of the file that is entered, as people see it.
    pub(super) fn top(&self, file: &'a File<'a>) -> At<'a> {
        match &self.spot {
            Some(spot) => file.called_from(spot),
            None => file.top(),
        }
    }
}

/// The secrets that a file sees.
#[derive(Clone)]
pub(super) enum Passed {
    /// Those of the repository.
    All,
    /// Those that the caller names, each with what stands behind the name.
    Named(BTreeMap<String, Vec<Secret>>),
}

impl Passed {
    /// What a secret is that a file reads.
    pub(super) fn resolve(&self, secret: &Secret) -> Vec<Secret> {
        match (self, secret) {
            (Self::All, secret) => vec![secret.clone()],
            (Self::Named(named), Secret::Named { name }) => {
                named.get(name.raw()).cloned().unwrap_or_default()
            }
            (Self::Named(named), _) => named.values().flatten().cloned().collect(),
        }
    }
}

/// A job that calls another workflow.
pub(super) fn follow<'a>(site: &'a Site<'a>, job: Job<'a, '_>, uses: &str, reading: &mut Reading) {
    let Ok(parsed) = Uses::parse(uses) else {
        let why = "which workflow it calls, because the reference is none".to_owned();
        return reading.unknown(job.at.key("uses").spot(), why, None);
    };
    let secrets = passed(&job);
    match reference::called(&parsed, site.ground, job.file) {
        Some(path) => match site.files.get(path.as_str()) {
            Some(file) if job.call.depth < MOST_CALLS => {
                enter(&job, site, file, &parsed, secrets, reading);
            }
            Some(_) => {
                let why = format!("what it calls, because more than {MOST_CALLS} calls lead here");
                reading.unknown(job.at.key("uses").spot(), why, None);
            }
            None => {
                let why =
                    reference::why_missing(site, &path, "what the workflow that it calls does");
                reading.unknown(job.at.key("uses").spot(), why, Some(&path));
                outside(job, &parsed, &secrets, reading);
            }
        },
        None => outside(job, &parsed, &secrets, reading),
    }
}

fn enter<'a>(
    job: &Job<'a, '_>,
    site: &'a Site<'a>,
    file: &'a File<'a>,
    uses: &Uses,
    secrets: Passed,
    reading: &mut Reading,
) {
    let inputs = job.value.get("with").and_then(Value::as_mapping);
    let inputs = inputs.into_iter().flatten().filter_map(|(name, value)| {
        Some((name.as_str()?.to_ascii_lowercase(), job.filled(&text_of(value)?)))
    });
    let mut references = job.call.references.clone();
    if Remote::is_key(file.path) && matches!(uses, Uses::Repository(_)) {
        let (name, reference, _) = reference::named(uses);
        references.insert(Code::new(Kind::Workflow, &name), reference);
    }
    let call = Call {
        root: job.call.root,
        prefix: format!("{}{}/", job.call.prefix, job.id),
        spot: Some(job.call.spot.clone().unwrap_or_else(|| job.at.key("uses").spot())),
        entries: job.entries.clone(),
        guard: job.granted.power.guard.clone(),
        cap: Some(job.granted.power.token.clone()),
        secrets,
        inputs: inputs.collect(),
        references,
        depth: job.call.depth + 1,
    };
    job::jobs(site, file, &call, reading);
}

/// A workflow of another repository: code of others that gets the token and what is passed.
fn outside(mut job: Job<'_, '_>, uses: &Uses, secrets: &Passed, reading: &mut Reading) {
    let spot = job.at.key("uses").spot();
    let (name, reference, pin) = reference::named(uses);
    let code = Code::new(Kind::Workflow, &name);
    job.granted.uses.insert((code.clone(), reference.clone()));
    job.granted.references.insert(code.clone(), reference);
    job.granted.code(code, pin, spot.clone());
    let at = job.at.key("secrets").spot();
    match secrets {
        Passed::All => job.granted.secrets(Secret::All, Held, at),
        Passed::Named(named) => {
            for secret in named.values().flatten() {
                job.granted.secrets(secret.clone(), Held, at.clone());
            }
        }
    }
    reading.grants.push(job.granted);
}

/// The secrets that a job passes on.
fn passed(job: &Job<'_, '_>) -> Passed {
    match job.value.get("secrets") {
        Some(Value::String(word)) if word.trim() == "inherit" => job.call.secrets.clone(),
        Some(Value::Mapping(map)) => Passed::Named(
            map.iter()
                .filter_map(|(name, value)| {
                    let name = name.as_str()?.to_ascii_uppercase();
                    Some((name, secrets_in(job, &text_of(value)?)))
                })
                .collect(),
        ),
        _ => Passed::Named(BTreeMap::new()),
    }
}

/// The secrets that a text reads, as the repository knows them.
fn secrets_in(job: &Job<'_, '_>, text: &str) -> Vec<Secret> {
    expression::reads(&job.filled(text))
        .into_iter()
        .filter_map(|read| if let Reads::Secret(secret) = read { Some(secret) } else { None })
        .flat_map(|secret| job.call.secrets.resolve(&secret))
        .collect()
}
