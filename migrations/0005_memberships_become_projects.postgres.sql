INSERT INTO projects (id, cluster, namespace, title, description, created_at)
SELECT gen_random_uuid()::TEXT, cluster, namespace, '', '', extract(epoch FROM now())::BIGINT
FROM (SELECT DISTINCT cluster, namespace FROM memberships) AS places;

INSERT INTO members (account_id, tier, place, role, source, created_at)
SELECT m.account_id, 'project', p.id, 'project-' || a.persona, '', extract(epoch FROM now())::BIGINT
FROM memberships m
JOIN accounts a ON a.id = m.account_id AND a.persona <> 'administrator'
JOIN projects p ON p.cluster = m.cluster AND p.namespace = m.namespace;
