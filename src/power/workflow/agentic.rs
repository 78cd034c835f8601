//! Agentic workflows: Markdown with front matter that is compiled into a lock file beside it. The
//! lock file is what runs and is read as the workflow that it is; the front matter says what the
//! agent in it may do.
//!
//! Source: GitHub Agentic Workflows, frontmatter reference.

use github_actions_models::common::Permissions;
use yaml_serde::Value;

use crate::domain::{Foreign, IdentityKind};
use crate::power::model::{
    Axis, Bounds, Crowd, Granted, Held, Patterns, Role, Sink, Source, Spot, Subject, Taint, Text,
    Trigger,
};
use crate::power::workflow::expression::{self, Reads};
use crate::power::workflow::file::{At, File, each_text, text_of, texts_of, typed};
use crate::power::workflow::token;
use crate::power::workflow::{FOLDER, Reading, Site, events};

/// Keys under `on:` that are events, or stand for some.
const SPOKEN: &[&str] = &["slash_command", "command", "label_command"];

/// Keys under `on:` that are settings.
const SETTINGS: &[&str] = &[
    "roles",
    "bots",
    "skip-bots",
    "skip-roles",
    "skip-if-match",
    "skip-if-no-match",
    "reaction",
    "status-comment",
    "stop-after",
    "manual-approval",
    "github-token",
    "github-app",
    "names",
    "steps",
    "permissions",
    "forks",
    "lock-for-agent",
];

/// Reads the agentic workflows of a tree.
pub(super) fn read(site: &Site<'_>, reading: &mut Reading) {
    for (path, contents) in site.tree.under(FOLDER) {
        let name = path.strip_prefix(FOLDER).filter(|name| !name.contains('/'));
        let Some(stem) = name.and_then(|name| name.strip_suffix(".md")) else { continue };
        let Text::Text(text) = contents else { continue };
        let Some(front) = front_matter(text) else { continue };
        match File::parse_part(path, front, 1) {
            Ok(file) if file.root.get("on").is_some() => one(site, &file, stem, reading),
            Ok(_) => {}
            Err(why) => {
                let why = format!("what it grants, because its front matter {why}");
                reading.unknown(Spot::line(path, 1), why, None);
            }
        }
    }
}

/// The front matter of a Markdown file, without its rulers.
pub(crate) fn front_matter(text: &str) -> Option<&str> {
    let inner = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n"))?;
    let end = inner.find("\n---")?;
    Some(&inner[..=end])
}

fn one(site: &Site<'_>, file: &File<'_>, stem: &str, reading: &mut Reading) {
    let top = file.top();
    let lock = format!("{FOLDER}{stem}.lock.yml");
    let subject = Subject::new(IdentityKind::AiAgent, file.path, stem);
    let mut granted = Granted::new(subject, top.key("on").spot());
    granted.files.insert(Foreign::new(&lock));
    if site.tree.get(&lock).is_none() {
        let why = "what really runs, because its lock file is not among those that were given";
        reading.unknown(top.spot(), why.to_owned(), Some(&lock));
    }
    drivers(site, file, &mut granted);
    let engine = file.root.get("engine");
    let engine = engine.and_then(|it| text_of(it.get("id").unwrap_or(it)));
    let at = top.key("engine").spot();
    granted.agents(Foreign::new(&engine.unwrap_or_else(|| "copilot".to_owned())), Held, at);
    let at = top.key("permissions");
    let none = Value::Mapping(yaml_serde::Mapping::new());
    if let Ok(permissions) = typed::<Permissions>(file.root.get("permissions").unwrap_or(&none)) {
        for (scope, level) in token::given(&permissions, site.ground.default_token) {
            let spot = at.key(scope.name().raw()).spot();
            granted.token(scope, level, spot);
        }
    }
    let mut secrets = Vec::new();
    each_text(&file.root, &top, "", &mut |_, text, at| {
        for read in expression::reads(text) {
            if let Reads::Secret(secret) = read {
                let spot = at.spot_of_secret(&secret);
                secrets.push((secret, spot));
            }
        }
    });
    for (secret, spot) in secrets {
        granted.secrets(secret, Held, spot);
    }
    tools(file, &mut granted);
    outputs(file, &mut granted);
    for path in file.root.get("imports").map(texts_of).unwrap_or_default() {
        granted.files.insert(Foreign::new(&format!("{FOLDER}{path}")));
    }
    reading.grants.push(granted);
}

/// Who drives it: by default people who may push, whatever the event.
fn drivers(site: &Site<'_>, file: &File<'_>, granted: &mut Granted) {
    let on = file.root.get("on");
    let at = file.top().key("on");
    let roles = file.root.get("roles").or_else(|| on?.get("roles")).map(texts_of);
    let roles = roles.unwrap_or_default();
    let open = roles.iter().any(|role| matches!(role.as_str(), "all" | "read" | "triage"));
    let mut entries: Vec<(String, At<'_>, Vec<String>)> = Vec::new();
    match on {
        Some(Value::Mapping(map)) => {
            for (event, settings) in map {
                let Some(event) = event.as_str().filter(|it| !SETTINGS.contains(it)) else {
                    continue;
                };
                let types = settings.get("types").map(texts_of).unwrap_or_default();
                let event = if SPOKEN.contains(&event) { "issue_comment" } else { event };
                entries.push((event.to_owned(), at.key(event), types));
            }
        }
        Some(one) => {
            entries.extend(texts_of(one).into_iter().map(|event| (event, at.clone(), Vec::new())))
        }
        None => {}
    }
    for (event, at, types) in entries {
        let crowd = events::crowd(&event, &types, site.ground);
        let crowd = if open { crowd } else { crowd.at_most(Crowd::Collaborators) };
        let spot = at.spot();
        if open && crowd.most().has_outsiders() {
            for context in events::words(&event).iter().take(1) {
                let source = Source::Text { context: Foreign::new(context) };
                granted.taints(Taint { source, sink: Sink::Prompted }, Held, spot.clone());
            }
        }
        granted.triggers(Trigger::new(&event), crowd, spot);
    }
    if granted.power.triggers.is_empty() {
        let unknown = Bounds::between(Crowd::Nobody, events::public(site.ground).most());
        granted.triggers(Trigger::new("an unknown event"), unknown, at.spot());
    }
}

/// The tools, servers and hosts that the agent is given.
fn tools(file: &File<'_>, granted: &mut Granted) {
    let top = file.top();
    let mut names: Vec<String> = Vec::new();
    let at = top.key("tools");
    for (name, value) in mapping(&file.root, "tools") {
        let listed = match value {
            Value::Sequence(_) => texts_of(value),
            Value::Mapping(map) => {
                map.get("allowed").or_else(|| map.get("toolsets")).map(texts_of).unwrap_or_default()
            }
            Value::Bool(false) => continue,
            _ => Vec::new(),
        };
        // `bash:` alone is a short list of harmless commands; `true` and `*` are every command.
        let every = *value == Value::Bool(true) || listed.iter().any(|it| it == "*" || it == ":*");
        match (name == "bash" && every, listed.is_empty()) {
            (true, _) => names.push("bash(*)".to_owned()),
            (false, true) => names.push(name.to_owned()),
            (false, false) => names.extend(listed.iter().map(|it| format!("{name}({it})"))),
        }
    }
    if !names.is_empty() {
        granted.note(Axis::Tools, at.spot());
        granted.power.tools = Patterns::of(names);
    }
    for (name, _) in mapping(&file.root, "mcp-servers") {
        let spot = top.key("mcp-servers").key(name).spot();
        granted.servers(Foreign::new(name), Held, spot);
    }
    let network = file.root.get("network");
    let hosts = match network {
        Some(Value::Mapping(map)) => map.get("allowed").map(texts_of).unwrap_or_default(),
        Some(one) => texts_of(one),
        None => vec!["defaults".to_owned()],
    };
    granted.note(Axis::Network, top.key("network").spot());
    granted.power.network = Patterns::of(hosts);
    let off = [("strict", "the checks of strict mode"), ("sandbox", "the sandbox")];
    for (key, what) in off {
        let value = file.root.get(key);
        let agent = value.and_then(|it| it.get("agent")).or(value);
        if agent.is_some_and(|it| *it == Value::Bool(false)) {
            granted.loosened(Foreign::new(what), Held, top.key(key).spot());
        }
    }
}

/// What another job writes for the agent. Whatever is no known setting of that job is something that
/// it writes. Source: "Safe Outputs" of GitHub Agentic Workflows.
fn outputs(file: &File<'_>, granted: &mut Granted) {
    const SETTINGS: &[&str] = &[
        "activation-comments",
        "allowed-domains",
        "allowed-github-references",
        "env",
        "footer",
        "github-app",
        "github-token",
        "max-patch-size",
        "mentions",
        "messages",
        "missing-data",
        "missing-tool",
        "needs",
        "noop",
        "report-failure-as-issue",
        "report-incomplete",
        "runs-on",
        "staged",
        "steps",
    ];
    for (name, value) in mapping(&file.root, "safe-outputs") {
        let spot = file.top().key("safe-outputs").key(name).spot();
        if name == "threat-detection" {
            if *value == Value::Bool(false) {
                granted.loosened(Foreign::new("the search for threats"), Held, spot);
            }
        } else if name == "jobs" {
            // Jobs of one's own, each with its steps.
            let jobs = value.as_mapping().into_iter().flatten();
            for job in jobs.filter_map(|(job, _)| job.as_str()) {
                let role = Role { system: Foreign::new("safe-outputs"), name: Foreign::new(job) };
                granted.roles(role, Patterns::of(["this repository"]), spot.clone());
            }
        } else if !SETTINGS.contains(&name) {
            let role = Role { system: Foreign::new("safe-outputs"), name: Foreign::new(name) };
            let target = value.get("target-repo").and_then(text_of);
            let target = target.unwrap_or_else(|| "this repository".to_owned());
            granted.roles(role, Patterns::of([target.as_str()]), spot);
        }
    }
}

fn mapping<'v>(root: &'v Value, key: &str) -> impl Iterator<Item = (&'v str, &'v Value)> {
    let map = root.get(key).and_then(Value::as_mapping);
    map.into_iter().flatten().filter_map(|(name, value)| Some((name.as_str()?, value)))
}
