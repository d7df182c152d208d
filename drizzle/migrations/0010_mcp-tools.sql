CREATE TABLE "mcp_tools" (
	"server" text NOT NULL,
	"revision" text NOT NULL,
	"tool" text NOT NULL,
	"definition_hash" text NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "mcp_tools_server_revision_tool_pk" PRIMARY KEY("server","revision","tool")
);
