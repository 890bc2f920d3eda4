-- Links by which pages of other sites show a dashboard, with what their makers may see. The address of one is its id,
-- sealed: nothing here opens it. `origins` are separated by spaces, `chosen` is JSON, `panel` is an id in the document.
CREATE TABLE embeds (
    id TEXT NOT NULL PRIMARY KEY,
    dashboard_id TEXT NOT NULL REFERENCES dashboards (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    origins TEXT NOT NULL,
    panel BIGINT,
    seconds BIGINT NOT NULL,
    chosen TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT
);

CREATE INDEX embeds_by_dashboard ON embeds (dashboard_id, created_at);

CREATE INDEX embeds_by_account ON embeds (account_id);
