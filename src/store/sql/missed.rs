//! Deliveries that GitHub's log shows and the inbox does not hold.

use crate::store::sql::statements;

statements! {
    /// Whoever gets a row looks at the log now; the others did so not long ago.
    TAKE_LOG = new("ii") "
        UPDATE delivery_log SET looked_at = $1 WHERE id = 1 AND looked_at <= $2
        RETURNING through";
    /// The log was read up to this moment.
    READ_LOG = new("i") "UPDATE delivery_log SET through = $1 WHERE id = 1 AND through < $1";
    /// When it was looked at, and up to which moment it was read.
    LOG = new("") "SELECT looked_at, through FROM delivery_log WHERE id = 1";
    /// Which of these deliveries are held.
    HELD = new("t*") "SELECT guid FROM inbox WHERE guid IN ($1...)";
    /// What was done about these.
    MISSED = new("t*") "
        SELECT guid, event, installation, first_at, asked, asked_at, state FROM missed
        WHERE guid IN ($1...)";
    /// What was done about one.
    PUT_MISSED = rows(1, "ttiiiit") "
        INSERT INTO missed (guid, event, installation, first_at, asked, asked_at, state)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (guid) DO UPDATE SET
            asked = excluded.asked, asked_at = excluded.asked_at, state = excluded.state";
    /// What was missed, newest first.
    ALL_MISSED = new("i") "
        SELECT guid, event, installation, first_at, asked, asked_at, state FROM missed
        ORDER BY first_at DESC LIMIT $1";
    /// A stretch of time whose deliveries cannot be looked at.
    PUT_UNREAD = rows(1, "ii") "
        INSERT INTO unread_log (since, until) VALUES ($1, $2)
        ON CONFLICT (since) DO UPDATE SET until = excluded.until";
    /// Those, newest first.
    UNREAD = new("i") "SELECT since, until FROM unread_log ORDER BY since DESC LIMIT $1";
    /// What was missed so long ago is of no use any more.
    FORGET_MISSED = new("i") "DELETE FROM missed WHERE first_at < $1";
    /// Nor which stretches were.
    FORGET_UNREAD = new("i") "DELETE FROM unread_log WHERE since < $1";
}
