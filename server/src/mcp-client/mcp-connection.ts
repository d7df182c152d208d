import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { McpServerHealth } from '@holdfast/shared'
import { untilAborted } from '../platform/until-aborted.ts'
import type { OutsideOptions, OutsideOutcome, ProbedOutcome, RemoteCall } from '../tools/tool-runner.ts'
import type { Logger } from '../platform/logger.ts'
import { callTool, idempotencyMetaKey, type CallDeps } from './call-tool.ts'
import { errorToSentence, notReached, thrownToOutcome } from './connection-failure.ts'
import { cancelTask } from './follow-task.ts'
import type { KnownDefinitions } from './known-definitions.ts'
import { chooseTools, hashDefinition, maxToolsPerServer, toolsToCatalogue, type McpTool } from './mcp-catalogue.ts'
import type { McpServerConfig } from './mcp-server-config.ts'
import type { LeftOutTool } from './mend-message.ts'
import { openMcpClient, type OpenMcpClient } from './open-mcp-client.ts'
import type { OngoingCall } from './ongoing-call.ts'
import { probeCall } from './probe-call.ts'
import type { StartQueue } from './start-queue.ts'

export interface McpTimings {
  /** The time that the very first request for tools waits for a server that has not listed its tools yet. */
  readonly patienceMs: number
  /** A catalogue older than this is read again, in the background. */
  readonly refreshAfterMs: number
  /** Null: as long as the server's settings say, or its kind usually needs. */
  readonly connectMs: number | null
  readonly listMs: number
  /** After a failure the server is left alone this long, then twice as long, … */
  readonly firstPauseMs: number
  readonly longestPauseMs: number
}

/** One server: connected when it is first needed, again after a failure, and never waited for longer than said. */
export interface McpConnection extends AsyncDisposable {
  readonly name: string
  /** Connects or reads the catalogue again where that is due. Resolves when the tools are known, or patience has ended. */
  readonly prepare: () => Promise<void>
  /** The last that is known, also while the server is away. */
  readonly tools: () => readonly McpTool[]
  readonly call: (
    tool: McpTool,
    args: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
    options?: OutsideOptions,
  ) => Promise<OutsideOutcome>
  /** What became of the call with this key, by the tool that says so. Null: there is none, or it cannot say. */
  readonly probe: (tool: McpTool, key: string, signal: AbortSignal) => Promise<ProbedOutcome>
  /** Ends a call whose question nobody will answer. */
  readonly abandon: (key: string, remote: RemoteCall) => Promise<void>
  readonly health: () => McpServerHealth
}

/** A program may have to be downloaded first (`npx -y …`). */
const usualConnectMs = { http: 30_000, stdio: 60_000 } as const

export function createMcpConnection(
  deps: { logger: Logger; startQueue: StartQueue; known: KnownDefinitions },
  config: McpServerConfig,
  timings: McpTimings,
): McpConnection {
  const { logger, startQueue, known } = deps
  const connectMs = config.connectMs ?? timings.connectMs ?? usualConnectMs[config.kind]
  const { name, timeoutMs } = config
  let open: OpenMcpClient | null = null
  let opening: Promise<OpenMcpClient> | null = null
  let refreshing: Promise<void> | null = null
  let tools: readonly McpTool[] | null = null
  let leftOut: readonly LeftOutTool[] = []
  let listing: LeftOutTool[] = []
  let readAtMs = -Infinity
  let pausedUntilMs = 0
  let failures = 0
  let lastError: string | null = null
  let patienceEndsMs: number | null = null
  let closed = false

  const fail = (error: unknown) => {
    failures += 1
    pausedUntilMs = performance.now() + Math.min(timings.longestPauseMs, timings.firstPauseMs * 2 ** (failures - 1))
    lastError = errorToSentence(error)
    logger.warn({ event: 'mcp-server-failed', server: name, failures, err: error }, 'an MCP server cannot be used')
    void open?.retire()
    open = null
  }

  const connect = (): Promise<OpenMcpClient> => {
    if (open) return Promise.resolve(open)
    const options = {
      connectMs,
      onLeftOut: (odd: readonly LeftOutTool[]) => void listing.push(...odd),
      onLost: () => {
        open = null
        readAtMs = -Infinity
        lastError = 'It closed the connection.'
      },
      onToolsChanged: () => {
        readAtMs = -Infinity
        void refresh()
      },
    }
    const start = () => openMcpClient(deps, config, options)
    opening ??= (config.kind === 'stdio' ? startQueue.run(start) : start())
      .then(async (opened) => {
        if (closed) {
          await opened.close()
          throw new Error('this program is ending')
        }
        open = opened
        return opened
      })
      .finally(() => {
        opening = null
      })
    return opening
  }

  const readTools = async () => {
    try {
      const opened = await connect()
      const listed = await opened.use(async (client) => {
        if (!client.getServerCapabilities()?.tools) throw new Error('the server offers no tools')
        listing = []
        return client.listTools(undefined, { timeout: timings.listMs, cacheMode: 'refresh' })
      })
      const before = tools
      if (listing.length > 0 && JSON.stringify(listing) !== JSON.stringify(leftOut)) {
        logger.warn({ event: 'mcp-tools-left-out', server: name, tools: listing }, 'tools of an MCP server cannot be used')
      }
      leftOut = listing
      const chosen = chooseTools(config, listed.tools)
      const hashes = new Map([...chosen].map(([tool, definition]) => [tool, hashDefinition(definition)]))
      // What a server says that is not trusted is not believed in any case.
      tools = toolsToCatalogue(config, chosen, config.trusted ? await known.remember(config, hashes) : hashes)
      readAtMs = performance.now()
      failures = 0
      lastError = null
      if (before === null || listed.tools.length > maxToolsPerServer) {
        logger.info(
          { event: 'mcp-server-ready', server: name, tools: tools.length, listed: listed.tools.length },
          'an MCP server is ready',
        )
      }
    } catch (error) {
      if (!closed) fail(error)
    }
  }

  /** Never rejects; one at a time. */
  const refresh = (): Promise<void> => {
    refreshing ??= readTools().finally(() => {
      refreshing = null
    })
    return refreshing
  }

  const isDue = (afterMs = timings.refreshAfterMs) => {
    const now = performance.now()
    return !closed && now >= pausedUntilMs && (open === null || now - readAtMs > afterMs)
  }

  const held = new Map<string, OngoingCall>()
  const send: CallDeps['send'] = async (...request) => (await connect()).send(...request)
  const call: McpConnection['call'] = async (tool, args, signal, options = {}) => {
    const { remote = null, isCancelled } = options
    const hasBegun = remote?.taskId !== undefined || remote?.held === true
    if (signal.aborted && !hasBegun) return stoppedBefore
    if (!hasBegun) {
      try {
        if (!open && performance.now() < pausedUntilMs) return notReached(name)
        await untilAborted(connect(), signal)
      } catch (error) {
        if (signal.aborted) return stoppedBefore
        fail(error)
        return notReached(name)
      }
    }
    // What the caller's own code throws is not a fault of the connection.
    let thrownByCaller: { readonly error: unknown } | null = null
    const onTask: OutsideOptions['onTask'] = async (task) => {
      try {
        await options.onTask?.(task)
      } catch (error) {
        thrownByCaller = { error }
        throw error
      }
    }
    try {
      return await callTool(
        { server: name, timeoutMs, held, connect, send },
        { ...options, onTask, tool, args, signal, key: options.key ?? randomUUID(), remote: remote ?? { round: 0 } },
      )
    } catch (error) {
      if (thrownByCaller) throw error
      const outcome = thrownToOutcome(error, { server: name, timeoutMs, signal })
      logger.warn(
        {
          event: 'mcp-call-failed',
          server: name,
          tool: tool.name,
          outcome: Object.keys(outcome)[0],
          isCancelled: isCancelled?.(),
          err: error,
        },
        'a call failed',
      )
      // Is the server still there?
      if (!signal.aborted && isDue(0)) void refresh()
      return outcome
    }
  }

  return {
    name,
    tools: () => tools ?? [],
    prepare: async () => {
      patienceEndsMs ??= performance.now() + timings.patienceMs
      if (isDue()) void refresh()
      const leftMs = patienceEndsMs - performance.now()
      if (tools === null && refreshing && leftMs > 0) await Promise.race([refreshing, sleep(leftMs, undefined, { ref: false })])
    },
    call,
    probe: async (tool, key, signal) => {
      const check = tools?.find(({ definition }) => definition.name === tool.check) ?? null
      if (check === null) return null
      const ask = () => call(check, { [idempotencyMetaKey]: key }, signal)
      return probeCall(ask, { patienceMs: timeoutMs, signal })
    },
    abandon: async (key, remote) => {
      held.get(key)?.abort('the answer was stopped')
      held.delete(key)
      if (remote.taskId !== undefined) await cancelTask(send, remote.taskId)
    },
    health: () => ({
      name,
      transport: config.kind,
      state: lastError !== null && !opening ? 'failed' : tools !== null && open !== null ? 'connected' : 'connecting',
      error: lastError ?? leftOutToSentence(leftOut, tools?.length ?? 0),
      tools: tools?.length ?? 0,
    }),
    [Symbol.asyncDispose]: async () => {
      closed = true
      await open?.close()
    },
  }
}

const stoppedBefore = { error: 'It was stopped before it began. Nothing was done.' }

const maxNamed = 3

/** Which tools of a server cannot be used; null when all can. */
function leftOutToSentence(leftOut: readonly LeftOutTool[], used: number): string | null {
  if (leftOut.length === 0) return null
  const named = leftOut.slice(0, maxNamed).map(({ name, reason }) => `${name.slice(0, 64)} (${reason})`)
  const more = leftOut.length > maxNamed ? ` and ${leftOut.length - maxNamed} more` : ''
  return `${leftOut.length} of its ${leftOut.length + used} tools cannot be used: ${named.join(', ')}${more}.`
}
