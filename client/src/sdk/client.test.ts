import { afterEach, expect, test, vi } from 'vitest'
import { createValueStore } from '../lib/value-store.ts'
import { connectClient } from './client.ts'
import { createHoldfastClient } from './holdfast-client.ts'
import { errorToFailure } from './transport/failure.ts'

afterEach(() => vi.unstubAllGlobals())

function createHarness() {
  const userId = createValueStore<string | null>('ada')
  const token = { pending: Promise.resolve('token of ada') }
  const tokens = { get: () => token.pending, refused: () => undefined, forget: () => undefined, userId }
  const sentAs: (string | null)[] = []
  vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
    sentAs.push(new Headers(init.headers).get('authorization'))
    return Response.json([{ result: { data: {} } }])
  })
  const onSignedOut = vi.fn()
  const onDiagnostic = vi.fn()
  const client = connectClient({
    url: 'http://localhost:1',
    tokens,
    onSignedOut,
    onDiagnostic,
    webSocket: undefined,
    eventSource: undefined,
  })
  const { trpc, outbox, close } = client
  /** Drops the old token; the new one arrives later. */
  const changeUser = () => {
    const { promise, resolve } = Promise.withResolvers<string>()
    token.pending = promise
    return () => {
      userId.set('guest')
      resolve('token of a guest')
    }
  }
  return { client, trpc, outbox, onSignedOut, onDiagnostic, userId, sentAs, changeUser, [Symbol.dispose]: close }
}

test('a draft that is saved while its writer signs out is not sent as the next user', async () => {
  using harness = createHarness()
  const arrive = harness.changeUser()
  const saved = harness.trpc.drafts.set.mutate({ conversationId: null, content: 'a private thought' })
  arrive()
  await expect(saved).rejects.toThrow('no longer signed in')
  expect(harness.sentAs).toEqual([])
  expect(errorToFailure(await saved.catch((error: unknown) => error)).kind).toBe('signed-out')
  expect(harness.onSignedOut, 'the next user keeps their session').not.toHaveBeenCalled()
  await harness.trpc.drafts.set.mutate({ conversationId: null, content: 'a guest was here' })
  expect(harness.sentAs).toEqual(['Bearer token of a guest'])
})

test('a query that waits for the next user is sent as that user', async () => {
  using harness = createHarness()
  const arrive = harness.changeUser()
  const answered = harness.trpc.system.info.query()
  arrive()
  await answered
  expect(harness.sentAs).toEqual(['Bearer token of a guest'])
})

test('a message that is sent while its writer signs out waits for the writer, and is not tried as the next user', async () => {
  using harness = createHarness()
  const arrive = harness.changeUser()
  harness.outbox.add({ conversationId: 'c', parentId: null, content: 'a private thought', create: false, model: null })
  arrive()
  // It asks for its token after the message did.
  await harness.trpc.system.info.query()
  expect(harness.sentAs).toEqual(['Bearer token of a guest'])
  harness.userId.set('ada')
  expect(harness.outbox.get()).toMatchObject([{ content: 'a private thought', state: 'unsent', needsSignIn: true }])
})

test('an exception in code is reported once, and not taken for an unreachable server', async () => {
  using harness = createHarness()
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('response.bytes is not a function')
  })
  for (const _ of [1, 2]) {
    const error: unknown = await harness.trpc.system.info.query().catch((reason: unknown) => reason)
    expect(errorToFailure(error).kind).toBe('refused')
  }
  expect(harness.onDiagnostic).toHaveBeenCalledTimes(1)
  expect(harness.onDiagnostic).toHaveBeenCalledWith(expect.objectContaining({ type: 'programming-error' }))
})

test('a runtime brings its own fetch and storage: every request goes through the one, unsent messages into the other', async () => {
  vi.stubGlobal('fetch', () => {
    throw new Error('the global fetch was used')
  })
  const entries = new Map<string, string>()
  const storage = {
    getItem: (key: string) => entries.get(key) ?? null,
    setItem: (key: string, text: string) => void entries.set(key, text),
    removeItem: (key: string) => void entries.delete(key),
    key: (index: number) => [...entries.keys()][index] ?? null,
    get length() {
      return entries.size
    },
  }
  const asked: string[] = []
  const fetch = async (input: RequestInfo | URL) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input)
    asked.push(pathname)
    if (pathname.endsWith('/token')) return Response.json({ token: 'made.by.guest' })
    if (pathname.endsWith('/messages.send')) throw new TypeError('fetch failed')
    return Response.json(pathname.endsWith('/get-session') ? null : [{ result: { data: {} } }])
  }
  const client = createHoldfastClient({ url: 'http://localhost:1', fetch, storage, transport: 'sse' })
  await client.trpc.system.info.query()
  client.outbox.add({ conversationId: 'c', parentId: null, content: 'kept', create: false, model: null })
  await vi.waitFor(() => expect(asked).toContain('/trpc/messages.send'), 60_000)
  client.close()
  expect(asked).toEqual(expect.arrayContaining(['/api/auth/sign-in/anonymous', '/trpc/system.info']))
  expect([...entries.values()].join()).toContain('kept')
  const later = createHoldfastClient({ url: 'http://localhost:1', fetch, storage, transport: 'sse' })
  expect(later.outbox.get()).toMatchObject([{ content: 'kept' }])
  later.close()
})

test('a new conversation has an id from the start', () => {
  using harness = createHarness()
  const { client } = harness
  const store = client.openConversation(undefined, { isLazy: true })
  expect(store.conversationId).toMatch(/^[0-9a-f-]{36}$/u)
  expect(store.getSnapshot()).toBe(store.getState())
  store.close()
})

test('a fixed token goes with every request, and a refused one ends the session', async () => {
  const sentAs: (string | null)[] = []
  const fetch = async (_: RequestInfo | URL, init: RequestInit = {}) => {
    sentAs.push(new Headers(init.headers).get('authorization'))
    const data = { code: 'UNAUTHORIZED', httpStatus: 401 }
    return Response.json([{ error: { message: 'no', code: -32_001, data } }], { status: 401 })
  }
  const onUnauthorized = vi.fn()
  const client = createHoldfastClient({ url: 'http://localhost:1', token: 'pat_secret', fetch, onUnauthorized, transport: 'sse' })
  await expect(client.trpc.system.info.query()).rejects.toThrow('no')
  expect(new Set(sentAs)).toEqual(new Set(['Bearer pat_secret']))
  expect(onUnauthorized).toHaveBeenCalledOnce()
  client.close()
})
