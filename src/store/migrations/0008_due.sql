-- When time alone makes something true of an identity: the calendar asks for those whose day has
-- come, and reads no others.

ALTER TABLE identities ADD COLUMN due_at BIGINT;
CREATE INDEX identities_due ON identities (org, due_at, key) WHERE due_at IS NOT NULL;
