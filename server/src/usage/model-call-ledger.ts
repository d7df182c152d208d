import { schema } from '@holdfast/drizzle'
import type { Id, Usage } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { Clock } from '../clock.ts'
import type { Database, Transaction } from '../database/database.ts'
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
  /** Our own count of what is sent: it stands if the provider says nothing. */
  readonly inputTokens: number
}

export interface ModelCallEnd {
  readonly state: 'completed' | 'cancelled' | 'failed'
  /** Null: the provider did not say, so `outputTokens` is what counts. */
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

/** Writes down that a provider is asked, before it is. */
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
  'provider-overloaded',
  'provider-unreachable',
  'model-not-found',
  'context-overflow',
])

/** A provider that refuses has not read the prompt, and does not bill it. Null: it may have. */
export function refusalToUsage(code: string): Usage | null {
  return refusals.has(code) ? { inputTokens: 0, outputTokens: 0, estimated: true } : null
}

/** Closes the row of a call with what it used. What a failed call used before it failed counts as well. */
export async function closeModelCall(deps: LedgerDeps, id: Id, start: ModelCallStart, end: ModelCallEnd): Promise<void> {
  const usage: Usage = end.usage ?? { inputTokens: start.inputTokens, outputTokens: end.outputTokens, estimated: true }
  await deps.database.queries
    .update(modelCalls)
    .set({
      state: end.state,
      inputTokens: usage.inputTokens,
      outputTokens: usage.outputTokens,
      cachedInputTokens: usage.cachedInputTokens ?? 0,
      estimated: usage.estimated,
      costMicroUsd: deps.models.price({ model: start.model, usage, reportedMicroUsd: end.reportedMicroUsd ?? null }),
      errorCode: end.errorCode ?? null,
      replay: end.replay ?? null,
      endedAt: deps.clock.now(),
    })
    .where(and(eq(modelCalls.id, id), eq(modelCalls.state, 'open')))
}

interface MessageUsage {
  readonly usage: Usage | null
  readonly costMicroUsd: number | null
}

/**
 * What a message whose generation ends has used over all of its calls, tries and generations; the cost is null when that of any call
 * is unknown. Calls of the generation that no process answers for any more were made, so they count, with our own numbers: `said` is
 * as far as the last of them got.
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

/** Closes what an earlier worker of a generation has left open when another one begins it anew: nothing of it was said. */
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
