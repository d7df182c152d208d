CREATE TABLE "model_facts" (
	"host" text NOT NULL,
	"model" text NOT NULL,
	"plan" text,
	"context_window" integer,
	"known_window" integer,
	"learnt_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "model_facts_host_model_pk" PRIMARY KEY("host","model")
);
--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "notes" text;