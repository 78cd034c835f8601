//! What pages and metrics ask. Keysets, no totals.

use crate::store::sql::statements;

statements! {
    /// Identities between two keys, by key.
    PAGE_BY_KEY = new("itti") "
        SELECT doc FROM identities
        WHERE org = $1 AND key > $2 AND key < $3
        ORDER BY key LIMIT $4";
    /// The same among those that stand at one word.
    PAGE_BY_WORD = new("ittti") "
        SELECT doc FROM identities
        WHERE org = $1 AND word = $4 AND key > $2 AND key < $3
        ORDER BY key LIMIT $5";
    /// The same among those that hang on a repository.
    PAGE_BY_REPO = new("itttii") "
        SELECT i.doc FROM links l JOIN identities i ON i.org = l.org AND i.key = l.identity
        WHERE l.org = $1 AND l.kind = 'repo' AND l.target = $5 AND l.identity > $2
            AND l.identity < $3
            AND (CAST($4 AS TEXT) = '' OR i.word = CAST($4 AS TEXT))
        ORDER BY l.identity LIMIT $6";
    /// Identities whose normalised name begins with a prefix, by name and key. `after` is a key.
    PAGE_BY_NAME = new("ittttti") "
        SELECT doc FROM identities
        WHERE org = $1 AND name >= $2 AND name < $3
            AND (CAST($4 AS TEXT) = '' OR (name, key) > (COALESCE((
                SELECT a.name FROM identities a WHERE a.org = $1 AND a.key = $4), ''), $4))
            AND (CAST($5 AS TEXT) = '' OR word = CAST($5 AS TEXT))
            AND (CAST($6 AS TEXT) = '' OR kind = CAST($6 AS TEXT))
        ORDER BY name, key LIMIT $7";
    /// An identity's history, newest first, before a place.
    HISTORY_OF = new("itiii") "
        SELECT turn, n, doc FROM timeline
        WHERE org = $1 AND identity = $2 AND (turn, n) < ($3, $4)
        ORDER BY turn DESC, n DESC LIMIT $5";
    /// A repository's history, newest first, before a place.
    HISTORY_IN = new("iiiii") "
        SELECT turn, n, doc FROM timeline
        WHERE org = $1 AND repo = $2 AND (turn, n) < ($3, $4)
        ORDER BY turn DESC, n DESC LIMIT $5";
    /// An organisation's history, newest first, before a place.
    HISTORY = new("iiii") "
        SELECT turn, n, doc FROM timeline
        WHERE org = $1 AND (turn, n) < ($2, $3) ORDER BY turn DESC, n DESC LIMIT $4";
    /// What happened from a moment on, oldest first, after a place.
    HISTORY_SINCE = new("iiiii") "
        SELECT turn, n, doc FROM timeline
        WHERE org = $1 AND at >= $2 AND (at, turn, n) > ($2, $3, $4)
        ORDER BY at, turn, n LIMIT $5";
    /// Cases in a state, newest first, before a moment and name.
    CASE_PAGE = new("ititi") "
        SELECT issue, doc FROM cases
        WHERE org = $1 AND state = $2 AND (opened, id) < ($3, $4)
        ORDER BY opened DESC, id DESC LIMIT $5";
    /// How many identities stand at each word.
    WORDS = new("i") "
        SELECT word, COUNT(*) FROM identities WHERE org = $1 AND standing = 'live'
        GROUP BY word ORDER BY word";
    /// How many deliveries wait, at most a hundred thousand of each sort.
    COUNT_WAITING = new("") "
        SELECT
            (SELECT COUNT(*) FROM (SELECT 1 AS one FROM inbox
                WHERE org IS NULL AND state = 'waiting' LIMIT 100000) unrouted)
            + (SELECT COUNT(*) FROM (SELECT 1 AS one FROM inbox
                WHERE org IS NOT NULL AND state = 'waiting' LIMIT 100000) routed)";
    /// When the oldest waiting delivery arrived.
    OLDEST_WAITING = new("") "
        SELECT MIN(oldest) FROM (
            SELECT MIN(received) AS oldest FROM inbox WHERE org IS NULL AND state = 'waiting'
            UNION ALL
            SELECT (SELECT MIN(received) FROM inbox
                WHERE inbox.org = orgs.org AND state = 'waiting') AS oldest FROM orgs) each";
    /// How many effects wait, at most a hundred thousand.
    COUNT_EFFECTS = new("") "
        SELECT COUNT(*) FROM (
            SELECT 1 AS one FROM outbox WHERE due_at IS NOT NULL LIMIT 100000) counted";
    /// How many refreshes wait, at most a hundred thousand.
    COUNT_REFRESHES = new("") "
        SELECT COUNT(*) FROM (
            SELECT 1 AS one FROM refreshes WHERE due_at IS NOT NULL LIMIT 100000) counted";
    /// How much is parked, at most a hundred thousand of each.
    COUNT_PARKED = new("") "
        SELECT
            (SELECT COUNT(*) FROM (SELECT 1 AS one FROM inbox WHERE state = 'parked'
                LIMIT 100000) deliveries)
            + (SELECT COUNT(*) FROM (SELECT 1 AS one FROM refreshes WHERE due_at IS NULL
                LIMIT 100000) readings)
            + (SELECT COUNT(*) FROM (SELECT 1 AS one FROM outbox WHERE state = 'parked'
                LIMIT 100000) effects)";
}
