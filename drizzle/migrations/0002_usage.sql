CREATE TABLE "model_calls" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"conversation_id" uuid NOT NULL,
	"message_id" uuid,
	"generation_id" uuid,
	"purpose" text NOT NULL,
	"step" integer DEFAULT 0 NOT NULL,
	"provider" text NOT NULL,
	"model" text NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"input_tokens" integer NOT NULL,
	"output_tokens" integer DEFAULT 0 NOT NULL,
	"cached_input_tokens" integer DEFAULT 0 NOT NULL,
	"estimated" boolean DEFAULT true NOT NULL,
	"cost_micro_usd" bigint,
	"error_code" text,
	"replay" text,
	"started_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "model_calls_purpose" CHECK ("model_calls"."purpose" in ('answer', 'title')),
	CONSTRAINT "model_calls_state" CHECK ("model_calls"."state" in ('open', 'completed', 'cancelled', 'failed', 'crashed')),
	CONSTRAINT "model_calls_end" CHECK (("model_calls"."ended_at" is null) = ("model_calls"."state" = 'open')),
	CONSTRAINT "model_calls_tokens" CHECK ("model_calls"."input_tokens" >= 0 and "model_calls"."output_tokens" >= 0)
);
--> statement-breakpoint
ALTER TABLE "model_calls" ADD CONSTRAINT "model_calls_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "model_calls_of_user" ON "model_calls" USING btree ("user_id","started_at");--> statement-breakpoint
CREATE INDEX "model_calls_of_message" ON "model_calls" USING btree ("message_id");--> statement-breakpoint
CREATE INDEX "model_calls_open" ON "model_calls" USING btree ("generation_id") WHERE "model_calls"."state" = 'open';