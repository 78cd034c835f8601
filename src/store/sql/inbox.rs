//! The inbox: what arrived, what waits, what is closed.

use crate::store::sql::statements;

statements! {
    /// One row for a new delivery; none for a known one.
    ARRIVE = new("ttiiiti") "
        INSERT INTO inbox (guid, event, received, bytes, org, state, closed_at,
            due_at, attempts, arrivals)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 1)
        ON CONFLICT (guid) DO NOTHING";
    /// The same, and a parked one arrives again. Costs SQLite three times as much.
    ACCEPT = rows(1, "ttiiiti") "
        INSERT INTO inbox (guid, event, received, bytes, org, state, closed_at,
            due_at, attempts, arrivals)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 1)
        ON CONFLICT (guid) DO UPDATE SET
            event = excluded.event, received = excluded.received, bytes = excluded.bytes,
            org = excluded.org, state = excluded.state, closed_at = excluded.closed_at,
            due_at = 0, attempts = 0, arrivals = inbox.arrivals + 1, reason = NULL
        WHERE inbox.state = 'parked'
        RETURNING guid, arrivals";
    /// Lets deliveries wait to be routed.
    UNROUTE = new("t*") "
        UPDATE inbox SET org = NULL, state = 'waiting', closed_at = NULL WHERE guid IN ($1...)";
    /// The body, compressed.
    KEEP_BODY = rows(1, "tb") "
        INSERT INTO bodies (guid, body) VALUES ($1, $2)
        ON CONFLICT (guid) DO UPDATE SET body = excluded.body";
    /// Deliveries that no organisation was found for yet, oldest first.
    UNROUTED = new("i") "
        SELECT i.guid, i.event, i.received, i.org, i.attempts, i.state, i.reason, b.body
        FROM inbox i LEFT JOIN bodies b ON b.guid = i.guid
        WHERE i.org IS NULL AND i.state = 'waiting' ORDER BY i.received, i.guid LIMIT $1";
    /// Gives deliveries to an organisation.
    ROUTE = new("it*") "
        UPDATE inbox SET org = $1 WHERE org IS NULL AND state = 'waiting' AND guid IN ($2...)";
    /// An organisation's deliveries that wait and are due, oldest first, from behind one of them.
    WAITING = new("iiiti") "
        SELECT i.guid, i.event, i.received, i.org, i.attempts, i.state, i.reason, b.body
        FROM inbox i LEFT JOIN bodies b ON b.guid = i.guid
        WHERE i.org = $1 AND i.state = 'waiting' AND i.due_at <= $2
            AND (i.received, i.guid) > ($3, $4)
        ORDER BY i.received, i.guid LIMIT $5";
    /// When an organisation's next waiting delivery is due.
    NEXT_DELIVERY = new("i") "
        SELECT MIN(due_at) FROM inbox WHERE org = $1 AND state = 'waiting'";
    /// Closes deliveries that need nothing more.
    CLOSE = new("tit*") "
        UPDATE inbox SET state = $1, closed_at = $2, reason = NULL
        WHERE state = 'waiting' AND guid IN ($3...)";
    /// Puts a delivery aside, with the reason.
    PARK = new("tit") "
        UPDATE inbox SET state = 'parked', closed_at = $2, reason = $3
        WHERE guid = $1 AND state = 'waiting'";
    /// Lets a delivery wait.
    DEFER = new("tit") "
        UPDATE inbox SET due_at = $2, reason = $3, attempts = attempts + 1
        WHERE guid = $1 AND state = 'waiting'";
    /// Drops bodies that nobody needs any more.
    DROP_BODIES = new("t*") "DELETE FROM bodies WHERE guid IN ($1...)";
    /// Notes that bodies are dropped.
    NOTE_DROPPED = new("t*") "UPDATE inbox SET bytes = NULL WHERE guid IN ($1...)";
    /// Lets a parked delivery wait again, to be routed anew.
    UNPARK = new("t") "
        UPDATE inbox SET state = 'waiting', org = NULL, due_at = 0, attempts = 0,
            closed_at = NULL, reason = NULL
        WHERE guid = $1 AND state = 'parked' AND bytes IS NOT NULL";
    /// What is parked in the inbox, newest first.
    PARKED_DELIVERIES = new("i") "
        SELECT guid, org, closed_at, reason FROM inbox WHERE state = 'parked'
        ORDER BY closed_at DESC LIMIT $1";
    /// One delivery by its GUID.
    DELIVERY = new("t") "
        SELECT i.guid, i.event, i.received, i.org, i.attempts, i.state, i.reason, b.body
        FROM inbox i LEFT JOIN bodies b ON b.guid = i.guid WHERE i.guid = $1";
    /// Drops a batch of bodies of deliveries closed before a moment.
    EXPIRE_BODIES = new("tii") "
        DELETE FROM bodies WHERE guid IN (
            SELECT guid FROM inbox
            WHERE closed_at < $2 AND bytes IS NOT NULL AND closed_at IS NOT NULL
                AND ((state = 'parked') = (CAST($1 AS TEXT) = 'parked'))
            ORDER BY closed_at LIMIT $3)
        RETURNING guid";
    /// Notes which bodies of closed deliveries are gone.
    NOTE_EXPIRED = new("tii") "
        UPDATE inbox SET bytes = NULL WHERE guid IN (
            SELECT guid FROM inbox i
            WHERE closed_at < $2 AND bytes IS NOT NULL AND closed_at IS NOT NULL
                AND ((state = 'parked') = (CAST($1 AS TEXT) = 'parked'))
                AND NOT EXISTS (SELECT 1 FROM bodies b WHERE b.guid = i.guid)
            ORDER BY closed_at LIMIT $3)";
    /// Forgets a batch of GUIDs of deliveries closed before a moment, bodies gone.
    EXPIRE_GUIDS = new("ii") "
        DELETE FROM inbox WHERE guid IN (
            SELECT guid FROM inbox
            WHERE closed_at < $1 AND closed_at IS NOT NULL AND bytes IS NULL
            ORDER BY closed_at LIMIT $2)
        RETURNING guid";
}
