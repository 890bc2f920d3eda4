-- Which namespace a project is: the uid of the one that had its name when it became a project. Learnt when the cluster is compared
-- with these tables; what people hold in a project is not theirs in another namespace of its name.
ALTER TABLE projects ADD COLUMN namespace_uid TEXT;
