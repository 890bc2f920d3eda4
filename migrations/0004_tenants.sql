-- People and projects that belong together. `name` stands in addresses and never changes; people read the title.
CREATE TABLE workspaces (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- The clusters in which a workspace may have projects.
CREATE TABLE workspace_clusters (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    cluster TEXT NOT NULL,
    PRIMARY KEY (workspace_id, cluster)
);

-- Namespaces in which people hold roles. The id stands in the names of groups that clusters know, so one that is made
-- again under an old name is another one. Without a workspace a project stands for itself.
CREATE TABLE projects (
    id TEXT NOT NULL PRIMARY KEY,
    cluster TEXT NOT NULL,
    namespace TEXT NOT NULL,
    workspace_id TEXT REFERENCES workspaces (id),
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (cluster, namespace)
);

CREATE INDEX projects_by_workspace ON projects (workspace_id);

-- Roles that people made. Those that come with the console are in the program. `permissions` are words with spaces
-- between; `workspace_id` is where a role may be given, everywhere at its tier when it is null.
CREATE TABLE roles (
    id TEXT NOT NULL PRIMARY KEY,
    tier TEXT NOT NULL CHECK (tier IN ('platform', 'cluster', 'workspace', 'project')),
    workspace_id TEXT REFERENCES workspaces (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    permissions TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Who holds which role where: `place` is a cluster's name, a workspace's id or a project's id. `source` is empty for what
-- people said, and names the identity provider for what its groups said.
CREATE TABLE members (
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    tier TEXT NOT NULL CHECK (tier IN ('cluster', 'workspace', 'project')),
    place TEXT NOT NULL,
    role TEXT NOT NULL,
    source TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, tier, place, source)
);

CREATE INDEX members_by_place ON members (tier, place);

ALTER TABLE accounts ADD COLUMN platform_role TEXT NOT NULL DEFAULT 'regular';

ALTER TABLE accounts ADD COLUMN full_name TEXT NOT NULL DEFAULT '';

ALTER TABLE accounts ADD COLUMN email TEXT NOT NULL DEFAULT '';

UPDATE accounts SET platform_role = 'administrator' WHERE persona = 'administrator';

-- Values of the console's own, such as the name by which clusters know what is its.
CREATE TABLE facts (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
