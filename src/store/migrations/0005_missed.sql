-- Deliveries that GitHub's log shows and the inbox does not hold, and how far the log was read.

CREATE TABLE delivery_log (
    id BIGINT NOT NULL PRIMARY KEY,
    looked_at BIGINT NOT NULL,
    through BIGINT NOT NULL
);
INSERT INTO delivery_log (id, looked_at, through) VALUES (1, 0, 0);

CREATE TABLE missed (
    guid TEXT NOT NULL PRIMARY KEY,
    event TEXT NOT NULL,
    installation BIGINT,
    first_at BIGINT NOT NULL,
    asked BIGINT NOT NULL,
    asked_at BIGINT NOT NULL,
    state TEXT NOT NULL
);
CREATE INDEX missed_at ON missed (first_at);

CREATE TABLE unread_log (
    since BIGINT NOT NULL PRIMARY KEY,
    until BIGINT NOT NULL
);
