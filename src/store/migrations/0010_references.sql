-- Which workflows take code of others at a reference that its owner can move, and where such
-- references point.

CREATE TABLE taken (
    org BIGINT NOT NULL,
    repo BIGINT NOT NULL,
    workflow TEXT NOT NULL,
    job TEXT NOT NULL,
    code TEXT NOT NULL,
    callee TEXT NOT NULL,
    reference TEXT NOT NULL,
    holds TEXT NOT NULL,
    PRIMARY KEY (org, repo, workflow, job, code, reference)
);
CREATE INDEX taken_callee ON taken (org, callee, reference);
CREATE INDEX callers_reference ON callers (org, callee, reference);

CREATE TABLE pointers (
    org BIGINT NOT NULL,
    callee TEXT NOT NULL,
    reference TEXT NOT NULL,
    head TEXT,
    tag TEXT,
    tried_at BIGINT NOT NULL,
    why TEXT,
    PRIMARY KEY (org, callee, reference)
);
