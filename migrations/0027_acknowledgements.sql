-- Who looks after an alert. It holds for the alert of these labels as long as it goes on firing: one that begins later is
-- another one.
CREATE TABLE acknowledgements (
    cluster TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    made_by TEXT NOT NULL,
    note TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (cluster, fingerprint)
);
