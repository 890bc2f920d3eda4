-- Which workspaces and projects the settings of a provider mean by the names in them: the first ones that were met after they were
-- written. `place` is as settings write it; what has the name later is another one, in which groups give nothing.
CREATE TABLE mapped_places (
    provider_id TEXT NOT NULL REFERENCES identity_providers (id) ON DELETE CASCADE,
    place TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (provider_id, place)
);
