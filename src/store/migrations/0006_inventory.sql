-- The inventory: how well each place is seen, when it is read next, and when all of an organisation
-- had been read once. Place 0 is the organisation itself.

CREATE TABLE coverage (
    org BIGINT NOT NULL,
    repo BIGINT NOT NULL,
    due_at BIGINT,
    read_at BIGINT,
    doc TEXT NOT NULL,
    PRIMARY KEY (org, repo)
);
CREATE INDEX coverage_due ON coverage (org, due_at, repo) WHERE due_at IS NOT NULL;
CREATE INDEX coverage_unread ON coverage (org, repo) WHERE due_at IS NOT NULL AND read_at IS NULL;

CREATE TABLE baselines (
    org BIGINT NOT NULL PRIMARY KEY,
    done_at BIGINT NOT NULL
);
