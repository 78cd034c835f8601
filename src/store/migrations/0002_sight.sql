-- How well each organisation is seen, what the operator is told of it, whom we answered of late,
-- and what of ours stands in a repository.

CREATE TABLE sight (
    org BIGINT NOT NULL PRIMARY KEY,
    heard BIGINT,
    blind TEXT NOT NULL,
    doc TEXT NOT NULL
);

CREATE TABLE alerts (
    org BIGINT NOT NULL,
    turn BIGINT NOT NULL,
    n BIGINT NOT NULL,
    at BIGINT NOT NULL,
    body TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    reason TEXT,
    PRIMARY KEY (org, turn, n)
);

CREATE TABLE answered (
    org BIGINT NOT NULL,
    person BIGINT NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (org, person)
);

CREATE INDEX outbox_repo ON outbox (org, repo) WHERE remote_id IS NOT NULL;
