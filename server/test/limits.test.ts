import { randomUUID } from 'node:crypto'
import { schema } from '@holdfast/drizzle'
import { noLimits, type Limits, type ServerSettings } from '@holdfast/shared'
import { eq, inArray } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { connect, createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { createGate, inTurn, text, tokens, toolCalls } from '../testing/scripted-provider/index.ts'
import { purgeIdleGuests, purgeUsage } from '../src/limits/limits-janitor.ts'
import { closeAbandonedCalls } from '../src/usage/model-call-ledger.ts'
import { countRows } from './count-rows.ts'
import { follow } from './follow.ts'
import { refused } from './refused.ts'
import { ask, send } from './send.ts'
import { upload } from './upload.ts'

const { modelCalls, sessions, usageCounters, usageReservations, users } = schema

let app: TestApp
let admin: TestUser
const noon = new Date()
noon.setUTCHours(12, 0, 0, 0)
// The last one: what has happened must not be in the future of the database.
if (noon.getTime() > Date.now()) noon.setUTCDate(noon.getUTCDate() - 1)
/** At noon, so that all of a test is on the same day. */
const clock = { offsetMs: noon.getTime() - Date.now(), now: () => new Date(Date.now() + clock.offsetMs) }

beforeAll(async () => {
  app = await createTestApp({
    env: { MODEL_PRICE_JSON: '{"scripted-1":{"input":1000,"output":1000}}' },
    overrides: { clock },
  })
  // The first user of a server on loopback is its administrator.
  admin = await app.createUser()
})
afterAll(() => app[Symbol.asyncDispose]())
afterEach(() => setLimits({}))

type Changes = { readonly [Kind in keyof ServerSettings['limits']]?: Partial<Limits> }

async function setLimits(changes: Changes): Promise<void> {
  const of = (kind: keyof Changes) => ({ ...noLimits, ...changes[kind] })
  await admin.client.admin.settings.update.mutate({
    limits: { server: of('server'), admin: of('admin'), member: of('member'), guest: of('guest') },
  })
}

const spends = (prompt_tokens: number, completion_tokens: number) =>
  text('Said.', { usage: { prompt_tokens, completion_tokens } })
const me = async ({ client }: TestUser) => client.system.me.query()
const idOf = async (user: TestUser) => (await me(user)).id

async function setOwnLimits(user: TestUser, limits: Partial<Limits>): Promise<void> {
  await app.database.queries
    .update(users)
    .set({ limits })
    .where(eq(users.id, await idOf(user)))
}

async function expectNothingReserved(): Promise<void> {
  await expect.poll(() => app.database.queries.$count(usageReservations)).toBe(0)
}

function expectUntil(retryAfterMs: number | null | undefined, end: Date): void {
  expect(Math.abs(end.getTime() - clock.now().getTime() - (retryAfterMs ?? 0))).toBeLessThan(60_000)
}

const midnight = new Date(noon.getTime() + 12 * 3_600_000)
const nextMonth = new Date(Date.UTC(noon.getUTCFullYear(), noon.getUTCMonth() + 1))

test('[X8] a spent budget of tokens refuses each way to ask, says when there is more, and changes nothing', async () => {
  await setLimits({ guest: { tokensPerDay: 100 } })
  const user = await app.createUser()
  app.provider.script(spends(80, 40))
  const first = await ask(user, 'one')
  expect(first.status).toBe('completed')
  expect((await me(user)).usage).toMatchObject({ tokensToday: 120, generating: 0 })
  const before = await countRows(app.database, user)
  const calls = app.provider.calls
  const { assistantMessageId: messageId, userMessageId, conversationId } = first
  for (const attempt of [
    () => send(user, 'two'),
    () => send(user, 'two', { conversationId }),
    () => user.client.messages.complete.mutate({ requestId: randomUUID(), content: 'two' }),
    () => user.client.messages.regenerate.mutate({ requestId: randomUUID(), messageId }),
    () => user.client.messages.edit.mutate({ requestId: randomUUID(), messageId: userMessageId, content: 'two' }),
  ]) {
    const { retryAfterMs, ...refusal } = await refused(attempt())
    expect(refusal).toMatchObject({ code: 'TOO_MANY_REQUESTS', reason: 'budget-exceeded' })
    expect(refusal.message).toMatch(/^Your tokens for today are used up\. Try again after .* 00:00 UTC$/u)
    expectUntil(retryAfterMs, midnight)
  }
  expect(await countRows(app.database, user)).toEqual(before)
  expect(app.provider.calls).toBe(calls)
  expect(app.logs.filter(({ event, scope }) => event === 'limit-near' && scope === 'server')).toEqual([])

  // Another person has a budget of their own, and a raised one is open again immediately.
  const other = await app.createUser()
  expect(await ask(other, 'hello')).toMatchObject({ status: 'completed' })
  await setLimits({ guest: { tokensPerDay: 1_000 } })
  expect(await ask(user, 'two')).toMatchObject({ status: 'completed' })
  await expectNothingReserved()
})

test('[X8] the next day there are tokens again', async () => {
  await setLimits({ guest: { tokensPerDay: 100 } })
  const user = await app.createUser()
  app.provider.script(spends(80, 40))
  await ask(user, 'one')
  await refused(send(user, 'two'))
  const { offsetMs } = clock
  try {
    clock.offsetMs = offsetMs + 13 * 3_600_000
    const { token } = (await (await fetch(`${app.url}/api/auth/token`, { headers: { cookie: user.cookie } })).json()) as {
      token: string
    }
    const tomorrow = { ...user, ...connect(app.url, token) }
    expect((await me(tomorrow)).usage.tokensToday).toBe(0)
    expect(await ask(tomorrow, 'two')).toMatchObject({ status: 'completed' })
    expect((await me(tomorrow)).usage.tokensToday).toBe(120)
  } finally {
    clock.offsetMs = offsetMs
  }
})

test('[X8] money counts by the month, at the prices of the models', async () => {
  await setLimits({ guest: { microUsdPerMonth: 150_000 } })
  const user = await app.createUser()
  app.provider.script(spends(80, 40))
  await ask(user, 'one')
  expect((await me(user)).usage.microUsdThisMonth).toBe(120_000)
  await ask(user, 'two')
  const { reason, message, retryAfterMs } = await refused(send(user, 'three'))
  expect({ reason, message }).toMatchObject({
    reason: 'budget-exceeded',
    message: expect.stringMatching(/^Your budget for this month is used up/u),
  })
  expectUntil(retryAfterMs, nextMonth)
})

test('[X8] the budget of the server is spent by all people together, another guest included (attack B4)', async () => {
  const [one, two] = [await app.createUser(), await app.createUser()]
  app.provider.script(spends(80, 40))
  const { tokens: spent = 0 } =
    (
      await app.database.queries
        .select()
        .from(usageCounters)
        .where(eq(usageCounters.scope, 'server'))
        .orderBy(usageCounters.period)
    ).find(({ period }) => period === noon.toISOString().slice(0, 10)) ?? {}
  await setLimits({ server: { tokensPerDay: spent + 130 } })
  await ask(one, 'one')
  expect((await ask(two, 'one')).status).toBe('completed')
  for (const user of [one, two, await app.createUser()]) {
    expect((await refused(send(user, 'two'))).message).toMatch(/^The tokens of this server for today are used up/u)
  }
})

test('[X8] an own limit holds over the one of the role, and null lifts it', async () => {
  const [less, more] = [await app.createUser(), await app.createUser()]
  await setLimits({ guest: { tokensPerDay: 200 } })
  await setOwnLimits(less, { tokensPerDay: 100 })
  await setOwnLimits(more, { tokensPerDay: null })
  expect((await me(less)).limits).toEqual({ ...noLimits, tokensPerDay: 100 })
  expect((await me(more)).limits).toEqual(noLimits)
  app.provider.script(spends(150, 40))
  for (const user of [less, more]) await ask(user, 'one')
  expect(await refused(send(less, 'two'))).toMatchObject({ reason: 'budget-exceeded' })
  await ask(more, 'two')
  expect(await ask(more, 'three')).toMatchObject({ status: 'completed' })
  // The own limit alone, without any for a role.
  await setLimits({})
  expect(await refused(send(less, 'two'))).toMatchObject({ reason: 'budget-exceeded' })
})

test('[X9] a loop stops between two steps: its text is kept, and Continue works once the budget was raised', async () => {
  await setLimits({ guest: { tokensPerDay: 100 } })
  const user = await app.createUser()
  app.provider.script(
    inTurn(
      async (reply) => {
        await reply.tokens(['Let me look. '])
        await reply.call({ name: 'list_tasks', args: '{"status":"all"}', id: undefined })
        await reply.finish('tool_calls', { prompt_tokens: 90, completion_tokens: 20 })
      },
      spends(10, 10),
    ),
  )
  const calls = app.provider.calls
  const sent = await ask(user, 'look')
  const reader = follow(user.client, sent.conversationId)
  await reader.until(() => reader.message(sent.assistantMessageId)?.status === 'error')
  const stopped = reader.message(sent.assistantMessageId)
  expect(stopped).toMatchObject({
    content: 'Let me look. ',
    error: { code: 'budget-exceeded', message: expect.stringMatching(/^Your tokens for today are used up/u) },
    usage: { inputTokens: 90, outputTokens: 20 },
  })
  expect(stopped?.parts).toMatchObject([{ type: 'text' }, { type: 'tool-call', state: 'done' }])
  expect(app.provider.calls).toBe(calls + 1)
  const again = () => user.client.messages.continue.mutate({ requestId: randomUUID(), messageId: sent.assistantMessageId })
  expect(await refused(again())).toMatchObject({ reason: 'budget-exceeded' })
  await setLimits({ guest: { tokensPerDay: 1_000 } })
  await again()
  await reader.until(() => reader.message(sent.assistantMessageId)?.status === 'completed')
  expect(reader.message(sent.assistantMessageId)).toMatchObject({ content: 'Let me look. Said.', error: null })
  await expectNothingReserved()
})

test('[X9] a person may have fewer steps than an answer has at most; the note says so', async () => {
  await setLimits({ guest: { stepsPerAnswer: 2 }, server: { stepsPerAnswer: 5 } })
  const user = await app.createUser()
  app.provider.script(toolCalls({ name: 'list_tasks', args: { status: 'all' } }))
  const calls = app.provider.calls
  const sent = await ask(user, 'for ever')
  const reader = follow(user.client, sent.conversationId)
  await reader.until(() => reader.message(sent.assistantMessageId)?.status === 'completed')
  expect(reader.message(sent.assistantMessageId)?.notes).toEqual([{ kind: 'stopped-after-steps', steps: 2 }])
  expect(app.provider.calls).toBe(calls + 2)
  await setLimits({ guest: { stepsPerAnswer: 0 } })
  expect(await refused(send(user, 'none'))).toMatchObject({ reason: 'budget-exceeded', retryAfterMs: null })
})

test('[X8] answers at the same time are limited; one that ends makes room', async () => {
  await setLimits({ guest: { concurrentGenerations: 2 } })
  const user = await app.createUser()
  const gate = createGate()
  app.provider.script(tokens(3, { stopAfter: 1, then: gate }))
  const ends = await Promise.allSettled(Array.from({ length: 6 }, () => send(user, 'at once')))
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
  expect((await me(user)).usage.generating).toBe(2)
  expect(await refused(send(user, 'one more'))).toMatchObject({
    code: 'TOO_MANY_REQUESTS',
    reason: 'rate-limited',
    retryAfterMs: expect.any(Number),
  })
  gate.open()
  await expect.poll(async () => (await me(user)).usage.generating).toBe(0)
  expect(await ask(user, 'now')).toMatchObject({ status: 'completed' })
})

test('[X3] messages a minute are what the settings say, for one person and for all', async () => {
  app.provider.script(text('Said.'))
  const [one, two] = [await app.createUser(), await app.createUser()]
  await setLimits({ guest: { messagesPerMinute: 1 } })
  expect((await one.client.system.info.query()).limits.messagesPerMinute).toBe(1)
  await ask(one, 'one')
  expect(await refused(send(one, 'two'))).toMatchObject({ reason: 'rate-limited', retryAfterMs: expect.any(Number) })
  await ask(two, 'one')
  await setLimits({ server: { messagesPerMinute: 1 } })
  expect(await refused(send(two, 'two'))).toMatchObject({ reason: 'rate-limited' })
  await setLimits({ guest: { messagesPerMinute: 0 } })
  expect(await refused(send(one, 'two'))).toMatchObject({ reason: 'rate-limited', retryAfterMs: null })
})

test('[X8] a call waits while others that run may use up the rest, and is refused only when they have', async () => {
  await setLimits({ guest: { tokensPerDay: 400 } })
  const user = await app.createUser()
  const gate = createGate()
  app.provider.script(async (reply) => {
    await reply.tokens(['a '])
    await reply.until(gate.opened)
    await reply.finish('stop', { prompt_tokens: 150, completion_tokens: 150 })
  })
  const calls = app.provider.calls
  const sent = await Promise.all(['a', 'b', 'c', 'd'].map((content) => send(user, content)))
  await expect.poll(() => app.provider.active).toBe(1)
  gate.open()
  const readers = sent.map(({ conversationId }) => follow(user.client, conversationId))
  const statuses = await Promise.all(
    readers.map(async (reader, index) => {
      const id = sent[index]?.assistantMessageId ?? ''
      await reader.until(() => ['completed', 'error'].includes(reader.message(id)?.status ?? ''))
      return reader.message(id)?.error?.code ?? 'completed'
    }),
  )
  expect(statuses.toSorted()).toEqual(['budget-exceeded', 'budget-exceeded', 'completed', 'completed'])
  expect(app.provider.calls).toBe(calls + 2)
  expect((await me(user)).usage.tokensToday).toBe(600)
  await expectNothingReserved()
})

test('counters are those of the ledger, also where it is older than they are', async () => {
  const user = await app.createUser()
  app.provider.script(spends(80, 40))
  await ask(user, 'one')
  const userId = await idOf(user)
  const counters = () => app.database.queries.select().from(usageCounters).where(eq(usageCounters.scope, userId))
  const kept = (await counters()).map(({ period, tokens: used, microUsd }) => ({ period, used, microUsd }))
  expect(kept.toSorted((a, b) => a.period.length - b.period.length)).toEqual([
    { period: noon.toISOString().slice(0, 7), used: 120, microUsd: 120_000 },
    { period: noon.toISOString().slice(0, 10), used: 120, microUsd: 120_000 },
  ])
  await app.database.queries.delete(usageCounters)
  expect((await me(user)).usage).toMatchObject({ tokensToday: 120, microUsdThisMonth: 120_000 })
  await ask(user, 'two')
  expect((await me(user)).usage).toMatchObject({ tokensToday: 240, microUsdThisMonth: 240_000 })
  const [server] = await app.database.queries
    .select()
    .from(usageCounters)
    .where(eq(usageCounters.scope, 'server'))
    .orderBy(usageCounters.period)
    .limit(1)
  const summary = await admin.client.admin.usage.summary.query()
  expect(server?.tokens).toBe(summary.total.inputTokens + summary.total.outputTokens)
})

test('a call that a crash left open is counted, and gives back what it has reserved', async () => {
  await setLimits({ guest: { tokensPerDay: 100_000 } })
  const user = await app.createUser()
  const [id, generationId, userId] = [randomUUID(), randomUUID(), await idOf(user)]
  const now = clock.now()
  const call = { purpose: 'answer', provider: 'Scripted', model: 'scripted-1', inputTokens: 70, startedAt: now } as const
  await app.database.queries.insert(modelCalls).values({ id, generationId, userId, conversationId: randomUUID(), ...call })
  const reserved = { modelCallId: id, userId, tokens: 99_999, microUsd: 0, createdAt: now }
  await app.database.queries.insert(usageReservations).values(reserved)
  expect((await me(user)).usage.tokensToday).toBe(0)
  const deps = { clock, models: app.app.models }
  // A second worker finds nothing left to close.
  for (const expected of [70, 70]) {
    await app.database.queries.transaction((tx) => closeAbandonedCalls(deps, tx, generationId, { said: '', keep: null }))
    expect((await me(user)).usage.tokensToday).toBe(expected)
  }
  await expectNothingReserved()
})

test('at 80 % of a budget the log warns, once in a period', async () => {
  await setLimits({ guest: { tokensPerDay: 1_000 } })
  const user = await app.createUser()
  const scope = await idOf(user)
  const warnings = () => app.logs.filter((line) => line['event'] === 'limit-near' && line['scope'] === scope)
  app.provider.script(spends(700, 50))
  await ask(user, 'one')
  expect(warnings()).toEqual([])
  app.provider.script(spends(50, 50))
  await ask(user, 'two')
  await ask(user, 'three')
  app.provider.script(spends(10, 10))
  await ask(user, 'four')
  expect(warnings()).toMatchObject([{ level: 40, limit: 'tokensPerDay', used: 850, most: 1_000 }])
})

describe('files', () => {
  const create = async (user: TestUser, bytes: number) => {
    const response = await fetch(`${app.url}/api/uploads`, {
      method: 'POST',
      headers: { authorization: `Bearer ${user.token}`, 'tus-resumable': '1.0.0', 'upload-length': String(bytes) },
    })
    return { status: response.status, body: response.status === 201 ? null : ((await response.json()) as unknown) }
  }

  test('[U8] an upload for which there is no room is refused as JSON, before a byte of it; deleting makes room', async () => {
    await setLimits({ guest: { bytesStored: 1_000 } })
    const user = await app.createUser()
    const { id } = await upload(app, user, 'x'.repeat(900), { name: 'long.txt' })
    expect((await me(user)).usage.bytesStored).toBe(900)
    expect(await create(user, 101)).toEqual({
      status: 413,
      body: expect.objectContaining({
        code: 'PAYLOAD_TOO_LARGE',
        reason: 'budget-exceeded',
        retryAfterMs: null,
        message: expect.stringContaining('1000 bytes'),
      }),
    })
    expect(await create(user, 50)).toMatchObject({ status: 201 })
    await user.client.files.delete.mutate({ fileId: id })
    expect(await create(user, 800)).toMatchObject({ status: 201 })
    const exported = await upload(app, user, '{"format":"holdfast-export","version":1,"conversations":[]}', { purpose: 'import' })
    await setLimits({ server: { bytesStored: 1 } })
    expect(await refused(user.client.imports.start.mutate({ fileId: exported.id }))).toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      reason: 'budget-exceeded',
      retryAfterMs: null,
    })
    expect(await create(await app.createUser(), 1)).toMatchObject({ status: 413 })
  })

  test('at 80 % of the room for files the log warns, once a day', async () => {
    await setLimits({ guest: { bytesStored: 1_000 } })
    const user = await app.createUser()
    const scope = await idOf(user)
    const warnings = () => app.logs.filter((line) => line['event'] === 'limit-near' && line['scope'] === scope)
    expect(await create(user, 799)).toMatchObject({ status: 201 })
    expect(warnings()).toEqual([])
    expect(await create(user, 1)).toMatchObject({ status: 201 })
    expect(await create(user, 100)).toMatchObject({ status: 201 })
    expect(await create(user, 101)).toMatchObject({ status: 413 })
    expect(warnings()).toMatchObject([{ level: 40, limit: 'bytesStored', used: 800, most: 1_000 }])
  })

  test('[U8] of uploads that begin at the same moment no more than fit get through (attack H7)', async () => {
    await setLimits({ guest: { bytesStored: 1_000 } })
    const user = await app.createUser()
    const created = await Promise.all(Array.from({ length: 8 }, () => create(user, 300).catch(() => ({ status: 413 }))))
    expect(created.filter(({ status }) => status === 201)).toHaveLength(3)
  })
})

test('the usage of a server is summed by person, model, day and tool, and says nothing of what was written', async () => {
  const user = await app.createUser()
  app.provider.script(inTurn(toolCalls({ name: 'list_tasks', args: { status: 'all' } }), spends(80, 40)))
  await ask(user, 'a secret question')
  const { summary } = admin.client.admin.usage
  const byUser = await summary.query({ by: 'user' })
  expect(byUser.items.find(({ key }) => key)).toMatchObject({ label: 'Guest' })
  const id = await idOf(user)
  expect(byUser.items.find(({ key }) => key === id)).toMatchObject({ inputTokens: 90, outputTokens: 41 })
  const total = byUser.items.reduce((sum, { inputTokens }) => sum + inputTokens, 0)
  for (const by of ['model', 'day'] as const) {
    const { items } = await summary.query({ by })
    expect(items.reduce((sum, { inputTokens }) => sum + inputTokens, 0)).toBe(total)
  }
  expect((await summary.query({ by: 'model' })).items).toMatchObject([{ key: 'scripted-1', label: null }])
  expect((await summary.query({ by: 'tool' })).items).toMatchObject([{ key: 'list_tasks', inputTokens: 0 }])
  expect(JSON.stringify(byUser)).not.toContain('secret')
  const today = noon.toISOString().slice(0, 10)
  expect((await summary.query({ from: today, to: today })).items).toMatchObject([{ key: today }])
  expect((await summary.query({ to: '2020-01-01' })).total.calls).toBe(0)
  expect(await refused(user.client.admin.usage.summary.query())).toMatchObject({ code: 'FORBIDDEN', reason: 'admin-only' })
})

test('guests who left nothing behind go after a week; those with anything of theirs stay', async () => {
  const [idle, writer, planner, recent] = await Promise.all(Array.from({ length: 4 }, () => app.createUser()))
  const all = [idle, writer, planner, recent].flatMap((user) => user ?? [])
  const ids = await Promise.all(all.map(idOf))
  await writer?.client.conversations.create.mutate({})
  await planner?.client.tasks.add.mutate({ title: 'A task' })
  const longAgo = new Date(clock.now().getTime() - 8 * 24 * 3_600_000)
  await app.database.queries.update(users).set({ createdAt: longAgo }).where(inArray(users.id, ids))
  await app.database.queries
    .update(sessions)
    .set({ updatedAt: longAgo })
    .where(inArray(sessions.userId, ids.slice(0, 3)))
  await app.database.queries
    .insert(usageReservations)
    .values([{ modelCallId: randomUUID(), userId: ids[1] ?? '', tokens: 5, microUsd: 5, createdAt: longAgo }])
  expect(await purgeIdleGuests({ database: app.database, clock })).toBe(1)
  const left = await app.database.queries.select({ id: users.id }).from(users).where(inArray(users.id, ids))
  expect(left.map(({ id }) => id).toSorted()).toEqual(ids.slice(1).toSorted())
  await purgeUsage({ database: app.database, clock })
  expect(await app.database.queries.$count(usageReservations)).toBe(0)
})
