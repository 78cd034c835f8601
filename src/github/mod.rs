//! The only HTTP to GitHub: authorised, paced, never repeated blindly.
//!
//! [`Github`] sends; [`Reader`] turns one object of GitHub into facts; [`Effects`] makes one
//! surface of ours look as it should. Every failure says who must act ([`Failure`]).
//! Nothing is decided here: the pipeline says what to read and what to write.
//!
//! octocrab carries the requests, with retry off and with layers of our own around one client:
//! see `layers`. Writes are sent once; what may have been done says so.

mod answer;
mod app;
mod audit_log;
mod auth;
mod call;
mod client;
mod code;
mod effects;
mod etag;
mod failure;
mod host;
mod inventory;
mod layers;
mod pace;
mod page;
mod settings;
mod setup;
mod wire;

pub use app::{App, DeliveryAttempt, HookConfig, Installation, RateLimit};
pub use audit_log::LogPage;
pub use auth::{Scope, Who};
pub use client::{Github, Meter};
pub use code::{
    Answers, Belongs, Callable, ChangedFile, Code, CommitRead, Files, Pointing, PullRead, RepoRead,
    Tip,
};
pub use effects::{Applied, Effects};
pub use etag::{Etags, InMemory};
pub use failure::Failure;
pub use inventory::{Listed, Read, Reader, Whole};
pub use pace::{Admit, Kind, Limits, Pace, Quota};
pub use page::Listing;
pub use settings::{Settings, Unusable};
pub use setup::{Converted, convert_manifest};
