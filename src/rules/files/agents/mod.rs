//! Rules about agents, MCP servers, start-up files and other files beside workflows.

mod agent_anyone_can_drive;
mod agent_changes_own_power;
mod agent_reach;
mod agent_unrestricted;
mod auto_merge_by_bot;
mod codeowners_guard_removed;
mod iac_grant;
mod instructions_changed;
mod mcp_literal_credential;
mod mcp_server_added;
mod mcp_server_unpinned;
mod new_agent;
mod registry_credential;
mod start_up_hook;
mod subject;
mod trust_policy;
mod who;

use crate::rules::files::FileRule;

/// In the order of the documentation.
pub(super) static ALL: &[FileRule] = &[
    new_agent::RULE,
    agent_anyone_can_drive::RULE,
    agent_unrestricted::RULE,
    agent_changes_own_power::RULE,
    agent_reach::RULE,
    mcp_server_added::RULE,
    mcp_server_unpinned::RULE,
    mcp_literal_credential::RULE,
    start_up_hook::RULE,
    instructions_changed::RULE,
    registry_credential::RULE,
    iac_grant::RULE,
    auto_merge_by_bot::RULE,
    codeowners_guard_removed::RULE,
    trust_policy::RULE,
];
