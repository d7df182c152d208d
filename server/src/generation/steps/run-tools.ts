import { schema } from '@holdfast/drizzle'
import { maxFilesPerMessage, type ConversationEvent, type Json, type Message } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { Audit } from '../../audit/open-audit.ts'
import type { FileRow } from '../../files/file-row.ts'
import { refreshActivity } from '../../conversation-store/conversation-row.ts'
import type { UnitOfWork } from '../../event-log/unit-of-work.ts'
import type { Traces } from '../../platform/traces.ts'
import type { Metrics } from '../../platform/metrics.ts'
import type { GenerationRow } from '../store/generation-row.ts'
import type { GenerationJobs } from '../store/generation-jobs.ts'
import type { ModelToolRequest } from './model-step.ts'
import { appendFiles, keepContent, type ShowFilesDeps } from './show-files.ts'
import type { KeepToolFile, OfferedTool, ToolRunner, ToolCaller, ToolOutcome } from '../../tools/tool-runner.ts'
import {
  advanceToolCall,
  parseJson,
  readToolCalls,
  toStorableText,
  unknownOutcome,
  type AdvancedCall,
  type ToolCallRow,
} from '../store/tool-ledger.ts'
import { recordToolCall } from '../store/audit-tool-call.ts'
import { transactFenced } from '../writer/transact-fenced.ts'

const { generations, messages, toolCalls } = schema

const maxToolNameLength = 64
/** Further calls of a step get an error. */
const maxCallsPerStep = 32

export interface ToolRunDeps extends ShowFilesDeps {
  readonly metrics: Pick<Metrics, 'toolCalls'>
  readonly traces: Traces
  readonly tools: ToolRunner
  readonly config: { readonly approvalExpiresMs: number }
  readonly jobs: GenerationJobs
  readonly audit: Pick<Audit, 'record'>
}

export interface ToolRun {
  readonly generation: GenerationRow
  readonly signal: AbortSignal
  /** Applies events that were just committed to the run's own copy of the message. */
  readonly absorb: (events: readonly ConversationEvent[]) => void
  readonly message: () => Message
}

/** Records all calls of a step in one transaction, before any of them runs: a `tool-call` event and a row in the ledger for each. */
export async function recordToolCalls(
  deps: ToolRunDeps,
  run: ToolRun,
  step: number,
  requests: readonly ModelToolRequest[],
): Promise<void> {
  const { generation } = run
  const { conversationId, messageId, userId } = generation
  const firstPart = run.message().parts.length
  const offered = new Map((await deps.tools.offer(userId)).map((tool) => [tool.name, tool]))
  const now = deps.clock.now()
  const calls = requests.map((request, position) => {
    const parsed = deps.tools.parse(request.name, request.args)
    const tool = offered.get(request.name)
    return { request, position, callId: uuidv7(), tool, args: 'args' in parsed ? parsed.args : toShownArgs(request.args) }
  })
  const events: ConversationEvent[] = calls.map(({ request, position, callId, args }) => ({
    type: 'tool-call',
    messageId,
    part: firstPart + position,
    callId,
    name: request.name,
    args,
  }))
  await transactFenced(deps, generation, async (unit) => {
    await unit.tx.insert(toolCalls).values(
      calls.map(({ request, position, callId, tool }) => ({
        generationId: generation.id,
        step,
        position,
        messageId,
        conversationId,
        userId,
        callId,
        name: toStorableText(request.name),
        args: toStorableText(request.args),
        extra: request.extra ? JSON.stringify(request.extra) : null,
        external: tool?.external ?? false,
        idempotent: tool?.idempotent ?? false,
        createdAt: now,
      })),
    )
    await unit.append(conversationId, events, generation.id)
  })
  run.absorb(events)
}

/** Runs the calls of a generation that have not ended, in order. `waiting`: all others have ended, and a person is asked. */
export async function runOpenToolCalls(deps: ToolRunDeps, run: ToolRun): Promise<'done' | 'waiting'> {
  const calls = await readToolCalls(deps.database.queries, run.generation.id)
  if (calls.every((call) => call.endedAt !== null)) return 'done'
  const offered = new Map((await deps.tools.offer(run.generation.userId)).map((tool) => [tool.name, tool]))
  for (const call of calls.filter((row) => row.endedAt === null)) {
    if (run.signal.aborted) return 'done'
    const tool = offered.get(call.name)
    if (call.state === 'waiting') continue
    if (call.position >= maxCallsPerStep)
      await endWithError(deps, run, call, `too many calls in one step: at most ${maxCallsPerStep}`)
    else if (!tool) await endWithError(deps, run, call, `there is no tool named ${call.name}`)
    else await runToolCall(deps, run, call, tool)
  }
  const left = await readToolCalls(deps.database.queries, run.generation.id)
  return left.some((call) => call.state === 'waiting') ? 'waiting' : 'done'
}

async function runToolCall(deps: ToolRunDeps, run: ToolRun, call: ToolCallRow, tool: OfferedTool): Promise<void> {
  const parsed = deps.tools.parse(call.name, call.args)
  if ('error' in parsed) return endWithError(deps, run, call, parsed.error)
  if (tool.needsApproval && call.approved !== true && (await askFirst(deps, run, call, parsed.args))) return
  if (tool.external) return runExternalTool(deps, run, call, parsed.args)
  const started = performance.now()
  await commit(deps, run, async (unit) => {
    const outcome = await deps.tools.runInside(unit, toCaller(deps, run), call.name, parsed.args)
    const durationMs = performance.now() - started
    unit.afterCommit(() => measureTool(deps, call, outcome, durationMs))
    await recordToolCall(deps.audit, unit.tx, call, 'error' in outcome ? 'failed' : 'done')
    return advanceToolCall(unit, call, { type: 'finish', outcome, durationMs, at: deps.clock.now() })
  })
}

/** The ledger says `running` before the tool acts: a call that is found so after a crash may or may not have taken effect. */
async function runExternalTool(deps: ToolRunDeps, run: ToolRun, call: ToolCallRow, args: Json): Promise<void> {
  const { call: running } = await commit(deps, run, (unit) =>
    advanceToolCall(unit, call, { type: 'start', at: deps.clock.now() }),
  )
  const started = performance.now()
  const files: FileRow[] = []
  const keepFile: KeepToolFile = async (content) => {
    if (files.length >= maxFilesPerMessage) return { refused: `At most ${maxFilesPerMessage} files of a result are kept.` }
    const kept = await keepContent(deps, run.generation, content, run.signal)
    if ('file' in kept) files.push(kept.file)
    return 'file' in kept ? kept.file : kept
  }
  const outcome = await deps.tools.runOutside(toCaller(deps, run), call.name, args, run.signal, keepFile)
  const durationMs = performance.now() - started
  if ('unknown' in outcome) {
    const error = `${unknownOutcome} ${outcome.unknown}`
    await commit(deps, run, async (unit) => {
      await recordToolCall(deps.audit, unit.tx, call, 'unknown')
      return advanceToolCall(unit, running, { type: 'lose', error, durationMs, at: deps.clock.now() })
    })
    return logTool(deps, run, call, { error }, durationMs)
  }
  await commit(deps, run, async (unit) => {
    await recordToolCall(deps.audit, unit.tx, call, 'error' in outcome ? 'failed' : 'done')
    const ended = await advanceToolCall(unit, running, { type: 'finish', outcome, durationMs, at: deps.clock.now() })
    return { ...ended, events: [...ended.events, ...(await appendFiles(unit, run, files, call.callId))] }
  })
  logTool(deps, run, call, outcome, durationMs)
}

/** Asks a person. False: there is nothing to ask about, so the call may run. */
async function askFirst(deps: ToolRunDeps, run: ToolRun, call: ToolCallRow, args: Json): Promise<boolean> {
  const expiresAt = new Date(deps.clock.now().getTime() + deps.config.approvalExpiresMs)
  const waiting = await commit(deps, run, async (unit) => {
    const question = await deps.tools.ask(unit, toCaller(deps, run), call.name, args)
    if (question === null) return null
    await deps.jobs.enqueueExpiry(unit.tx, run.generation, expiresAt)
    return advanceToolCall(unit, call, { type: 'ask', question, expiresAt })
  })
  return waiting !== null
}

async function endWithError(deps: ToolRunDeps, run: ToolRun, call: ToolCallRow, error: string): Promise<void> {
  await commit(deps, run, (unit) =>
    advanceToolCall(unit, call, { type: 'finish', outcome: { error }, durationMs: 0, at: deps.clock.now() }),
  )
  logTool(deps, run, call, { error }, 0)
}

/** A step of the state machine in one fenced transaction, together with what the tool itself writes. @throws LeaseLostError */
async function commit<Step extends AdvancedCall | null>(
  deps: ToolRunDeps,
  run: ToolRun,
  work: (unit: UnitOfWork) => Promise<Step>,
): Promise<Step> {
  const step = await transactFenced(deps, run.generation, work)
  if (step) run.absorb(step.events)
  return step
}

/** Parks the generation until a person has decided: it has no lease and no job meanwhile. */
export async function waitForApproval(deps: ToolRunDeps, run: ToolRun): Promise<void> {
  const { generation } = run
  const { conversationId, messageId } = generation
  await transactFenced(deps, generation, async (unit) => {
    const [event] = await unit.append(conversationId, [{ type: 'generation-waiting', messageId }], generation.id)
    await unit.tx
      .update(generations)
      .set({ status: 'waiting', leaseUntil: null, owner: null })
      .where(eq(generations.id, generation.id))
    await unit.tx
      .update(messages)
      .set({ status: 'waiting', updatedAt: new Date(event?.at ?? deps.clock.now()) })
      .where(eq(messages.id, messageId))
    await refreshActivity(unit, conversationId)
  })
}

function toCaller(deps: ToolRunDeps, { generation }: ToolRun): ToolCaller {
  const { userId, conversationId, messageId, utcOffsetMinutes } = generation
  return { userId, conversationId, messageId, utcOffsetMinutes, now: deps.clock.now() }
}

function measureTool(
  { metrics, traces, clock }: ToolRunDeps,
  { generationId, messageId, callId, name, step }: ToolCallRow,
  outcome: ToolOutcome,
  durationMs: number,
): void {
  const isFailed = 'error' in outcome
  metrics.toolCalls.inc({ outcome: isFailed ? 'failed' : 'done' })
  const endedAt = clock.now()
  traces.record(generationId, {
    name: 'tool',
    startedAt: new Date(endedAt.getTime() - durationMs),
    endedAt,
    attributes: {
      'holdfast.message_id': messageId,
      'holdfast.call_id': callId,
      'holdfast.step': step,
      // A model may ask for a tool that does not exist, by a name of its own.
      'gen_ai.tool.name': name.slice(0, maxToolNameLength),
    },
    error: isFailed ? 'tool-failed' : undefined,
  })
}

function logTool(deps: ToolRunDeps, run: ToolRun, call: ToolCallRow, outcome: ToolOutcome, ms: number): void {
  const { id: generationId, conversationId, messageId } = run.generation
  measureTool(deps, call, outcome, ms)
  deps.logger.info(
    {
      event: 'tool',
      generationId,
      conversationId,
      messageId,
      callId: call.callId,
      name: call.name,
      outcome: 'error' in outcome ? 'failed' : 'done',
      ms: Math.round(ms),
    },
    'a tool has run',
  )
}

/** Arguments that are not JSON are shown as the model wrote them. */
function toShownArgs(args: string): NonNullable<unknown> | null {
  try {
    return parseJson(args)
  } catch (error) {
    if (error instanceof SyntaxError) return args
    throw error
  }
}
