//! Data about the world: which accounts are known machines, which words wake an agent, what a
//! leaked credential opens, which files, actions and commands grant power. The tables are TOML
//! beside the code; each row says where it was read.
//!
//! Pure. Compiled in, parsed once. A table with a mistake fails a test, never a request.

mod actions;
mod actors;
mod audit;
mod claims;
mod classify;
mod cloud_logins;
mod commands;
mod config_files;
mod federation;
mod heuristics;
mod iac;
mod mcp;
mod ourselves;
mod runners;
mod secret_names;
mod secrets;
mod services;
mod switches;
mod table;
mod triggers;
mod vendors;
mod workflow;

pub use actions::{ACTIONS, ActionEntry, ActionKind, Danger, Gate, Raises, action};
pub use actors::{ACTORS, Entry, actor};
pub use audit::{AuditSignal, audit_grants, audit_signal};
pub use claims::{COMMIT_CLAIMS, CommitClaim, commit_claim};
pub use classify::{Verdict, classify};
pub use cloud_logins::{CLOUD_LOGINS, CloudLogin, cloud_login};
pub use commands::{COMMANDS, CommandEntry, Phase, command, commands_in};
pub use config_files::{CONFIG_FILES, ConfigFile, ConfigKey, Family, Means, config_file};
pub use federation::{FEDERATION, FederationMarker, federation_in};
pub use heuristics::{HEURISTICS, Heuristic, Strength, signal};
pub use iac::{IAC_RESOURCES, IacResource, IacTool, iac_resource};
pub use mcp::{MCP_PACKAGES, MCP_SCHEMAS, McpSchema, Package, PackageRunner, mcp_schema, package};
pub use ourselves::{OwnPermission, own_permissions, own_reason};
pub use runners::{RUNNER_VENDORS, RunnerVendor, runner_vendor};
pub use secret_names::{
    Meaning, SECRET_NAMES, SECRET_PATTERNS, SecretClass, SecretKind, SecretName, SecretPattern,
    secret_name,
};
pub use secrets::{SECRET_TYPES, SecretType, secret_in, secret_type};
pub use services::{SERVICES, Service, is_service, is_service_of};
pub use switches::Switch;
pub use table::{Confidence, Pattern, Source, Table};
pub use triggers::{TRIGGERS, Trigger, trigger_words};
pub use vendors::{Told, VENDOR_EDITION, told, vendor_word, vendor_words, vendors};
pub use workflow::{
    TOKEN_PERMISSIONS, TokenPermission, WORKFLOW_EVENTS, WorkflowEvent, token_permission,
    workflow_event,
};
