-- Events of clusters whose events no log store keeps: a row for each number of times that an event said it had happened, so
-- that reading a cluster's events again adds nothing. `place` tells those of one moment apart, `words` are those of the message
-- in small letters with a space around each. `namespace` is empty for what happened to an object of the cluster itself.
CREATE TABLE kept_events (
    cluster TEXT NOT NULL,
    uid TEXT NOT NULL,
    times BIGINT NOT NULL,
    at_milliseconds BIGINT NOT NULL,
    place BIGINT NOT NULL,
    namespace TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    reason TEXT NOT NULL,
    sort TEXT NOT NULL,
    source TEXT NOT NULL,
    message TEXT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (cluster, uid, times)
);

CREATE INDEX kept_events_by_time ON kept_events (cluster, at_milliseconds, place);

-- When events of a cluster were kept without a gap.
CREATE TABLE kept_event_spans (
    cluster TEXT NOT NULL,
    from_milliseconds BIGINT NOT NULL,
    until_milliseconds BIGINT NOT NULL,
    PRIMARY KEY (cluster, from_milliseconds)
);
