-- Systems through which people sign in. Settings are JSON without secrets; the secret is sealed with a key that is not in
-- the database.
CREATE TABLE identity_providers (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('openid', 'github', 'gitlab', 'directory')),
    settings TEXT NOT NULL,
    sealed_secret TEXT,
    position BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);

-- Who somebody is at a provider. Nothing else joins an account to a person there: no name, no mail address. A role that a
-- group gave is noted, so that leaving the group takes back that role and no other.
CREATE TABLE external_identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    provider_id TEXT NOT NULL REFERENCES identity_providers (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name_there TEXT NOT NULL,
    given_role TEXT,
    linked_at BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (issuer, subject)
);

CREATE INDEX external_identities_by_account ON external_identities (account_id);

-- Which sessions a provider began, so that it can end them.
CREATE TABLE provider_sessions (
    id_hash TEXT NOT NULL PRIMARY KEY REFERENCES sessions (id_hash) ON DELETE CASCADE,
    provider_id TEXT NOT NULL REFERENCES identity_providers (id) ON DELETE CASCADE,
    subject TEXT NOT NULL,
    session_there TEXT
);

CREATE INDEX provider_sessions_by_subject ON provider_sessions (provider_id, subject);

CREATE INDEX provider_sessions_by_session ON provider_sessions (provider_id, session_there);

-- Words of a provider that end sessions are heard once.
CREATE TABLE used_tokens (
    provider_id TEXT NOT NULL REFERENCES identity_providers (id) ON DELETE CASCADE,
    token_id TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (provider_id, token_id)
);
