-- What an identity may be found by when a vendor is asked about, short, so that looking through all of
-- it costs little. `edition` is the catalogue that the words were made with; 0 is none yet.

CREATE TABLE vendor_words (
    org BIGINT NOT NULL,
    identity TEXT NOT NULL,
    edition BIGINT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (org, identity)
);
INSERT INTO vendor_words (org, identity, edition, words) SELECT org, key, 0, '' FROM identities;
