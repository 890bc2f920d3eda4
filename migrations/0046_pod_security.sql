-- Which Pod Security level the pods of a project keep to, and of which is warned; nothing where the cluster's own holds.
ALTER TABLE projects ADD COLUMN pod_security_enforce TEXT;

ALTER TABLE projects ADD COLUMN pod_security_warn TEXT;
