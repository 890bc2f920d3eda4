-- People who sign in. `name_key` is the name in the form that is compared: two names that look alike are one.
CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    persona TEXT NOT NULL CHECK (persona IN ('administrator', 'editor', 'viewer')),
    password_hash TEXT,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);

-- Where an editor or viewer is one. Administrators have no rows here: they are everywhere.
CREATE TABLE memberships (
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    cluster TEXT NOT NULL,
    namespace TEXT NOT NULL,
    PRIMARY KEY (account_id, cluster, namespace)
);

-- Links with which somebody chooses a password, once. Without an account the link makes the first administrator.
CREATE TABLE one_time_links (
    token_hash TEXT NOT NULL PRIMARY KEY,
    account_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Browsers that are signed in. Only a hash of the session's id is kept, so a copy of this table opens nothing.
CREATE TABLE sessions (
    id_hash TEXT NOT NULL PRIMARY KEY,
    account_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
    data TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX sessions_by_account ON sessions (account_id, created_at);

CREATE INDEX sessions_by_expiry ON sessions (expires_at);
