-- Which actions the trail knows, and when each person last signed in: asked with every look at the trail and at people,
-- however long the trail has become.
CREATE INDEX audit_by_action ON audit (action);

CREATE INDEX audit_last_sign_ins ON audit (account_id, at_milliseconds)
WHERE action IN ('sign_in', 'choose_password') AND decision = 'allowed';
