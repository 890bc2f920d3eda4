-- What happened in one project, or to one object of it, without a look at what happened in all others. The name stands in it, so
-- that only rows of the object are read.
CREATE INDEX kept_events_by_namespace ON kept_events (cluster, namespace, at_milliseconds, place, name);
