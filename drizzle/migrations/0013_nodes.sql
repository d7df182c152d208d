CREATE TABLE "nodes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"role" text NOT NULL,
	"started_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"seen_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "nodes_role" CHECK ("nodes"."role" in ('all', 'web', 'worker'))
);
--> statement-breakpoint
ALTER TABLE "generations" ADD COLUMN "stalled_lease" timestamp (3) with time zone;