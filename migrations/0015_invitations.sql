-- Links with which somebody takes a role in a place, once. Only a hash of the token is kept.
CREATE TABLE invitations (
    id TEXT NOT NULL PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    tier TEXT NOT NULL CHECK (tier IN ('cluster', 'workspace', 'project')),
    place TEXT NOT NULL,
    role TEXT NOT NULL,
    note TEXT NOT NULL,
    invited_by TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX invitations_by_place ON invitations (tier, place);
