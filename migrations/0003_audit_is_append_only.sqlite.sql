CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;

CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;

CREATE TRIGGER audit_outcomes_are_not_changed BEFORE UPDATE ON audit_outcomes
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;

CREATE TRIGGER audit_outcomes_are_not_deleted BEFORE DELETE ON audit_outcomes
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
