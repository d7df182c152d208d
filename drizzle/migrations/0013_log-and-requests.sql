CREATE TABLE "conversation_bases" (
	"conversation_id" uuid PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL,
	"title" text NOT NULL,
	"model" text,
	"instructions" text,
	"pinned" boolean NOT NULL,
	"archived" boolean NOT NULL,
	"active_message_id" uuid
);
--> statement-breakpoint
CREATE TABLE "model_request_pieces" (
	"conversation_id" uuid NOT NULL,
	"n" integer NOT NULL,
	"hash" char(64) NOT NULL,
	"content" text NOT NULL,
	CONSTRAINT "model_request_pieces_conversation_id_n_pk" PRIMARY KEY("conversation_id","n"),
	CONSTRAINT "model_request_pieces_once" UNIQUE("conversation_id","hash")
);
--> statement-breakpoint
CREATE TABLE "model_request_tools" (
	"hash" char(64) PRIMARY KEY NOT NULL,
	"content" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "model_requests" (
	"model_call_id" uuid PRIMARY KEY NOT NULL,
	"conversation_id" uuid NOT NULL,
	"head" text NOT NULL,
	"pieces" text NOT NULL,
	"tools_hash" char(64),
	"tail" text NOT NULL,
	"bytes" bigint NOT NULL,
	"sent_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "generations" ADD COLUMN "log_packed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "model_calls" ADD COLUMN "request_sha256" text;--> statement-breakpoint
ALTER TABLE "conversation_bases" ADD CONSTRAINT "conversation_bases_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_request_pieces" ADD CONSTRAINT "model_request_pieces_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_requests" ADD CONSTRAINT "model_requests_model_call_id_model_calls_id_fk" FOREIGN KEY ("model_call_id") REFERENCES "public"."model_calls"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_requests" ADD CONSTRAINT "model_requests_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_requests" ADD CONSTRAINT "model_requests_tools_hash_model_request_tools_hash_fk" FOREIGN KEY ("tools_hash") REFERENCES "public"."model_request_tools"("hash") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "model_request_pieces_first" ON "model_request_pieces" USING btree ("conversation_id") WHERE "model_request_pieces"."n" = 1;--> statement-breakpoint
CREATE INDEX "model_requests_of_conversation" ON "model_requests" USING btree ("conversation_id");--> statement-breakpoint
CREATE INDEX "model_requests_by_time" ON "model_requests" USING btree ("sent_at");--> statement-breakpoint
CREATE INDEX "model_requests_of_tools" ON "model_requests" USING btree ("tools_hash");--> statement-breakpoint
CREATE INDEX "generations_to_pack" ON "generations" USING btree ("ended_at") WHERE "generations"."log_packed_at" is null and "generations"."ended_at" is not null;--> statement-breakpoint
-- Written by hand from here on.
-- Events of the last hour may have changed settings: those of now are the nearest that is known.
INSERT INTO "conversation_bases" ("conversation_id", "seq", "title", "model", "instructions", "pinned", "archived", "active_message_id")
	SELECT "id", "pruned_seq", "title", "model", "instructions", "pinned", "archived", "active_message_id" FROM "conversations";
--> statement-breakpoint
UPDATE "generations" SET "log_packed_at" = "ended_at" WHERE "ended_at" IS NOT NULL
	AND NOT EXISTS (SELECT 1 FROM "conversation_log" WHERE "conversation_log"."generation_id" = "generations"."id");
--> statement-breakpoint
CREATE FUNCTION "keep_first_settings"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO "conversation_bases" ("conversation_id", "seq", "title", "model", "instructions", "pinned", "archived", "active_message_id")
		VALUES (NEW.id, 0, NEW.title, NEW.model, NEW.instructions, NEW.pinned, NEW.archived, NEW.active_message_id);
	RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "conversations_first_settings" AFTER INSERT ON "conversations" FOR EACH ROW EXECUTE FUNCTION "keep_first_settings"();
