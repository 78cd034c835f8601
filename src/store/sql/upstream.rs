//! Commits that workflows hold code of others to, and the repositories that such code comes from.

use crate::store::sql::statements;

statements! {
    /// A commit that nobody was known to take. What is known of one stays.
    NEW_PIN = rows(3, "itti") "
        INSERT INTO pins (org, callee, pinned, news, tried_at) VALUES ($1, $2, $3, $4, 0)
        ON CONFLICT (org, callee, pinned) DO NOTHING";
    /// A commit that a repository did not take before is news again, unless it is where it belongs:
    /// what one repository had from the start is another's news. Before its rows are made anew.
    NEWS_PIN = new("itti") "
        UPDATE pins SET news = 1, tried_at = 0
        WHERE org = $1 AND callee = $2 AND pinned = $3 AND news = 0 AND COALESCE(belongs, 0) = 0
            AND NOT EXISTS (SELECT 1 FROM taken WHERE taken.org = $1
                AND taken.callee = $2 AND taken.reference = $3 AND taken.repo = $4)";
    /// How a commit stands.
    PUT_PIN = rows(3, "ittiiit") "
        INSERT INTO pins (org, callee, pinned, news, belongs, tried_at, why)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (org, callee, pinned) DO UPDATE SET belongs = excluded.belongs,
            tried_at = excluded.tried_at, why = excluded.why";
    /// A commit that nobody takes any more.
    DROP_PIN = new("itt") "DELETE FROM pins WHERE org = $1 AND callee = $2 AND pinned = $3";
    /// Commits that workflows hold code of others to, or did, those that were not tried for longest
    /// first. Those that were found where they belong only once nobody takes them any more. The last
    /// column is 1 while somebody does.
    PINS = new("ii") "
        SELECT callee, pinned, news, belongs, tried_at, why, used FROM (
            SELECT callee, pinned, news, belongs, tried_at, why,
                CASE WHEN EXISTS (SELECT 1 FROM taken WHERE taken.org = $1
                    AND taken.callee = pins.callee AND taken.reference = pins.pinned)
                THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END AS used
            FROM pins WHERE org = $1
        ) AS pins
        WHERE COALESCE(belongs, 0) = 0 OR used = 0
        ORDER BY tried_at, callee, pinned LIMIT $2";
    /// How many commits workflows hold code of others to, and how many of them are where they belong.
    COUNT_PINS = new("i") "
        SELECT COUNT(*), COUNT(CASE WHEN belongs = 1 THEN 1 END) FROM pins
        WHERE org = $1 AND EXISTS (SELECT 1 FROM taken WHERE taken.org = $1
            AND taken.callee = pins.callee AND taken.reference = pins.pinned)";
    /// How many repositories workflows take code of others from.
    COUNT_SOURCES = new("i") "SELECT COUNT(DISTINCT callee) FROM taken WHERE org = $1";
    /// How a repository stands.
    PUT_SOURCE = rows(2, "itiittttit") "
        INSERT INTO sources (org, callee, number, owner, name, branch, fate, tag, tried_at, why)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (org, callee) DO UPDATE SET number = excluded.number, owner = excluded.owner,
            name = excluded.name, branch = excluded.branch, fate = excluded.fate,
            tag = excluded.tag, tried_at = excluded.tried_at, why = excluded.why";
    /// A repository that nobody takes code from any more.
    DROP_SOURCE = new("it") "DELETE FROM sources WHERE org = $1 AND callee = $2";
    /// Every repository that workflows take code of others from, or did, those that were not tried
    /// for longest first. The last column is 1 while one does.
    SOURCES = new("ii") "
        SELECT used.callee, sources.number, sources.owner, sources.name, sources.branch,
            sources.fate, sources.tag, COALESCE(sources.tried_at, 0), sources.why,
            CASE WHEN EXISTS (SELECT 1 FROM taken WHERE taken.org = $1
                AND taken.callee = used.callee)
            THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END
        FROM (
            SELECT callee FROM taken WHERE org = $1
            UNION
            SELECT callee FROM sources WHERE org = $1
        ) AS used
        LEFT JOIN sources ON sources.org = $1 AND sources.callee = used.callee
        ORDER BY 8, used.callee LIMIT $2";
    /// Who takes code from a repository.
    TAKERS_FROM = new("iti") "
        SELECT repo, workflow, job, code, reference, holds FROM taken
        WHERE org = $1 AND callee = $2
        ORDER BY repo, workflow, job, code, reference LIMIT $3";
}
