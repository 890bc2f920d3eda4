-- Objects that were deleted through the console, for a while, so that they can be made again. `document` is the manifest,
-- sealed, because it may be a secret. Those with the same `deletion` went together: the first of them was chosen, the others
-- were in it, and `left_out` says how many more there were.
CREATE TABLE deleted_objects (
    id TEXT NOT NULL PRIMARY KEY,
    deletion TEXT NOT NULL,
    place BIGINT NOT NULL,
    left_out BIGINT NOT NULL,
    cluster TEXT NOT NULL,
    api_group TEXT NOT NULL,
    plural TEXT NOT NULL,
    kind TEXT NOT NULL,
    slug TEXT NOT NULL,
    namespace TEXT,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    deleted_by TEXT NOT NULL,
    deleted_at BIGINT NOT NULL,
    kept_until BIGINT NOT NULL
);

CREATE INDEX deleted_objects_by_cluster ON deleted_objects (cluster, deleted_at);

CREATE INDEX deleted_objects_by_deletion ON deleted_objects (deletion, place);

CREATE INDEX deleted_objects_by_end ON deleted_objects (kept_until);
