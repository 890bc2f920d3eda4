-- Storage classes of which the projects of a workspace may make no claims, by cluster.
CREATE TABLE closed_storage_classes (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    cluster TEXT NOT NULL,
    class TEXT NOT NULL,
    PRIMARY KEY (workspace_id, cluster, class)
);
