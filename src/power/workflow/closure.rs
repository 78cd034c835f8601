//! What the scripts of a job do, and those of the repository that they start: credentials that leave,
//! code from the network, and the files that run with the job's power.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::LazyLock;

use regex::Regex;

use crate::domain::Foreign;
use crate::power::files;
use crate::power::model::{Code, Door, Egress, Held, Kind, Pin, Remote, Secret, Spot, Text};
use crate::power::workflow::budget::PIECE;
use crate::power::workflow::job::Job;
use crate::power::workflow::script::{self, Line, Ran, Reach, Script};
use crate::power::workflow::step::{self, Step};
use crate::power::workflow::{Reading, Site, reference, taint};

/// How a step of an action says that a file lies beside the action's description.
///
/// Source: "Contexts", `github.action_path`.
static OWN_FOLDER: LazyLock<Regex> = LazyLock::new(|| {
    let text = r#"["']?(?:\$\{\{\s*github\.action_path\s*\}\}|\$GITHUB_ACTION_PATH|\$\{GITHUB_ACTION_PATH\})["']?/"#;
    Regex::new(text).expect("the expression is tested")
});

/// A folder that stands for it while the script is read.
const BESIDE: &str = "./github.action_path/";

/// How deep scripts are followed that start scripts.
const MOST_SCRIPTS: usize = 4;

/// A script that runs in a step: in the workflow, or in a file of the repository.
pub(super) struct Part {
    /// The step, by its place among the steps of the job.
    pub(super) step: usize,
    /// What it does.
    pub(super) script: Rc<Script>,
    /// The file it is in, if it is not in the workflow.
    file: Option<String>,
}

/// What around a script makes it do something else: the variables that hold credentials, refs of
/// outsiders, or their words.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Around {
    variables: BTreeMap<String, BTreeSet<Secret>>,
    foreign: BTreeSet<String>,
    words: BTreeMap<String, BTreeSet<String>>,
}

/// What makes a script of the repository do something else: the file, and the number of what is
/// around it.
pub(super) type Told = (String, usize);

/// What one start of a script takes, if the script was read before, and each thing found in it.
const STARTED: usize = 200;
const A_FIND: usize = 50;

impl Around {
    fn of(job: &Job<'_, '_>, step: &Step<'_>) -> Self {
        Self {
            variables: step.secret_variables(job),
            foreign: taint::foreign_variables(step),
            words: taint::foreign_words(step),
        }
    }

    fn reach<'s>(&'s self, inline: &'s dyn Fn(&str) -> Vec<Secret>, shell: bool) -> Reach<'s> {
        let Self { variables, foreign, words } = self;
        Reach { variables, inline, foreign, words, shell }
    }
}

/// Reads the scripts of each step, and those that they start.
pub(super) fn scripts(
    job: &mut Job<'_, '_>,
    steps: &[Step<'_>],
    reading: &mut Reading,
) -> Vec<Part> {
    let mut parts = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let around = Around::of(job, step);
        let known = reading.around.len();
        let number = *reading.around.entry(around.clone()).or_insert(known);
        if let Some(path) = step.action {
            job.granted.files.insert(Foreign::new(path));
            if let Some(remote) = Remote::of(path) {
                let folder = step::folder_of(&remote.path).trim_end_matches('/');
                let name = format!("{}/{folder}", remote.repo);
                let code = Code::new(Kind::Action, name.trim_end_matches('/'));
                job.granted.references.insert(code, remote.reference);
            }
        }
        let mut waiting = programs(job, step);
        if let (Some(text), shell) = own_script(step) {
            let inline = |text: &str| job.secrets_in(text);
            let reach = around.reach(&inline, shell);
            let script = Rc::new(script::read(&text, &reach));
            waiting.extend(started(&script, &step.folder, step.action));
            parts.push(Part { step: index, script, file: None });
        }
        let mut seen = BTreeSet::new();
        for _ in 0..MOST_SCRIPTS {
            for (path, needed) in std::mem::take(&mut waiting) {
                if !seen.insert(path.clone()) {
                    continue;
                }
                if !matches!(job.site.tree.get(&path), Some(Text::Text(_))) {
                    if needed || job.site.tree.get(&path).is_some() {
                        missing(job, step, &path, reading);
                    } else if job.granted.power.is_privileged() && !path.contains("${{") {
                        reading.asks.insert(Foreign::new(&path));
                    }
                    continue;
                }
                job.granted.files.insert(Foreign::new(&path));
                if !is_script(&path) {
                    continue;
                }
                let told = (path, number);
                let Some(script) = of_file(job.site, &told, &around, reading) else { continue };
                let folder = step::folder_of(&told.0);
                // From which folder it starts others is not told: both are tried.
                let inner = [step.folder.as_str(), folder];
                let inner = inner.iter().flat_map(|it| started(&script, it, step.action));
                waiting.extend(inner.map(|(path, _)| (path, false)));
                parts.push(Part { step: index, script, file: Some(told.0) });
            }
        }
    }
    parts
}

/// Reads a script of the repository, once for all that run it with the same variables. Nobody
/// evaluates expressions in it. `None` if that would be more than is read.
fn of_file(
    site: &Site<'_>,
    told: &Told,
    around: &Around,
    reading: &mut Reading,
) -> Option<Rc<Script>> {
    if let Some(known) = reading.scripts.get(told) {
        let found = known.remote.len() + known.egress.len() + known.executed.len();
        return site.budget.take(STARTED + A_FIND * found).then(|| Rc::clone(known));
    }
    let (path, _) = told;
    let text = site.tree.get(path).and_then(Text::text).unwrap_or_default();
    if !site.budget.take(PIECE + text.len()) {
        return None;
    }
    let inline = |_: &str| Vec::new();
    let reach = around.reach(&inline, is_shell(path));
    let script = Rc::new(match orders_in(path, text) {
        Some((orders, lines)) => script::read(&orders, &reach).at_lines(&lines),
        None => script::read(text, &reach),
    });
    reading.scripts.insert(told.clone(), Rc::clone(&script));
    Some(script)
}

/// What of a file is executed, if that is not all of it, and for each of its lines the one that it
/// stands on in the file: of a `package.json` only the scripts.
fn orders_in(path: &str, text: &str) -> Option<(String, Vec<usize>)> {
    if !path.ends_with("package.json") {
        return None;
    }
    let (mut orders, mut lines) = (String::new(), Vec::new());
    for (number, script) in files::scripts_of_manifest(text) {
        for line in script.lines() {
            orders.push_str(line);
            orders.push('\n');
            lines.push(number);
        }
    }
    Some((orders, lines))
}

/// Notes on the job what its scripts do.
pub(super) fn read(
    job: &mut Job<'_, '_>,
    steps: &[Step<'_>],
    parts: &[Part],
    reading: &mut Reading,
) {
    let mut written: BTreeMap<&str, &BTreeSet<Secret>> = BTreeMap::new();
    for part in parts {
        let step = &steps[part.step];
        // What builds an image runs inside of it, where the job's secrets are not.
        let remote = part.script.remote.iter().filter(|_| !part.builds_image());
        for (address, line) in remote {
            let spot = part.spot(step, line);
            job.granted.code(Code::new(Kind::Script, address), Pin::Floating, spot);
        }
        for (egress, line) in &part.script.egress {
            let spot = part.spot(step, line);
            job.granted.egress(egress.clone(), Held, spot);
        }
        if part.script.cut {
            let why = "what else its script does, because it does too much of one kind".to_owned();
            reading.unknown(part.spot(step, &Line::default()), why, None);
        }
        written.extend(part.script.written.iter().map(|(file, secrets)| (file.as_str(), secrets)));
    }
    for step in steps {
        let uploads = step.uses.as_deref().is_some_and(|uses| {
            let name = uses.split('@').next().unwrap_or(uses).to_ascii_lowercase();
            name == "actions/upload-artifact" || name == "actions/upload-pages-artifact"
        });
        let paths = step.input("path", &job.site.budget).unwrap_or_default();
        let looks = uploads && job.site.budget.take(written.len());
        for (file, secrets) in written.iter().filter(|(file, _)| looks && holds(&paths, file)) {
            if !job.site.budget.take(secrets.len()) {
                break;
            }
            let spot = step.at.key("with").key("path").spot_of(file);
            for secret in *secrets {
                let egress = Egress { secret: secret.clone(), door: Door::Artifact };
                job.granted.egress(egress, Held, spot.clone());
            }
        }
    }
}

/// What a shell executes of a file, without comments.
pub(super) struct ShellFile<'p> {
    pub(super) path: &'p str,
    pub(super) code: String,
    /// Where each line of it stands in the file, if not at the same number.
    lines: Option<Vec<usize>>,
    /// Where the step stands that starts it, if it is another repository's.
    outer: Option<Spot>,
}

impl ShellFile<'_> {
    /// Where the first line stands that holds this.
    pub(super) fn spot_of(&self, part: &str) -> Spot {
        if let Some(outer) = &self.outer {
            return outer.clone();
        }
        let at = self.code.lines().position(|line| line.contains(part)).unwrap_or(0);
        let number = match &self.lines {
            Some(lines) => lines.get(at).copied().unwrap_or(1),
            None => at + 1,
        };
        Spot::line(self.path, number)
    }
}

impl Part {
    /// What a shell executes of the file that it is in. `None` if it is in none, or if that would be
    /// more than is read.
    pub(super) fn shell_file(&self, site: &Site<'_>, step: &Step<'_>) -> Option<ShellFile<'_>> {
        let path = self.file.as_deref().filter(|path| is_shell(path))?;
        let text = site.tree.get(path)?.text()?;
        if !site.budget.take(text.len()) {
            return None;
        }
        let (text, lines) = match orders_in(path, text) {
            Some((orders, lines)) => (Cow::Owned(orders), Some(lines)),
            None => (Cow::Borrowed(text), None),
        };
        let mut code = String::with_capacity(text.len());
        for line in text.lines() {
            code.push_str(if line.trim_start().starts_with('#') { "" } else { line });
            code.push('\n');
        }
        let outer = Remote::is_key(path).then(|| step.at.spot());
        Some(ShellFile { path, code, lines, outer })
    }

    /// Whether it is the description of an image.
    fn builds_image(&self) -> bool {
        let name = self.file.as_deref().and_then(|path| path.rsplit('/').next());
        name.is_some_and(|name| name.starts_with("Dockerfile") || name.ends_with(".dockerfile"))
    }

    /// Where a line of it stands.
    pub(super) fn spot(&self, step: &Step<'_>, line: &Line) -> Spot {
        match &self.file {
            None => step.at.spot_of(&line.first),
            Some(path) if Remote::is_key(path) => step.at.spot(),
            Some(path) => Spot::line(path, line.number.max(1)),
        }
    }
}

/// The script that a step holds, and whether a shell reads it.
fn own_script(step: &Step<'_>) -> (Option<String>, bool) {
    if let Some(run) = &step.run {
        let shell = step.shell.as_deref().unwrap_or("bash");
        let run = OWN_FOLDER.replace_all(run, BESIDE).into_owned();
        return (Some(run), !["python", "node"].iter().any(|it| shell.starts_with(it)));
    }
    let uses = step.uses.as_deref().unwrap_or_default();
    if uses.split('@').next().is_some_and(|it| it.eq_ignore_ascii_case("actions/github-script")) {
        return (step.with.get("script").cloned(), false);
    }
    (None, true)
}

/// The program of a local action, which must be there.
fn programs(job: &Job<'_, '_>, step: &Step<'_>) -> Vec<(String, bool)> {
    let described = step.action.filter(|_| step.run.is_none() && step.uses.is_none());
    let file = described.and_then(|path| Some((path, job.site.files.get(path)?)));
    let programs = file.map(|(path, file)| step::programs(&file.root, path));
    programs.into_iter().flatten().map(|path| (path.raw().to_owned(), false)).collect()
}

/// The files that a script starts, from the folder it runs in; and whether they must be there.
fn started(script: &Script, folder: &str, action: Option<&str>) -> Vec<(String, bool)> {
    let folder = folder.replace("${{ github.workspace }}", "");
    script
        .runs
        .files
        .iter()
        .map(|ran| match ran {
            Ran::File(path) => match (path.strip_prefix(BESIDE), action) {
                (Some(path), Some(action)) => (step::join(step::folder_of(action), path), true),
                _ => (step::join(&folder, path), true),
            },
            Ran::Orders(path) => (step::join(&folder, path), false),
        })
        .collect()
}

/// Whether a file is one whose lines can be read: a script, a program, or the orders of a tool that
/// hands them to a shell.
fn is_script(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let orders = ["package.json", "Taskfile.yml"].contains(&name);
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    orders
        || !matches!(
            ending,
            Some(
                "toml"
                    | "xml"
                    | "json"
                    | "yml"
                    | "yaml"
                    | "mod"
                    | "props"
                    | "ini"
                    | "tf"
                    | "bazel"
                    | "gradle"
                    | "kts"
            )
        )
}

fn is_shell(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let programs = [".py", ".js", ".mjs", ".cjs", ".ts", ".mts", ".rb", ".pl", ".php", ".rs"];
    !programs.iter().any(|ending| name.ends_with(ending))
}

fn missing(job: &Job<'_, '_>, step: &Step<'_>, path: &str, reading: &mut Reading) {
    let script = ["sh", "bash", "py", "js", "mjs", "cjs", "ts", "rb", "pl", "ps1"]
        .iter()
        .any(|ending| path.rsplit_once('.').is_some_and(|(_, it)| it == *ending));
    if script && job.granted.power.is_privileged() {
        let what = format!("what the script `{}` does", path.replace('`', "'"));
        if path.contains("${{") {
            let why = format!("{what}, because its folder is computed");
            return reading.unknown(step.at.key("run").spot(), why, None);
        }
        let why = reference::why_missing(job.site, path, &what);
        reading.unknown(step.at.key("run").spot_of(path), why, Some(path));
    }
}

/// Whether the paths of an upload take a file in.
fn holds(paths: &str, file: &str) -> bool {
    paths.lines().map(str::trim).any(|path| {
        let path = path.trim_start_matches("./").trim_end_matches(['/', '*']);
        path.is_empty()
            || path == "."
            || path.contains("github.workspace")
            || path == file
            || file.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'))
    })
}
