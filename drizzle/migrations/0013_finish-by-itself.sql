CREATE TABLE "api_responses" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"conversation_id" uuid NOT NULL,
	"message_id" uuid NOT NULL,
	"generation_id" uuid NOT NULL,
	"after_seq" bigint NOT NULL,
	"first_part" integer NOT NULL,
	"model" text NOT NULL,
	"request" text NOT NULL,
	"prefix_hash" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "api_responses_kind" CHECK ("api_responses"."kind" in ('chat', 'responses')),
	CONSTRAINT "api_responses_place" CHECK ("api_responses"."after_seq" >= 0 and "api_responses"."first_part" >= 0)
);
--> statement-breakpoint
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
CREATE TABLE "nodes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"role" text NOT NULL,
	"started_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"seen_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "nodes_role" CHECK ("nodes"."role" in ('all', 'web', 'worker'))
);
--> statement-breakpoint
CREATE TABLE "planner_changes" (
	"user_id" uuid NOT NULL,
	"conversation_id" uuid NOT NULL,
	"message_id" uuid NOT NULL,
	"n" integer NOT NULL,
	"origin" text NOT NULL,
	"kind" text NOT NULL,
	"item_id" uuid NOT NULL,
	"before" jsonb,
	"after" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "planner_changes_message_id_n_pk" PRIMARY KEY("message_id","n"),
	CONSTRAINT "planner_changes_n" CHECK ("planner_changes"."n" > 0),
	CONSTRAINT "planner_changes_origin" CHECK ("planner_changes"."origin" in ('answer', 'undo', 'redo')),
	CONSTRAINT "planner_changes_kind" CHECK ("planner_changes"."kind" in ('goal', 'milestone', 'task')),
	CONSTRAINT "planner_changes_created" CHECK ("planner_changes"."before" is not null or "planner_changes"."origin" = 'answer')
);
--> statement-breakpoint
CREATE TABLE "share_files" (
	"share_id" uuid NOT NULL,
	"file_id" uuid NOT NULL,
	CONSTRAINT "share_files_share_id_file_id_pk" PRIMARY KEY("share_id","file_id")
);
--> statement-breakpoint
CREATE TABLE "shares" (
	"id" uuid PRIMARY KEY NOT NULL,
	"conversation_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"token_hash" text NOT NULL,
	"encrypted_token" text NOT NULL,
	"leaf_id" uuid,
	"title" text,
	"messages" text,
	"views" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "shares_token" UNIQUE("token_hash"),
	CONSTRAINT "shares_kind" CHECK ("shares"."kind" in ('snapshot', 'live')),
	CONSTRAINT "shares_snapshot" CHECK ("shares"."kind" = 'live' or ("shares"."messages" is not null and "shares"."title" is not null))
);
--> statement-breakpoint
ALTER TABLE "tool_calls" DROP CONSTRAINT "tool_calls_end";--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "pending_remarks" text;--> statement-breakpoint
ALTER TABLE "generations" ADD COLUMN "stalled_lease" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "generations" ADD COLUMN "continuations" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "generations" ADD COLUMN "has_remarks" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "generations" ADD COLUMN "caller_request" text;--> statement-breakpoint
ALTER TABLE "generations" ADD COLUMN "log_packed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "providers" ADD COLUMN "background" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "tool_calls" ADD COLUMN "changed_args" text;--> statement-breakpoint
ALTER TABLE "tool_calls" ADD COLUMN "remote" text;--> statement-breakpoint
ALTER TABLE "model_calls" ADD COLUMN "finish_reason" text;--> statement-breakpoint
ALTER TABLE "model_calls" ADD COLUMN "provider_run" text;--> statement-breakpoint
ALTER TABLE "model_calls" ADD COLUMN "request_sha256" text;--> statement-breakpoint
ALTER TABLE "api_responses" ADD CONSTRAINT "api_responses_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_responses" ADD CONSTRAINT "api_responses_generation_id_generations_id_fk" FOREIGN KEY ("generation_id") REFERENCES "public"."generations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversation_bases" ADD CONSTRAINT "conversation_bases_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_request_pieces" ADD CONSTRAINT "model_request_pieces_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_requests" ADD CONSTRAINT "model_requests_model_call_id_model_calls_id_fk" FOREIGN KEY ("model_call_id") REFERENCES "public"."model_calls"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_requests" ADD CONSTRAINT "model_requests_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_requests" ADD CONSTRAINT "model_requests_tools_hash_model_request_tools_hash_fk" FOREIGN KEY ("tools_hash") REFERENCES "public"."model_request_tools"("hash") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "planner_changes" ADD CONSTRAINT "planner_changes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "planner_changes" ADD CONSTRAINT "planner_changes_message" FOREIGN KEY ("conversation_id","message_id") REFERENCES "public"."messages"("conversation_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "share_files" ADD CONSTRAINT "share_files_share_id_shares_id_fk" FOREIGN KEY ("share_id") REFERENCES "public"."shares"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "share_files" ADD CONSTRAINT "share_files_file_id_files_id_fk" FOREIGN KEY ("file_id") REFERENCES "public"."files"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shares" ADD CONSTRAINT "shares_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shares" ADD CONSTRAINT "shares_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_responses_prefix" ON "api_responses" USING btree ("user_id","prefix_hash");--> statement-breakpoint
CREATE INDEX "api_responses_generation" ON "api_responses" USING btree ("generation_id");--> statement-breakpoint
CREATE INDEX "model_request_pieces_first" ON "model_request_pieces" USING btree ("conversation_id") WHERE "model_request_pieces"."n" = 1;--> statement-breakpoint
CREATE INDEX "model_requests_of_conversation" ON "model_requests" USING btree ("conversation_id");--> statement-breakpoint
CREATE INDEX "model_requests_by_time" ON "model_requests" USING btree ("sent_at");--> statement-breakpoint
CREATE INDEX "model_requests_of_tools" ON "model_requests" USING btree ("tools_hash");--> statement-breakpoint
CREATE INDEX "planner_changes_of_message" ON "planner_changes" USING btree ("conversation_id","message_id");--> statement-breakpoint
CREATE INDEX "planner_changes_of_user" ON "planner_changes" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "share_files_of_file" ON "share_files" USING btree ("file_id");--> statement-breakpoint
CREATE INDEX "shares_of_conversation" ON "shares" USING btree ("conversation_id","created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "shares_of_user" ON "shares" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "generations_to_pack" ON "generations" USING btree ("ended_at") WHERE "generations"."log_packed_at" is null and "generations"."ended_at" is not null;--> statement-breakpoint
ALTER TABLE "generations" ADD CONSTRAINT "generations_continuations" CHECK ("generations"."continuations" >= 0);--> statement-breakpoint
ALTER TABLE "tool_calls" ADD CONSTRAINT "tool_calls_end" CHECK (("tool_calls"."ended_at" is not null) = ("tool_calls"."state" in ('done', 'failed', 'denied')) or "tool_calls"."state" = 'unknown');--> statement-breakpoint
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
