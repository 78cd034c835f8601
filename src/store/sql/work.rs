//! Lanes of work and objects to read again.

use crate::store::sql::statements;

statements! {
    /// Makes a lane due, at the earlier of what it says and this, and tells whoever holds it.
    WAKE = rows(2, "iti") "
        INSERT INTO work (org, lane, due_at, woken) VALUES ($1, $2, $3, 1)
        ON CONFLICT (org, lane) DO UPDATE SET
            due_at = CASE WHEN work.due_at IS NULL OR work.due_at > excluded.due_at
                THEN excluded.due_at ELSE work.due_at END,
            woken = work.woken + 1";
    /// Whether anything in a lane is due and free.
    LOOK = new("ti") "
        SELECT org FROM work
        WHERE lane = $1 AND due_at <= $2 AND (lease_until IS NULL OR lease_until < now_ms())
        ORDER BY due_at LIMIT 1";
    /// The lanes in which anything is due and free.
    DUE_LANES = new("i") "
        SELECT lanes.lane
        FROM (SELECT 'inbox' AS lane UNION ALL SELECT 'refresh' UNION ALL SELECT 'outbox'
            UNION ALL SELECT 'calendar' UNION ALL SELECT 'sync' UNION ALL SELECT 'alert') AS lanes
        WHERE EXISTS (
            SELECT 1 FROM work
            WHERE work.lane = lanes.lane AND due_at <= $1
                AND (lease_until IS NULL OR lease_until < now_ms()))";
    /// Takes the organisation that has waited longest.
    CLAIM = new("titi") "
        UPDATE work SET lease_token = $3, lease_until = now_ms() + $4
        WHERE lane = $1 AND org = (
            SELECT org FROM work
            WHERE lane = $1 AND due_at <= $2 AND (lease_until IS NULL OR lease_until < now_ms())
            ORDER BY due_at LIMIT 1 /*skip locked*/)
            AND (lease_until IS NULL OR lease_until < now_ms())
        RETURNING org, woken, lease_until";
    /// Gives a lane back. A wake that came meanwhile keeps it due.
    FINISH = new("ittii") "
        UPDATE work SET lease_token = NULL, lease_until = NULL,
            due_at = CASE WHEN woken = $4 THEN $5 ELSE due_at END
        WHERE org = $1 AND lane = $2 AND lease_token = $3";
    /// Holds a lane for longer.
    RENEW = new("itti") "
        UPDATE work SET lease_until = now_ms() + $4
        WHERE org = $1 AND lane = $2 AND lease_token = $3
        RETURNING lease_until";
    /// Demands that the lane is still held. Takes the row's lock, so that it stays so.
    HOLD = new("itt") "
        UPDATE work SET lease_token = lease_token
        WHERE org = $1 AND lane = $2 AND lease_token = $3";
    /// When the next lane is due: the later of its due date and the end of its lease.
    NEXT_DUE = new("") "
        SELECT MIN(CASE WHEN lease_until IS NOT NULL AND lease_until > due_at
            THEN lease_until ELSE due_at END)
        FROM work WHERE due_at IS NOT NULL";
    /// When one lane is due.
    DUE_LANE = new("it") "SELECT due_at FROM work WHERE org = $1 AND lane = $2";
    /// What the outbox remembers about the pace of an installation.
    PACING = new("i") "SELECT pacing FROM work WHERE org = $1 AND lane = 'outbox'";
    /// Remembers it, for whoever holds the lane.
    SET_PACING = new("itt") "
        UPDATE work SET pacing = $3 WHERE org = $1 AND lane = 'outbox' AND lease_token = $2";
    /// Asks for an object to be read again, now.
    REFRESH = rows(2, "itiiitt") "
        INSERT INTO refreshes (org, entity, generation, due_at, attempts, doc, hints)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (org, entity) DO UPDATE SET
            generation = excluded.generation, due_at = excluded.due_at, attempts = 0,
            hints = excluded.hints, reason = NULL";
    /// The hints that wait on some objects.
    HINTS = new("it*") "
        SELECT entity, hints FROM refreshes WHERE org = $1 AND entity IN ($2...)";
    /// Objects to read again that are due.
    DUE_REFRESHES = new("iii") "
        SELECT doc, generation, hints, attempts, due_at FROM refreshes
        WHERE org = $1 AND due_at <= $2 ORDER BY due_at, entity LIMIT $3";
    /// When the next object of an organisation is due.
    NEXT_REFRESH = new("i") "
        SELECT MIN(due_at) FROM refreshes WHERE org = $1 AND due_at IS NOT NULL";
    /// A reading failed: later, or never (NULL) with the reason.
    POSTPONE = new("itiit") "
        UPDATE refreshes SET due_at = $4, reason = $5, attempts = attempts + 1
        WHERE org = $1 AND entity = $2 AND generation = $3";
    /// The object is read, unless a hint came meanwhile.
    CLEAR = new("iti") "
        DELETE FROM refreshes WHERE org = $1 AND entity = $2 AND generation = $3";
    /// Objects that are not read again until a new hint comes.
    PARKED_REFRESHES = new("i") "
        SELECT org, entity, reason FROM refreshes WHERE due_at IS NULL
        ORDER BY org, entity LIMIT $1";
}
