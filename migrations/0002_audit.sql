-- What was allowed or refused, written before anything is done. Rows are never changed: how it went is a row of its own.
CREATE TABLE audit (
    id TEXT NOT NULL PRIMARY KEY,
    at_milliseconds BIGINT NOT NULL,
    request_id TEXT NOT NULL,
    account_id TEXT,
    account_name TEXT NOT NULL,
    session_hash TEXT,
    address TEXT,
    action TEXT NOT NULL,
    verb TEXT NOT NULL,
    resource TEXT NOT NULL,
    cluster TEXT,
    namespace TEXT,
    name TEXT,
    decision TEXT NOT NULL CHECK (decision IN ('allowed', 'refused')),
    reason TEXT NOT NULL
);

CREATE INDEX audit_by_time ON audit (at_milliseconds);

CREATE TABLE audit_outcomes (
    audit_id TEXT NOT NULL PRIMARY KEY REFERENCES audit (id),
    at_milliseconds BIGINT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'failed', 'unknown')),
    detail TEXT NOT NULL
);
