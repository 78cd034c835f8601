//! The inventory: places to read, and how well each is seen.

use crate::store::sql::statements;

statements! {
    /// Places that are due, those that wait longest first.
    DUE_PLACES = new("iii") "
        SELECT repo, due_at, read_at, doc FROM coverage
        WHERE org = $1 AND due_at <= $2 ORDER BY due_at, repo LIMIT $3";
    /// When the next place of an organisation is due.
    NEXT_PLACE = new("i") "
        SELECT MIN(due_at) FROM coverage WHERE org = $1 AND due_at IS NOT NULL";
    /// Places page by page.
    PLACE_PAGE = new("iii") "
        SELECT repo, due_at, read_at, doc FROM coverage
        WHERE org = $1 AND repo > $2 ORDER BY repo LIMIT $3";
    /// One place after a reading.
    PUT_PLACE = rows(2, "iiiitti") "
        INSERT INTO coverage (org, repo, due_at, read_at, doc, short, stale_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (org, repo) DO UPDATE SET due_at = excluded.due_at, doc = excluded.doc,
            short = excluded.short, stale_at = excluded.stale_at,
            read_at = CASE WHEN excluded.read_at IS NULL THEN coverage.read_at
                ELSE excluded.read_at END";
    /// How well an organisation itself is seen. When it is read next stays as it is.
    PUT_COVERAGE = new("itti") "
        UPDATE coverage SET doc = $2, short = $3, stale_at = $4 WHERE org = $1 AND repo = 0";
    /// How well places are seen: alike ones counted; when all had been listed once, and when the
    /// organisation itself was listed last.
    OVERVIEW = new("i") "
        SELECT MIN(repo), short, COUNT(*), MIN(stale_at),
            (SELECT done_at FROM baselines WHERE org = $1),
            (SELECT read_at FROM coverage WHERE org = $1 AND repo = 0)
        FROM coverage WHERE org = $1 AND due_at IS NOT NULL GROUP BY repo = 0, short";
    /// A place that is to be read from now on. One that is read already stays as it is.
    ADD_PLACE = rows(2, "iiit") "
        INSERT INTO coverage (org, repo, due_at, doc) VALUES ($1, $2, $3, $4)
        ON CONFLICT (org, repo) DO UPDATE SET due_at = excluded.due_at
        WHERE coverage.due_at IS NULL";
    /// A place that is not read any more.
    DROP_PLACE = new("ii") "UPDATE coverage SET due_at = NULL WHERE org = $1 AND repo = $2";
    /// Every place is due now.
    HASTEN = new("ii") "
        UPDATE coverage SET due_at = $2 WHERE org = $1 AND due_at IS NOT NULL AND due_at > $2";
    /// Places whose next reading of everything was put off are due: those that were never read whole,
    /// and those whose time has come.
    RESUME_PLACES = new("iii") "
        UPDATE coverage SET due_at = $2 WHERE org = $1 AND due_at IS NOT NULL AND due_at > $2
            AND (read_at IS NULL OR read_at <= $3)";
    /// One place is due soon.
    HASTEN_PLACE = new("iii") "
        UPDATE coverage SET due_at = $3
        WHERE org = $1 AND repo = $2 AND due_at IS NOT NULL AND due_at > $3";
    /// Whether a place waits for its first reading.
    UNREAD_PLACE = new("i") "
        SELECT repo FROM coverage
        WHERE org = $1 AND due_at IS NOT NULL AND read_at IS NULL ORDER BY repo LIMIT 1";
    /// How many places are read, and how many of them are due.
    COUNT_PLACES = new("ii") "
        SELECT COUNT(*), COUNT(CASE WHEN due_at <= $2 THEN 1 END) FROM coverage
        WHERE org = $1 AND due_at IS NOT NULL";
    /// All of an organisation has been read once.
    PUT_BASELINE = new("ii") "
        INSERT INTO baselines (org, done_at) VALUES ($1, $2) ON CONFLICT (org) DO NOTHING";
    /// When that was.
    BASELINE = new("i") "SELECT done_at FROM baselines WHERE org = $1";
    /// Every living identity of a kind, by the range of its keys.
    OF_KIND = new("itt") "
        SELECT doc FROM identities
        WHERE org = $1 AND key >= $2 AND key < $3 AND standing = 'live' ORDER BY key";
    /// Every account that was ever read.
    EVERYBODY = new("i") "SELECT as_of, doc FROM people WHERE org = $1 ORDER BY id";
}
