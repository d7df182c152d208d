import type { Auth } from './auth/auth.ts'
import type { Bus } from './bus/bus.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { Database } from './database/database.ts'
import type { CancelSignals } from './generation/cancel-signals.ts'
import type { Committer } from './generation/committer.ts'
import type { Prompts } from './generation/fit-prompt.ts'
import type { GenerationJobs } from './generation/jobs.ts'
import type { ToolBox } from './generation/tool-box.ts'
import type { LogHubs } from './log/log-hubs.ts'
import type { Logger } from './logger.ts'
import type { McpServers } from './mcp/mcp-servers.ts'
import type { Models } from './models/model.ts'
import type { ToolRegistry } from './tools/tool-registry.ts'

/** Everything that a feature may use, built once in `app.ts`. A function names only the parts that it needs. */
export interface Deps {
  readonly config: Config
  readonly clock: Clock
  readonly random: () => number
  readonly logger: Logger
  readonly database: Database
  readonly bus: Bus
  readonly hubs: LogHubs
  readonly jobs: GenerationJobs
  readonly cancels: CancelSignals
  readonly committer: Committer
  readonly auth: Auth
  readonly models: Models
  readonly prompts: Prompts
  readonly tools: ToolBox
  /** Our own tools, and those of other servers: what `tools` is made of. */
  readonly registry: ToolRegistry
  readonly mcpServers: McpServers
  /** Names this process as the owner of what it generates. */
  readonly nodeId: string
  /** A follower hears something at least this often. */
  readonly heartbeatMs: number
}
