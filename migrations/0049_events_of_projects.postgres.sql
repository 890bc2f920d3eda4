-- What happened in one project, or to one object of it, without a look at what happened in all others. The name does not stand in
-- it: whoever writes an event may write there what they like, and PostgreSQL takes no row into an index that is longer than a
-- third of a page.
CREATE INDEX kept_events_by_namespace ON kept_events (cluster, namespace, at_milliseconds, place);
