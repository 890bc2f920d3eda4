-- Who acted as somebody is in that person's history too.
DROP INDEX sign_ins_by_account;

CREATE INDEX sign_ins_by_account ON audit (account_id, at_milliseconds)
WHERE action IN ('sign_in', 'second_factor', 'acted_as');
