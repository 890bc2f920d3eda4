-- Alerts on lists: whoever is told of what a list finds. `query` says which list, with its namespaces, as JSON; one that is
-- about one project alone goes with it. It finds what `writer_id` may see, and nothing when that account is gone. `looks`
-- counts what was found out about it: `standing` is a word for how the last look went and `cause` says why it found nothing
-- out, `looked_at` and `matched` are of the last one that did.
CREATE TABLE list_alerts (
    id TEXT NOT NULL PRIMARY KEY,
    cluster TEXT NOT NULL,
    project_id TEXT REFERENCES projects (id) ON DELETE CASCADE,
    writer_id TEXT REFERENCES accounts (id) ON DELETE SET NULL,
    name TEXT NOT NULL,
    severity TEXT NOT NULL,
    hold_seconds BIGINT NOT NULL,
    least BIGINT NOT NULL,
    query TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    written_by TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    looks BIGINT NOT NULL,
    standing TEXT NOT NULL,
    cause TEXT NOT NULL,
    looked_at BIGINT,
    matched BIGINT NOT NULL
);

CREATE UNIQUE INDEX list_alerts_by_name ON list_alerts (cluster, (COALESCE(project_id, '')), (LOWER(name)));

CREATE INDEX list_alerts_by_project ON list_alerts (project_id);

CREATE INDEX list_alerts_by_writer ON list_alerts (writer_id);

-- What such a list was found to hold, object by object: since when, and since when people are told of it. `namespace` is
-- empty for objects that have none.
CREATE TABLE list_alert_matches (
    list_alert_id TEXT NOT NULL REFERENCES list_alerts (id) ON DELETE CASCADE,
    namespace TEXT NOT NULL,
    name TEXT NOT NULL,
    since BIGINT NOT NULL,
    fired_at BIGINT,
    PRIMARY KEY (list_alert_id, namespace, name)
);
