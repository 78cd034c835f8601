//! Which workflows call a file of another repository.

use crate::store::sql::statements;

statements! {
    /// What the workflows of a repository called before.
    DROP_CALLS = new("ii") "DELETE FROM callers WHERE org = $1 AND repo = $2";
    /// A file of another repository that a workflow calls.
    PUT_CALL = rows(6, "iitttt") "
        INSERT INTO callers (org, repo, workflow, callee, file, reference)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (org, repo, workflow, callee, file, reference) DO NOTHING";
    /// The workflows that call something in a repository.
    CALLERS_OF = new("iti") "
        SELECT repo, workflow, file, reference FROM callers
        WHERE org = $1 AND callee = $2
        ORDER BY repo, workflow, file, reference LIMIT $3";
}
