-- How well each place is seen, in a form that is the same for places that are seen alike: every answer
-- says how much stands behind it, and counting these takes no reading of them all.

ALTER TABLE coverage ADD COLUMN short TEXT;
ALTER TABLE coverage ADD COLUMN stale_at BIGINT;
CREATE INDEX coverage_short ON coverage (org, short, repo, stale_at) WHERE due_at IS NOT NULL;
