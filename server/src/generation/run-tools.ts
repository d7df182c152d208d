import { schema } from '@holdfast/drizzle'
import type { ConversationEvent, Message } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { saveConversation } from '../conversations/conversation-row.ts'
import type { UnitOfWork, UnitOfWorkDeps } from '../log/unit-of-work.ts'
import type { Logger } from '../logger.ts'
import type { GenerationRow } from './end-generation.ts'
import type { GenerationJobs } from './jobs.ts'
import type { ModelToolRequest } from './model-step.ts'
import type { OfferedTool, ToolBox, ToolContext, ToolOutcome } from './tool-box.ts'
import { parseJson, readToolCalls, saveToolCall, toStorableText, unknownOutcome, type ToolCallRow } from './tool-ledger.ts'
import { transactFenced } from './transact-fenced.ts'

const { generations, messages, toolCalls } = schema

/** How long a person may think about a question. */
export const approvalMinutes = 60
/** More calls than this in one step are answered with an error. */
const maxCallsPerStep = 32

export interface ToolRunDeps extends UnitOfWorkDeps {
  readonly tools: ToolBox
  readonly jobs: GenerationJobs
  readonly logger: Logger
}

export interface ToolRun {
  readonly generation: GenerationRow
  readonly signal: AbortSignal
  /** Brings the run's own copy of the message up to what was just committed. */
  readonly absorb: (events: readonly ConversationEvent[]) => void
  readonly message: () => Message
}

/** Writes down all calls of a step at once, before any of them runs: `tool-call` for each, and a row in the ledger. */
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

/** Runs what has not ended of a generation's calls, in order. `waiting`: all others are done, and a person is asked. */
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
  const events = await transactFenced(deps, run.generation, async (unit) => {
    const outcome = await deps.tools.runInside(unit, toContext(deps, run), call.name, parsed.args)
    return endCall(deps, unit, run, call, outcome, performance.now() - started)
  })
  run.absorb(events)
}

/** Before it acts the ledger says that it runs: found so after a crash, nobody knows whether it did. */
async function runExternalTool(deps: ToolRunDeps, run: ToolRun, call: ToolCallRow, args: ToolArgs): Promise<void> {
  const { messageId, conversationId, id } = run.generation
  const { callId } = call
  const running: ConversationEvent = { type: 'tool-call-updated', messageId, callId, state: 'running' }
  await transactFenced(deps, run.generation, async (unit) => {
    await saveToolCall(unit.tx, call, { state: 'running', startedAt: deps.clock.now() })
    await unit.append(conversationId, [running], id)
    await saveConversation(unit, conversationId, {})
  })
  run.absorb([running])
  const started = performance.now()
  const outcome = await deps.tools.runOutside(toContext(deps, run), call.name, args, run.signal)
  const ms = performance.now() - started
  if ('unknown' in outcome) {
    const updated: ConversationEvent = { type: 'tool-call-updated', messageId, callId, state: 'unknown' }
    const error = `${unknownOutcome} ${outcome.unknown}`
    const events: ConversationEvent[] = [updated, { type: 'tool-result', messageId, callId, error, durationMs: Math.round(ms) }]
    await transactFenced(deps, run.generation, async (unit) => {
      await saveToolCall(unit.tx, call, { state: 'unknown', error, endedAt: deps.clock.now() })
      await unit.append(conversationId, events, id)
      await saveConversation(unit, conversationId, {})
    })
    run.absorb(events)
    return logTool(deps, run, call, { error }, ms)
  }
  const events = await transactFenced(deps, run.generation, async (unit) => {
    const ended = await endCall(deps, unit, run, call, outcome, ms)
    await saveConversation(unit, conversationId, {})
    return ended
  })
  run.absorb(events)
  logTool(deps, run, call, outcome, ms)
}

type ToolArgs = Parameters<ToolBox['runOutside']>[2]

/** Puts the question to a person. False: there is nothing to ask about. */
async function askFirst(deps: ToolRunDeps, run: ToolRun, call: ToolCallRow, args: ToolArgs): Promise<boolean> {
  const { messageId, conversationId, id } = run.generation
  const expiresAt = new Date(deps.clock.now().getTime() + approvalMinutes * 60_000)
  const waiting = await transactFenced(deps, run.generation, async (unit): Promise<ConversationEvent | null> => {
    const question = await deps.tools.ask(unit, toContext(deps, run), call.name, args)
    if (question === null) return null
    const event: ConversationEvent = {
      type: 'tool-call-updated',
      messageId,
      callId: call.callId,
      state: 'waiting',
      expiresAt: expiresAt.toISOString(),
      question,
    }
    await saveToolCall(unit.tx, call, { state: 'waiting', expiresAt })
    await unit.append(conversationId, [event], id)
    await deps.jobs.enqueueExpiry(unit.tx, run.generation, expiresAt)
    return event
  })
  if (waiting) run.absorb([waiting])
  return waiting !== null
}

/** Gives the generation back to the database until a person has decided: no lease, no job. */
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
    await saveConversation(unit, conversationId, {})
  })
}

async function endWithError(deps: ToolRunDeps, run: ToolRun, call: ToolCallRow, error: string): Promise<void> {
  const events = await transactFenced(deps, run.generation, (unit) => endCall(deps, unit, run, call, { error }, 0))
  run.absorb(events)
  logTool(deps, run, call, { error }, 0)
}

/** The result and its event, in the transaction that the tool itself ran in where it is one of ours. */
async function endCall(
  deps: ToolRunDeps,
  unit: UnitOfWork,
  run: ToolRun,
  call: ToolCallRow,
  outcome: ToolOutcome,
  ms: number,
): Promise<readonly ConversationEvent[]> {
  const { messageId, conversationId, id } = run.generation
  const durationMs = Math.round(ms)
  const failed = 'error' in outcome
  const saved = await saveToolCall(unit.tx, call, {
    state: failed ? 'failed' : 'done',
    ...(failed ? { error: outcome.error } : { result: JSON.stringify(outcome.result) }),
    endedAt: deps.clock.now(),
  })
  if (!saved) throw new Error(`the call ${call.callId} has ended before`)
  const event: ConversationEvent = { type: 'tool-result', messageId, callId: call.callId, ...outcome, durationMs }
  await unit.append(conversationId, [event], id)
  return [event]
}

function toContext(deps: ToolRunDeps, { generation }: ToolRun): ToolContext {
  const { userId, conversationId, messageId, utcOffsetMinutes } = generation
  return { userId, conversationId, messageId, utcOffsetMinutes, now: deps.clock.now() }
}

function logTool(deps: ToolRunDeps, run: ToolRun, call: ToolCallRow, outcome: ToolOutcome, ms: number): void {
  const { id: generationId, conversationId, messageId } = run.generation
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

/** Arguments that are no JSON are shown as they came. */
function toShownArgs(args: string): NonNullable<unknown> | null {
  try {
    return parseJson(args)
  } catch (error) {
    if (error instanceof SyntaxError) return args
    throw error
  }
}
