CREATE FUNCTION refuse_change_of_audit() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$;

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit();

CREATE TRIGGER audit_outcomes_are_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_outcomes
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit();
