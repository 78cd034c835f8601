//! Pull requests follow their branches.

use crate::world::World;
use serde_json::json;

impl World {
    /// A push moves the pull requests that come from the branch.
    pub(crate) fn synchronize_pulls(
        &mut self,
        repo: u64,
        branch: &str,
        before: &str,
        after: &str,
        by: u64,
    ) {
        let Some(place) = self.repos.get_mut(&repo) else {
            return;
        };
        let mut moved = Vec::new();
        for issue in place.issues.values_mut().filter(|issue| issue.open) {
            if let Some(pull) = issue.pull.as_mut().filter(|pull| pull.head_ref == branch) {
                after.clone_into(&mut pull.head_sha);
                moved.push(issue.number);
            }
        }
        for number in moved {
            self.tell_issue(
                repo,
                number,
                "synchronize",
                by,
                json!({ "before": before, "after": after }),
            );
        }
    }
}
