import { expect, test } from 'vitest'
import { createFakeLogServer, refusal, toMessage } from '../../../test/fake-log-server.ts'
import { createConversationStore } from './conversation-store.ts'

/** Lets pending microtasks and timers run. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

/** An answer that asks whether `call` may run; `generating`: another call of the same step still runs. */
async function openQuestion(status: 'waiting' | 'generating' = 'waiting') {
  const server = createFakeLogServer()
  server.append(
    { type: 'message-added', message: toMessage('a1', { role: 'assistant', status: 'queued' }) },
    { type: 'generation-started', messageId: 'a1', attempt: 1, model: 'kelp' },
    { type: 'tool-call', messageId: 'a1', part: 0, callId: 'call', name: 'delete_task', args: {} },
    { type: 'tool-call-updated', messageId: 'a1', callId: 'call', state: 'waiting', question: 'Delete it?' },
  )
  if (status === 'waiting') server.append({ type: 'generation-waiting', messageId: 'a1' })
  const store = createConversationStore(server.client, 'c')
  server.deliver()
  await settle()
  const show = async () => {
    server.deliver()
    await settle()
    return store.getState()
  }
  const decided = () => server.calls.filter(({ path }) => path === 'decide')
  return { server, store, show, decided }
}

test.each([
  [true, 'pending'],
  [false, 'denied'],
] as const)('a decision (%s) shows immediately, until the log says it', async (approve, state) => {
  const { store, show } = await openQuestion()
  const answered = store.decide('a1', 'call', approve)
  expect(store.getState().decisions).toEqual({ call: approve })
  await expect(answered).resolves.toBe(state)
  expect(store.getState().decisions, 'the log has not said it yet').toEqual({ call: approve })
  expect((await show()).decisions).toEqual({})
})

test('another tab was first: its decision is returned', async () => {
  const { server, store, show } = await openQuestion()
  await server.client.trpc.toolCalls.decide.mutate({ requestId: 'r', messageId: 'a1', callId: 'call', approve: false })
  await expect(store.decide('a1', 'call', true)).resolves.toBe('denied')
  expect((await show()).decisions).toEqual({})
})

test('a decision that the server refuses is taken back', async () => {
  const { server, store } = await openQuestion()
  server.failNext(refusal('NOT_FOUND', 404))
  await expect(store.decide('a1', 'call', true)).rejects.toThrow('NOT_FOUND')
  await settle()
  expect(store.getState().decisions).toEqual({})
})

test('while the server is out of reach the same decision is tried again', async () => {
  const { server, store, decided } = await openQuestion()
  server.failNext(new TypeError('Failed to fetch'))
  const answered = store.decide('a1', 'call', true)
  await settle()
  server.connection.set({ status: 'reconnecting', retryAt: null })
  server.connection.set({ status: 'live' })
  await expect(answered).resolves.toBe('pending')
  expect(decided()).toHaveLength(2)
  expect(decided()[1]).toEqual(decided()[0])
})

test('a question can be answered while other calls run: the decision is sent when they have ended', async () => {
  const { server, store, show, decided } = await openQuestion('generating')
  const answered = store.decide('a1', 'call', true)
  await settle()
  expect(store.getState().decisions).toEqual({ call: true })
  expect(decided()).toEqual([])
  server.append({ type: 'generation-waiting', messageId: 'a1' })
  await show()
  await expect(answered).resolves.toBe('pending')
})

test('an answer that ends ends its open questions', async () => {
  const { server, store, show } = await openQuestion('generating')
  const answered = store.decide('a1', 'call', true)
  server.append({ type: 'generation-ended', messageId: 'a1', status: 'cancelled', usage: null })
  expect((await show()).decisions).toEqual({})
  await answered
})
