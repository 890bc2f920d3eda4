-- Ports of pods that are open in browsers, each under an address of its own. One is open for as long as the session in which
-- it was opened. `kind` and `name` are what it was asked for; `pod` and `pod_port` are what answers.
CREATE TABLE open_ports (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    session_hash TEXT NOT NULL REFERENCES sessions (id_hash) ON DELETE CASCADE,
    cluster TEXT NOT NULL,
    kind TEXT NOT NULL,
    namespace TEXT NOT NULL,
    name TEXT NOT NULL,
    port BIGINT NOT NULL,
    pod TEXT NOT NULL,
    pod_port BIGINT NOT NULL,
    opened_at BIGINT NOT NULL
);

CREATE INDEX open_ports_by_account ON open_ports (account_id, opened_at);

CREATE INDEX open_ports_by_session ON open_ports (session_hash);
