ALTER TABLE "tool_calls" DROP CONSTRAINT "tool_calls_end";--> statement-breakpoint
ALTER TABLE "tool_calls" ADD COLUMN "changed_args" text;--> statement-breakpoint
ALTER TABLE "tool_calls" ADD COLUMN "remote" text;--> statement-breakpoint
ALTER TABLE "tool_calls" ADD CONSTRAINT "tool_calls_end" CHECK (("tool_calls"."ended_at" is not null) = ("tool_calls"."state" in ('done', 'failed', 'denied')) or "tool_calls"."state" = 'unknown');