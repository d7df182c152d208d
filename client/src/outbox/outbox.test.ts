import type { SendInput } from '@holdfast/shared'
import { TRPCClientError } from '@trpc/client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ConnectionState } from '../transport/connection.ts'
import { SignedOutError } from '../transport/token-source.ts'
import { createValueStore } from '../value-store.ts'
import type { NewConversation } from './outbox-item.ts'
import { createOutbox } from './outbox.ts'
import { createMemoryStorage } from './outbox-storage.ts'

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const refusal = (code: string, httpStatus: number, more: object = {}) =>
  TRPCClientError.from({ error: { message: `server says ${code}`, code: -32000, data: { code, httpStatus, ...more } } } as never)

function createHarness(storage = createMemoryStorage()) {
  const send = vi.fn(async (_: SendInput): Promise<unknown> => undefined)
  const create = vi.fn(async (_: NewConversation): Promise<unknown> => undefined)
  const connection = createValueStore<ConnectionState>({ status: 'connecting' })
  const open = () => createOutbox({ storage, create, send, connection: { ...connection, retryNow: () => undefined } })
  return { storage, create, send, connection, open, outbox: open() }
}

const command = { conversationId: 'c', create: false, parentId: 'p' as string | null, content: 'Hello', model: null }
const settle = () => vi.advanceTimersByTimeAsync(0)
const states = (outbox: { get(): readonly { state: string }[] }) => outbox.get().map(({ state }) => state)

test('a message is on the device before the network is asked', async () => {
  const { storage, send, outbox } = createHarness()
  send.mockImplementation(async () => {
    expect(storage.load()).toHaveLength(1)
  })
  outbox.add(command)
  await settle()
  expect(send).toHaveBeenCalledTimes(1)
  expect(storage.load()).toEqual([])
})

test('what was delivered stays in sight until the log shows it', async () => {
  const { outbox } = createHarness()
  const item = outbox.add(command)
  await settle()
  expect(states(outbox)).toEqual(['sent'])
  outbox.forget(item.requestId)
  expect(outbox.get()).toEqual([])
})

test('while the server is out of reach it is tried again with the very same command', async () => {
  const { send, outbox } = createHarness()
  send.mockRejectedValue(new TypeError('Failed to fetch'))
  outbox.add(command)
  await settle()
  expect(states(outbox)).toEqual(['unsent'])
  await vi.advanceTimersByTimeAsync(4_000)
  send.mockResolvedValue(undefined)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(states(outbox)).toEqual(['sent'])
  const inputs = send.mock.calls.map(([input]) => JSON.stringify(input))
  expect(inputs.length).toBeGreaterThan(2)
  expect(new Set(inputs).size).toBe(1)
})

test('a server that fails is tried again too', async () => {
  const { send, outbox } = createHarness()
  send.mockRejectedValueOnce(refusal('INTERNAL_SERVER_ERROR', 500))
  outbox.add(command)
  await settle()
  expect(states(outbox)).toEqual(['unsent'])
  await vi.advanceTimersByTimeAsync(20_000)
  expect(states(outbox)).toEqual(['sent'])
})

test('when the connection comes back, nothing waits for its turn', async () => {
  const { send, connection, outbox } = createHarness()
  send.mockRejectedValueOnce(new TypeError('Failed to fetch'))
  outbox.add(command)
  await settle()
  connection.set({ status: 'live' })
  await settle()
  expect(states(outbox)).toEqual(['sent'])
})

test('a refused message is not tried again by itself; it says why, and can be tried by hand', async () => {
  const { send, outbox } = createHarness()
  send.mockRejectedValueOnce(refusal('CONFLICT', 409, { reason: 'stale-parent' }))
  const item = outbox.add(command)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(send).toHaveBeenCalledTimes(1)
  expect(outbox.get()).toMatchObject([
    { state: 'failed', failure: { code: 'CONFLICT', reason: 'stale-parent', message: 'server says CONFLICT' } },
  ])
  outbox.retry(item.requestId)
  await settle()
  expect(states(outbox)).toEqual(['sent'])
})

test('a server that asks for patience gets it', async () => {
  const { send, outbox } = createHarness()
  send.mockRejectedValueOnce(refusal('TOO_MANY_REQUESTS', 429, { retryAfterMs: 30_000 }))
  outbox.add(command)
  await vi.advanceTimersByTimeAsync(29_000)
  expect(send).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(3_000)
  expect(states(outbox)).toEqual(['sent'])
})

test('when the session has ended the message is kept and says what it waits for', async () => {
  const { send, outbox } = createHarness()
  send.mockRejectedValueOnce(TRPCClientError.from(new SignedOutError('ended')))
  outbox.add(command)
  await settle()
  expect(outbox.get()).toMatchObject([{ state: 'unsent', needsSignIn: true }])
})

test('a message below one that has not arrived waits for it; other conversations do not', async () => {
  const { send, outbox } = createHarness()
  send.mockRejectedValueOnce(new TypeError('Failed to fetch'))
  const first = outbox.add(command)
  const second = outbox.add({ ...command, parentId: first.assistantMessageId, content: 'And then' })
  outbox.add({ ...command, conversationId: 'other', content: 'Elsewhere' })
  await settle()
  expect(send.mock.calls.map(([input]) => input.content)).toEqual(['Hello', 'Elsewhere'])
  await vi.advanceTimersByTimeAsync(20_000)
  expect(send.mock.calls.map(([input]) => input.content)).toEqual(['Hello', 'Elsewhere', 'Hello', 'And then'])
  expect(send.mock.calls.at(-1)?.[0]).toMatchObject({ requestId: second.requestId, parentId: first.assistantMessageId })
})

test('taking a message back moves what was written behind it up, also to the beginning of a conversation', async () => {
  const { send, outbox } = createHarness()
  send.mockRejectedValueOnce(refusal('BAD_REQUEST', 400))
  const first = outbox.add({ ...command, create: true, parentId: null })
  const second = outbox.add({ ...command, parentId: first.assistantMessageId, content: 'And then' })
  await settle()
  expect(states(outbox)).toEqual(['failed', 'unsent'])
  outbox.discard(first.requestId)
  await settle()
  expect(send.mock.calls.at(-1)?.[0]).toMatchObject({ requestId: second.requestId, parentId: null, create: true })
})

test('a reload loses nothing: what was on its way goes out again under the same ids', async () => {
  const { storage, send, outbox, open } = createHarness()
  send.mockImplementation(() => new Promise(() => undefined))
  outbox.add(command)
  await settle()
  outbox.close()
  send.mockImplementation(async () => undefined)
  const reopened = open()
  expect(reopened.get()).toHaveLength(1)
  await settle()
  expect(states(reopened)).toEqual(['sent'])
  expect(send.mock.calls[1]).toEqual(send.mock.calls[0])
  expect(storage.load()).toEqual([])
})

test('after it is closed it sends nothing more', async () => {
  const { send, outbox } = createHarness()
  send.mockRejectedValue(new TypeError('Failed to fetch'))
  outbox.add(command)
  await settle()
  outbox.close()
  await vi.advanceTimersByTimeAsync(120_000)
  expect(send).toHaveBeenCalledTimes(1)
  expect(vi.getTimerCount()).toBe(0)
})

test('the command names its place, its ids and where the person is', async () => {
  const { send, outbox } = createHarness()
  const item = outbox.add({ ...command, create: true, parentId: null, model: 'kelp-large' })
  await settle()
  expect(send.mock.calls[0]?.[0]).toEqual({
    requestId: item.requestId,
    conversationId: 'c',
    create: true,
    parentId: null,
    content: 'Hello',
    model: 'kelp-large',
    userMessageId: item.userMessageId,
    assistantMessageId: item.assistantMessageId,
    utcOffsetMinutes: -new Date(item.createdAt).getTimezoneOffset(),
  })
})

const firstMessage = { ...command, create: true, parentId: null, model: 'm', instructions: 'Be brief.' }

test('a conversation with instructions is made with them, before its first message', async () => {
  const { create, send, outbox } = createHarness()
  create.mockImplementation(async () => expect(send).not.toHaveBeenCalled())
  outbox.add(firstMessage)
  await settle()
  expect(create.mock.calls).toEqual([[{ conversationId: 'c', instructions: 'Be brief.', model: 'm' }]])
  expect(send.mock.calls[0]?.[0]).toMatchObject({ conversationId: 'c', create: true, content: 'Hello' })
  expect(send.mock.calls[0]?.[0]).not.toHaveProperty('instructions')
})

test('without instructions the first message makes the conversation by itself', async () => {
  const { create, send, outbox } = createHarness()
  outbox.add({ ...command, create: true, parentId: null })
  await settle()
  expect(create).not.toHaveBeenCalled()
  expect(send).toHaveBeenCalledTimes(1)
})

test('whatever is lost on the way, both are asked again in the very same words, also after a reload', async () => {
  const { create, send, outbox, open } = createHarness()
  create.mockRejectedValueOnce(new TypeError('Failed to fetch'))
  send.mockRejectedValueOnce(new TypeError('Failed to fetch'))
  outbox.add(firstMessage)
  await settle()
  expect(send, 'no message without its conversation').not.toHaveBeenCalled()
  outbox.close()
  const again = open()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(states(again)).toEqual(['sent'])
  expect(create.mock.calls.length).toBe(3)
  expect(new Set(create.mock.calls.map((call) => JSON.stringify(call))).size).toBe(1)
  expect(new Set(send.mock.calls.map((call) => JSON.stringify(call))).size).toBe(1)
  again.close()
})

test('what moves up when the first message is taken back, takes the instructions along', async () => {
  const { create, outbox } = createHarness()
  create.mockRejectedValue(new TypeError('Failed to fetch'))
  const first = outbox.add(firstMessage)
  outbox.add({ ...command, content: 'Second', parentId: first.assistantMessageId })
  await settle()
  create.mockClear()
  create.mockResolvedValue(undefined)
  outbox.discard(first.requestId)
  await settle()
  expect(create.mock.calls).toEqual([[{ conversationId: 'c', instructions: 'Be brief.' }]])
})
