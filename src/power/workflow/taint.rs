//! What outsiders decide and where it ends: their text in a script or a prompt, their files on the
//! disk of a job that has power, and whether those are executed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use crate::domain::Foreign;
use crate::power::model::{Held, Remote, Sink, Source, Spot, Taint, Trigger};
use crate::power::workflow::Reading;
use crate::power::workflow::budget::Budget;
use crate::power::workflow::closure::Part;
use crate::power::workflow::entry::Entry;
use crate::power::workflow::expression::{self, Reads};
use crate::power::workflow::job::Job;
use crate::power::workflow::outputs::Jobs;
use crate::power::workflow::step::Step;

/// The last words of contexts that hold text as its author wrote it.
const FREE: &[&str] = &[
    "title",
    "body",
    "ref",
    "label",
    "message",
    "email",
    "name",
    "head_branch",
    "display_title",
    "page_name",
    "default_branch",
    "description",
    "homepage",
    "full_name",
    "*",
];

/// Inputs of well-known actions that are code.
const CODE_INPUTS: &[&str] =
    &["script", "run", "inlinescript", "command", "commands", "cmd", "code"];

/// A ref that whoever opened a pull request decides.
static FOREIGN_REF: LazyLock<Regex> = LazyLock::new(|| {
    let text = r"(?i)github\.event\.pull_request\.(?:head\.(?:sha|ref|label)|merge_commit_sha)|github\.head_ref|github\.event\.workflow_run\.(?:head_sha|head_branch|head_commit\.id)|refs/pull/|pull/\$\{\{|head\.repo\.|head_repository\.";
    Regex::new(text).expect("the expression is tested")
});

/// A ref that a step or a job before has computed.
static COMPUTED_REF: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:steps|needs)\.[\w.-]*outputs").expect("the expression is tested")
});

/// The step of a job that computed it.
pub(super) static COMPUTED_STEP: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\bsteps\.([\w-]+)\.outputs").expect("the expression is tested"));

/// How scripts name the head of a pull request that they look up.
static HEAD: LazyLock<Regex> = LazyLock::new(|| {
    let text = r"(?i)\bhead\.(?:sha|ref)\b|\bhead_sha\b|headRefOid|headRefName|merge_commit_sha|refs/pull/";
    Regex::new(text).expect("the expression is tested")
});

/// Events whose runs have power and can be about a pull request of a fork.
const PULLS: &[&str] = &[
    "pull_request_target",
    "issue_comment",
    "pull_request_review",
    "pull_request_review_comment",
    "workflow_run",
    "workflow_call",
    "issues",
];

/// Notes on the job what outsiders decide in it.
pub(super) fn read(
    job: &mut Job<'_, '_>,
    steps: &[Step<'_>],
    parts: &[Part],
    reading: &mut Reading,
) {
    for step in steps {
        texts(job, step);
    }
    for part in parts {
        for (context, line) in &part.script.executed {
            let spot = part.spot(&steps[part.step], line);
            let source = Source::Text { context: Foreign::new(context) };
            job.granted.taints(Taint { source, sink: Sink::Executed }, Held, spot);
        }
    }
    let mut brought: Vec<(usize, Source)> = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        if let Some(source) = brings(step, index, steps, parts, job, reading) {
            let sink = Sink::Disk;
            let spot = step.at.spot_of(step.with.get("ref").map_or("", |it| it.as_str()));
            job.granted.taints(Taint { source: source.clone(), sink }, Held, spot);
            brought.push((index, source));
        }
    }
    if brought.is_empty() {
        return;
    }
    let executing = Executing::of(steps, parts);
    for (from, source) in brought {
        if let Some(spot) = executing.after(from, &source, steps) {
            job.granted.taints(Taint { source, sink: Sink::Executed }, Held, spot);
        }
    }
}

/// The steps of a job that execute what lies on its disk, by how they do it, each in order.
struct Executing {
    /// Their scripts start files of it.
    run: Vec<usize>,
    /// The same, and they fetch what they start by themselves.
    fetch_and_run: BTreeSet<usize>,
    /// They take what a file holds for variables or search paths.
    load: Vec<usize>,
    /// They are actions of the repository, or install it.
    local: Vec<usize>,
    /// They write down an output that an earlier step took out of a file: that step, and where.
    paste: Vec<(usize, Spot)>,
}

impl Executing {
    fn of(steps: &[Step<'_>], parts: &[Part]) -> Self {
        let those = |is: &dyn Fn(&Part) -> bool| {
            parts.iter().filter(|part| is(part)).map(|part| part.step).collect::<Vec<_>>()
        };
        let fetch_and_run =
            |part: &Part| part.script.runs.executes && part.script.runs.fetches_pull.is_some();
        let local = steps.iter().enumerate();
        // An action of another repository is none of what a checkout brought.
        let own = |step: &Step<'_>| step.action.is_some_and(|path| !Remote::is_key(path));
        let local = local.filter(|(_, step)| own(step) || installs(step));
        Self {
            run: those(&|part| part.script.runs.executes),
            fetch_and_run: those(&fetch_and_run).into_iter().collect(),
            load: those(&|part| part.script.loads),
            local: local.map(|(index, _)| index).collect(),
            paste: pasted(steps, &those(&|part| part.script.tells)),
        }
    }

    /// Where what a step brought is executed first.
    fn after(&self, from: usize, source: &Source, steps: &[Step<'_>]) -> Option<Spot> {
        let first = |found: &[usize], from: usize| {
            found.get(found.partition_point(|step| *step < from)).copied()
        };
        // A step that only fetches runs nothing of what it fetches.
        let own = self.fetch_and_run.get(&from).copied();
        let run = own.or_else(|| first(&self.run, from + 1));
        let is_artifact = *source == Source::Artifact;
        let load = first(&self.load, from).filter(|_| is_artifact);
        let step = run.into_iter().chain(load).min().or_else(|| first(&self.local, from + 1));
        let pasted = || {
            let mut later = self.paste.iter().filter(|(teller, _)| is_artifact && *teller >= from);
            later.next().map(|(_, spot)| spot.clone())
        };
        step.map(|step| steps[step].at.spot()).or_else(pasted)
    }
}

/// The contexts of a text that outsiders fill, where it becomes part of something.
pub(super) fn tainted(text: &str, entries: &[Entry]) -> Vec<String> {
    expression::flows(text)
        .into_iter()
        .filter_map(|read| if let Reads::Context(context) = read { Some(context) } else { None })
        .filter(|context| entries.iter().any(|entry| is_free(context, entry)))
        .collect()
}

/// The variables of a step that hold texts of outsiders, each with their contexts.
pub(super) fn foreign_words(step: &Step<'_>) -> BTreeMap<String, BTreeSet<String>> {
    let words = |value: &str| tainted(value, &step.entries).into_iter().collect();
    step.env
        .iter()
        .map(|(name, value)| (name.to_owned(), words(value)))
        .filter(|(_, words): &(String, BTreeSet<String>)| !words.is_empty())
        .collect()
}

/// Where scripts write down outputs that earlier steps took out of files: the last step before that
/// did, of those that `tell`, and the place.
fn pasted(steps: &[Step<'_>], tell: &[usize]) -> Vec<(usize, Spot)> {
    let mut pasted = Vec::new();
    let mut named: BTreeMap<&str, usize> = BTreeMap::new();
    let mut tell = tell.iter().copied().peekable();
    for (index, step) in steps.iter().enumerate() {
        for text in codes(step).filter(|_| !named.is_empty()) {
            for found in COMPUTED_STEP.captures_iter(text) {
                if let Some(teller) = named.get(&found[1]) {
                    pasted.push((*teller, step.at.spot_of(&found[0])));
                }
            }
        }
        while let Some(teller) = tell.next_if(|teller| *teller <= index) {
            named.extend(steps[teller].name.as_deref().map(|name| (name, teller)));
        }
    }
    pasted
}

/// The variables of a step that hold a ref which outsiders choose.
pub(super) fn foreign_variables(step: &Step<'_>) -> BTreeSet<String> {
    let foreign = step.env.iter().filter(|(_, value)| FOREIGN_REF.is_match(value));
    foreign.map(|(name, _)| name.to_owned()).collect()
}

fn texts(job: &mut Job<'_, '_>, step: &Step<'_>) {
    for text in codes(step) {
        for context in tainted(&step.env.filled(text, &job.site.budget), &step.entries) {
            let spot = step.at.spot_of(&context);
            let source = Source::Text { context: Foreign::new(&context) };
            job.granted.taints(Taint { source, sink: Sink::Executed }, Held, spot);
        }
    }
}

/// The texts of a step that are executed.
fn codes<'s>(step: &'s Step<'_>) -> impl Iterator<Item = &'s String> {
    let code = step.with.iter().filter(|(name, _)| CODE_INPUTS.contains(&name.as_str()));
    step.run.iter().chain(code.map(|(_, value)| value))
}

/// Whether outsiders fill a context when the entry is the way in.
fn is_free(context: &str, entry: &Entry) -> bool {
    entry.words.iter().any(|of| {
        // The whole of which it is a part: `toJSON(github.event)`.
        let around =
            of.strip_prefix(context).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        let inside = context.strip_prefix(of).is_some_and(|rest| rest.starts_with('.'));
        let last = context.rsplit('.').next().unwrap_or(context);
        // Names of labels, users and the base are not theirs.
        let safe = [".base.", ".user.", ".labels.", ".milestone.", ".sender."]
            .iter()
            .any(|part| context.contains(part))
            // Only runs of workflows that are named in the file set it off.
            || context == "github.event.workflow_run.name";
        around || inside && FREE.contains(&last) && !safe
    })
}

/// What a step brings onto the disk that outsiders decide.
fn brings(
    step: &Step<'_>,
    index: usize,
    steps: &[Step<'_>],
    parts: &[Part],
    job: &Job<'_, '_>,
    reading: &mut Reading,
) -> Option<Source> {
    let entries: Vec<&Entry> = step
        .entries
        .iter()
        .filter(|entry| PULLS.contains(&entry.event.as_str()) && !entry.words.is_empty())
        .collect();
    if entries.is_empty() {
        return None;
    }
    let name = step.uses.as_deref().map(|uses| uses.split('@').next().unwrap_or(uses));
    let name = name.unwrap_or_default().to_ascii_lowercase();
    if name.ends_with("/checkout") {
        let budget = &job.site.budget;
        let from = [step.input("ref", budget), step.input("repository", budget)];
        let from = from.into_iter().flatten().find(|text| is_theirs(text, &entries));
        if let Some(from) = from {
            return Some(Source::Ref { from: Foreign::new(from.trim()) });
        }
        let computed = step.with.get("ref").filter(|text| COMPUTED_REF.is_match(text));
        let told = |text: &&String| {
            asks_for_heads(text, &steps[..index], budget) || comes_from_heads(text, job, &entries)
        };
        if let Some(text) = computed.filter(told) {
            return Some(Source::Ref { from: Foreign::new(text.trim()) });
        }
        if computed.is_some() && !job.granted.power.triggers.contains_key(&Trigger::new("push")) {
            let why = "which ref it checks out, because another step computes it; it may be one that outsiders choose";
            reading.unknown(step.at.key("with").key("ref").spot(), why.to_owned(), None);
        }
        return None;
    }
    let follows = entries.iter().any(|entry| entry.event == "workflow_run");
    let downloads = name == "actions/download-artifact" && step.with.contains_key("run-id")
        || name == "dawidd6/action-download-artifact";
    let first = parts.partition_point(|part| part.step < index);
    let scripts = || parts[first..].iter().take_while(move |part| part.step == index);
    if follows
        && (downloads
            || scripts().any(|part| part.script.runs.fetches_artifact || lists_artifacts(step)))
    {
        return Some(Source::Artifact);
    }
    let fetched = || {
        let pull = scripts().find_map(|part| part.script.runs.fetches_ref.clone())?;
        parts[first..].iter().any(|part| part.script.runs.takes_ref).then_some(pull)
    };
    let pull = scripts().find_map(|part| part.script.runs.fetches_pull.clone()).or_else(fetched)?;
    Some(Source::Ref { from: Foreign::new(&pull) })
}

/// Whether a ref is one that outsiders choose under these entries.
fn is_theirs(text: &str, entries: &[&Entry]) -> bool {
    if !FOREIGN_REF.is_match(text) {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    entries.iter().any(|entry| match entry.event.as_str() {
        "workflow_run" => lower.contains("workflow_run"),
        "pull_request_target" | "pull_request_review" | "pull_request_review_comment" => {
            entry.words.contains("github.head_ref") && !lower.contains("workflow_run")
        }
        _ => true,
    })
}

/// Whether the output that a text takes its ref from is one of a step that looks up the head of a
/// pull request.
fn asks_for_heads(text: &str, before: &[Step<'_>], budget: &Budget) -> bool {
    let step = COMPUTED_STEP.captures(text).map(|found| found[1].to_owned());
    let named =
        |it: &&Step<'_>| it.name.as_deref().is_some_and(|name| Some(name) == step.as_deref());
    let asks = |step: &Step<'_>| {
        let uses = step.uses.as_deref().unwrap_or_default().to_ascii_lowercase();
        uses.contains("/pull-request-comment-branch@")
            || uses.contains("/resolve-pr-refs@")
            || codes(step).any(|code| budget.take(code.len()) && HEAD.is_match(code))
    };
    before.iter().rev().find(named).is_some_and(asks)
}

/// Whether the output of an earlier job that a text takes its ref from is one that outsiders choose.
fn comes_from_heads(text: &str, job: &Job<'_, '_>, entries: &[&Entry]) -> bool {
    let Some(file) = job.site.files.get(job.file) else { return false };
    let jobs = Jobs {
        root: &file.root,
        is_theirs: &|text| is_theirs(text, entries),
        looks_up: &|script| HEAD.is_match(script),
        budget: &job.site.budget,
    };
    jobs.give_theirs(text)
}

/// Downloading through the API in a script of an action.
fn lists_artifacts(step: &Step<'_>) -> bool {
    step.with.get("script").is_some_and(|script| script.contains("downloadArtifact"))
}

/// Actions that run what the workspace says when they install.
fn installs(step: &Step<'_>) -> bool {
    let uses = step.uses.as_deref().unwrap_or_default().to_ascii_lowercase();
    let name = uses.split('@').next().unwrap_or_default();
    [
        "docker/build-push-action",
        "gradle/gradle-build-action",
        "bahmutov/npm-install",
        "pre-commit/action",
        "goreleaser/goreleaser-action",
        "cypress-io/github-action",
        "borales/actions-yarn",
        "actions-rs/cargo",
    ]
    .contains(&name)
}
