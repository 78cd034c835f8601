//! The steps of a job in the order in which they run, those of local actions among them.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use yaml_serde::Value;

use crate::domain::Foreign;
use crate::power::model::remote::root_of;
use crate::power::model::{Axis, Held, Secret};
use crate::power::workflow::budget::{self, Budget};
use crate::power::workflow::entry::{self, Entry};
use crate::power::workflow::expression;
use crate::power::workflow::file::{At, File, each_text, text_of};
use crate::power::workflow::job::Job;
use crate::power::workflow::{Reading, reference};

use github_actions_models::common::Uses;

/// How deep local actions are followed; GitHub allows ten levels.
const MOST_ACTIONS: usize = 10;

/// The most steps of a job, with those of local actions.
const MOST_STEPS: usize = 5_000;

/// One step, with what it was given written into its texts.
pub(super) struct Step<'a> {
    pub(super) at: At<'a>,
    /// `uses:`, if it is one of those.
    pub(super) uses: Option<String>,
    /// The script, if it is one of those.
    pub(super) run: Option<String>,
    /// The shell that it names.
    pub(super) shell: Option<String>,
    /// The folder that the script runs in.
    pub(super) folder: String,
    /// Inputs by name in lower case.
    pub(super) with: BTreeMap<String, String>,
    /// Its variables, with those of the job and the workflow.
    pub(super) env: Env,
    /// Its id or name, if it has one.
    pub(super) name: Option<String>,
    /// What can set it in motion.
    pub(super) entries: Vec<Entry>,
    /// The description of the local action that it stands in.
    pub(super) action: Option<&'a str>,
    /// The variables that are the step's own.
    own: Value,
}

/// Variables by name, with their values as text. Steps that set none of their own share those of
/// their job.
#[derive(Clone, Default)]
pub(super) struct Env {
    variables: Rc<BTreeMap<String, Rc<str>>>,
    /// How much room they take.
    bytes: usize,
}

/// The room that a variable takes beside its value.
const A_VARIABLE: usize = 100;

impl Env {
    /// These, and those of an `env:`.
    pub(super) fn with(mut self, env: Option<&Value>, filled: &dyn Fn(&str) -> String) -> Self {
        for (name, value) in env.and_then(Value::as_mapping).into_iter().flatten() {
            if let (Some(name), Some(value)) = (name.as_str(), text_of(value)) {
                self.set(name, &filled(&value));
            }
        }
        // `env: ${{ fromJSON(…) }}` sets names that only the run knows.
        if let Some(Value::String(text)) = env {
            self.set("*", &filled(text));
        }
        self
    }

    fn set(&mut self, name: &str, value: &str) {
        self.bytes += A_VARIABLE + value.len();
        Rc::make_mut(&mut self.variables).insert(name.to_owned(), Rc::from(value));
    }

    /// Each variable.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.variables.iter().map(|(name, value)| (name.as_str(), &**value))
    }

    /// A text with its `env.NAME` filled in.
    pub(super) fn filled(&self, text: &str, budget: &Budget) -> String {
        expression::fill(text, "env", budget, &|name| self.variables.get(name).map(|it| &**it))
    }
}

impl<'a> Step<'a> {
    /// The value of an input, with variables filled in.
    pub(super) fn input(&self, name: &str, budget: &Budget) -> Option<String> {
        self.with.get(name).map(|text| self.env.filled(text, budget))
    }

    /// Each of its texts that Actions evaluates.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let own = self.run.iter().chain(self.with.values()).map(String::as_str);
        own.chain(self.env.iter().map(|(_, value)| value))
    }

    /// How much there is to read of it.
    fn bytes(&self) -> usize {
        let own = self.run.iter().chain(self.with.values()).map(String::len);
        budget::PIECE + self.env.bytes + own.sum::<usize>()
    }

    /// The secrets in its hands.
    pub(super) fn secrets(&self, job: &Job<'_, '_>) -> BTreeSet<Secret> {
        self.texts().flat_map(|text| job.secrets_in(text)).collect()
    }

    /// The secrets of each variable.
    pub(super) fn secret_variables(&self, job: &Job<'_, '_>) -> BTreeMap<String, BTreeSet<Secret>> {
        self.env
            .iter()
            .map(|(name, value)| (name.to_owned(), job.secrets_in(value).into_iter().collect()))
            .filter(|(_, secrets): &(String, BTreeSet<Secret>)| !secrets.is_empty())
            .collect()
    }

    /// Adds the secrets that the step itself names to its job. What a local action does with one
    /// that it was given is no other place: it was handed over before.
    pub(super) fn secrets_into(&self, job: &mut Job<'a, '_>) {
        let mut found = Vec::new();
        for text in self.run.iter().chain(self.with.values()) {
            found.extend(job.secrets_in(text));
        }
        each_text(&self.own, &self.at, "env", &mut |_, text, _| {
            found.extend(job.secrets_in(text));
        });
        for secret in found {
            let given = || job.granted.spots.get(&Axis::Secret(secret.clone())).cloned();
            let spot = self.action.and_then(|_| given());
            let spot = spot.unwrap_or_else(|| self.at.spot_of_secret(&secret));
            job.granted.secrets(secret, Held, spot);
        }
    }
}

/// A value with every text in it filled.
pub(super) fn filled_value(value: &Value, filled: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(filled(text)),
        Value::Sequence(list) => {
            Value::Sequence(list.iter().map(|it| filled_value(it, filled)).collect())
        }
        Value::Mapping(map) => Value::Mapping(
            map.iter().map(|(key, value)| (key.clone(), filled_value(value, filled))).collect(),
        ),
        other => other.clone(),
    }
}

/// Where a list of steps stands, and what it was given.
struct Place<'a, 'p> {
    at: At<'a>,
    env: &'p Env,
    entries: &'p [Entry],
    inputs: &'p dyn Fn(&str) -> String,
    folder: &'p str,
    action: Option<&'a str>,
    depth: usize,
}

/// The steps of a job.
pub(super) fn steps<'a>(job: &Job<'a, '_>, reading: &mut Reading) -> Vec<Step<'a>> {
    let mut steps = Vec::new();
    let folder = job
        .value
        .get("defaults")
        .and_then(|it| it.get("run"))
        .and_then(|it| it.get("working-directory"))
        .and_then(text_of)
        .unwrap_or_default();
    let inputs = |text: &str| job.filled(text);
    let place = Place {
        at: job.at.key("steps"),
        env: &job.env,
        entries: &job.entries,
        inputs: &inputs,
        folder: &folder,
        action: None,
        depth: 0,
    };
    if let Some(list) = job.value.get("steps") {
        walk(job, list, &place, &mut steps, reading);
    }
    steps
}

fn walk<'a>(
    job: &Job<'a, '_>,
    list: &Value,
    place: &Place<'a, '_>,
    steps: &mut Vec<Step<'a>>,
    reading: &mut Reading,
) {
    for (index, value) in list.as_sequence().into_iter().flatten().enumerate() {
        let at = place.at.index(index);
        if let Some(inner) = value.get("parallel") {
            let inside = Place { at: at.key("parallel"), ..*place };
            walk(job, inner, &inside, steps, reading);
            continue;
        }
        let Some(step) = one(value, at.clone(), place) else { continue };
        if steps.len() >= MOST_STEPS || !job.site.budget.take(step.bytes()) {
            let why = "what its later steps do, because there are too many, or too many variables";
            let why = why.to_owned();
            return reading.unknown(at.spot(), why, None);
        }
        let uses = step.uses.as_deref().and_then(|uses| Uses::parse(uses.to_owned()).ok());
        let own = uses.as_ref().and_then(|uses| reference::local(uses, job.site.ground));
        // What could not be read of another repository stays a step that says so.
        let read = || {
            let remote = reference::remote(uses.as_ref()?, job.site.ground)?;
            described(job, &remote).map(|_| remote)
        };
        match own.or_else(read) {
            Some(path) => inline(job, &step, &path, place, steps, reading),
            None => steps.push(step),
        }
    }
}

fn one<'a>(value: &Value, at: At<'a>, place: &Place<'a, '_>) -> Option<Step<'a>> {
    let text = |key: &str| value.get(key).and_then(text_of);
    let entries = entry::through(place.entries, text("if").as_deref());
    if entries.is_empty() {
        return None;
    }
    let filled = |key: &str| text(key).map(|it| (place.inputs)(&it));
    let own = value.get("env").map(|env| filled_value(env, place.inputs)).unwrap_or_default();
    let with = value.get("with").map(|with| filled_value(with, place.inputs));
    let with = with.as_ref().and_then(Value::as_mapping).into_iter().flatten();
    Some(Step {
        at,
        uses: filled("uses"),
        run: filled("run"),
        shell: filled("shell"),
        folder: filled("working-directory").unwrap_or_else(|| place.folder.to_owned()),
        with: with
            .filter_map(|(name, value)| {
                Some((name.as_str()?.to_ascii_lowercase(), text_of(value)?))
            })
            .collect(),
        env: place.env.clone().with(Some(&own), &|text| text.to_owned()),
        name: text("id").or_else(|| text("name")),
        entries,
        action: place.action,
        own,
    })
}

/// Where the description of an action may be, by its folder.
pub(super) fn descriptions(folder: &str) -> [String; 2] {
    [join(folder, "action.yml"), join(folder, "action.yaml")]
}

/// The description of the action in a folder, if it could be read.
fn described<'a>(job: &Job<'a, '_>, folder: &str) -> Option<&'a File<'a>> {
    descriptions(folder).iter().find_map(|name| job.site.files.get(name.as_str()))
}

/// The steps of an action in the place of the step that uses it.
fn inline<'a>(
    job: &Job<'a, '_>,
    step: &Step<'a>,
    path: &str,
    place: &Place<'a, '_>,
    steps: &mut Vec<Step<'a>>,
    reading: &mut Reading,
) {
    let Some(file) = described(job, path).filter(|_| place.depth < MOST_ACTIONS) else {
        let names = descriptions(path);
        let wanted = names.iter().find(|name| job.site.tree.get(name).is_some());
        let wanted = wanted.unwrap_or(&names[0]);
        let why = reference::why_missing(job.site, wanted, "what the action that it uses does");
        return reading.unknown(step.at.key("uses").spot(), why, Some(wanted));
    };
    let defaults = file.root.get("inputs").and_then(Value::as_mapping);
    let mut given: BTreeMap<String, String> = defaults
        .into_iter()
        .flatten()
        .filter_map(|(name, input)| {
            Some((name.as_str()?.to_ascii_lowercase(), text_of(input.get("default")?)?))
        })
        .collect();
    given.extend(step.with.clone());
    let inputs = |text: &str| {
        expression::fill(text, "inputs", &job.site.budget, &|name| {
            given.get(&name.to_ascii_lowercase()).map(String::as_str)
        })
    };
    // What it is given is in its hands, whatever it does with it.
    steps.push(Step {
        at: step.at.clone(),
        uses: None,
        run: None,
        shell: None,
        folder: path.to_owned(),
        with: given.clone(),
        env: step.env.clone(),
        name: step.name.clone(),
        entries: step.entries.clone(),
        action: Some(file.path),
        own: step.own.clone(),
    });
    if let Some(inner) = file.root.get("runs").and_then(|it| it.get("steps")) {
        let inside = Place {
            at: file.called_from(&step.at.key("uses").spot()).key("runs").key("steps"),
            env: &step.env,
            entries: &step.entries,
            inputs: &inputs,
            folder: place.folder,
            action: Some(file.path),
            depth: place.depth + 1,
        };
        walk(job, inner, &inside, steps, reading);
    }
}

/// The files that the description of a local action names as its program.
pub(super) fn programs(description: &Value, path: &str) -> Vec<Foreign> {
    let folder = folder_of(path);
    let runs = description.get("runs");
    let keys = ["main", "pre", "post", "image", "entrypoint", "pre-entrypoint", "post-entrypoint"];
    keys.iter()
        .filter_map(|key| text_of(runs?.get(key)?))
        .filter(|program| !program.contains("://"))
        .map(|program| Foreign::new(&join(folder, program.trim_start_matches("./"))))
        .collect()
}

/// The folder of a file, with the slash at its end.
pub(super) fn folder_of(path: &str) -> &str {
    path.rfind('/').map_or("", |at| &path[..=at])
}

/// A path below a folder, which it does not leave for another repository.
pub(super) fn join(folder: &str, path: &str) -> String {
    let root = root_of(folder);
    let mut parts: Vec<&str> = Vec::new();
    for part in folder[root.len()..].split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("{root}{}", parts.join("/"))
}
