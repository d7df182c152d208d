CREATE TABLE "goals" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"title" text NOT NULL,
	"description" text,
	"target_date" date,
	"status" text DEFAULT 'active' NOT NULL,
	"position" double precision NOT NULL,
	"created_hash" text NOT NULL,
	"created_in_conversation_id" uuid,
	"created_by_message_id" uuid,
	"changed_in_conversation_id" uuid,
	"changed_by_message_id" uuid,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	"deleted_with" uuid,
	CONSTRAINT "goals_owner" UNIQUE("user_id","id"),
	CONSTRAINT "goals_title_length" CHECK (char_length("goals"."title") between 1 and 500),
	CONSTRAINT "goals_deletion" CHECK (("goals"."deleted_at" is null) = ("goals"."deleted_with" is null)),
	CONSTRAINT "goals_sources" CHECK (("goals"."created_in_conversation_id" is null) = ("goals"."created_by_message_id" is null) and ("goals"."changed_in_conversation_id" is null) = ("goals"."changed_by_message_id" is null)),
	CONSTRAINT "goals_status" CHECK ("goals"."status" in ('active', 'completed', 'abandoned'))
);
--> statement-breakpoint
CREATE TABLE "milestones" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"goal_id" uuid,
	"title" text NOT NULL,
	"target_date" date,
	"completed_at" timestamp (3) with time zone,
	"position" double precision NOT NULL,
	"created_hash" text NOT NULL,
	"created_in_conversation_id" uuid,
	"created_by_message_id" uuid,
	"changed_in_conversation_id" uuid,
	"changed_by_message_id" uuid,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	"deleted_with" uuid,
	CONSTRAINT "milestones_owner" UNIQUE("user_id","id"),
	CONSTRAINT "milestones_title_length" CHECK (char_length("milestones"."title") between 1 and 500),
	CONSTRAINT "milestones_deletion" CHECK (("milestones"."deleted_at" is null) = ("milestones"."deleted_with" is null)),
	CONSTRAINT "milestones_sources" CHECK (("milestones"."created_in_conversation_id" is null) = ("milestones"."created_by_message_id" is null) and ("milestones"."changed_in_conversation_id" is null) = ("milestones"."changed_by_message_id" is null))
);
--> statement-breakpoint
CREATE TABLE "tasks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"milestone_id" uuid,
	"title" text NOT NULL,
	"description" text,
	"category" text,
	"due_date" date,
	"completed_at" timestamp (3) with time zone,
	"position" double precision NOT NULL,
	"created_hash" text NOT NULL,
	"created_in_conversation_id" uuid,
	"created_by_message_id" uuid,
	"changed_in_conversation_id" uuid,
	"changed_by_message_id" uuid,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	"deleted_with" uuid,
	CONSTRAINT "tasks_owner" UNIQUE("user_id","id"),
	CONSTRAINT "tasks_title_length" CHECK (char_length("tasks"."title") between 1 and 500),
	CONSTRAINT "tasks_deletion" CHECK (("tasks"."deleted_at" is null) = ("tasks"."deleted_with" is null)),
	CONSTRAINT "tasks_sources" CHECK (("tasks"."created_in_conversation_id" is null) = ("tasks"."created_by_message_id" is null) and ("tasks"."changed_in_conversation_id" is null) = ("tasks"."changed_by_message_id" is null))
);
--> statement-breakpoint
CREATE TABLE "tool_calls" (
	"generation_id" uuid NOT NULL,
	"step" integer NOT NULL,
	"position" integer NOT NULL,
	"message_id" uuid NOT NULL,
	"conversation_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"call_id" text NOT NULL,
	"name" text NOT NULL,
	"args" text NOT NULL,
	"extra" text,
	"state" text DEFAULT 'pending' NOT NULL,
	"approved" boolean,
	"result" text,
	"error" text,
	"idempotent" boolean DEFAULT false NOT NULL,
	"external" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"started_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone,
	CONSTRAINT "tool_calls_generation_id_step_position_pk" PRIMARY KEY("generation_id","step","position"),
	CONSTRAINT "tool_calls_call" UNIQUE("message_id","call_id"),
	CONSTRAINT "tool_calls_state" CHECK ("tool_calls"."state" in ('pending', 'waiting', 'running', 'done', 'failed', 'denied', 'unknown')),
	CONSTRAINT "tool_calls_place" CHECK ("tool_calls"."step" >= 0 and "tool_calls"."position" >= 0),
	CONSTRAINT "tool_calls_end" CHECK (("tool_calls"."ended_at" is not null) = ("tool_calls"."state" in ('done', 'failed', 'denied', 'unknown'))),
	CONSTRAINT "tool_calls_outcome" CHECK ("tool_calls"."result" is null or "tool_calls"."error" is null)
);
--> statement-breakpoint
ALTER TABLE "goals" ADD CONSTRAINT "goals_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "goals" ADD CONSTRAINT "goals_created_by" FOREIGN KEY ("created_in_conversation_id","created_by_message_id") REFERENCES "public"."messages"("conversation_id","id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "goals" ADD CONSTRAINT "goals_changed_by" FOREIGN KEY ("changed_in_conversation_id","changed_by_message_id") REFERENCES "public"."messages"("conversation_id","id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "milestones" ADD CONSTRAINT "milestones_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "milestones" ADD CONSTRAINT "milestones_created_by" FOREIGN KEY ("created_in_conversation_id","created_by_message_id") REFERENCES "public"."messages"("conversation_id","id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "milestones" ADD CONSTRAINT "milestones_changed_by" FOREIGN KEY ("changed_in_conversation_id","changed_by_message_id") REFERENCES "public"."messages"("conversation_id","id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "milestones" ADD CONSTRAINT "milestones_goal" FOREIGN KEY ("user_id","goal_id") REFERENCES "public"."goals"("user_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_created_by" FOREIGN KEY ("created_in_conversation_id","created_by_message_id") REFERENCES "public"."messages"("conversation_id","id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_changed_by" FOREIGN KEY ("changed_in_conversation_id","changed_by_message_id") REFERENCES "public"."messages"("conversation_id","id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_milestone" FOREIGN KEY ("user_id","milestone_id") REFERENCES "public"."milestones"("user_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tool_calls" ADD CONSTRAINT "tool_calls_generation_id_generations_id_fk" FOREIGN KEY ("generation_id") REFERENCES "public"."generations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tool_calls" ADD CONSTRAINT "tool_calls_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "goals_in_order" ON "goals" USING btree ("user_id","position","id") WHERE "goals"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "goals_deleted_with" ON "goals" USING btree ("user_id","deleted_with") WHERE "goals"."deleted_with" is not null;--> statement-breakpoint
CREATE INDEX "goals_by_creating_message" ON "goals" USING btree ("created_in_conversation_id","created_by_message_id") WHERE "goals"."created_by_message_id" is not null;--> statement-breakpoint
CREATE INDEX "goals_by_changing_message" ON "goals" USING btree ("changed_in_conversation_id","changed_by_message_id") WHERE "goals"."changed_by_message_id" is not null;--> statement-breakpoint
CREATE INDEX "milestones_in_order" ON "milestones" USING btree ("user_id","position","id") WHERE "milestones"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "milestones_deleted_with" ON "milestones" USING btree ("user_id","deleted_with") WHERE "milestones"."deleted_with" is not null;--> statement-breakpoint
CREATE INDEX "milestones_by_creating_message" ON "milestones" USING btree ("created_in_conversation_id","created_by_message_id") WHERE "milestones"."created_by_message_id" is not null;--> statement-breakpoint
CREATE INDEX "milestones_by_changing_message" ON "milestones" USING btree ("changed_in_conversation_id","changed_by_message_id") WHERE "milestones"."changed_by_message_id" is not null;--> statement-breakpoint
CREATE INDEX "milestones_of_goal" ON "milestones" USING btree ("user_id","goal_id","position","id");--> statement-breakpoint
CREATE INDEX "tasks_in_order" ON "tasks" USING btree ("user_id","position","id") WHERE "tasks"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "tasks_deleted_with" ON "tasks" USING btree ("user_id","deleted_with") WHERE "tasks"."deleted_with" is not null;--> statement-breakpoint
CREATE INDEX "tasks_by_creating_message" ON "tasks" USING btree ("created_in_conversation_id","created_by_message_id") WHERE "tasks"."created_by_message_id" is not null;--> statement-breakpoint
CREATE INDEX "tasks_by_changing_message" ON "tasks" USING btree ("changed_in_conversation_id","changed_by_message_id") WHERE "tasks"."changed_by_message_id" is not null;--> statement-breakpoint
CREATE INDEX "tasks_of_milestone" ON "tasks" USING btree ("user_id","milestone_id","position","id");--> statement-breakpoint
CREATE INDEX "tasks_of_category" ON "tasks" USING btree ("user_id","category","position","id") WHERE "tasks"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "tasks_pending" ON "tasks" USING btree ("user_id","position","id") WHERE "tasks"."deleted_at" is null and "tasks"."completed_at" is null;--> statement-breakpoint
CREATE INDEX "tasks_due" ON "tasks" USING btree ("user_id","due_date") WHERE "tasks"."deleted_at" is null and "tasks"."completed_at" is null;--> statement-breakpoint
CREATE INDEX "tool_calls_of_user" ON "tool_calls" USING btree ("user_id","created_at");--> statement-breakpoint
CREATE INDEX "tool_calls_waiting" ON "tool_calls" USING btree ("expires_at") WHERE "tool_calls"."state" = 'waiting';