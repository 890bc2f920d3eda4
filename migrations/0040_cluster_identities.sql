-- Which cluster is meant by a name: the uid of its namespace kube-system, learnt when it was reached first. What people hold in a
-- cluster is not theirs in another one that answers under its name.
CREATE TABLE cluster_identities (
    cluster TEXT NOT NULL PRIMARY KEY,
    uid TEXT NOT NULL,
    learnt_at BIGINT NOT NULL
);
