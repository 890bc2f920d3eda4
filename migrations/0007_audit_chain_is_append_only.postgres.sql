CREATE TRIGGER audit_chain_is_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_chain
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit();
