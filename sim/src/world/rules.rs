//! What a branch demands before something is merged into it.

use super::BypassActor;
use serde::{Deserialize, Serialize};

/// A check that must have ended well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequiredCheck {
    /// The name of the check run or commit status.
    pub context: String,
    /// The App that it must come from; anybody when empty.
    pub app: Option<u64>,
}

/// What must hold before a pull request is merged, and who may pass by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// The branches; the default branch when empty.
    pub branches: Vec<String>,
    /// All of them.
    pub checks: Vec<RequiredCheck>,
    /// So many approvals by people with write access; `None` asks for no pull request.
    pub approvals: Option<usize>,
    /// Whether pull requests go through a merge queue.
    pub queue: bool,
    /// Who may pass by.
    pub bypass: Vec<BypassActor>,
    /// For the older branch protection: whether it holds for administrators too.
    pub for_admins: bool,
}

impl Rules {
    /// Nothing is demanded yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Demands a check of this name from whomever.
    #[must_use]
    pub fn check(mut self, context: &str) -> Self {
        self.checks.push(RequiredCheck { context: context.to_owned(), app: None });
        self
    }

    /// Demands a check of this name from the App of this number.
    #[must_use]
    pub fn check_of(mut self, context: &str, app: u64) -> Self {
        self.checks.push(RequiredCheck { context: context.to_owned(), app: Some(app) });
        self
    }

    /// Demands a pull request with so many approvals.
    #[must_use]
    pub fn approvals(mut self, count: usize) -> Self {
        self.approvals = Some(count);
        self
    }

    /// Merges through a queue.
    #[must_use]
    pub fn queue(mut self) -> Self {
        self.queue = true;
        self
    }

    /// Holds for this branch instead of the default branch.
    #[must_use]
    pub fn on(mut self, branch: &str) -> Self {
        self.branches.push(branch.to_owned());
        self
    }

    /// Lets somebody pass by.
    #[must_use]
    pub fn bypassed_by(mut self, actor: BypassActor) -> Self {
        self.bypass.push(actor);
        self
    }

    /// Holds for administrators too.
    #[must_use]
    pub fn for_admins(mut self) -> Self {
        self.for_admins = true;
        self
    }

    pub(crate) fn holds_for(&self, branch: &str, default: &str) -> bool {
        match self.branches.as_slice() {
            [] => branch == default,
            named => named.iter().any(|name| name == branch),
        }
    }
}
