//! Power in words: who can drive it, with which token and secrets. Shared by the sentences of the
//! rules, so that the same power always reads the same.
//!
//! All of it is safe to post: what somebody else chose goes through `words`.

use crate::catalogue::{ACTIONS, COMMANDS, command};
use crate::domain::Foreign;
use crate::power::{Bounds, Crowd, Guard, Level, Power, Role, Runner, Secret, Trigger};
use crate::words::{defused, list, permission, shown, upper};

/// How many things of a kind are named one by one.
const NAMED: usize = 4;

/// Who can set it in motion, as the beginning or middle of a sentence: "anyone who can open an
/// issue", "people who may push". Who is let in by the widest way in counts.
pub(super) fn crowd(power: &Power) -> String {
    let most = power.crowd().most();
    let fork = Trigger::new(Trigger::FORK);
    let ways: Vec<&str> = power
        .triggers
        .iter()
        .filter(|(trigger, crowd)| **trigger != fork && crowd.most() == most)
        .map(|(trigger, _)| trigger.name().raw())
        .collect();
    match most {
        Crowd::Nobody if ways.is_empty() && power.triggers.contains_key(&fork) => {
            "anyone who opens a pull request from a fork".to_owned()
        }
        Crowd::Nobody => match ways.as_slice() {
            ["schedule"] => "a schedule".to_owned(),
            ["workflow_call"] => "a workflow that calls it".to_owned(),
            _ => "a schedule or another job".to_owned(),
        },
        Crowd::Owners => "people who administer the repository".to_owned(),
        Crowd::Collaborators => "people who may push".to_owned(),
        Crowd::Triagers => "people who may manage issues".to_owned(),
        Crowd::Approved => "anyone, once a person approves each run,".to_owned(),
        Crowd::Contributors => "anyone, newcomers once their first run was approved,".to_owned(),
        Crowd::Readers | Crowd::Anyone => {
            let mut acts: Vec<&str> = ways.iter().map(|event| act(event)).collect();
            acts.sort_unstable();
            acts.dedup();
            match acts.as_slice() {
                [_, _, _, _, ..] | [] => "anyone who can read the repository".to_owned(),
                [most @ .., last] if !most.is_empty() => {
                    format!("anyone who can {} or {last}", most.join(", "))
                }
                acts => format!("anyone who can {}", acts.concat()),
            }
        }
    }
}

/// What a person does to cause an event.
fn act(event: &str) -> &'static str {
    match event {
        "issues" => "open an issue",
        "issue_comment" => "comment on an issue",
        "pull_request_target" => "open a pull request",
        "pull_request_review" => "review a pull request",
        "pull_request_review_comment" => "comment on a pull request",
        "discussion" => "open a discussion",
        "discussion_comment" => "comment on a discussion",
        "fork" => "fork the repository",
        "watch" => "star the repository",
        "workflow_run" => "start the workflow before it",
        "workflow_call" => "start a workflow that calls it",
        _ => "cause its event",
    }
}

/// Whether people from outside can set it in motion with all of its power.
pub(super) fn is_open(power: &Power) -> bool {
    power.crowd().most().has_outsiders()
}

/// An agent by the name that people know it by. The catalogue's names are ours; any other is shown
/// as what it is.
pub(super) fn agent(id: &Foreign) -> String {
    let actions = ACTIONS.rows.iter().filter_map(|row| row.agent.as_deref());
    let commands = COMMANDS.rows.iter().filter_map(|row| row.agent.as_deref());
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let is_it = |name: &str| name.chars().map(plain).eq(id.raw().chars());
    actions.chain(commands).find(|name| is_it(name)).map_or_else(|| shown(id), defused)
}

/// What its token may write: "`contents: write`". `None` if it only reads.
pub(super) fn token(power: &Power) -> Option<String> {
    let mut writes = sure(power);
    writes.extend(possible(power));
    (!writes.is_empty()).then(|| list(&writes))
}

/// Each permission with which its token surely writes, a few of them by name.
fn sure(power: &Power) -> Vec<String> {
    few(&written(power, |level| level.least()), "permissions")
}

/// What its token may write where nothing writes for sure: as much as nobody can tell.
pub(super) fn possible(power: &Power) -> Option<String> {
    let names = written(power, |level| level.most());
    if names.is_empty() || !sure(power).is_empty() {
        None
    } else if names.len() > NAMED {
        Some("perhaps a token that writes".to_owned())
    } else {
        Some(format!("perhaps {}", list(&names)))
    }
}

fn written(power: &Power, of: fn(Bounds<Level>) -> Level) -> Vec<String> {
    let writes = power.token.iter().filter(|(_, level)| of(**level) >= Level::Write);
    writes
        .map(|(scope, level)| {
            let word = if level.most() == Level::Admin { "admin" } else { "write" };
            format!("`{}: {word}`", permission(scope.name().raw()))
        })
        .collect()
}

/// The credentials that it reads: "the secrets `A` and `B`". `None` if it reads none.
pub(super) fn secrets(power: &Power) -> Option<String> {
    held(power.secrets.keys())
}

/// Credentials in words: "every secret", "the secret `A` and the variable `B` of the machine".
pub(super) fn held<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Option<String> {
    let (mut named, mut local, mut literal, mut all) = (Vec::new(), Vec::new(), 0_usize, false);
    for secret in secrets {
        match secret {
            Secret::All => all = true,
            Secret::Named { name } => named.push(shown(name)),
            Secret::Local { name } => local.push(shown(name)),
            Secret::Literal { .. } => literal += 1,
        }
    }
    let mut parts = Vec::new();
    if all {
        parts.push("every secret that it can see".to_owned());
    } else if !named.is_empty() {
        parts.push(format!("the {} {}", one("secret", named.len()), some(&named, "secrets")));
    }
    if !local.is_empty() {
        let noun = one("variable", local.len());
        parts.push(format!("the {noun} {} of the machine", some(&local, "variables")));
    }
    if literal > 0 {
        parts.push("a credential that stands in the file".to_owned());
    }
    (!parts.is_empty()).then(|| list(&parts))
}

/// Everything that reaches further than its own job, as the end of a sentence: "with
/// `contents: write` and the secret `A`". `None` if it holds nothing of the kind.
pub(super) fn holds(power: &Power) -> Option<String> {
    let parts = holdings(power);
    (!parts.is_empty()).then(|| format!("with {}", list(&parts)))
}

/// The same, each part by itself.
pub(super) fn holdings(power: &Power) -> Vec<String> {
    let mut parts: Vec<String> = sure(power).into_iter().chain(secrets(power)).collect();
    if !power.trusts.is_empty() {
        let names: Vec<_> =
            power.trusts.keys().map(|trust| permission(trust.provider.raw())).collect();
        parts.push(format!("a login at {}", some(&unique(names), "places")));
    }
    let (commands, rights): (Vec<&Role>, Vec<&Role>) =
        power.roles.keys().partition(|role| does(role).is_some());
    if !commands.is_empty() {
        let can =
            unique(commands.iter().filter_map(|role| does(role)).map(str::to_owned).collect());
        let what = if commands.len() == 1 { "a command" } else { "commands" };
        parts.push(format!("{what} that can {}", list(&can)));
    }
    if !rights.is_empty() {
        let names = unique(rights.iter().map(|role| shown(&role.name)).collect());
        parts.push(format!("the {} {}", one("right", names.len()), some(&names, "rights")));
    }
    if !power.runners.is_empty() {
        parts.push(runner(power.runners.keys().next()));
    }
    parts.extend(possible(power));
    parts
}

/// What a command that gives power can do, where the right is to run one.
fn does(role: &Role) -> Option<&'static str> {
    let entry = command(role.name.raw()).filter(|_| role.system.raw() == "command")?;
    entry.does.as_deref()
}

/// What stands between it and its power, as the end of a sentence. `None` where nothing does.
pub(super) fn guarded(power: &Power) -> Option<String> {
    match &power.guard {
        Guard::Open => None,
        Guard::Behind { .. } => Some("behind the protection of an environment".to_owned()),
        Guard::Unknown { environment } => Some(format!(
            "in the environment {}, of whose protection nothing is known",
            shown(environment)
        )),
    }
}

fn runner(runner: Option<&Runner>) -> String {
    match runner {
        Some(Runner::Labels { labels }) => {
            let own = labels.contains(&Foreign::new("self-hosted"));
            let labels: Vec<_> = labels.iter().map(shown).collect();
            let labels = some(&labels, "labels");
            if own {
                format!("a machine of its own ({labels})")
            } else {
                format!("a machine labelled {labels}")
            }
        }
        Some(Runner::Group { group }) => format!("a machine of the group {}", shown(group)),
        Some(Runner::Unknown { .. }) | None => "a machine that cannot be told".to_owned(),
    }
}

/// Foreign names in code spans: "`a`, `b` and 3 more".
pub(in crate::rules) fn names<'a>(
    names: impl IntoIterator<Item = &'a Foreign>,
    what: &str,
) -> String {
    let shown: Vec<_> = names.into_iter().map(shown).collect();
    some(&shown, what)
}

/// A list of at most a few, the rest as a number.
pub(super) fn some(items: &[String], what: &str) -> String {
    list(&few(items, what))
}

/// At most a few, the rest as a number.
fn few(items: &[String], what: &str) -> Vec<String> {
    if items.len() <= NAMED + 1 {
        return items.to_vec();
    }
    let rest = format!("{} more {what}", items.len() - NAMED);
    items.iter().take(NAMED).cloned().chain([rest]).collect()
}

/// The noun for one or for several.
pub(super) fn one(noun: &str, count: usize) -> String {
    if count == 1 { noun.to_owned() } else { crate::words::plural(noun) }
}

/// Parts of a sentence put together, with a capital and a full stop.
pub(super) fn sentence(parts: &[&str]) -> String {
    let text = parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ");
    format!("{}.", upper(&text))
}

fn unique(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names.dedup();
    names
}
