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
ALTER TABLE "generations" ADD COLUMN "caller_request" text;--> statement-breakpoint
ALTER TABLE "api_responses" ADD CONSTRAINT "api_responses_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_responses" ADD CONSTRAINT "api_responses_generation_id_generations_id_fk" FOREIGN KEY ("generation_id") REFERENCES "public"."generations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_responses_prefix" ON "api_responses" USING btree ("user_id","prefix_hash");--> statement-breakpoint
CREATE INDEX "api_responses_generation" ON "api_responses" USING btree ("generation_id");