-- What a person sees of their own sign-ins, and what slows nobody else down.
CREATE INDEX sign_ins_by_account ON audit (account_id, at_milliseconds)
WHERE action IN ('sign_in', 'second_factor');
