-- Since when, in milliseconds since 1970, what is written down under a cluster's name is of the cluster that has it: set when another
-- one was accepted without what the old one had. Evidence of the old one stays, for those who see everything.
ALTER TABLE cluster_identities ADD COLUMN apart_since BIGINT;
