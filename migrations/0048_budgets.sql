-- How much money what runs in a cluster may come to in a month: all of it (`place` is empty), the projects of a workspace in it, or a
-- project, whose id is in `place`. `millionths` are of the currency's unit. `edition` is another one each time that it is set, so
-- that nobody changes what they have not seen.
CREATE TABLE budgets (
    cluster TEXT NOT NULL,
    place TEXT NOT NULL,
    workspace_id TEXT REFERENCES workspaces (id) ON DELETE CASCADE,
    project_id TEXT REFERENCES projects (id) ON DELETE CASCADE,
    currency TEXT NOT NULL,
    millionths BIGINT NOT NULL,
    edition TEXT NOT NULL,
    set_by TEXT NOT NULL,
    set_at BIGINT NOT NULL,
    PRIMARY KEY (cluster, place)
);
