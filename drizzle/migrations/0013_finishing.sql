ALTER TABLE "generations" ADD COLUMN "continuations" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "providers" ADD COLUMN "background" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "model_calls" ADD COLUMN "finish_reason" text;--> statement-breakpoint
ALTER TABLE "model_calls" ADD COLUMN "provider_run" text;--> statement-breakpoint
ALTER TABLE "generations" ADD CONSTRAINT "generations_continuations" CHECK ("generations"."continuations" >= 0);