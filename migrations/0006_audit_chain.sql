-- Every row of the trail in the order in which it was written. Each digest covers the row and the digest before it, so a
-- row that is changed, taken out or put in later is found. `kind` says which table `row_id` is in.
CREATE TABLE audit_chain (
    sequence BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('decision', 'outcome')),
    row_id TEXT NOT NULL,
    digest TEXT NOT NULL
);

CREATE INDEX audit_by_account ON audit (account_id, at_milliseconds);

CREATE INDEX audit_by_place ON audit (cluster, namespace, at_milliseconds);
