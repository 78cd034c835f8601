//! One job: its drivers, its token, what it reads and where it runs.

use std::collections::BTreeMap;

use github_actions_models::common::Permissions;
use github_actions_models::common::expr::LoE;
use github_actions_models::workflow::job::Container;
use yaml_serde::Value;

use crate::domain::{Foreign, IdentityKind};
use crate::power::model::{
    Axis, Code, Granted, Guard, Held, Kind, Pin, Secret, Spot, Subject, Trigger,
};
use crate::power::workflow::call::{self, Call, Passed};
use crate::power::workflow::entry::{self, Entry};
use crate::power::workflow::expression::{self, Reads};
use crate::power::workflow::file::{At, File, each_text, text_of, typed};
use crate::power::workflow::needs::{Start, Starts};
use crate::power::workflow::step::{self, Env};
use crate::power::workflow::token::{self, Token};
use crate::power::workflow::{
    Reading, Site, action, agent, budget, cache, closure, reference, runner, taint,
};

/// A job while it is read.
pub(super) struct Job<'a, 'c> {
    pub(super) site: &'a Site<'a>,
    pub(super) call: &'c Call<'a>,
    /// The path or key of its file.
    pub(super) file: &'a str,
    /// Its id in its file.
    pub(super) id: &'a str,
    pub(super) at: At<'a>,
    pub(super) value: &'a Value,
    /// What can set it in motion.
    pub(super) entries: Vec<Entry>,
    /// The variables of the workflow and of the job.
    pub(super) env: Env,
    /// What it is granted so far.
    pub(super) granted: Granted,
}

/// Reads a workflow that its own triggers start.
pub(super) fn workflow<'a>(site: &'a Site<'a>, file: &'a File<'a>, reading: &mut Reading) {
    let call = Call {
        root: file.path,
        prefix: String::new(),
        spot: None,
        entries: entry::entries(site, file, reading),
        guard: Guard::Open,
        cap: None,
        secrets: Passed::All,
        inputs: BTreeMap::new(),
        references: BTreeMap::new(),
        depth: 0,
    };
    if file.root.get("on").is_none() || file.root.get("jobs").and_then(Value::as_mapping).is_none()
    {
        let why = "what it grants, because it has no triggers or no jobs".to_owned();
        reading.unknown(file.top().spot(), why, None);
    }
    site.budget.begin();
    jobs(site, file, &call, reading);
    if site.budget.is_short() {
        let why = "what all of it does, because its jobs and steps, with what they call and start, come to more than is read";
        reading.unknown(file.top().key("jobs").spot(), why.to_owned(), None);
    }
}

/// Reads each job of a file that is entered in this way.
pub(super) fn jobs<'a>(
    site: &'a Site<'a>,
    file: &'a File<'a>,
    call: &Call<'a>,
    reading: &mut Reading,
) {
    let Some(jobs) = file.root.get("jobs").and_then(Value::as_mapping) else { return };
    let first = Start { entries: call.entries.clone(), guard: call.guard.clone() };
    let mut starts = Starts::new(jobs, first, site.ground);
    for (id, value) in jobs {
        let (Some(id), Value::Mapping(_)) = (id.as_str(), value) else { continue };
        let at = call.top(file).key("jobs").key(id);
        let Start { entries, guard } = starts.of(id);
        if entries.is_empty() {
            continue;
        }
        if !site.budget.take(budget::PIECE) {
            return;
        }
        let name = format!("{}{id}", call.prefix);
        let spot = call.spot.clone().unwrap_or_else(|| at.spot());
        let granted = Granted::new(Subject::new(IdentityKind::Workflow, call.root, &name), spot);
        let env = Env::default();
        let mut job = Job { site, call, file: file.path, id, at, value, entries, env, granted };
        job.granted.power.guard = guard;
        job.granted.references.extend(call.references.clone());
        job.env = job.variables(file);
        job.drivers();
        job.token(file, reading);
        job.secrets(file);
        if call.root != file.path {
            job.granted.files.insert(Foreign::new(file.path));
        }
        match value.get("uses").and_then(Value::as_str) {
            Some(uses) => call::follow(site, job, uses, reading),
            None => job.run(reading),
        }
    }
}

impl<'a> Job<'a, '_> {
    /// A text of the file with what the caller gave in it.
    pub(super) fn filled(&self, text: &str) -> String {
        expression::fill(text, "inputs", &self.site.budget, &|name| {
            self.call.inputs.get(&name.to_ascii_lowercase()).map(String::as_str)
        })
    }

    /// A subject inside this job, with the job's drivers, guard and token.
    pub(super) fn part(&self, kind: IdentityKind, name: &str, at: &At<'_>) -> Granted {
        let job = self.granted.subject.name.raw();
        let subject = Subject::new(kind, self.call.root, &format!("{job}/{name}"));
        let spot = self.call.spot.clone().unwrap_or_else(|| at.spot());
        let mut part = Granted::new(subject, spot);
        part.power.triggers = self.granted.power.triggers.clone();
        part.power.token = self.granted.power.token.clone();
        part.power.guard = self.granted.power.guard.clone();
        part.spots = self.granted.spots.clone();
        part.spots
            .retain(|axis, _| matches!(axis, Axis::Trigger(_) | Axis::Token(_) | Axis::Guard));
        part
    }

    /// Each secret and token that a text reads, as the repository knows them.
    pub(super) fn secrets_in(&self, text: &str) -> Vec<Secret> {
        expression::reads(text)
            .into_iter()
            .filter_map(|read| if let Reads::Secret(secret) = read { Some(secret) } else { None })
            .flat_map(|secret| self.call.secrets.resolve(&secret))
            .collect()
    }

    fn variables(&self, file: &File<'_>) -> Env {
        let top = file.root.get("env");
        let own = self.value.get("env");
        let filled = |text: &str| self.filled(text);
        Env::default().with(top, &filled).with(own, &filled)
    }

    fn drivers(&mut self) {
        for entry in self.entries.clone() {
            self.granted.triggers(Trigger::new(&entry.event), entry.crowd, entry.spot);
        }
    }

    fn token(&mut self, file: &'a File<'a>, reading: &mut Reading) {
        let own = self.value.get("permissions").map(|it| (it, self.at.key("permissions")));
        let top =
            file.root.get("permissions").map(|it| (it, self.call.top(file).key("permissions")));
        let default = self.site.ground.default_token;
        let (token, at) = match own.or(top) {
            Some((value, at)) => match typed::<Permissions>(value) {
                Ok(permissions) => (token::given(&permissions, default), at),
                Err(why) => {
                    let why = format!("what its token may do, because the permissions {why}");
                    reading.unknown(at.spot(), why, None);
                    (token::given(&Permissions::default(), None), at)
                }
            },
            None => {
                let token = match &self.call.cap {
                    Some(cap) => cap.clone(),
                    None => token::given(&Permissions::default(), default),
                };
                (token, self.at.clone())
            }
        };
        let token: Token = match &self.call.cap {
            Some(cap) => token::capped(token, cap),
            None => token,
        };
        let explicit = self.value.get("permissions").or(file.root.get("permissions"));
        for (scope, level) in token {
            let named = explicit.is_some_and(|it| it.get(scope.name().raw()).is_some());
            let spot = if named { at.key(scope.name().raw()).spot() } else { at.spot() };
            self.granted.token(scope, level, spot);
        }
    }

    /// Secrets anywhere in the job except its steps, and in the variables of the workflow.
    fn secrets(&mut self, file: &'a File<'a>) {
        let mut found = Vec::new();
        if let Some(env) = file.root.get("env") {
            self.collect(env, &self.call.top(file).key("env"), "env", &mut found);
        }
        if let Value::Mapping(map) = self.value {
            for (key, value) in map {
                if let Some(key) = key.as_str().filter(|key| !["steps", "secrets"].contains(key)) {
                    self.collect(value, &self.at.key(key), key, &mut found);
                }
            }
        }
        for (secret, spot) in found {
            self.granted.secrets(secret, Held, spot);
        }
    }

    fn collect(&self, value: &Value, at: &At<'a>, key: &str, found: &mut Vec<(Secret, Spot)>) {
        each_text(value, at, key, &mut |key, text, at| {
            // A condition is an expression without braces.
            let text = if key == "if" && !text.contains("${{") {
                format!("${{{{ {text} }}}}")
            } else {
                self.filled(text)
            };
            for secret in self.secrets_in(&text) {
                let spot = at.spot_of_secret(&secret);
                found.push((secret, spot));
            }
        });
    }

    fn run(mut self, reading: &mut Reading) {
        self.environment();
        self.runner(reading);
        self.containers();
        let steps = step::steps(&self, reading);
        for step in &steps {
            step.secrets_into(&mut self);
            action::read(&mut self, step, reading);
        }
        let scripts = closure::scripts(&mut self, &steps, reading);
        closure::read(&mut self, &steps, &scripts, reading);
        taint::read(&mut self, &steps, &scripts, reading);
        for step in &steps {
            agent::commands(&mut self, step);
        }
        agent::read(&mut self, &steps, &scripts, reading);
        if let Some(spot) = cache::restored(&steps) {
            reading.restores.push((reading.grants.len(), spot));
        }
        reading.grants.push(self.granted);
    }

    fn environment(&mut self) {
        let Some(value) = self.value.get("environment") else { return };
        let at = self.at.key("environment");
        let Some(name) = value.get("name").or(Some(value)).and_then(text_of) else { return };
        let name = self.filled(name.trim());
        if name.is_empty() {
            return;
        }
        let own = self.site.ground.guard(&name);
        self.granted.power.guard = self.granted.power.guard.clone().and(own);
        self.granted.note(Axis::Guard, at.spot());
        let name = Foreign::new(&name.to_ascii_lowercase());
        self.granted.environments(name, Held, at.spot());
    }

    fn runner(&mut self, reading: &mut Reading) {
        let Some(runs_on) = self.value.get("runs-on") else { return };
        let at = self.at.key("runs-on");
        let filled = step::filled_value(runs_on, &|text| self.filled(text));
        match runner::runners(&filled, self.value.get("strategy")) {
            Ok(runners) => {
                for runner in runners {
                    self.granted.runners(runner, Held, at.spot());
                }
            }
            Err(why) => {
                let why = format!("where it runs, because `runs-on` {why}");
                reading.unknown(at.spot(), why, None);
            }
        }
    }

    fn containers(&mut self) {
        let services = self.value.get("services").and_then(Value::as_mapping);
        let services = services
            .into_iter()
            .flatten()
            .filter_map(|(name, value)| Some((value, self.at.key("services").key(name.as_str()?))));
        let own = self.value.get("container").map(|value| (value, self.at.key("container")));
        let all: Vec<_> = own.into_iter().chain(services).collect();
        for (value, at) in all {
            let filled = step::filled_value(value, &|text| self.filled(text));
            let Ok(container) = typed::<Container>(&filled) else { continue };
            let (image, volumes, options) = match container {
                Container::Name(image) => (image, Vec::new(), None),
                Container::Container { image, volumes, options, .. } => (image, volumes, options),
            };
            let (name, reference, pin) = match image {
                LoE::Literal(image) if image.raw().trim().is_empty() => continue,
                LoE::Literal(image) => reference::image(&image),
                LoE::Expr(expression) => {
                    let name = expression.as_curly().to_owned();
                    (name, Foreign::default(), Pin::Floating)
                }
            };
            let code = Code::new(Kind::Image, &name);
            self.granted.references.insert(code.clone(), reference);
            self.granted.code(code, pin, at.spot());
            let options = options.unwrap_or_default();
            let opened = ["--privileged", "--pid=host", "--network=host", "--cap-add"]
                .iter()
                .filter(|flag| options.contains(*flag))
                .map(|flag| format!("the walls of a container: {flag}"));
            let socket = volumes
                .iter()
                .chain([&options])
                .any(|text| text.contains("docker.sock"))
                .then(|| "the walls of a container: the socket of its host".to_owned());
            for what in opened.chain(socket) {
                self.granted.loosened(Foreign::new(&what), Held, at.spot());
            }
        }
    }
}
