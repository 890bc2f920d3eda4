-- By which mail servers receivers of a place are told, instead of by the console's own. `tier` and `place` are as in `members`.
-- `settings` is what may be shown (JSON), `sealed_password` what may not. `version` is another word after every change;
-- `trial` is what came of trying out that version (JSON).
CREATE TABLE mail_servers (
    tier TEXT NOT NULL CHECK (tier IN ('cluster', 'workspace', 'project')),
    place TEXT NOT NULL,
    settings TEXT NOT NULL,
    sealed_password TEXT,
    version TEXT NOT NULL,
    trial TEXT,
    PRIMARY KEY (tier, place)
);
