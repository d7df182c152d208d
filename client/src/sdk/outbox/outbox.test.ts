import type { SendInput } from '@holdfast/shared'
import { TRPCClientError } from '@trpc/client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ConnectionState } from '../transport/connection.ts'
import { FileRefusedError } from '../transport/failure.ts'
import { SignedOutError } from '../transport/token-source.ts'
import { createValueStore } from '../../lib/value-store.ts'
import { createStorageInMemory } from '../../lib/device-storage.ts'
import { createCommandStorage } from '../durable-commands/command-storage.ts'
import { readStoredItem, type NewConversation } from './outbox-item.ts'
import { createOutbox } from './outbox.ts'

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

function createHarness(values = new Map<string, string>()) {
  const device = createStorageInMemory(values)
  const commands = createCommandStorage({ name: 'outbox', parse: readStoredItem, device })
  const owner = createValueStore('ann')
  const storage = { load: () => commands.list('ann') }
  const send = vi.fn(async (_: SendInput): Promise<unknown> => undefined)
  const create = vi.fn(async (_: NewConversation): Promise<unknown> => undefined)
  const connection = createValueStore<ConnectionState>({ status: 'connecting' })
  /** Files that are on their way. */
  const pending = createValueStore<readonly string[]>([])
  const arrived = vi.fn(async (_: readonly string[]): Promise<void> => undefined)
  const uploads = {
    subscribe: pending.subscribe,
    hasPending: (ids: readonly string[]) => ids.some((id) => pending.get().includes(id)),
    untilArrived: arrived,
  }
  const open = () =>
    createOutbox({ storage: commands, owner, create, send, uploads, connection: { ...connection, retryNow: () => undefined } })
  return { storage, create, send, connection, pending, arrived, open, outbox: open() }
}

const command = { conversationId: 'c', create: false, parentId: 'p' as string | null, content: 'Hello', model: null }
const settle = () => vi.advanceTimersByTimeAsync(0)
const states = (outbox: { get(): readonly { state: string }[] }) => outbox.get().map(({ state }) => state)

test('[O1] a message is on the device before the network is asked', async () => {
  const { storage, send, outbox } = createHarness()
  send.mockImplementation(async () => {
    expect(storage.load()).toHaveLength(1)
  })
  outbox.add(command)
  await settle()
  expect(send).toHaveBeenCalledTimes(1)
  expect(storage.load()).toEqual([])
})

test('[O5] a delivered message stays in sight until the log shows it', async () => {
  const { outbox } = createHarness()
  const item = outbox.add(command)
  await settle()
  expect(states(outbox)).toEqual(['sent'])
  outbox.forget(item.requestId)
  expect(outbox.get()).toEqual([])
})

test('[O2] while the server is unreachable the same command is retried', async () => {
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

test('a message is also retried after a server error', async () => {
  const { send, outbox } = createHarness()
  send.mockRejectedValueOnce(refusal('INTERNAL_SERVER_ERROR', 500))
  outbox.add(command)
  await settle()
  expect(states(outbox)).toEqual(['unsent'])
  await vi.advanceTimersByTimeAsync(20_000)
  expect(states(outbox)).toEqual(['sent'])
})

test('when the connection comes back, no message waits for its retry', async () => {
  const { send, connection, outbox } = createHarness()
  send.mockRejectedValueOnce(new TypeError('Failed to fetch'))
  outbox.add(command)
  await settle()
  connection.set({ status: 'live' })
  await settle()
  expect(states(outbox)).toEqual(['sent'])
})

test('[O3] a refused message is not tried again by itself; it says why, and can be tried by hand', async () => {
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

test('a busy server is not asked again before the time that it named', async () => {
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

test('[O4] a message below one that has not arrived waits for it; other conversations do not wait', async () => {
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

test('[O7] discarding a message moves the ones below it up, also to the beginning of a conversation', async () => {
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

test('[O1] a reload loses nothing: what was on its way goes out again under the same ids', async () => {
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

test('a closed outbox sends nothing more', async () => {
  const { send, outbox } = createHarness()
  send.mockRejectedValue(new TypeError('Failed to fetch'))
  outbox.add(command)
  await settle()
  outbox.close()
  await vi.advanceTimersByTimeAsync(120_000)
  expect(send).toHaveBeenCalledTimes(1)
  expect(vi.getTimerCount()).toBe(0)
})

test('the command carries its parent, its ids and the UTC offset', async () => {
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

test('a conversation with parameters is made with them, also after a reload', async () => {
  const { create, outbox, open } = createHarness()
  create.mockRejectedValueOnce(new TypeError('Failed to fetch'))
  outbox.add({ ...command, create: true, parentId: null, parameters: { temperature: 0, reasoningEffort: 'low' } })
  await settle()
  outbox.close()
  const again = open()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(create.mock.lastCall).toEqual([{ conversationId: 'c', parameters: { temperature: 0, reasoningEffort: 'low' } }])
  again.close()
})

test('without instructions the first message makes the conversation by itself', async () => {
  const { create, send, outbox } = createHarness()
  outbox.add({ ...command, create: true, parentId: null })
  await settle()
  expect(create).not.toHaveBeenCalled()
  expect(send).toHaveBeenCalledTimes(1)
})

test('both commands are repeated unchanged after a lost request, also after a reload', async () => {
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

test('a message that moves up to the beginning keeps the instructions', async () => {
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

test('a message that an older page kept on the device is sent by this one', async () => {
  const kept = {
    requestId: '0198c0de-0000-7000-8000-000000000001',
    conversationId: 'c',
    create: true,
    parentId: null,
    content: 'Written before the update',
    model: null,
    userMessageId: 'u',
    assistantMessageId: 'a',
    createdAt: '2026-01-01T00:00:00.000Z',
    failure: null,
  }
  const values = new Map([[`holdfast.outbox.ann.${kept.requestId}`, JSON.stringify(kept)]])
  const { send, outbox } = createHarness(values)
  await settle()
  expect(send.mock.calls).toMatchObject([
    [{ requestId: kept.requestId, content: 'Written before the update', userMessageId: 'u' }],
  ])
  expect(states(outbox)).toEqual(['sent'])
  expect(values.size).toBe(0)
})

const files = ['f1', 'f2'].map((fileId) => ({ fileId, name: `${fileId}.png`, mediaType: 'image/png', bytes: 3 }))

test('[O8] a message with files waits until they have arrived, also over a reload, and is sent once', async () => {
  const { storage, send, pending, outbox, open } = createHarness()
  pending.set(['f1', 'f2'])
  outbox.add({ ...command, content: '', files })
  outbox.add({ ...command, conversationId: 'other', content: 'Elsewhere' })
  await settle()
  expect(send.mock.calls.map(([input]) => input.content)).toEqual(['Elsewhere'])
  expect(storage.load()).toMatchObject([{ command: { files } }])
  outbox.close()
  const again = open()
  pending.set(['f2'])
  await settle()
  expect(send).toHaveBeenCalledTimes(1)
  pending.set([])
  await settle()
  expect(send.mock.calls.slice(1)).toMatchObject([[{ content: '', files: ['f1', 'f2'] }]])
  expect(states(again)).toContain('sent')
})

test('a message whose file was refused says so and waits for a person', async () => {
  const { send, arrived, outbox } = createHarness()
  arrived.mockRejectedValueOnce(new FileRefusedError('f1.png: It is no picture.'))
  const { requestId } = outbox.add({ ...command, files })
  await settle()
  expect(send).not.toHaveBeenCalled()
  expect(outbox.get()).toMatchObject([
    { state: 'failed', failure: { reason: 'file-refused', message: 'f1.png: It is no picture.' } },
  ])
  outbox.retry(requestId)
  await settle()
  expect(send).toHaveBeenCalledTimes(1)
})

test('a file that the server still examines delays the message by a moment', async () => {
  const { send, outbox } = createHarness()
  send.mockRejectedValueOnce(refusal('CONFLICT', 409, { reason: 'file-not-ready' }))
  outbox.add({ ...command, files })
  await settle()
  expect(states(outbox)).toEqual(['unsent'])
  await vi.advanceTimersByTimeAsync(5_000)
  expect(send).toHaveBeenCalledTimes(2)
  expect(states(outbox)).toEqual(['sent'])
})
