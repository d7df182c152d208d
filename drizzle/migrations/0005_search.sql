CREATE TABLE "search_documents" (
	"message_id" uuid PRIMARY KEY NOT NULL,
	"conversation_id" uuid NOT NULL,
	"role" text NOT NULL,
	"model" text,
	"has_tool_calls" boolean NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"lexemes" "tsvector" NOT NULL,
	CONSTRAINT "search_documents_role" CHECK ("search_documents"."role" in ('user', 'assistant', 'system'))
);
--> statement-breakpoint
CREATE TABLE "search_progress" (
	"version" integer PRIMARY KEY NOT NULL,
	"next_message_id" uuid,
	"next_conversation_id" uuid,
	CONSTRAINT "search_progress_version" CHECK ("search_progress"."version" > 0)
);
--> statement-breakpoint
CREATE TABLE "search_titles" (
	"conversation_id" uuid PRIMARY KEY NOT NULL,
	"lexemes" "tsvector" NOT NULL
);
--> statement-breakpoint
ALTER TABLE "search_documents" ADD CONSTRAINT "search_documents_message_id_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "search_titles" ADD CONSTRAINT "search_titles_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "search_documents_lexemes" ON "search_documents" USING gin ("lexemes") WITH (fastupdate=true,gin_pending_list_limit=256);--> statement-breakpoint
CREATE INDEX "search_titles_lexemes" ON "search_titles" USING gin ("lexemes") WITH (fastupdate=true,gin_pending_list_limit=256);