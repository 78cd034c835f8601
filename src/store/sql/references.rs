//! Code of others that workflows take at references which can be moved, and where those point.

use crate::store::sql::statements;

statements! {
    /// What the workflows of a repository took before.
    DROP_TAKEN = new("ii") "DELETE FROM taken WHERE org = $1 AND repo = $2";
    /// Code of others that a workflow takes.
    PUT_TAKEN = rows(6, "iitttttt") "
        INSERT INTO taken (org, repo, workflow, job, code, reference, callee, holds)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (org, repo, workflow, job, code, reference) DO UPDATE SET
            callee = excluded.callee, holds = excluded.holds";
    /// Who takes a reference.
    TAKERS_OF = new("itti") "
        SELECT repo, workflow, job, code, holds FROM taken
        WHERE org = $1 AND callee = $2 AND reference = $3
        ORDER BY repo, workflow, job, code LIMIT $4";
    /// Where a reference points.
    PUT_POINTER = rows(3, "itttitt") "
        INSERT INTO pointers (org, callee, reference, head, tried_at, tag, why)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (org, callee, reference) DO UPDATE SET head = excluded.head,
            tried_at = excluded.tried_at, tag = excluded.tag, why = excluded.why";
    /// Every reference that a workflow of an organisation takes or calls, with where it pointed, but
    /// not commits that are known as such; those that were not tried for longest first. The last column is 1 for the organisation's own.
    REFERENCES = new("ii") "
        SELECT used.callee, used.reference, pointers.head, pointers.tag,
            COALESCE(pointers.tried_at, 0), pointers.why, used.own
        FROM (
            SELECT callee, reference, CAST(0 AS BIGINT) AS own FROM taken
            WHERE org = $1 AND NOT EXISTS (SELECT 1 FROM pins WHERE pins.org = $1
                AND pins.callee = taken.callee AND pins.pinned = taken.reference)
            UNION
            SELECT callee, reference, CAST(1 AS BIGINT) AS own FROM callers
            WHERE org = $1 AND LENGTH(reference) <> 40
        ) AS used
        LEFT JOIN pointers ON pointers.org = $1 AND pointers.callee = used.callee
            AND pointers.reference = used.reference
        ORDER BY 5, used.callee, used.reference LIMIT $2";
    /// The references at which something in a repository is called.
    CALLED_AT = new("iti") "
        SELECT DISTINCT reference FROM callers
        WHERE org = $1 AND callee = $2 ORDER BY reference LIMIT $3";
}
