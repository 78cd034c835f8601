//! A switch or a guard of a place: what kind of thing it is, and that it has another value.

use crate::domain::Foreign;

/// The most characters of an environment's name.
const MOST: usize = 60;

/// The line. Names of environments are anybody's text, so they are cut and stripped of what could
/// act.
pub fn switched(group: &str, name: &Foreign, from: Option<&str>, to: Option<&str>) -> String {
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || "._- ".contains(*c);
    let name: String = name.raw().chars().filter(is_plain).take(MOST).collect();
    let kind = kind_of_switch(group);
    match (from, to) {
        (Some(from), Some(to)) => format!("The {kind} {name} is {to} now; it was {from}."),
        (None, Some(to)) => format!("The {kind} {name} is new: {to}."),
        (Some(from), None) => format!("The {kind} {name} is gone; it was {from}."),
        (None, None) => format!("The {kind} {name} is as it was."),
    }
}

/// What the switches of a group are.
pub fn kind_of_switch(group: &str) -> &'static str {
    match group {
        "environment" => "environment",
        "variable" | "environment_variable" => "variable",
        "agents_variable" => "variable for coding agents",
        "coding_agent_in" => "repository of the coding agent",
        "runner_group" => "runner group",
        "runner_group_reach" => "reach of the runner group",
        "branch_protection" => "protected branch",
        _ => "setting",
    }
}
