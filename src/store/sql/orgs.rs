//! Organisations, their turn counters and what is left of large causes.

use crate::store::sql::statements;

statements! {
    /// Meets an organisation. A larger installation number is a newer installation; the login is
    /// only taken when none is known, because deliveries arrive late.
    MEET = rows(1, "iti") "
        INSERT INTO orgs (org, login, installation, suspended, permissions, turn, last_now, pending)
        VALUES ($1, $2, $3, 0, '{}', 0, 0, 0)
        ON CONFLICT (org) DO UPDATE SET
            login = CASE WHEN orgs.login IS NULL THEN excluded.login ELSE orgs.login END,
            installation = CASE
                WHEN orgs.installation IS NULL OR excluded.installation > orgs.installation
                THEN excluded.installation ELSE orgs.installation END
        WHERE (orgs.installation IS NULL AND excluded.installation IS NOT NULL)
            OR excluded.installation > orgs.installation
            OR (orgs.login IS NULL AND excluded.login IS NOT NULL)";
    /// Every organisation.
    ORGS = new("") "
        SELECT org, login, installation, suspended, permissions, turn, last_now, pending,
            policy_text, policy_reference, policy_error, policy_as_of
        FROM orgs ORDER BY org";
    /// One organisation.
    ORG = new("i") "
        SELECT org, login, installation, suspended, permissions, turn, last_now, pending,
            policy_text, policy_reference, policy_error, policy_as_of
        FROM orgs WHERE org = $1";
    /// The organisation of an installation.
    ORG_OF_INSTALLATION = new("i") "
        SELECT org, login, installation, suspended, permissions, turn, last_now, pending,
            policy_text, policy_reference, policy_error, policy_as_of
        FROM orgs WHERE installation = $1";
    /// The first statement of a save: no row means that somebody else saved since.
    BUMP = new("iiii") "
        UPDATE orgs SET turn = turn + 1, last_now = $3, pending = pending + $4
        WHERE org = $1 AND turn = $2";
    /// What a Turn learnt about the organisation itself; NULL leaves a column as it is.
    UPDATE_ORG = new("itiit") "
        UPDATE orgs SET
            login = COALESCE($2, login), installation = COALESCE($3, installation),
            suspended = COALESCE($4, suspended), permissions = COALESCE($5, permissions)
        WHERE org = $1";
    /// The policy file as it stands.
    SET_POLICY = new("ittti") "
        UPDATE orgs SET policy_text = $2, policy_reference = $3, policy_error = $4,
            policy_as_of = $5
        WHERE org = $1";
    /// Rows of a large cause, to be applied before the next Turn.
    CONTINUE = rows(3, "iiib") "
        INSERT INTO continuations (org, turn, n, steps) VALUES ($1, $2, $3, $4)
        ON CONFLICT (org, turn, n) DO UPDATE SET steps = excluded.steps";
    /// The oldest part still to be applied.
    CONTINUATION = new("i") "
        SELECT turn, n, steps FROM continuations WHERE org = $1 ORDER BY turn, n LIMIT 1";
    /// The part is applied.
    CONTINUED = new("iii") "
        DELETE FROM continuations WHERE org = $1 AND turn = $2 AND n = $3";
    /// A write that says that writing works.
    PING = new("i") "
        INSERT INTO health (id, at) VALUES ($1, now_ms())
        ON CONFLICT (id) DO UPDATE SET at = excluded.at";
}
