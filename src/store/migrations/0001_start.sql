-- Everything the first version holds. Shared text: TEXT is collated bytewise and BLOB is BYTEA on
-- PostgreSQL. Every key starts with the organisation, except the inbox, whose GUID GitHub gives.

CREATE TABLE health (id BIGINT NOT NULL PRIMARY KEY, at BIGINT NOT NULL);

CREATE TABLE inbox (
    guid TEXT NOT NULL PRIMARY KEY,
    event TEXT NOT NULL,
    received BIGINT NOT NULL,
    org BIGINT,
    state TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    arrivals BIGINT NOT NULL,
    bytes BIGINT,
    closed_at BIGINT,
    reason TEXT
);
CREATE INDEX inbox_unrouted ON inbox (received, guid) WHERE org IS NULL AND state = 'waiting';
CREATE INDEX inbox_waiting ON inbox (org, received, guid) WHERE org IS NOT NULL AND state = 'waiting';
CREATE INDEX inbox_oldest ON inbox (received) WHERE state = 'waiting';
CREATE INDEX inbox_bodies ON inbox (closed_at) WHERE closed_at IS NOT NULL AND bytes IS NOT NULL;
CREATE INDEX inbox_closed ON inbox (closed_at) WHERE closed_at IS NOT NULL AND bytes IS NULL;
CREATE INDEX inbox_parked ON inbox (closed_at) WHERE state = 'parked';

-- Apart from the inbox, so that a change of state does not write the body again.
CREATE TABLE bodies (guid TEXT NOT NULL PRIMARY KEY, body BLOB NOT NULL);

CREATE TABLE orgs (
    org BIGINT NOT NULL PRIMARY KEY,
    login TEXT,
    installation BIGINT,
    suspended BIGINT NOT NULL,
    permissions TEXT NOT NULL,
    turn BIGINT NOT NULL,
    last_now BIGINT NOT NULL,
    pending BIGINT NOT NULL,
    policy_text TEXT,
    policy_reference TEXT,
    policy_error TEXT,
    policy_as_of BIGINT
);
CREATE INDEX orgs_installation ON orgs (installation);

CREATE TABLE continuations (
    org BIGINT NOT NULL,
    turn BIGINT NOT NULL,
    n BIGINT NOT NULL,
    steps BLOB NOT NULL,
    PRIMARY KEY (org, turn, n)
);

CREATE TABLE work (
    org BIGINT NOT NULL,
    lane TEXT NOT NULL,
    due_at BIGINT,
    woken BIGINT NOT NULL,
    lease_token TEXT,
    lease_until BIGINT,
    pacing TEXT,
    PRIMARY KEY (org, lane)
);
CREATE INDEX work_due ON work (lane, due_at) WHERE due_at IS NOT NULL;

CREATE TABLE refreshes (
    org BIGINT NOT NULL,
    entity TEXT NOT NULL,
    generation BIGINT NOT NULL,
    due_at BIGINT,
    attempts BIGINT NOT NULL,
    doc TEXT NOT NULL,
    hints TEXT NOT NULL,
    reason TEXT,
    PRIMARY KEY (org, entity)
);
CREATE INDEX refreshes_due ON refreshes (org, due_at, entity) WHERE due_at IS NOT NULL;
CREATE INDEX refreshes_parked ON refreshes (org, entity) WHERE due_at IS NULL;

CREATE TABLE identities (
    org BIGINT NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    repo BIGINT,
    standing TEXT NOT NULL,
    word TEXT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    case_id TEXT,
    baseline BIGINT NOT NULL,
    fingerprint TEXT,
    doc TEXT NOT NULL,
    PRIMARY KEY (org, key)
);
CREATE INDEX identities_name ON identities (org, name, key);
CREATE INDEX identities_fingerprint ON identities (org, fingerprint)
    WHERE fingerprint IS NOT NULL;
CREATE INDEX identities_word ON identities (org, word, key);

CREATE TABLE links (
    org BIGINT NOT NULL,
    kind TEXT NOT NULL,
    target BIGINT NOT NULL,
    identity TEXT NOT NULL,
    mark TEXT NOT NULL,
    PRIMARY KEY (org, kind, target, identity)
);
CREATE INDEX links_identity ON links (org, identity);

CREATE TABLE repos (
    org BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE INDEX repos_name ON repos (org, name);

CREATE TABLE teams (
    org BIGINT NOT NULL,
    id BIGINT NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (org, id)
);

CREATE TABLE people (
    org BIGINT NOT NULL,
    id BIGINT NOT NULL,
    login TEXT NOT NULL,
    as_of BIGINT NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (org, id)
);

CREATE INDEX people_login ON people (org, login);

CREATE TABLE cases (
    org BIGINT NOT NULL,
    id TEXT NOT NULL,
    state TEXT NOT NULL,
    open_cause TEXT,
    repo BIGINT,
    issue BIGINT,
    opened BIGINT NOT NULL,
    latest BIGINT NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE INDEX cases_cause ON cases (org, open_cause, opened, id) WHERE open_cause IS NOT NULL;
CREATE INDEX cases_issue ON cases (org, repo, issue) WHERE issue IS NOT NULL;
CREATE INDEX cases_state ON cases (org, state, opened, id);

CREATE TABLE findings (
    org BIGINT NOT NULL,
    key TEXT NOT NULL,
    rule TEXT NOT NULL,
    severity TEXT NOT NULL,
    repo BIGINT,
    identity TEXT NOT NULL,
    at BIGINT NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (org, key)
);
CREATE INDEX findings_identity ON findings (org, identity, key);

CREATE TABLE gaps (
    org BIGINT NOT NULL,
    what TEXT NOT NULL,
    why TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (org, what)
);

CREATE TABLE timeline (
    org BIGINT NOT NULL,
    turn BIGINT NOT NULL,
    n BIGINT NOT NULL,
    at BIGINT NOT NULL,
    identity TEXT,
    repo BIGINT,
    doc TEXT NOT NULL,
    PRIMARY KEY (org, turn, n)
);
CREATE INDEX timeline_identity ON timeline (org, identity, turn, n) WHERE identity IS NOT NULL;
CREATE INDEX timeline_repo ON timeline (org, repo, turn, n) WHERE repo IS NOT NULL;
CREATE INDEX timeline_at ON timeline (org, at, turn, n);

CREATE TABLE outbox (
    org BIGINT NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    case_id TEXT NOT NULL,
    repo BIGINT NOT NULL,
    desired TEXT NOT NULL,
    desired_hash TEXT NOT NULL,
    applied_hash TEXT,
    remote_id BIGINT,
    state TEXT NOT NULL,
    attempt_token TEXT,
    attempt_at BIGINT,
    attempts BIGINT NOT NULL,
    looks BIGINT NOT NULL,
    due_at BIGINT,
    born_turn BIGINT NOT NULL,
    born_n BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    force BIGINT NOT NULL,
    reason TEXT,
    PRIMARY KEY (org, key)
);
CREATE INDEX outbox_due ON outbox (org, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX outbox_case ON outbox (org, case_id, kind);
CREATE INDEX outbox_parked ON outbox (changed_at) WHERE state = 'parked';
