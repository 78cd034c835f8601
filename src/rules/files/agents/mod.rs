//! Rules about agents, MCP servers, start-up files and other files beside workflows.

use crate::rules::files::FileRule;

/// In the order of the documentation.
pub(super) static ALL: &[FileRule] = &[];
