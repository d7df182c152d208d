import type { ConversationEvent, Message } from '@holdfast/shared'
import type { Audit } from '../../audit/open-audit.ts'
import type { UnitOfWork } from '../../event-log/unit-of-work.ts'
import type { Traces } from '../../platform/traces.ts'
import type { Metrics } from '../../platform/metrics.ts'
import type { GenerationRow } from '../store/generation-row.ts'
import type { GenerationJobs } from '../store/generation-jobs.ts'
import type { AdvancedCall, ToolCallRow } from '../store/tool-ledger.ts'
import type { ToolCaller, ToolOutcome, ToolRunner } from '../../tools/tool-runner.ts'
import { transactFenced } from '../writer/transact-fenced.ts'
import type { ShowFilesDeps } from './show-files.ts'

const maxToolNameLength = 64

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
  /** Why the signal has aborted; null when it has not. */
  readonly stopped: () => 'cancel' | 'fenced' | 'shutdown' | null
  /** Applies events that were just committed to the run's own copy of the message. */
  readonly absorb: (events: readonly ConversationEvent[]) => void
  readonly message: () => Message
}

/** A step of the state machine in one fenced transaction, together with what the tool itself writes. @throws LeaseLostError */
export async function commit<Step extends AdvancedCall | null>(
  deps: ToolRunDeps,
  run: ToolRun,
  work: (unit: UnitOfWork) => Promise<Step>,
): Promise<Step> {
  const step = await transactFenced(deps, run.generation, work)
  if (step) run.absorb(step.events)
  return step
}

export function toCaller(deps: ToolRunDeps, { generation, signal }: ToolRun): ToolCaller {
  const { userId, conversationId, messageId, utcOffsetMinutes } = generation
  return { userId, conversationId, messageId, utcOffsetMinutes, signal, now: deps.clock.now() }
}

export function measureTool(
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

export function logTool(deps: ToolRunDeps, run: ToolRun, call: ToolCallRow, outcome: ToolOutcome, ms: number): void {
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
