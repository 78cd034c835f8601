//! `/help`: what can be said, from the table of commands.

use crate::commands::command::{COMMANDS, Command, CommandSpec};
use crate::commands::run::Reply;

pub(super) const SPEC: CommandSpec = CommandSpec {
    verb: "help",
    usage: "/help",
    help: "This list.",
    example: "/help",
    read: |_| Ok(Command::Help),
};

pub(super) fn run() -> Reply {
    let mut text = String::from("A command stands first on a line of a comment.\n\n");
    for CommandSpec { usage, help, .. } in COMMANDS {
        text += &format!("- `{usage}`: {help}\n");
    }
    text += "\nAn ID is a row number such as `2` or `1-3`, an identity such as \
             `deploy_key/4711`, or `all`. A date counts to the end of its day.";
    Reply::told(text)
}
