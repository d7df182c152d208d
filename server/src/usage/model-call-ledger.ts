import { setTimeout as sleep } from 'node:timers/promises'
import { schema } from '@holdfast/drizzle'
import type { Id, Usage } from '@holdfast/shared'
import { and, desc, eq, ne, sql, type SQL } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import type { Clock } from '../platform/clock.ts'
import { executeRows, type Database, type Queries, type Transaction } from '../platform/database/database.ts'
import { countTokens } from '../models/count-tokens.ts'
import { ModelError, type ModelErrorCode } from '../models/model-error.ts'
import type { FinishReason, Models, ProviderRun } from '../models/model.ts'
import { findSpentBudget, isRestReserved, toBudgets } from '../limits/check-budget.ts'
import { effectiveLimits, hasBudget, personColumns } from '../limits/effective-limits.ts'
import { restReserved } from '../limits/limit-refusals.ts'
import type { NearLimits } from '../limits/near-limits.ts'
import { countClosedCall, readUsage } from '../limits/usage-counters.ts'
import type { Settings } from '../settings/open-settings.ts'

const { modelCalls, usageReservations, users } = schema

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
  /** The limit that the model is given, thoughts included. */
  readonly maxOutputTokens?: number | undefined
}

export interface ModelCallEnd {
  readonly state: 'completed' | 'cancelled' | 'failed'
  /** Null: the provider reported nothing, so `outputTokens` is used. */
  readonly usage: Usage | null
  readonly outputTokens: number
  readonly reportedMicroUsd?: number | undefined
  readonly errorCode?: string
  /** Of a completed call whose words are all in the log. */
  readonly finishReason?: FinishReason
  readonly replay?: string | null
}

export interface LedgerDeps {
  readonly database: Database
  readonly clock: Clock
  readonly models: Pick<Models, 'price' | 'providerOf'>
}

export interface OpenDeps extends LedgerDeps {
  readonly settings: Pick<Settings, 'current'>
  readonly nearLimits: NearLimits
}

/** Tokens that one call is expected to write at most, where nothing limits it. */
const mostOutputTokens = 16_384
const firstWaitMs = 100
const longestWaitMs = 2_000

/**
 * Records a call to a provider before it is made. Under a budget it reserves what the call may use, in the same transaction. When calls
 * that run may use up the rest of the budget, it waits until they have ended, or refuses if there is no `signal`.
 * @throws Refusal TOO_MANY_REQUESTS budget-exceeded, ModelError `aborted`
 */
export async function openModelCall(deps: OpenDeps, start: ModelCallStart, signal?: AbortSignal): Promise<Id> {
  const id = uuidv7()
  if (await insertWithoutBudget(deps, id, start)) return id
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    if (await insertWithinBudget(deps, id, start, signal === undefined)) return id
    await pause(waitMs, signal)
  }
}

/** The usual case, in one statement. False: the user has a budget, or all have one together. */
async function insertWithoutBudget(deps: OpenDeps, id: Id, start: ModelCallStart): Promise<boolean> {
  const { limits } = deps.settings.current()
  if (Object.values(limits).some(hasBudget)) return false
  const row = { id, ...start, provider: toProviderName(deps, start), startedAt: deps.clock.now() }
  const inserted = await executeRows(
    deps.database.queries,
    sql`insert into model_calls
        (id, user_id, conversation_id, message_id, generation_id, purpose, step, provider, model, input_tokens, started_at)
      select ${row.id}::uuid, u.id, ${row.conversationId}::uuid, ${row.messageId}::uuid, ${row.generationId}::uuid, ${row.purpose},
        ${row.step}::int, ${row.provider}, ${row.model}, ${row.inputTokens}::int, ${row.startedAt.toISOString()}::timestamptz
      from users u
      where u.id = ${row.userId}::uuid and u.limits ->> 'tokensPerDay' is null and u.limits ->> 'microUsdPerMonth' is null
      returning id`,
  )
  return inserted.length > 0
}

/** False: nothing is left beside what calls that run may use. `now or never`: that is refused, too. */
function insertWithinBudget(deps: OpenDeps, id: Id, given: ModelCallStart, nowOrNever: boolean): Promise<boolean> {
  const { maxOutputTokens = mostOutputTokens, ...start } = given
  const { settings, nearLimits, clock, database, models } = deps
  return database.queries.transaction(async (tx) => {
    const { limits } = settings.current()
    // Each call of a budget sees what those before it have reserved.
    const [person] = await tx
      .select({
        ...personColumns,
        lock: lockBudget(start.userId),
        ...(hasBudget(limits.server) ? { serverLock: lockBudget('server') } : {}),
      })
      .from(users)
      .where(eq(users.id, start.userId))
    const now = clock.now()
    const budgets = person ? toBudgets(start.userId, effectiveLimits({ limits }, person), limits.server) : []
    if (budgets.length > 0) {
      const scopes = budgets.map(({ scope }) => scope)
      const usage = await readUsage(tx, scopes, now)
      nearLimits.look(budgets, usage, now)
      const spent = findSpentBudget(budgets, usage, now)
      if (spent) throw spent
      if (isRestReserved(budgets, usage)) {
        if (nowOrNever) throw restReserved()
        return false
      }
      const outputTokens = Math.min(maxOutputTokens, mostOutputTokens)
      const most: Usage = { inputTokens: start.inputTokens, outputTokens, estimated: true }
      await tx.insert(usageReservations).values({
        modelCallId: id,
        userId: start.userId,
        tokens: most.inputTokens + most.outputTokens,
        microUsd: models.price({ model: start.model, usage: most }) ?? 0,
        createdAt: now,
      })
    }
    await tx.insert(modelCalls).values({ id, ...start, provider: toProviderName(deps, start), startedAt: now })
    return true
  })
}

function lockBudget(scope: string) {
  return sql`pg_advisory_xact_lock(hashtextextended(${`budget ${scope}`}, 0))`
}

function toProviderName({ models }: LedgerDeps, { model }: ModelCallStart): string {
  return models.providerOf(model)?.name ?? 'unknown'
}

/** @throws ModelError `aborted` */
async function pause(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(waitMs, undefined, signal ? { signal } : {})
  } catch (error) {
    if (!signal?.aborted) throw error
    throw new ModelError('aborted', 'Stopped.', { retryable: false })
  }
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
  await closeRow(deps, deps.database.queries, and(eq(modelCalls.id, id), eq(modelCalls.state, 'open')), {
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
    finishReason: end.finishReason ?? null,
    replay: end.replay ?? null,
    endedAt: deps.clock.now(),
  })
}

/** Keeps where a call can be read again. `part` and `offset`: where its words begin in the message. */
export async function keepProviderRun({ database }: Pick<LedgerDeps, 'database'>, id: Id, run: KeptRun): Promise<void> {
  await database.queries
    .update(modelCalls)
    .set({ providerRun: JSON.stringify(run) })
    .where(eq(modelCalls.id, id))
}

const keptRunSchema = z.object({
  id: z.string(),
  sequence: z.number(),
  part: z.number(),
  offset: z.number(),
}) satisfies z.ZodType<ProviderRun>
/** A provider's run, and where its words begin in the message. */
export type KeptRun = z.infer<typeof keptRunSchema>

/** The newest call for an answer of one generation. */
export interface LastCall {
  readonly id: Id
  readonly model: string
  readonly step: number
  readonly inputTokens: number
  readonly outputTokens: number | null
  readonly isOpen: boolean
  /** Of a completed call whose words are all in the log. */
  readonly finishReason: FinishReason | null
  readonly run: KeptRun | null
}

/** A model call that is open, and can be read on at its provider. */
export type OpenRun = LastCall & { readonly run: KeptRun }

export async function readLastCall(queries: Pick<Queries, 'select'>, generationId: Id, messageId: Id): Promise<LastCall | null> {
  const [row] = await queries
    .select()
    .from(modelCalls)
    .where(and(eq(modelCalls.messageId, messageId), eq(modelCalls.generationId, generationId), eq(modelCalls.purpose, 'answer')))
    // Not by time, which differs between nodes: one that is open is the newest of its step, and so is one that has ended it.
    .orderBy(desc(modelCalls.step), desc(sql`${modelCalls.state} = 'open'`), desc(sql`${modelCalls.finishReason} is not null`))
    .limit(1)
  if (!row) return null
  const { id, model, step, inputTokens, outputTokens, estimated, state, finishReason, providerRun } = row
  return {
    id,
    model,
    step,
    inputTokens,
    outputTokens: estimated ? null : outputTokens,
    isOpen: state === 'open',
    finishReason: finishReasonSchema.nullable().parse(finishReason),
    run: providerRun === null ? null : keptRunSchema.parse(JSON.parse(providerRun)),
  }
}

const finishReasonSchema = z.enum(['stop', 'length', 'content-filter', 'tool-calls']) satisfies z.ZodType<FinishReason>

/** Closes one row of the ledger, and counts it for the budgets in the same statement. */
async function closeRow(
  { clock }: Pick<LedgerDeps, 'clock'>,
  queries: Queries,
  which: SQL | undefined,
  columns: Partial<typeof modelCalls.$inferInsert>,
): Promise<void> {
  const closing = queries
    .update(modelCalls)
    .set(columns)
    .where(which)
    .returning({
      id: modelCalls.id,
      userId: modelCalls.userId,
      startedAt: modelCalls.startedAt,
      tokens: sql`${modelCalls.inputTokens} + ${modelCalls.outputTokens}`.as('tokens'),
      microUsd: sql`coalesce(${modelCalls.costMicroUsd}, 0)`.as('micro_usd'),
    })
  await queries.execute(countClosedCall(closing, clock.now()))
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
 * unknown. Calls of the generation that a crashed worker left open count with our own estimate. `said`: the text of the last step.
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
    settled.push(isAbandoned ? { ...call, ...(await closeAbandonedCall(deps, tx, { call, said, calls })) } : call)
  }
  return sumUsage(settled)
}

/**
 * Closes the calls that an earlier worker has left open, when another one goes on with the generation. `said`: the text of the step that
 * was running. `keep`: a call that is read on.
 */
export async function closeAbandonedCalls(
  deps: Pick<LedgerDeps, 'clock' | 'models'>,
  tx: Transaction,
  generationId: Id,
  { said, keep }: { readonly said: string; readonly keep: Id | null },
): Promise<void> {
  const open = and(
    eq(modelCalls.generationId, generationId),
    eq(modelCalls.state, 'open'),
    keep === null ? undefined : ne(modelCalls.id, keep),
  )
  const abandoned = await tx.select(countedColumns).from(modelCalls).where(open)
  if (abandoned.length === 0) return
  const calls = await tx.select(countedColumns).from(modelCalls).where(eq(modelCalls.generationId, generationId))
  for (const call of abandoned) await closeAbandonedCall(deps, tx, { call, said, calls })
}

const countedColumns = {
  id: modelCalls.id,
  generationId: modelCalls.generationId,
  state: modelCalls.state,
  step: modelCalls.step,
  model: modelCalls.model,
  inputTokens: modelCalls.inputTokens,
  outputTokens: modelCalls.outputTokens,
  cachedInputTokens: modelCalls.cachedInputTokens,
  estimated: modelCalls.estimated,
  costMicroUsd: modelCalls.costMicroUsd,
}

type CountedCall = Pick<typeof modelCalls.$inferSelect, keyof typeof countedColumns>

/** Calls that broke off, by our own estimate. */
const cutStates: ReadonlySet<string> = new Set<ModelCallEnd['state'] | 'crashed'>(['failed', 'cancelled', 'crashed'])

/** Of the step's text, what its calls before have said is theirs: they broke off, and this one went on. */
async function closeAbandonedCall(
  { clock, models }: Pick<LedgerDeps, 'clock' | 'models'>,
  tx: Transaction,
  {
    call: { id, generationId, step, model, inputTokens },
    said,
    calls,
  }: { readonly call: CountedCall; readonly said: string; readonly calls: readonly CountedCall[] },
): Promise<Pick<CountedCall, 'outputTokens' | 'costMicroUsd'>> {
  const before = calls.filter((call) => call.generationId === generationId && call.step === step && cutStates.has(call.state))
  const counted = before.reduce((sum, call) => sum + call.outputTokens, 0)
  const outputTokens = Math.max(0, (await countTokens(said)) - counted)
  const costMicroUsd = models.price({ model, usage: { inputTokens, outputTokens, estimated: true } })
  await closeRow({ clock }, tx, and(eq(modelCalls.id, id), eq(modelCalls.state, 'open')), {
    state: 'crashed',
    outputTokens,
    costMicroUsd,
    endedAt: clock.now(),
  })
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
