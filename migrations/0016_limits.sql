-- How much a workspace may have in a cluster: the most that quotas of its projects there may add up to. Amounts are
-- Kubernetes' quantities.
CREATE TABLE workspace_limits (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    cluster TEXT NOT NULL,
    resource TEXT NOT NULL,
    amount TEXT NOT NULL,
    PRIMARY KEY (workspace_id, cluster, resource)
);

-- What is written into a project's namespace: its quota, and what containers get that say nothing themselves.
CREATE TABLE project_limits (
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('quota', 'default')),
    resource TEXT NOT NULL,
    amount TEXT NOT NULL,
    PRIMARY KEY (project_id, kind, resource)
);

-- Since when only the workspace itself, or the project itself, may reach pods in it.
ALTER TABLE workspaces ADD COLUMN isolated_at BIGINT;

ALTER TABLE projects ADD COLUMN isolated_at BIGINT;
