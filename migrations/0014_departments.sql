-- Groups of people: of one workspace, or of the whole console when it is null. Whoever is in one is in all above it too.
CREATE TABLE departments (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT REFERENCES workspaces (id) ON DELETE CASCADE,
    parent_id TEXT REFERENCES departments (id),
    title TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX departments_by_parent ON departments (parent_id);

CREATE TABLE department_members (
    department_id TEXT NOT NULL REFERENCES departments (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (department_id, account_id)
);

CREATE INDEX department_members_by_account ON department_members (account_id);

-- What everybody in a department holds; `place` as in `members`.
CREATE TABLE department_roles (
    department_id TEXT NOT NULL REFERENCES departments (id) ON DELETE CASCADE,
    tier TEXT NOT NULL CHECK (tier IN ('cluster', 'workspace', 'project')),
    place TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (department_id, tier, place)
);

CREATE INDEX department_roles_by_place ON department_roles (tier, place);
