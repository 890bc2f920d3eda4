-- For how many days recordings of terminals in a project are kept; none are made while it is null.
ALTER TABLE projects ADD COLUMN recorded_days BIGINT;

-- The same for a cluster as a whole: for shells of its nodes, and for terminals in all its namespaces.
CREATE TABLE recorded_clusters (
    cluster TEXT NOT NULL PRIMARY KEY,
    node_days BIGINT,
    project_days BIGINT
);

-- What terminals showed. `project_id` is the project that the namespace was then: whoever gets a namespace of that name later
-- does not see it. It names no row, because a recording outlives its project. Kept for `days` from its end.
CREATE TABLE recordings (
    id TEXT NOT NULL PRIMARY KEY,
    request_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    account_name TEXT NOT NULL,
    action TEXT NOT NULL,
    cluster TEXT NOT NULL,
    namespace TEXT,
    project_id TEXT,
    name TEXT NOT NULL,
    container TEXT NOT NULL,
    wide BIGINT NOT NULL,
    high BIGINT NOT NULL,
    days BIGINT NOT NULL,
    started_milliseconds BIGINT NOT NULL,
    written_milliseconds BIGINT NOT NULL,
    ended_milliseconds BIGINT,
    ending TEXT NOT NULL,
    ending_detail TEXT NOT NULL,
    chunks BIGINT NOT NULL,
    size_bytes BIGINT NOT NULL
);

CREATE INDEX recordings_by_cluster ON recordings (cluster, started_milliseconds);

CREATE INDEX recordings_by_request ON recordings (request_id);

CREATE INDEX recordings_by_end ON recordings (ended_milliseconds);

-- Pieces of recordings in order, each sealed for its recording and place.
CREATE TABLE recording_chunks (
    recording_id TEXT NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    place BIGINT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (recording_id, place)
);
