-- Since when an alert on a list is switched off; nothing while it is on. `changed_by` is the name of who changed it last in any
-- way, nothing until somebody does. That is not `written_by`: switching leaves an alert the rights of whoever saved it.
ALTER TABLE list_alerts ADD COLUMN off_at BIGINT;

ALTER TABLE list_alerts ADD COLUMN changed_by TEXT;
