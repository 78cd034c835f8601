-- Pull requests, what was shown of the powers that they propose, and where branches stood when
-- they were last judged.

CREATE TABLE pulls (
    org BIGINT NOT NULL,
    repo BIGINT NOT NULL,
    number BIGINT NOT NULL,
    state TEXT NOT NULL,
    head TEXT,
    base TEXT NOT NULL,
    asks BIGINT NOT NULL,
    digest TEXT,
    since BIGINT NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (org, repo, number)
);
CREATE INDEX pulls_head ON pulls (org, repo, head) WHERE state = 'open';
CREATE INDEX pulls_base ON pulls (org, repo, base) WHERE state = 'open';
CREATE INDEX pulls_asking ON pulls (org, repo, number) WHERE asks = 1;
CREATE INDEX pulls_digest ON pulls (org, digest, since) WHERE digest IS NOT NULL;

CREATE TABLE shown (
    org BIGINT NOT NULL,
    identity TEXT NOT NULL,
    digest TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (org, identity, digest)
);
CREATE INDEX shown_at ON shown (at);

CREATE TABLE branches (
    org BIGINT NOT NULL,
    repo BIGINT NOT NULL,
    name TEXT NOT NULL,
    head TEXT NOT NULL,
    PRIMARY KEY (org, repo, name)
);
