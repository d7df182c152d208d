import { schema } from '@holdfast/drizzle'
import type { Id, Usage } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { Clock } from '../platform/clock.ts'
import type { Database, Transaction } from '../platform/database/database.ts'
import { countTokens } from '../models/count-tokens.ts'
import type { ModelErrorCode } from '../models/model-error.ts'
import type { Models } from '../models/model.ts'

const { modelCalls } = schema

export interface ModelCallStart {
  readonly userId: Id
  readonly conversationId: Id
  readonly messageId: Id | null
  readonly generationId: Id | null
  readonly purpose: 'answer' | 'title'
  readonly step: number
  readonly model: string
  /** Our own count of the prompt, which is used if the provider reports nothing. */
  readonly inputTokens: number
}

export interface ModelCallEnd {
  readonly state: 'completed' | 'cancelled' | 'failed'
  /** Null: the provider reported nothing, so `outputTokens` is used. */
  readonly usage: Usage | null
  readonly outputTokens: number
  readonly reportedMicroUsd?: number | undefined
  readonly errorCode?: string
  readonly replay?: string | null
}

export interface LedgerDeps {
  readonly database: Database
  readonly clock: Clock
  readonly models: Pick<Models, 'price' | 'providerOf'>
}

/** Records a call to a provider before it is made. */
export async function openModelCall(deps: LedgerDeps, start: ModelCallStart): Promise<Id> {
  const id = uuidv7()
  const provider = deps.models.providerOf(start.model)?.name ?? 'unknown'
  await deps.database.queries.insert(modelCalls).values({ id, ...start, provider, startedAt: deps.clock.now() })
  return id
}

const refusals: ReadonlySet<string> = new Set<ModelErrorCode>([
  'provider-unauthorized',
  'provider-rejected',
  'provider-wrong-address',
  'provider-quota',
  'provider-rate-limited',
  'provider-limit-reached',
  'provider-overloaded',
  'provider-unreachable',
  'model-not-found',
  'context-overflow',
  'provider-error',
  'provider-not-a-stream',
])

/** A provider that refuses or fails before its first word does not bill the prompt, as far as one can know. Null: it may. */
export function refusalToUsage(code: string): Usage | null {
  return refusals.has(code) ? { inputTokens: 0, outputTokens: 0, estimated: true } : null
}

/** Closes the row of a call with its usage. Usage before a failure counts as well. */
export async function closeModelCall(deps: LedgerDeps, id: Id, start: ModelCallStart, end: ModelCallEnd): Promise<void> {
  const usage: Usage = toPlausible(end.usage) ?? {
    inputTokens: start.inputTokens,
    outputTokens: end.outputTokens,
    estimated: true,
  }
  await deps.database.queries
    .update(modelCalls)
    .set({
      state: end.state,
      inputTokens: usage.inputTokens,
      outputTokens: usage.outputTokens,
      cachedInputTokens: usage.cachedInputTokens ?? 0,
      estimated: usage.estimated,
      costMicroUsd: deps.models.price({
        model: start.model,
        usage,
        reportedMicroUsd: isPlausible(end.reportedMicroUsd) ? end.reportedMicroUsd : null,
      }),
      errorCode: end.errorCode ?? null,
      replay: end.replay ?? null,
      endedAt: deps.clock.now(),
    })
    .where(and(eq(modelCalls.id, id), eq(modelCalls.state, 'open')))
}

/** No call has as many tokens or costs as many millionths of a dollar. It is also the most that a column of the ledger holds. */
const mostOfAnything = 2 ** 31 - 1

/** Usage as a provider may report it; null for numbers that cannot be: then our own estimate counts. */
function toPlausible(usage: Usage | null): Usage | null {
  if (!usage) return null
  const numbers = [usage.inputTokens, usage.outputTokens, usage.cachedInputTokens ?? 0]
  return numbers.every(isPlausible) ? usage : null
}

function isPlausible(value: number | undefined): value is number {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0 && value <= mostOfAnything
}

interface MessageUsage {
  readonly usage: Usage | null
  readonly costMicroUsd: number | null
}

/**
 * The usage of a message whose generation ends, over all of its calls, attempts and generations; the cost is null if that of any call is
 * unknown. Calls of the generation that a crashed worker left open count with our own estimate: `said` is the output of the last one.
 */
export async function settleMessageUsage(
  deps: Pick<LedgerDeps, 'clock' | 'models'>,
  tx: Transaction,
  generation: { readonly id: Id; readonly messageId: Id },
  said: string,
): Promise<MessageUsage> {
  const calls = await tx.select(countedColumns).from(modelCalls).where(eq(modelCalls.messageId, generation.messageId))
  const settled: CountedCall[] = []
  for (const call of calls) {
    const isAbandoned = call.state === 'open' && call.generationId === generation.id
    settled.push(isAbandoned ? { ...call, ...(await closeAbandonedCall(deps, tx, call, said)) } : call)
  }
  return sumUsage(settled)
}

/** Closes the calls that an earlier worker has left open, when another worker starts the generation over. None of their output was kept. */
export async function closeAbandonedCalls(
  deps: Pick<LedgerDeps, 'clock' | 'models'>,
  tx: Transaction,
  generationId: Id,
): Promise<void> {
  const open = and(eq(modelCalls.generationId, generationId), eq(modelCalls.state, 'open'))
  for (const call of await tx.select(countedColumns).from(modelCalls).where(open)) await closeAbandonedCall(deps, tx, call, '')
}

const countedColumns = {
  id: modelCalls.id,
  generationId: modelCalls.generationId,
  state: modelCalls.state,
  model: modelCalls.model,
  inputTokens: modelCalls.inputTokens,
  outputTokens: modelCalls.outputTokens,
  cachedInputTokens: modelCalls.cachedInputTokens,
  estimated: modelCalls.estimated,
  costMicroUsd: modelCalls.costMicroUsd,
}

type CountedCall = Pick<typeof modelCalls.$inferSelect, keyof typeof countedColumns>

async function closeAbandonedCall(
  { clock, models }: Pick<LedgerDeps, 'clock' | 'models'>,
  tx: Transaction,
  { id, model, inputTokens }: CountedCall,
  said: string,
): Promise<Pick<CountedCall, 'outputTokens' | 'costMicroUsd'>> {
  const outputTokens = await countTokens(said)
  const costMicroUsd = models.price({ model, usage: { inputTokens, outputTokens, estimated: true } })
  await tx
    .update(modelCalls)
    .set({ state: 'crashed', outputTokens, costMicroUsd, endedAt: clock.now() })
    .where(eq(modelCalls.id, id))
  return { outputTokens, costMicroUsd }
}

function sumUsage(calls: readonly CountedCall[]): MessageUsage {
  if (calls.length === 0) return { usage: null, costMicroUsd: null }
  const sum = (pick: (call: CountedCall) => number) => calls.reduce((total, call) => total + pick(call), 0)
  const cachedInputTokens = sum((call) => call.cachedInputTokens)
  return {
    usage: {
      inputTokens: sum((call) => call.inputTokens),
      outputTokens: sum((call) => call.outputTokens),
      ...(cachedInputTokens > 0 ? { cachedInputTokens } : {}),
      estimated: calls.some((call) => call.estimated),
    },
    costMicroUsd: calls.some((call) => call.costMicroUsd === null) ? null : sum((call) => call.costMicroUsd ?? 0),
  }
}
