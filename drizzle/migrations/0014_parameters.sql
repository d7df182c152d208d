ALTER TABLE "conversation_bases" ADD COLUMN "parameters" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "parameters" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
-- Written by hand from here on.
CREATE OR REPLACE FUNCTION "keep_first_settings"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO "conversation_bases" ("conversation_id", "seq", "title", "model", "instructions", "parameters", "pinned", "archived", "active_message_id")
		VALUES (NEW.id, 0, NEW.title, NEW.model, NEW.instructions, NEW.parameters, NEW.pinned, NEW.archived, NEW.active_message_id);
	RETURN NULL;
END
$$;
