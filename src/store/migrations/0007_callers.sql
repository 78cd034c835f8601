-- Which workflows of which repositories call a file of another one, as their default branches were
-- last read.

CREATE TABLE callers (
    org BIGINT NOT NULL,
    repo BIGINT NOT NULL,
    workflow TEXT NOT NULL,
    callee TEXT NOT NULL,
    file TEXT NOT NULL,
    reference TEXT NOT NULL,
    PRIMARY KEY (org, repo, workflow, callee, file, reference)
);
CREATE INDEX callers_callee ON callers (org, callee, repo);
