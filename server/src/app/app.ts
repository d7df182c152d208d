import type { IncomingMessage, RequestListener } from 'node:http'
import type { RequestHandler } from 'express'
import { v7 as uuidv7 } from 'uuid'
import { openAudit } from '../audit/open-audit.ts'
import { createAuth } from '../auth/create-auth.ts'
import { loadAuthSecret } from '../auth/auth-secret.ts'
import { isGuest } from '../auth/is-guest.ts'
import type { AuthLimits } from '../auth/auth-limits.ts'
import { createOriginPolicy } from '../auth/origin-policy.ts'
import type { Bus } from '../platform/bus/bus.ts'
import { openBus } from '../platform/nodes/open-bus.ts'
import { createCallLimits } from '../platform/call-limits.ts'
import { openConfiguredSettings } from '../config/open-configured-settings.ts'
import { startLimitsJanitor } from '../limits/limits-janitor.ts'
import { createNearLimits } from '../limits/near-limits.ts'
import { createClock, type Clock } from '../platform/clock.ts'
import { configToSecrets, type Config } from '../config/config.ts'
import type { Database } from '../platform/database/database.ts'
import { createEraser } from '../platform/database/eraser.ts'
import { keepClock, measureClock } from '../platform/database/measure-clock.ts'
import type { Deps } from '../api/trpc/deps.ts'
import { createCancelSignals } from '../generation/store/cancel-signals.ts'
import { Committer } from '../generation/writer/committer.ts'
import { createPrompts } from '../generation/prompt/fit-prompt.ts'
import { startStallWatch } from '../generation/queue/stall-watch.ts'
import { createGenerationQueue, type JobHandlers } from '../generation/queue/generation-queue.ts'
import { runGeneration } from '../generation/run-generation.ts'
import { nameConversation } from '../generation/name-conversation.ts'
import type { ToolRunner } from '../tools/tool-runner.ts'
import { createAnswerFiles } from '../files/answer-files.ts'
import { openFiles } from '../files/open-files.ts'
import { createContentHold } from '../files/storage/content-hold.ts'
import { createBackupHandlers } from '../backup/backup-handlers.ts'
import { createImportHandler } from '../backup/import-handler.ts'
import { createOperatorHandler } from '../admin/operator/act-as-operator.ts'
import { startControlServer } from '../platform/control/control-server.ts'
import { createUploadRoute } from '../http/upload-route.ts'
import { createShareRoute } from '../shares/page/share-route.ts'
import { createVoiceRoute } from '../http/voice-route.ts'
import { createVoiceService } from '../voice/voice-service.ts'
import { createFileRoute } from '../http/file-route.ts'
import { authorizationToToken } from '../auth/bearer-token.ts'
import { requestToAuthRequest } from '../auth/auth-request.ts'
import { createFileAddresses } from '../files/serving/file-addresses.ts'
import { createHttpApp } from '../http/create-http-app.ts'
import { createWorkerApp } from '../http/create-worker-app.ts'
import { createMetricsRoute } from '../http/metrics-route.ts'
import { createHttpServer } from '../http/http-server.ts'
import { createPage } from '../http/page.ts'
import { createActivityCounts } from '../event-log/activity-counts.ts'
import { createLiveTails } from '../event-log/live-tails.ts'
import { startLogJanitor } from '../event-log/log-janitor.ts'
import { startRequestJanitor } from '../usage/requests/request-janitor.ts'
import { createSecretMask, type SecretMask } from '../platform/hide-secrets.ts'
import { createLogger, type Logger } from '../platform/logger.ts'
import { createMetrics } from '../platform/metrics.ts'
import { createOpenaiApi } from '../openai-api/create-openai-api.ts'
import { createMcpEndpoint } from '../mcp-server/create-mcp-endpoint.ts'
import { createKnownDefinitions } from '../mcp-client/known-definitions.ts'
import { createMcpConnections } from '../mcp-client/mcp-connections.ts'
import { expireApprovals } from '../conversations/settle-approval.ts'
import { createImportFiles } from '../imports/import-files.ts'
import { runImport } from '../imports/run-import.ts'
import { createEnvironmentProviders } from './create-models.ts'
import { openAppDatabase } from './open-app-database.ts'
import { prepareDatabase, type Extension } from '../extension/extension.ts'
import { createMount, listen, type UpgradeListener } from './listen.ts'
import { createTraces, openMailer } from './load-when-used.ts'
import { readLoad } from './read-load.ts'
import { createReadiness } from './readiness.ts'
import { startTrashJanitor } from './trash-janitor.ts'
import type { Models } from '../models/model.ts'
import { createLocalModelHandler } from '../local-model/local-model-handler.ts'
import { openLocalModel, type LocalModelOverrides } from '../local-model/open-local-model.ts'
import { openModelFacts } from '../models/open-model-facts.ts'
import { localPrograms, type LocalProgram } from '../admin/providers/discover-providers.ts'
import { isInsideAddress } from '../platform/inside-address.ts'
import { createKeyCipher } from '../providers/key-cipher.ts'
import { createMakeProvider } from '../providers/make-provider.ts'
import { createModelDirectory } from '../providers/create-model-directory.ts'
import { openProviders } from '../providers/provider-store.ts'
import { startIndexingFiles } from '../search/index-files.ts'
import { startIndexing } from '../search/index-older.ts'
import { createToolRunner } from '../tool-runner/create-tool-runner.ts'
import { plannerTools } from '../planner/tools/planner-tools.ts'
import { createToolRegistry } from '../tools/tool-registry.ts'
import { deliverWebhook } from '../webhooks/deliver-webhook.ts'
import { startWebhookJanitor } from '../webhooks/webhook-janitor.ts'
import { openWebhooks } from '../webhooks/open-webhooks.ts'
import { createOpenapiRoute } from '../api/openapi/openapi-route.ts'
import { createTrpcHttpHandler } from '../api/transports/http-handler.ts'
import { createSocketServer } from '../api/transports/socket-server.ts'

export interface App extends AsyncDisposable {
  /** Where it listens, e.g. `http://127.0.0.1:3000`. */
  readonly url: string
  /** Those that everyone may use, at the start. */
  readonly models: Models
  /** Where the first administrator makes their account; null when there is one. A new link each time. */
  readonly createSetUpLink: () => Promise<string | null>
  /** Answers a request, for a server that is somebody else's. */
  readonly listener: RequestListener
  /** Opens a WebSocket, likewise; leaves other paths alone. */
  readonly upgrade: UpgradeListener
  /** Stops immediately but in order: hands over running generations, asks clients to reconnect, closes everything. Safe to call twice. */
  readonly close: () => Promise<void>
}

/** Parts that a developer, a test or the development server brings along. */
export interface AppOverrides {
  readonly extension?: Extension
  /** It does not listen: another server gives it its requests. */
  readonly isMounted?: boolean
  readonly logger?: Logger
  /** The one of `logger`: it learns the keys of providers. */
  readonly secretMask?: SecretMask
  readonly clock?: Clock
  readonly database?: Database
  /** Gives the bus that the parts use, from the one of the node. */
  readonly wrapBus?: (bus: Bus) => Bus
  /** Gives the models that answers use, from those that they would use. */
  readonly wrapModels?: (models: Models) => Models
  /** Whether an IP address is inside of a network, where people's own providers and webhooks may not be. */
  readonly isInsideAddress?: (address: string) => boolean
  /** What takes the place of the model that runs beside the server. */
  readonly localModel?: LocalModelOverrides
  /** The programs for models that are looked for at this machine. */
  readonly localPrograms?: readonly LocalProgram[]
  /** Gives the tools that answers use, from those that they would use. */
  readonly tools?: (tools: ToolRunner) => ToolRunner
  readonly random?: () => number
  readonly heartbeatMs?: number
  readonly authLimits?: Partial<AuthLimits>
  /** Serves the page in place of the built one. */
  readonly page?: (server: ReturnType<typeof createHttpServer>, basePath: string) => Promise<RequestHandler>
}

/** The maximum number of answers that one node generates concurrently. */
const capacity = 500
const heartbeatMs = 10_000
const rotateKeysEveryMs = 60 * 60_000

/** Builds every part once, in order, and listens. The opened parts are closed again when a later one fails. */
export async function createApp(config: Config, overrides: AppOverrides = {}): Promise<App> {
  await using stack = new AsyncDisposableStack()
  const { extension = {}, isMounted = false } = overrides
  const secretMask = overrides.secretMask ?? createSecretMask(configToSecrets(config))
  const logger = overrides.logger ?? createLogger(config.logLevel, undefined, secretMask)
  if (config.publicUrl.protocol === 'https:' && config.trustedProxies.length === 0) {
    logger.warn(
      { event: 'proxy-not-trusted' },
      'PUBLIC_URL is https, so a proxy stands in front, but TRUST_PROXY is not set: all people share one allowance of sign-ins. Set it to the address of the proxy',
    )
  }
  const metrics = createMetrics()
  const database = overrides.database ?? (await openAppDatabase(config))
  stack.defer(() => database.close())
  await prepareDatabase(database, extension)
  const eraser = stack.use(createEraser({ database, logger }))
  const ownClock = createClock(await measureClock(database, logger))
  stack.use(keepClock({ database, clock: ownClock, logger }))
  const clock = overrides.clock ?? ownClock
  const nodeId = uuidv7()
  const { databaseUrl, redisUrl, role } = config
  const isWeb = role !== 'worker'
  const isWorker = role !== 'web'
  const nodes = stack.use(await openBus({ database, databaseUrl, redisUrl, nodeId, role, logger }))
  const bus = overrides.wrapBus?.(nodes.bus) ?? nodes.bus
  const settings = await openConfiguredSettings({ database, bus, clock, logger }, config)
  stack.defer(() => settings.close())
  const audit = stack.use(openAudit({ database, clock, logger, retentionDays: () => settings.current().retention.audit }))
  const origins = createOriginPolicy(config)
  const mailer = config.mail === null ? null : stack.use(await openMailer(config.mail, logger))
  const auth = await createAuth({
    mailer,
    config,
    clock,
    database,
    bus,
    logger,
    audit,
    origins,
    settings,
    own: extension.auth,
    ...(overrides.authLimits ? { limits: overrides.authLimits } : {}),
  })
  const rotating = setInterval(() => {
    auth.rotateKeys().catch((error: unknown) => {
      logger.warn({ event: 'keys-not-rotated', err: error }, 'rotating the signing keys failed, trying again')
    })
  }, rotateKeysEveryMs).unref()
  stack.defer(() => clearInterval(rotating))
  const secret = await loadAuthSecret(config)
  const facts = await openModelFacts({ database, clock, logger })
  const environment = stack.use(await createEnvironmentProviders(config, logger, facts, extension.providers))
  const providers = await openProviders({ database, bus, logger, cipher: createKeyCipher(secret), hideKeys: secretMask.hide })
  stack.defer(() => providers.close())
  const isInside = overrides.isInsideAddress ?? isInsideAddress
  const makeProvider = createMakeProvider({
    idleTimeoutMs: config.modelIdleTimeoutMs,
    firstPieceTimeoutMs: config.modelFirstByteTimeoutMs,
    logger,
    isInside,
  })
  const models = stack.use(
    createModelDirectory({
      environment: environment.all,
      reserve: environment.reserve,
      store: providers,
      settings,
      makeProvider,
      prices: config.models.prices,
      facts,
      logger,
      ...(overrides.wrapModels ? { wrap: overrides.wrapModels } : {}),
    }),
  )
  const localModel = stack.use(
    await openLocalModel({
      database,
      clock,
      providers,
      logger,
      dataDir: config.dataDir,
      isShared: config.databaseUrl !== null,
      modelHost: config.localModelUrl,
      ...overrides.localModel,
    }),
  )
  const traces = stack.use(await createTraces(config, nodeId, logger))
  const registry = createToolRegistry({ logger, clock }, [...plannerTools, ...(extension.tools ?? [])])
  const ownRegistry = createToolRegistry({ logger, clock }, plannerTools)
  const mcpConnections = stack.use(
    createMcpConnections({ logger, known: createKnownDefinitions({ database, clock }) }, config.mcpServers),
  )
  const liveTails = createLiveTails(bus, database, logger)
  stack.defer(() => liveTails.close())
  const activityCounts = createActivityCounts(database, logger)
  stack.defer(() => activityCounts.close())
  const cancels = await createCancelSignals(bus)
  stack.defer(() => cancels.close())
  const committer = new Committer({ database, bus, clock, logger, metrics })
  stack.defer(() => committer.close())
  const queue = await createGenerationQueue({ database, bus, logger, clock, metrics, capacity, supervise: isWorker })
  stack.defer(() => queue.close())
  stack.use(startStallWatch({ database, bus, clock, logger }))
  const hold = createContentHold()
  const nearLimits = createNearLimits(logger)
  const files = stack.use(await openFiles({ config, database, bus, clock, logger, settings, nearLimits, hold }))
  if (isWorker) {
    stack.use(startLogJanitor({ database, logger, keepDays: config.logKeepDays }))
    stack.use(startRequestJanitor({ database, logger, keepDays: config.logKeepDays }))
    stack.use(startTrashJanitor({ database, bus, clock, eraser, logger, keepDays: () => settings.current().retention.trash }))
    stack.use(startLimitsJanitor({ database, clock, logger }))
    stack.use(startWebhookJanitor({ database, bus, clock, jobs: queue, logger, keepDays: config.logKeepDays }))
    stack.use(startIndexing({ database, logger }))
    stack.use(await startIndexingFiles({ database, bus, logger, storage: files.storage }))
  }

  const deps: Deps = {
    config,
    clock,
    random: overrides.random ?? Math.random,
    logger,
    metrics,
    traces,
    database,
    settings,
    nearLimits,
    audit,
    eraser,
    bus,
    callLimits: createCallLimits({ pointsPerMinute: config.callsPerMinute }),
    liveTails,
    activityCounts,
    jobs: queue,
    importFiles: createImportFiles({ config, database, storage: files.storage, processor: files.processor }),
    cancels,
    committer,
    auth,
    mailer,
    models,
    providers,
    shareCipher: createKeyCipher(secret, 'holdfast share links v1'),
    ...openWebhooks(config, secret, isInside),
    makeProvider,
    isInsideAddress: isInside,
    localModel,
    localPrograms: overrides.localPrograms ?? localPrograms,
    prompts: createPrompts({ models, logger }),
    tools: (overrides.tools ?? ((tools) => tools))(
      createToolRunner({ logger, clock, registry, mcpConnections, isGuest: (userId) => isGuest(database, userId) }),
    ),
    registry,
    mcpConnections,
    storage: files.storage,
    answerFiles: createAnswerFiles({ config, database, processor: files.processor }),
    fileAddresses: createFileAddresses(secret, origins.basePath),
    nodeId,
    heartbeatMs: overrides.heartbeatMs ?? heartbeatMs,
  }

  if (config.dataDir !== null && database.copyFiles !== null) {
    const { dataDir } = config
    const backups = await createBackupHandlers({ dataDir, copyFiles: database.copyFiles, hold })
    const handlers = {
      ...backups,
      import: createImportHandler(deps),
      'local-model': createLocalModelHandler(localModel),
      operator: createOperatorHandler(deps),
    }
    stack.use(await startControlServer({ dataDir, logger }, handlers))
  }

  let closing: Promise<void> | null = null
  const server = createHttpServer((request, response) => httpApp(request, response))
  const edge = {
    logger,
    origins,
    trustedProxies: config.trustedProxies,
    metrics: createMetricsRoute({ metrics, origins, token: config.metricsToken, isForThisMachine: config.isForThisMachine }),
    checkReadiness: createReadiness({ config, database, logger, isClosing: () => closing !== null }),
    ...(databaseUrl === null ? {} : { describe: () => ({ role, bus: nodes.describe(), others: nodes.peers() }) }),
  }
  const httpApp = isWeb ? await createWebApp() : createWorkerApp(edge)
  const hasOthers = () => nodes.peers() > 0
  const leaveOtherPaths = isMounted || overrides.page !== undefined
  const sockets = isWeb ? createSocketServer(deps, { server, origins, leaveOtherPaths, hasOthers }) : null
  stack.defer(() => sockets?.close())

  async function createWebApp() {
    const authenticate = async (request: IncomingMessage) => {
      const token = authorizationToToken(request.headers.authorization)
      return (await auth.identify(requestToAuthRequest(request, token)))?.id ?? null
    }
    const upload = createUploadRoute({
      config,
      database,
      clock,
      logger,
      settings,
      nearLimits,
      callLimits: deps.callLimits,
      uploads: files.uploads,
      authenticate,
      onUploaded: (fileId) => files.processor.enqueue(fileId),
    })
    const page = overrides.page ? await overrides.page(server, origins.basePath) : createPage({ basePath: origins.basePath })
    const mcp = createMcpEndpoint({ ...deps, registry: ownRegistry }, origins)
    stack.defer(() => mcp.close())
    return createHttpApp({
      ...edge,
      auth,
      trpc: createTrpcHttpHandler(deps),
      uploads: upload,
      files: createFileRoute({ config, database, clock, logger, storage: files.storage, fileAddresses: deps.fileAddresses }),
      shares: createShareRoute(deps),
      voice: createVoiceRoute({
        voice: config.voice && { settings: config.voice, service: createVoiceService({ settings: config.voice, logger }) },
        callLimits: deps.callLimits,
        authenticate,
      }),
      openai: createOpenaiApi({ ...deps, isClosing: () => closing !== null }),
      openapi: createOpenapiRoute(),
      mcp: mcp.handler,
      mcpMetadata: mcp.metadata,
      ...(page ? { page } : {}),
    })
  }

  readLoad(metrics, { database, queue, liveTails, sockets: sockets ?? { count: () => 0 } })
  const opening = isMounted ? createMount({ server, origins }) : await listen(server, config)
  const { url, listener, upgrade } = stack.use(opening)
  // Connected before the first answer needs them: a call that was approved before a restart may run immediately.
  if (isWorker) void mcpConnections.list()
  const handlers: JobHandlers = {
    run: (generationId, signal, readyAt) => runGeneration(deps, generationId, signal, readyAt),
    expire: (generationId) => expireApprovals(deps, generationId),
    title: (conversationId, signal) => nameConversation(deps, conversationId, signal),
    import: (importId, signal) => runImport(deps, importId, signal),
    webhook: (deliveryId, signal) => deliverWebhook(deps, deliveryId, signal),
  }
  if (isWorker) queue.start(handlers)
  const opened = stack.move()

  const close = () => {
    closing ??= (async () => {
      // First no new clients, then the running answers go to other nodes, then the readers; the rest in reverse order of opening.
      await Promise.all([queue.handOver(), sockets?.drain()])
      await opened.disposeAsync()
    })()
    return closing
  }
  return {
    url,
    listener,
    upgrade,
    models: models.forUser(null),
    createSetUpLink: auth.createSetUpLink,
    close,
    [Symbol.asyncDispose]: close,
  }
}
