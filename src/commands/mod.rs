//! A person's words, from the text of a comment to acts on the register and an answer.
//!
//! Nobody becomes an owner without their own act, and only acts of people who may do them are
//! made. What is not known is asked for, never assumed.

mod assigned;
mod command;
mod disown;
mod eligible;
mod except;
mod explain;
mod help;
mod known;
mod outcome;
mod own;
mod parse;
mod party;
mod people;
mod propose;
mod retire;
mod rows;
mod run;
mod spoken;
mod until;
mod wrong;

pub use command::{
    COMMANDS, Command, CommandSpec, MOST_COMMANDS, Misread, OwnWords, Pick, Somebody, Until,
};
pub use known::{Known, Terms, Wanting};
pub use parse::{Addressed, parse};
pub use run::{Reply, Speech, run};
