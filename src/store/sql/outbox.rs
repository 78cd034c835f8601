//! The outbox: what should stand on GitHub and what does.

use crate::store::sql::statements;

statements! {
    /// How a surface should look from now on. What is being attempted stays so until it is known
    /// whether it happened; what is parked stays parked while nothing new is wanted; what is to be
    /// made anew, or moves to another repository, loses its number. `force` is 1 to apply again
    /// and 2 to make anew.
    PUT_SURFACE = rows(2, "itttittiiiii") "
        INSERT INTO outbox (org, key, kind, case_id, repo, desired, desired_hash, due_at,
            born_turn, born_n, changed_at, force, state, attempts, looks)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'waiting', 0, 0)
        ON CONFLICT (org, key) DO UPDATE SET
            state = CASE
                WHEN outbox.state = 'attempting' THEN 'attempting'
                WHEN outbox.repo <> excluded.repo OR outbox.state = 'dropped'
                    OR excluded.force > 0 THEN 'waiting'
                WHEN outbox.applied_hash = excluded.desired_hash THEN 'applied'
                WHEN outbox.state = 'parked' AND outbox.desired_hash = excluded.desired_hash
                THEN 'parked' ELSE 'waiting' END,
            due_at = CASE
                WHEN outbox.state = 'attempting' THEN outbox.due_at
                WHEN outbox.repo <> excluded.repo OR outbox.state = 'dropped'
                    OR excluded.force > 0 THEN excluded.due_at
                WHEN outbox.applied_hash = excluded.desired_hash THEN NULL
                WHEN outbox.state = 'parked' AND outbox.desired_hash = excluded.desired_hash
                THEN NULL
                WHEN outbox.state = 'waiting' THEN outbox.due_at ELSE excluded.due_at END,
            remote_id = CASE WHEN outbox.repo = excluded.repo AND excluded.force < 2
                THEN outbox.remote_id END,
            applied_hash = CASE WHEN outbox.repo = excluded.repo AND excluded.force = 0
                THEN outbox.applied_hash END,
            attempts = CASE WHEN outbox.desired_hash = excluded.desired_hash
                THEN outbox.attempts ELSE 0 END,
            reason = CASE WHEN outbox.desired_hash = excluded.desired_hash
                THEN outbox.reason END,
            case_id = excluded.case_id, repo = excluded.repo, desired = excluded.desired,
            desired_hash = excluded.desired_hash, changed_at = excluded.changed_at,
            force = excluded.force";
    /// What should be done now: checks first, because a merge may wait for them, then in the order
    /// it was first wanted. A reply waits for its case's issue while that has no number.
    DUE_EFFECTS = new("iii") "
        SELECT o.key, o.case_id, o.repo, o.desired, o.desired_hash, o.applied_hash, o.remote_id,
            o.state, o.attempt_token, o.attempt_at, o.attempts, o.looks, o.due_at, o.reason
        FROM outbox o
        WHERE o.org = $1 AND o.due_at <= $2 AND (o.kind <> 'reply' OR NOT EXISTS (
            SELECT 1 FROM outbox i WHERE i.org = o.org AND i.case_id = o.case_id
                AND i.kind = 'issue' AND i.remote_id IS NULL
                AND i.state IN ('waiting', 'attempting')))
        ORDER BY CASE WHEN o.kind = 'check' THEN 0 ELSE 1 END, o.born_turn, o.born_n LIMIT $3";
    /// When the next effect of an organisation is due.
    NEXT_EFFECT = new("i") "
        SELECT MIN(due_at) FROM outbox WHERE org = $1 AND due_at IS NOT NULL";
    /// Says, before a creating call, that it is about to be made.
    ATTEMPT = new("ittii") "
        UPDATE outbox SET state = 'attempting', attempt_token = $3, attempt_at = $4, due_at = $5,
            looks = 0
        WHERE org = $1 AND key = $2 AND state IN ('waiting', 'attempting')";
    /// It looks like this hash now. If something else is wanted meanwhile, it is due again.
    APPLIED = new("ittii") "
        UPDATE outbox SET remote_id = $4, applied_hash = $3,
            state = CASE WHEN desired_hash = $3 THEN 'applied' ELSE 'waiting' END,
            due_at = CASE WHEN desired_hash = $3 THEN NULL ELSE $5 END,
            attempt_token = NULL, attempt_at = NULL, attempts = 0, looks = 0, reason = NULL
        WHERE org = $1 AND key = $2";
    /// Not now. `state` is `waiting` when nothing happened, `attempting` when that is not known:
    /// then it stays an attempt, if it was one.
    LATER = new("ittit") "
        UPDATE outbox SET
            state = CASE WHEN attempt_token IS NULL THEN 'waiting' ELSE $3 END,
            attempt_token = CASE WHEN $3 = 'attempting' THEN attempt_token END,
            attempt_at = CASE WHEN $3 = 'attempting' THEN attempt_at END,
            due_at = $4, reason = $5, attempts = attempts + 1
        WHERE org = $1 AND key = $2";
    /// Looked for it and did not find it yet.
    LOOKED = new("iti") "
        UPDATE outbox SET due_at = $3, looks = looks + 1
        WHERE org = $1 AND key = $2 AND state = 'attempting'";
    /// Put aside, with the reason.
    PARK_EFFECT = new("itt") "
        UPDATE outbox SET state = 'parked', due_at = NULL, reason = $3,
            attempt_token = NULL, attempt_at = NULL
        WHERE org = $1 AND key = $2";
    /// It is not on GitHub any more, or its place is not.
    GONE_EFFECT = new("itt") "
        UPDATE outbox SET state = 'dropped', due_at = NULL, reason = $3, remote_id = NULL,
            applied_hash = NULL, attempt_token = NULL, attempt_at = NULL
        WHERE org = $1 AND key = $2";
    /// Our own webhook says that an attempt succeeded. What it looks like is settled by an update.
    RECEIPT = new("iti") "
        UPDATE outbox SET remote_id = $3, state = 'waiting', looks = 0,
            attempt_token = NULL, attempt_at = NULL
        WHERE org = $1 AND key = $2 AND state = 'attempting'";
    /// Lets a parked effect wait again.
    UNPARK_EFFECT = new("iti") "
        UPDATE outbox SET state = 'waiting', due_at = $3, attempts = 0, reason = NULL
        WHERE org = $1 AND key = $2 AND state = 'parked'";
    /// What is parked in the outbox.
    PARKED_EFFECTS = new("i") "
        SELECT org, key, changed_at, reason FROM outbox WHERE state = 'parked'
        ORDER BY changed_at DESC LIMIT $1";
    /// One surface.
    SURFACE = new("it") "
        SELECT o.key, o.case_id, o.repo, o.desired, o.desired_hash, o.applied_hash, o.remote_id,
            o.state, o.attempt_token, o.attempt_at, o.attempts, o.looks, o.due_at, o.reason
        FROM outbox o WHERE o.org = $1 AND o.key = $2";
    /// The surfaces of an organisation that stand on GitHub or are about to, page by page.
    OPEN_SURFACES = new("iti") "
        SELECT o.key, o.case_id, o.repo, o.desired, o.desired_hash, o.applied_hash, o.remote_id,
            o.state, o.attempt_token, o.attempt_at, o.attempts, o.looks, o.due_at, o.reason
        FROM outbox o WHERE o.org = $1 AND o.key > $2
            AND (o.remote_id IS NOT NULL OR o.state IN ('waiting', 'attempting'))
        ORDER BY o.key LIMIT $3";
}
