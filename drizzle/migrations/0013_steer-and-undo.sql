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
ALTER TABLE "messages" ADD COLUMN "pending_remarks" text;--> statement-breakpoint
ALTER TABLE "generations" ADD COLUMN "has_remarks" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "planner_changes" ADD CONSTRAINT "planner_changes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "planner_changes" ADD CONSTRAINT "planner_changes_message" FOREIGN KEY ("conversation_id","message_id") REFERENCES "public"."messages"("conversation_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "planner_changes_of_message" ON "planner_changes" USING btree ("conversation_id","message_id");--> statement-breakpoint
CREATE INDEX "planner_changes_of_user" ON "planner_changes" USING btree ("user_id");