//! How well organisations are seen, the alerts about it, and whom we answered of late.

use crate::store::sql::statements;

statements! {
    /// A webhook about an organisation arrived.
    HEARD = rows(1, "ii") "
        INSERT INTO sight (org, heard, blind, doc) VALUES ($1, $2, '', '{}')
        ON CONFLICT (org) DO UPDATE SET heard = excluded.heard
        WHERE sight.heard IS NULL OR sight.heard < excluded.heard";
    /// When the last one arrived.
    LAST_HEARD = new("i") "SELECT heard FROM sight WHERE org = $1";
    /// How well an organisation is seen.
    SIGHT = new("i") "SELECT doc FROM sight WHERE org = $1";
    /// The same, from now on. `blind` are the words of what is lost, for counting.
    PUT_SIGHT = rows(1, "itt") "
        INSERT INTO sight (org, blind, doc) VALUES ($1, $2, $3)
        ON CONFLICT (org) DO UPDATE SET blind = excluded.blind, doc = excluded.doc";
    /// What is lost anywhere.
    BLIND = new("") "SELECT blind FROM sight WHERE blind <> ''";
    /// Something that the operator must be told.
    PUT_ALERT = rows(3, "iiiiti") "
        INSERT INTO alerts (org, turn, n, at, body, due_at, attempts)
        VALUES ($1, $2, $3, $4, $5, $6, 0)
        ON CONFLICT (org, turn, n) DO NOTHING";
    /// What is to be told first. The order counts: blind, then seeing again.
    FIRST_ALERT = new("i") "
        SELECT turn, n, at, body, due_at, attempts FROM alerts
        WHERE org = $1 ORDER BY turn, n LIMIT 1";
    /// When that is due.
    NEXT_ALERT = new("i") "
        SELECT due_at FROM alerts WHERE org = $1 ORDER BY turn, n LIMIT 1";
    /// It was told, or given up.
    DROP_ALERT = new("iii") "DELETE FROM alerts WHERE org = $1 AND turn = $2 AND n = $3";
    /// Nobody took it: later.
    DELAY_ALERT = new("iiiit") "
        UPDATE alerts SET due_at = $4, reason = $5, attempts = attempts + 1
        WHERE org = $1 AND turn = $2 AND n = $3";
    /// What a person was answered of late.
    ANSWERED = new("ii") "SELECT doc FROM answered WHERE org = $1 AND person = $2";
    /// The same, from now on.
    PUT_ANSWERED = rows(2, "iit") "
        INSERT INTO answered (org, person, doc) VALUES ($1, $2, $3)
        ON CONFLICT (org, person) DO UPDATE SET doc = excluded.doc";
    /// What of ours stands in a repository.
    OURS_IN = new("ii") "
        SELECT remote_id, desired FROM outbox
        WHERE org = $1 AND repo = $2 AND remote_id IS NOT NULL AND kind IN ('issue', 'reply', 'review', 'thread_reply')
        ORDER BY born_turn, born_n, key";
    /// What was put aside in the outbox is tried once more.
    RESUME_EFFECTS = new("ii") "
        UPDATE outbox SET state = 'waiting', due_at = $2, attempts = 0, reason = NULL
        WHERE org = $1 AND state = 'parked'";
    /// And so is what could not be read.
    RESUME_REFRESHES = new("ii") "
        UPDATE refreshes SET due_at = $2, attempts = 0, reason = NULL
        WHERE org = $1 AND due_at IS NULL";
}
