import type { Audit } from '../../audit/open-audit.ts'
import type { Auth } from '../../auth/auth.ts'
import type { Bus } from '../../platform/bus/bus.ts'
import type { CallLimits } from '../../platform/call-limits.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Config } from '../../config/config.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Eraser } from '../../platform/database/eraser.ts'
import type { CancelSignals } from '../../generation/store/cancel-signals.ts'
import type { Committer } from '../../generation/writer/committer.ts'
import type { Prompts } from '../../generation/prompt/fit-prompt.ts'
import type { GenerationJobs, ImportJobs } from '../../generation/store/generation-jobs.ts'
import type { ImportFiles } from '../../imports/import-files.ts'
import type { ToolRunner } from '../../tools/tool-runner.ts'
import type { ActivityCounts } from '../../event-log/activity-counts.ts'
import type { LiveTails } from '../../event-log/live-tails.ts'
import type { AnswerFiles } from '../../files/answer-files.ts'
import type { FileStorage } from '../../files/storage/file-storage.ts'
import type { FileAddresses } from '../../files/serving/file-addresses.ts'
import type { Logger } from '../../platform/logger.ts'
import type { Mailer } from '../../platform/mailer.ts'
import type { Metrics } from '../../platform/metrics.ts'
import type { LocalModel } from '../../local-model/open-local-model.ts'
import type { McpConnections } from '../../mcp-client/mcp-connections.ts'
import type { ModelDirectory } from '../../models/model-directory.ts'
import type { KeyCipher } from '../../providers/key-cipher.ts'
import type { ProviderStore } from '../../providers/provider-store.ts'
import type { MakeProvider } from '../../providers/make-provider.ts'
import type { LocalProgram } from '../../admin/providers/discover-providers.ts'
import type { Settings } from '../../settings/open-settings.ts'
import type { Traces } from '../../platform/traces.ts'
import type { WebhookTools } from '../../webhooks/open-webhooks.ts'
import type { NearLimits } from '../../limits/near-limits.ts'
import type { ToolRegistry } from '../../tools/tool-registry.ts'

/** All dependencies, built once in `app.ts`. A function declares only the ones that it needs. */
export interface Deps extends WebhookTools {
  readonly config: Config
  readonly clock: Clock
  readonly random: () => number
  readonly logger: Logger
  readonly metrics: Metrics
  readonly traces: Traces
  readonly database: Database
  readonly settings: Settings
  readonly nearLimits: NearLimits
  readonly audit: Audit
  readonly eraser: Eraser
  readonly bus: Bus
  readonly callLimits: CallLimits
  readonly liveTails: LiveTails
  readonly activityCounts: ActivityCounts
  readonly jobs: GenerationJobs & ImportJobs
  readonly importFiles: ImportFiles
  readonly cancels: CancelSignals
  readonly committer: Committer
  readonly auth: Auth
  /** Null: the server sends no mails. */
  readonly mailer: Pick<Mailer, 'send'> | null
  readonly models: ModelDirectory
  readonly providers: ProviderStore
  readonly shareCipher: KeyCipher
  readonly makeProvider: MakeProvider
  /** Whether an IP address is inside of a network, where people's own providers may not be. */
  readonly isInsideAddress: (address: string) => boolean
  /** The model that runs beside the server. */
  readonly localModel: LocalModel
  readonly localPrograms: readonly LocalProgram[]
  readonly prompts: Prompts
  readonly tools: ToolRunner
  /** Our own tools and the MCP connections, from which `tools` is composed. */
  readonly registry: ToolRegistry
  readonly mcpConnections: McpConnections
  readonly storage: FileStorage
  readonly answerFiles: AnswerFiles
  readonly fileAddresses: FileAddresses
  /** Identifies this process as the owner of the generations that it runs. */
  readonly nodeId: string
  /** The longest time between two batches of a stream. */
  readonly heartbeatMs: number
}
