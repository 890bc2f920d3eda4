-- Who is told of alerts. `tier` and `place` are whose alerts, as in `members`; of the whole console it is 'platform' and
-- empty. `settings` is what may be shown (JSON), `sealed_secrets` what may not.
CREATE TABLE receivers (
    id TEXT NOT NULL PRIMARY KEY,
    tier TEXT NOT NULL CHECK (tier IN ('platform', 'cluster', 'workspace', 'project')),
    place TEXT NOT NULL,
    name TEXT NOT NULL,
    channel TEXT NOT NULL,
    settings TEXT NOT NULL,
    sealed_secrets TEXT,
    disabled_at BIGINT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX receivers_by_place ON receivers (tier, place);

-- What receivers have been told of and what still fires: each alert once. `gone_at` is since when it is not seen any more.
CREATE TABLE told_alerts (
    receiver_id TEXT NOT NULL REFERENCES receivers (id) ON DELETE CASCADE,
    cluster TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    alert TEXT NOT NULL,
    told_at BIGINT NOT NULL,
    gone_at BIGINT,
    PRIMARY KEY (receiver_id, cluster, fingerprint)
);

-- Messages to receivers. `content` is JSON. A message is claimed (`sending`) before it is sent, so that one that was under
-- way when a console ended is never sent twice.
CREATE TABLE deliveries (
    id TEXT NOT NULL PRIMARY KEY,
    receiver_id TEXT NOT NULL REFERENCES receivers (id) ON DELETE CASCADE,
    reason TEXT NOT NULL,
    subject TEXT NOT NULL,
    content TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'unknown')),
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    problem TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX deliveries_by_state ON deliveries (state, due_at);

CREATE INDEX deliveries_by_receiver ON deliveries (receiver_id, created_at);

-- Which replica does what only one may do at a time, and until when it said so.
CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    until BIGINT NOT NULL
);
