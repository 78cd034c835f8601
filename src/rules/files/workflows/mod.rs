//! Rules about what the jobs of workflows may do.

use crate::rules::files::FileRule;

/// In the order of the documentation.
pub(super) static ALL: &[FileRule] = &[];
