import { setTimeout as sleep } from 'node:timers/promises'
import { schema } from '@holdfast/drizzle'
import type { ConversationEvent, Json } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { listeningWebhooks, parseListening } from '../../webhooks/listening-webhooks.ts'
import { waitToNotice } from '../../webhooks/notify-of-answer.ts'
import { recordDeliveries } from '../../webhooks/record-deliveries.ts'
import { refreshActivity } from '../../conversation-store/conversation-row.ts'
import type { ModelToolRequest } from './model-step.ts'
import { leaveToPerson, runExternalTool } from './run-external-tool.ts'
import { commit, logTool, measureTool, toCaller, type ToolRun, type ToolRunDeps } from './tool-run.ts'
import type { OfferedTool } from '../../tools/tool-runner.ts'
import { advanceToolCall, needsPerson, parseJson, readToolCalls, toStorableText, type ToolCallRow } from '../store/tool-ledger.ts'
import { recordToolCall } from '../store/audit-tool-call.ts'
import { transactFenced } from '../writer/transact-fenced.ts'

const { generations, messages, toolCalls } = schema

/** Further calls of a step get an error. */
const maxCallsPerStep = 32

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
    if (needsPerson(call)) continue
    if (call.position >= maxCallsPerStep)
      await endWithError(deps, run, call, `too many calls in one step: at most ${maxCallsPerStep}`)
    else if (tool) await runToolCall(deps, run, call, tool)
    else if (call.startedAt === null) await endWithError(deps, run, call, `there is no tool named ${call.name}`)
    else await resumeLater(deps, run, call)
  }
  if (run.signal.aborted) return 'done'
  const left = await readToolCalls(deps.database.queries, run.generation.id)
  return left.some(needsPerson) ? 'waiting' : 'done'
}

/** The time that a server has to come back whose tool had begun when this program ended. It starts at the same moment. */
const returnMs = 60_000
const returnPollMs = 500

/** A call had begun, and the tool is not there. It may be in a moment; nobody knows what became of the call otherwise. */
async function resumeLater(deps: ToolRunDeps, run: ToolRun, call: ToolCallRow): Promise<void> {
  const endsAt = performance.now() + returnMs
  while (call.external && !run.signal.aborted && performance.now() < endsAt) {
    await sleep(returnPollMs)
    const tool = (await deps.tools.offer(run.generation.userId)).find(({ name }) => name === call.name)
    if (tool) return runToolCall(deps, run, call, tool)
  }
  if (!run.signal.aborted) await leaveToPerson(deps, run, call, { reason: 'The server of the tool cannot be reached.' })
}

async function runToolCall(deps: ToolRunDeps, run: ToolRun, call: ToolCallRow, tool: OfferedTool): Promise<void> {
  const parsed = deps.tools.parse(call.name, call.changedArgs ?? call.args)
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

export type { ToolRun, ToolRunDeps }

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
    const now = deps.clock.now()
    const at = event ? new Date(event.at) : now
    const { userId } = generation
    const [saved] = await unit.tx
      .update(messages)
      .set({ status: 'waiting', updatedAt: at })
      .where(eq(messages.id, messageId))
      .returning({ listening: listeningWebhooks(userId, 'answer.waiting') })
    const { title, lastSeq } = await refreshActivity(unit, conversationId)
    const notice = waitToNotice({ userId, title, message: run.message(), seq: event?.seq ?? lastSeq, at })
    await recordDeliveries({ tx: unit.tx, jobs: deps.jobs, now }, parseListening(saved?.listening), notice)
  })
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
