-- Until when a role is held; null is for good. A row with an end stands beside one without (`source` tells them apart), so
-- that what somebody holds for good is still theirs afterwards.
ALTER TABLE members ADD COLUMN ends_at BIGINT;

-- What people have asked for: a role in a place, which is written as addresses write it, because who asks may not know
-- whether it exists. `hours` is for how long; null is for good.
CREATE TABLE access_requests (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    place TEXT NOT NULL,
    role TEXT NOT NULL,
    reason TEXT NOT NULL,
    hours BIGINT,
    created_at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'approved', 'refused', 'withdrawn', 'lapsed')),
    decided_by TEXT NOT NULL DEFAULT '',
    decided_at BIGINT,
    answer TEXT NOT NULL DEFAULT '',
    ends_at BIGINT
);

CREATE UNIQUE INDEX access_requests_once ON access_requests (account_id, place, role) WHERE state = 'open';

CREATE INDEX access_requests_by_state ON access_requests (state, created_at);
