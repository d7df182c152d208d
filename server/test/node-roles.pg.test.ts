import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { schema } from '@holdfast/drizzle'
import postgres from 'postgres'
import { expect, test } from 'vitest'
import { connect, createTestApp } from '../testing/create-test-app.ts'
import { createPostgresDatabase } from '../testing/create-postgres-database.ts'
import { createScriptedProvider, tokensText } from '../testing/scripted-provider/index.ts'
import { startServerProcess } from '../testing/server-process.ts'
import { follow } from './follow.ts'
import { ask } from './send.ts'

const BETTER_AUTH_SECRET = 'a secret that is only used in tests, 32+ characters'
const createEnv = async () => ({
  DATABASE_URL: await createPostgresDatabase(process.env['TEST_POSTGRES_URL'] ?? ''),
  BETTER_AUTH_SECRET,
})

interface Envelope {
  readonly items?: readonly { readonly topic: string }[]
}

/** Hears every NOTIFY of the database, as a further node would. */
async function listen(url: string) {
  const client = postgres(url, { max: 1, onnotice: () => {} })
  const texts: string[] = []
  for (const channel of ['holdfast_bus', 'probe']) await client.listen(channel, (payload) => texts.push(payload))
  let probes = 0
  return {
    /** Everything that was sent so far, and not read yet: notices arrive in the order of their commits. */
    read: async () => {
      const probe = `probe ${(probes += 1)}`
      await client`select pg_notify('probe', ${probe})`
      await expect.poll(() => texts).toContain(probe)
      return texts.splice(0, texts.indexOf(probe) + 1).slice(0, -1)
    },
    [Symbol.asyncDispose]: () => client.end({ timeout: 1 }),
  }
}

test('a web node leaves all jobs to workers; sending, approving and cancelling reach them, and a worker serves its health alone', async () => {
  const env = await createEnv()
  await using provider = await createScriptedProvider()
  await using web = await createTestApp({ env: { ...env, ROLE: 'web' }, provider })
  const user = await web.createUser()
  const task = await user.client.tasks.add.mutate({ title: 'Gone soon' })
  const first = await user.client.messages.send.mutate({
    requestId: randomUUID(),
    content: `tool delete_task ${JSON.stringify({ taskId: task.id })}`,
  })
  const reader = follow(user.client, first.conversationId)
  await reader.until(() => reader.message(first.assistantMessageId)?.status === 'queued')
  expect(await (await fetch(`${web.url}/health/ready`)).json()).toEqual({
    status: 'ok',
    role: 'web',
    bus: 'LISTEN/NOTIFY',
    others: 0,
  })
  expect(provider.calls).toBe(0)

  await using worker = await createTestApp({ env: { ...env, ROLE: 'worker' }, provider })
  expect(await (await fetch(`${worker.url}/health/ready`)).json()).toEqual({
    status: 'ok',
    role: 'worker',
    bus: 'LISTEN/NOTIFY',
    others: 1,
  })
  for (const path of ['/', '/trpc/system.info', '/api/auth/options', '/mcp']) {
    expect([path, (await fetch(`${worker.url}${path}`)).status]).toEqual([path, 404])
  }
  expect((await fetch(`${worker.url}/metrics`)).status).toBe(200)

  await reader.until(() => reader.message(first.assistantMessageId)?.status === 'waiting')
  const call = reader.message(first.assistantMessageId)?.parts.find((part) => part.type === 'tool-call')
  if (call?.type !== 'tool-call') throw new Error('no call')
  const decision = { requestId: randomUUID(), messageId: first.assistantMessageId, callId: call.callId, approve: true }
  await user.client.toolCalls.decide.mutate(decision)
  await reader.until(() => reader.message(first.assistantMessageId)?.status === 'completed')
  expect((await user.client.tasks.list.query({})).items).toEqual([])

  const { conversationId } = first
  const endless = await user.client.messages.send.mutate({
    requestId: randomUUID(),
    conversationId,
    content: 'tokens 100000 at 100',
  })
  await reader.until(() => (reader.message(endless.assistantMessageId)?.content.length ?? 0) > 10)
  const [running] = await web.database.queries
    .select({ owner: schema.generations.owner })
    .from(schema.generations)
    .where(eq(schema.generations.messageId, endless.assistantMessageId))
  const [worked] = await web.database.queries.select().from(schema.nodes).where(eq(schema.nodes.role, 'worker'))
  expect(running?.owner).toBe(worked?.id)
  await user.client.messages.cancel.mutate({ messageId: endless.assistantMessageId })
  await reader.until(() => reader.message(endless.assistantMessageId)?.status === 'cancelled')
  expect(await provider.closed(provider.calls - 1)).toMatchObject({ byClient: true })
  reader.stop()
})

test('a node that is alone sends no NOTIFY, and with another one only what that one may need', async () => {
  const env = await createEnv()
  await using provider = await createScriptedProvider()
  await using one = await createTestApp({ env, provider })
  const user = await one.createUser()
  await using ear = await listen(env.DATABASE_URL)
  const first = await ask(user, 'tokens 20 at 200')
  await user.client.conversations.update.mutate({ conversationId: first.conversationId, title: 'Alone' })
  expect(await ear.read()).toEqual([])

  // The other node runs no jobs, so that the first writes the answers.
  await using two = await createTestApp({ env: { ...env, ROLE: 'web' }, provider })
  const topicsOf = (texts: readonly string[]) =>
    texts.flatMap((line) => ((JSON.parse(line) as Envelope).items ?? []).map(({ topic }) => topic.split(':', 1)[0]))
  await expect.poll(async () => ((await (await fetch(`${one.url}/health/ready`)).json()) as { others: number }).others).toBe(1)
  const { conversationId } = first
  const here = follow(user.client, conversationId)
  await here.until(({ conversation }) => conversation !== null)
  await ear.read()
  const again = { requestId: randomUUID(), conversationId, content: 'tokens 20 at 200' }
  const unseen = await user.client.messages.send.mutate(again)
  await here.until(() => here.message(unseen.assistantMessageId)?.content === tokensText(20))
  await here.until(() => here.message(unseen.assistantMessageId)?.status === 'completed')
  expect(topicsOf(await ear.read())).not.toContain('conversation')

  const elsewhere = connect(two.url, user.token)
  try {
    const there = follow(elsewhere.client, conversationId)
    await there.until(() => there.message(unseen.assistantMessageId)?.status === 'completed')
    const seen = await user.client.messages.send.mutate({ ...again, requestId: randomUUID() })
    await there.until(() => there.message(seen.assistantMessageId)?.status === 'completed')
    expect(there.message(seen.assistantMessageId)?.content).toBe(tokensText(20))
    expect(topicsOf(await ear.read())).toContain('conversation')
    there.stop()
  } finally {
    await elsewhere.close()
  }
  here.stop()
})

/** Moves the clock of the whole process. */
const shiftClock = (ms: number) =>
  `--import=data:text/javascript,${encodeURIComponent(`const Real=Date;globalThis.Date=class extends Real{constructor(...a){super(...(a.length?a:[Real.now()+(${ms})]))}static now(){return Real.now()+(${ms})}}`)}`

test('R8 nodes whose clocks are twenty minutes apart take the tokens of each other and agree about times', async () => {
  const env = await createEnv()
  await using provider = await createScriptedProvider()
  const start = (ms: number) =>
    startServerProcess({ ...env, OPENAI_BASE_URL: provider.baseUrl, OPENAI_MODEL: 'scripted-1', NODE_OPTIONS: shiftClock(ms) })
  await using early = await start(-600_000)
  await using late = await start(600_000)
  const signIn = async (url: string) => {
    const response = await fetch(`${url}/api/auth/sign-in/anonymous`, { method: 'POST' })
    const cookie = response.headers
      .getSetCookie()
      .map((line) => line.split(';', 1)[0])
      .join('; ')
    const token = async (at: string) =>
      ((await (await fetch(`${at}/api/auth/token`, { headers: { cookie } })).json()) as { token: string }).token
    return { token }
  }
  const startedAt = Date.now()
  for (const [home, away] of [
    [early, late],
    [late, early],
  ] as const) {
    expect(home.output()).toContain('clock-apart')
    const session = await signIn(home.url)
    // A token of each node, at the other one.
    for (const [issuer, reader] of [
      [home, away],
      [away, home],
    ] as const) {
      const visitor = connect(reader.url, await session.token(issuer.url))
      const sent = await visitor.client.messages.send.mutate({ requestId: randomUUID(), content: 'say Hello' })
      const following = follow(visitor.client, sent.conversationId)
      await following.until(() => following.message(sent.assistantMessageId)?.status === 'completed')
      const { createdAt = '', updatedAt = '' } = following.message(sent.assistantMessageId) ?? {}
      for (const at of [createdAt, updatedAt]) expect(Math.abs(Date.parse(at) - startedAt)).toBeLessThan(5 * 60_000)
      following.stop()
      await visitor.close()
    }
  }
})
