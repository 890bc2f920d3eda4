-- Since when somebody is to choose a new password the next time they sign in with theirs. Empty for everybody else.
ALTER TABLE accounts ADD COLUMN password_due_at BIGINT;
