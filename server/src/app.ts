import type { AddressInfo } from 'node:net'
import type { RequestHandler } from 'express'
import { v7 as uuidv7 } from 'uuid'
import { createAuth } from './auth/create-auth.ts'
import type { AuthLimits } from './auth/auth-limits.ts'
import { createOriginPolicy } from './auth/origin-policy.ts'
import { createLocalBus } from './bus/local-bus.ts'
import { createPostgresBus } from './bus/postgres-bus.ts'
import { createClock, type Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { Database } from './database/database.ts'
import { openPglite } from './database/open-pglite.ts'
import { openPostgres } from './database/open-postgres.ts'
import type { Deps } from './deps.ts'
import { createCancelSignals } from './generation/cancel-signals.ts'
import { createCommitter } from './generation/committer.ts'
import { createPrompts } from './generation/fit-prompt.ts'
import { createGenerationQueue } from './generation/generation-queue.ts'
import { runGeneration } from './generation/run-generation.ts'
import { nameConversation } from './generation/name-conversation.ts'
import type { ToolBox } from './generation/tool-box.ts'
import { createHttpApp } from './http/create-http-app.ts'
import { createHttpServer } from './http/http-server.ts'
import { createPage } from './http/page.ts'
import { createLogHubs } from './log/log-hubs.ts'
import { startLogJanitor } from './log/log-janitor.ts'
import { createLogger, type Logger } from './logger.ts'
import { createMcpEndpoint } from './mcp/create-mcp-endpoint.ts'
import { createMcpServers } from './mcp/mcp-servers.ts'
import { expireApprovals } from './messages/decide-tool-call.ts'
import { createModels } from './models/create-models.ts'
import type { Models } from './models/model.ts'
import { openModelFacts } from './models/open-model-facts.ts'
import { startIndexing } from './search/index-older.ts'
import { createToolBox } from './tools/create-tool-box.ts'
import { plannerTools } from './tools/planner-tools.ts'
import { createToolRegistry } from './tools/tool-registry.ts'
import { createTrpcHttpHandler } from './trpc/http-handler.ts'
import { createSocketServer } from './trpc/socket-server.ts'

export interface App extends AsyncDisposable {
  /** Where it listens, e.g. `http://127.0.0.1:3000`. */
  readonly url: string
  readonly models: Models
  /** Stops at once but in order: hands over what runs, asks clients to reconnect, closes everything. Safe to call twice. */
  readonly close: () => Promise<void>
}

/** Parts that a test or the development server brings along. */
export interface AppOverrides {
  readonly logger?: Logger
  readonly clock?: Clock
  readonly database?: Database
  readonly models?: Models & AsyncDisposable
  /** Gives the tools that answers use, from those that they would use. */
  readonly tools?: (tools: ToolBox) => ToolBox
  readonly random?: () => number
  readonly heartbeatMs?: number
  readonly authLimits?: Partial<AuthLimits>
  /** Serves the page in place of the built one. */
  readonly page?: (server: ReturnType<typeof createHttpServer>) => Promise<RequestHandler>
}

/** How many answers one node writes at the same time. */
const capacity = 500
const heartbeatMs = 10_000

/** Builds every part once, in order, and listens. What was opened is closed again when a later part fails. */
export async function createApp(config: Config, overrides: AppOverrides = {}): Promise<App> {
  await using stack = new AsyncDisposableStack()
  const logger = overrides.logger ?? createLogger(config.logLevel)
  const clock = overrides.clock ?? createClock()
  const database = overrides.database ?? (await openDatabase(config))
  stack.defer(() => database.close())
  const bus = config.databaseUrl === null ? createLocalBus() : await createPostgresBus(config.databaseUrl, logger)
  stack.defer(() => bus.close())
  const origins = createOriginPolicy(config)
  const auth = await createAuth({
    config,
    clock,
    database,
    bus,
    logger,
    origins,
    ...(overrides.authLimits ? { limits: overrides.authLimits } : {}),
  })
  const models = stack.use(
    overrides.models ?? (await createModels(config, logger, await openModelFacts({ database, clock, logger }))),
  )
  const registry = createToolRegistry({ logger }, plannerTools)
  const mcpServers = stack.use(createMcpServers({ logger }, config.mcpServers))
  const hubs = createLogHubs(bus, database, logger)
  stack.defer(() => hubs.close())
  const cancels = await createCancelSignals(bus)
  stack.defer(() => cancels.close())
  const committer = createCommitter({ database, bus, clock, logger })
  stack.defer(() => committer.close())
  const queue = await createGenerationQueue({ database, logger, capacity })
  stack.defer(() => queue.close())
  stack.use(startLogJanitor({ database, logger }))
  stack.use(startIndexing({ database, logger }))

  const deps: Deps = {
    config,
    clock,
    random: overrides.random ?? Math.random,
    logger,
    database,
    bus,
    hubs,
    jobs: queue,
    cancels,
    committer,
    auth,
    models,
    prompts: createPrompts({ models, logger }),
    tools: (overrides.tools ?? ((tools) => tools))(createToolBox({ logger, registry, mcpServers })),
    registry,
    mcpServers,
    nodeId: uuidv7(),
    heartbeatMs: overrides.heartbeatMs ?? heartbeatMs,
  }

  let closing: Promise<void> | null = null
  const server = createHttpServer((request, response) => httpApp(request, response))
  const page = overrides.page ? await overrides.page(server) : createPage()
  const mcp = createMcpEndpoint(deps, origins.publicOrigin)
  stack.defer(() => mcp.close())
  const httpApp = createHttpApp({
    auth,
    logger,
    origins,
    trustedProxies: config.trustedProxies,
    trpc: createTrpcHttpHandler(deps),
    mcp: mcp.handler,
    mcpMetadata: mcp.metadata,
    isReady: async () => closing === null && (await isDatabaseReady(database)),
    ...(page ? { page } : {}),
  })
  const sockets = createSocketServer(deps, { server, origins, leaveOtherPaths: overrides.page !== undefined })
  stack.defer(() => sockets.close())
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(config.port, config.host, resolve)
  })
  stack.defer(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  // Connected before the first answer needs them: one that was approved before a restart may run at once.
  void mcpServers.list()
  queue.start({
    run: (generationId, signal) => runGeneration(deps, generationId, signal),
    expire: (generationId) => expireApprovals(deps, generationId),
    title: (conversationId, signal) => nameConversation(deps, conversationId, signal),
  })
  const opened = stack.move()

  const close = () => {
    closing ??= (async () => {
      // First nobody new, then the running answers to whoever goes on, then the readers; the rest in reverse order of opening.
      await Promise.all([queue.handOver(), sockets.drain()])
      await opened.disposeAsync()
    })()
    return closing
  }
  const { port } = server.address() as AddressInfo
  const host = config.host.includes(':') ? `[${config.host}]` : config.host
  return { url: `http://${host}:${port}`, models, close, [Symbol.asyncDispose]: close }
}

function openDatabase(config: Config): Promise<Database> {
  return config.databaseUrl === null ? openPglite(config.dataDir ?? './data') : openPostgres(config.databaseUrl)
}

async function isDatabaseReady(database: Database): Promise<boolean> {
  try {
    await database.queries.execute('select 1')
    return true
  } catch {
    return false
  }
}
