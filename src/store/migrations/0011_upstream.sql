-- Commits that workflows hold code of others to, and the repositories that such code comes from.

CREATE TABLE pins (
    org BIGINT NOT NULL,
    callee TEXT NOT NULL,
    pinned TEXT NOT NULL,
    news BIGINT NOT NULL,
    belongs BIGINT,
    tried_at BIGINT NOT NULL,
    why TEXT,
    PRIMARY KEY (org, callee, pinned)
);

CREATE TABLE sources (
    org BIGINT NOT NULL,
    callee TEXT NOT NULL,
    number BIGINT,
    owner BIGINT,
    name TEXT,
    branch TEXT,
    fate TEXT NOT NULL,
    tag TEXT,
    tried_at BIGINT NOT NULL,
    why TEXT,
    PRIMARY KEY (org, callee)
);
