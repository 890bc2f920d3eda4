WITH places AS MATERIALIZED (
    SELECT lower(hex(randomblob(16))) AS h, cluster, namespace FROM (SELECT DISTINCT cluster, namespace FROM memberships)
)
INSERT INTO projects (id, cluster, namespace, title, description, created_at)
SELECT
    substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-' || substr(h, 13, 4) || '-' || substr(h, 17, 4) || '-' || substr(h, 21),
    cluster, namespace, '', '', unixepoch()
FROM places;

INSERT INTO members (account_id, tier, place, role, source, created_at)
SELECT m.account_id, 'project', p.id, 'project-' || a.persona, '', unixepoch()
FROM memberships m
JOIN accounts a ON a.id = m.account_id AND a.persona <> 'administrator'
JOIN projects p ON p.cluster = m.cluster AND p.namespace = m.namespace;
