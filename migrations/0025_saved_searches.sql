-- Searches that people keep by name. `private_to` is who alone sees one, and it goes with them; without that it is shared
-- with whoever may look at its project, or at its cluster where there is none, and stays when its owner goes. `records` is
-- what is searched; `from_text` and `to_text` are the stretch of time as it stands in addresses.
CREATE TABLE saved_searches (
    id TEXT NOT NULL PRIMARY KEY,
    cluster TEXT NOT NULL,
    project_id TEXT REFERENCES projects (id) ON DELETE CASCADE,
    private_to TEXT REFERENCES accounts (id) ON DELETE CASCADE,
    owner_id TEXT REFERENCES accounts (id) ON DELETE SET NULL,
    records TEXT NOT NULL,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    from_text TEXT NOT NULL,
    to_text TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX saved_searches_by_name
    ON saved_searches (cluster, (COALESCE(private_to, '')), (COALESCE(project_id, '')), (LOWER(name)));

CREATE INDEX saved_searches_by_project ON saved_searches (project_id);

CREATE INDEX saved_searches_by_reader ON saved_searches (private_to);

CREATE INDEX saved_searches_by_owner ON saved_searches (owner_id);
