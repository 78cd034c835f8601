//! Whom the rules of this group are about: agents that run on GitHub, agents and settings that wait
//! in a checkout, texts that instruct them.

use crate::catalogue::{ACTIONS, CONFIG_FILES, Raises};
use crate::domain::{Foreign, IdentityKind};
use crate::power::{Code, Granted, Kind, Patterns, Power, UNREAD_SERVER};
use crate::rules::files::{Gained, Scene, phrase};
use crate::words::{defused, list, shown};

/// Tools that run any command.
const SHELLS: &[&str] =
    &["bash", "command", "exec", "execute", "local_shell", "powershell", "shell", "terminal"];

/// Tools that are named like this run any command even without brackets.
const BARE_SHELLS: &[&str] = &["run_shell_command", "ShellTool", "shell", "execute"];

/// Agents that run on GitHub, new or wider. The compiled twin of an agentic workflow is left out
/// where its source says as much.
pub(super) fn running<'a>(scene: &Scene<'a>) -> Vec<Gained<'a>> {
    let all: Vec<_> = scene.gained().filter(|gained| is_running(gained.after)).collect();
    let twins: Vec<(Foreign, _)> = all
        .iter()
        .flat_map(|it| {
            let crowd = it.after.power.crowd().most();
            it.after.files.iter().map(move |file| (file.clone(), crowd))
        })
        .collect();
    all.into_iter()
        .filter(|it| {
            let crowd = it.after.power.crowd().most();
            !twins.iter().any(|(file, of)| *file == it.after.subject.path && *of >= crowd)
        })
        .collect()
}

/// Whether it is an agent that GitHub starts.
pub(super) fn is_running(granted: &Granted) -> bool {
    granted.subject.kind == IdentityKind::AiAgent && !granted.power.agents.is_empty()
}

/// Whether it is a text that agents read as their instructions.
pub(super) fn is_text(granted: &Granted) -> bool {
    let own = Code::new(Kind::Instructions, granted.subject.path.raw());
    granted.subject.kind == IdentityKind::AgentInstructions && granted.power.code.contains_key(&own)
}

/// Whether it is an agent, or the settings of one, that waits in a checkout.
pub(super) fn is_waiting(granted: &Granted) -> bool {
    match granted.subject.kind {
        IdentityKind::AiAgent => !is_running(granted),
        IdentityKind::AgentInstructions => !is_text(granted),
        _ => false,
    }
}

/// Its name in a sentence.
pub(super) fn name(granted: &Granted) -> String {
    if is_running(granted) {
        let names: Vec<_> = granted.power.agents.keys().map(phrase::agent).collect();
        list(&names)
    } else if granted.subject.kind == IdentityKind::AiAgent {
        format!("the agent {}", shown(&granted.subject.name))
    } else if granted.subject.path.raw().to_ascii_lowercase().ends_with("/skill.md") {
        format!("the skill {}", shown(&granted.subject.name))
    } else if granted.subject.name.raw() == "devcontainer" {
        "the development container".to_owned()
    } else {
        // Settings are named by the tool that the catalogue knows their place by.
        let tools = CONFIG_FILES.rows.iter().map(|row| row.tool.as_str());
        let known = tools.into_iter().find(|tool| *tool == granted.subject.name.raw());
        known.map_or_else(|| shown(&granted.subject.name), defused)
    }
}

/// What it has, as the end of a sentence: tools first, then what reaches further.
pub(super) fn with(power: &Power) -> String {
    let holds = phrase::holdings(power);
    let parts: Vec<String> = tools(power).into_iter().chain(servers(power)).chain(holds).collect();
    let guard = phrase::guarded(power).map(|guard| format!(", {guard}")).unwrap_or_default();
    if parts.is_empty() { String::new() } else { format!("with {}{guard}", list(&parts)) }
}

/// The tools that it may use without being asked.
pub(super) fn tools(power: &Power) -> Option<String> {
    let names: Vec<_> = power.tools.iter().map(shown).collect();
    match names.as_slice() {
        [] => None,
        _ if power.tools.is_all() => Some("every tool".to_owned()),
        _ => Some(format!(
            "the {} {}",
            phrase::one("tool", names.len()),
            phrase::some(&names, "tools")
        )),
    }
}

fn servers(power: &Power) -> Option<String> {
    let (unread, named): (Vec<_>, Vec<_>) =
        power.servers.keys().partition(|name| name.raw() == UNREAD_SERVER);
    let mut parts = Vec::new();
    if !named.is_empty() {
        let noun = phrase::one("server", named.len());
        parts.push(format!("the MCP {noun} {}", phrase::names(named, "servers")));
    }
    if !unread.is_empty() {
        parts.push("an MCP server that could not be read".to_owned());
    }
    (!parts.is_empty()).then(|| list(&parts))
}

/// Whether any command may be run without being asked.
pub(super) fn is_unrestricted(tools: &Patterns) -> bool {
    tools.is_all()
        || tools.iter().any(|tool| {
            let tool = tool.raw();
            let shell = tool.strip_suffix("(*)").or_else(|| tool.strip_suffix('*'));
            let shell = shell.map(|name| name.trim_end_matches(':').to_ascii_lowercase());
            shell.is_some_and(|name| {
                SHELLS.contains(&name.as_str())
                    || BARE_SHELLS.iter().any(|it| it.eq_ignore_ascii_case(&name))
            }) || BARE_SHELLS.contains(&tool)
        })
}

/// Whether what was switched off is who may start it, which the rule about drivers says.
pub(super) fn lets_in(loosened: &Foreign) -> bool {
    let dangers = ACTIONS.rows.iter().flat_map(|row| &row.danger);
    dangers
        .filter(|danger| danger.raises == Raises::Drivers)
        .any(|danger| danger.why == loosened.raw())
}
