//! A stateful GitHub for tests, demonstrations and people who write GitHub Apps: REST, webhooks,
//! App authentication, permissions, limits and faults on one port of this machine.
//!
//! Invariant: everything that happens, by request or by [`Sim`]'s methods, goes through one world
//! behind one lock; every route states the permission it needs beside its path.

#![recursion_limit = "256"] // the JSON of a pull request

mod actors;
mod admin;
mod auth;
mod catalogue;
mod clock;
mod deeds;
mod faults;
mod graphql;
mod hooks;
mod http;
mod keys;
mod limits;
mod manifest;
mod mentions;
mod render;
mod routes;
mod schema;
mod seed;
mod shared;
mod sim;
mod views;
mod world;

pub use actors::{LineSpec, MergeMethod, PatSpec, PullSpec, Push, RunSpec, Runner};
pub use faults::{Chaos, Fault};
pub use hooks::Webhook;
pub use mentions::Ping;
pub use seed::{
    AppSeed, InstalledOn, KeySeed, Organization, Person, Repository, Seed, Settings, TeamSeed,
};
pub use sim::{App, Sim};
pub use views::{CheckView, CommentView, IssueView, LineView, PullView, Request, ReviewView};
pub use world::{
    Access, BypassActor, EnvironmentSpec, Kind, Level, Permissions, RequiredCheck, Role, Rules,
    Vault, Visibility, WorkflowDefaults,
};
