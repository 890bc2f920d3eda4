-- Dashboards that people keep, for a cluster or for a project of it. `document` is what stands in one, as JSON that says
-- its own form; `version` counts changes, so that nobody overwrites what they have not seen.
CREATE TABLE dashboards (
    id TEXT NOT NULL PRIMARY KEY,
    cluster TEXT NOT NULL,
    project_id TEXT REFERENCES projects (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE INDEX dashboards_by_cluster ON dashboards (cluster, project_id);
