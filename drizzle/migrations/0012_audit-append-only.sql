CREATE FUNCTION "keep_audit_records"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	-- Whoever removes the oldest records keeps the hash of the last one, and says so for one transaction.
	IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
		IF current_setting('holdfast.audit_retention', true) = 'on' THEN
			RETURN OLD;
		END IF;
		RAISE EXCEPTION 'audit_records is append-only' USING ERRCODE = 'restrict_violation';
	END IF;
	-- The one change that a record sees: it gets its place in the chain.
	IF OLD.seq IS NULL AND NEW.seq IS NOT NULL AND NEW.hash IS NOT NULL
		AND (NEW.id, NEW.at, NEW.actor_id, NEW.action, NEW.target_type, NEW.target_id, NEW.address, NEW.details)
			IS NOT DISTINCT FROM (OLD.id, OLD.at, OLD.actor_id, OLD.action, OLD.target_type, OLD.target_id, OLD.address, OLD.details) THEN
		RETURN NEW;
	END IF;
	RAISE EXCEPTION 'audit_records is append-only' USING ERRCODE = 'restrict_violation';
END
$$;
--> statement-breakpoint
CREATE TRIGGER "audit_records_append_only" BEFORE UPDATE OR DELETE ON "audit_records" FOR EACH ROW EXECUTE FUNCTION "keep_audit_records"();
--> statement-breakpoint
CREATE TRIGGER "audit_records_not_truncated" BEFORE TRUNCATE ON "audit_records" FOR EACH STATEMENT EXECUTE FUNCTION "keep_audit_records"();
