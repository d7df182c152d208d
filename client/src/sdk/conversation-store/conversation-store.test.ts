import { pathTo, type ConversationEvent } from '@holdfast/shared'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createFakeLogServer, refusal, toConversation, toMessage } from '../../../test/fake-log-server.ts'
import { createConversationStore, type BranchOptions } from './conversation-store.ts'

/** Lets pending microtasks and timers run. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

const added = (id: string, parentId: string | null, change: Parameters<typeof toMessage>[1] = {}): ConversationEvent => ({
  type: 'message-added',
  message: toMessage(id, { parentId, ...change }),
})
const delta = (messageId: string, offset: number, text: string): ConversationEvent => ({
  type: 'text-delta',
  messageId,
  part: 0,
  offset,
  text,
})

/** A question and its answer, which is being written. */
function startAnswer(server: ReturnType<typeof createFakeLogServer>) {
  server.append(added('u1', null, { content: 'Hello' }), added('a1', 'u1', { role: 'assistant', status: 'queued' }), {
    type: 'generation-started',
    messageId: 'a1',
    attempt: 1,
    model: 'kelp',
  })
}

async function openStore(server: ReturnType<typeof createFakeLogServer>, options: BranchOptions = {}) {
  const store = createConversationStore(server.client, 'c', options)
  server.deliver()
  await settle()
  const ids = () => store.getState().messages.map(({ id }) => id)
  const contents = () => store.getState().messages.map(({ content }) => content)
  return { store, ids, contents }
}

test('is loading until the first snapshot, then shows the active path', async () => {
  const server = createFakeLogServer()
  startAnswer(server)
  const store = createConversationStore(server.client, 'c')
  expect(store.getState().status).toBe('loading')
  server.deliver()
  await settle()
  expect(store.getState()).toMatchObject({ status: 'ready', leafId: 'a1', earlier: 'none', cursor: 4 })
  expect(store.getState().messages.map(({ id }) => id)).toEqual(['u1', 'a1'])
})

test('text grows; messages that did not change keep their identity', async () => {
  const server = createFakeLogServer()
  startAnswer(server)
  const { store, contents } = await openStore(server)
  const before = store.getState().messages[0]
  server.append(delta('a1', 0, 'Hi '), delta('a1', 3, 'there'))
  server.deliver()
  await settle()
  expect(contents()).toEqual(['Hello', 'Hi there'])
  expect(store.getState().messages[0]).toBe(before)
})

test('many deltas between two frames notify listeners once', async () => {
  const server = createFakeLogServer()
  startAnswer(server)
  const { store } = await openStore(server)
  let notified = 0
  store.subscribe(() => (notified += 1))
  for (let index = 0; index < 50; index += 1) {
    server.append(delta('a1', index, 'x'))
    server.deliver()
  }
  await settle()
  expect(notified).toBe(1)
  expect(store.getState().messages.at(-1)?.content).toHaveLength(50)
})

test('a heartbeat changes nothing', async () => {
  const server = createFakeLogServer()
  startAnswer(server)
  const { store } = await openStore(server)
  const { messages } = store.getState()
  server.deliverRaw([])
  await settle()
  expect(store.getState().messages.map((message, index) => message === messages[index])).toEqual([true, true])
})

test('a gap is repaired by following again without a cursor, while what is shown stays', async () => {
  const server = createFakeLogServer()
  startAnswer(server)
  const { contents } = await openStore(server)
  server.append(delta('a1', 0, 'Hi '), delta('a1', 3, 'there'))
  server.deliverRaw(server.log.slice(-1))
  await settle()
  expect(server.follows).toEqual([undefined, undefined])
  expect(contents()).toEqual(['Hello', ''])
  server.deliver()
  await settle()
  expect(contents()).toEqual(['Hello', 'Hi there'])
})

test('the view equals the state of the server, however the log is cut, repeated and interrupted', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ minLength: 1, maxLength: 6, unit: 'binary' }), { minLength: 1, maxLength: 12 }),
      fc.array(fc.constantFrom('deliver', 'again', 'skip', 'nothing'), { minLength: 1, maxLength: 12 }),
      async (texts, deliveries) => {
        const server = createFakeLogServer()
        startAnswer(server)
        const { store } = await openStore(server)
        let offset = 0
        for (const [index, text] of texts.entries()) {
          server.append(delta('a1', offset, text))
          offset += text.length
          const how = deliveries[index % deliveries.length]
          if (how === 'deliver') server.deliver()
          if (how === 'again') server.deliverRaw(server.log.slice(-3))
          if (how === 'skip') server.deliverRaw(server.log.slice(-1))
        }
        server.append({ type: 'generation-ended', messageId: 'a1', status: 'completed', usage: null })
        server.deliver()
        await settle()
        server.deliver()
        await settle()
        const expected = pathTo(server.state(), 'a1')
        expect(store.getState().messages).toEqual(expected)
        store.close()
      },
    ),
    { numRuns: 60 },
  )
})

test('a conversation that does not exist is missing, one that fails can be tried again', async () => {
  const missing = createFakeLogServer({ exists: false })
  const { store } = await openStore(missing)
  expect(store.getState().status).toBe('missing')
  const server = createFakeLogServer()
  const opened = await openStore(server)
  server.error(refusal('BAD_REQUEST', 400))
  await settle()
  expect(opened.store.getState()).toMatchObject({ status: 'failed', failure: { code: 'BAD_REQUEST' } })
  opened.store.reload()
  server.deliver()
  await settle()
  expect(opened.store.getState().status).toBe('ready')
})

test('a sent message is shown immediately, under the ids that it keeps', async () => {
  const server = createFakeLogServer()
  const { store, ids } = await openStore(server)
  const item = store.send({ content: 'Hello' })
  expect(ids()).toEqual([item.userMessageId])
  expect(store.getState().deliveries[item.userMessageId]).toMatchObject({ state: 'sending' })
  expect(store.getState().messages.at(-1), 'a message on its way looked completed').toMatchObject({ delivery: 'sending' })
  await settle()
  server.deliver()
  await settle()
  expect(ids()).toEqual([item.userMessageId, item.assistantMessageId])
  expect(store.getState().deliveries).toEqual({})
  expect(store.getState().messages.some((message) => 'delivery' in message)).toBe(false)
  expect(server.calls.map(({ path }) => path)).toEqual(['send'])
})

test('between the acknowledgement and the log, a sent message stays in sight', async () => {
  const server = createFakeLogServer()
  const { store, ids } = await openStore(server)
  const item = store.send({ content: 'Hello' })
  await settle()
  expect(ids()).toEqual([item.userMessageId])
  expect(store.getState().deliveries[item.userMessageId]?.state).toBe('sent')
})

test('three messages in a row hang one below the other, also before the server has the first', async () => {
  const server = createFakeLogServer()
  const { store, contents } = await openStore(server)
  const first = store.send({ content: 'one' })
  const second = store.send({ content: 'two' })
  const third = store.send({ content: 'three' })
  expect(contents()).toEqual(['one', 'two', 'three'])
  expect([second.parentId, third.parentId]).toEqual([first.assistantMessageId, second.assistantMessageId])
  await settle()
  server.deliver()
  await settle()
  expect(contents()).toEqual(['one', '', 'two', '', 'three', ''])
})

test('a conversation that begins here is shown before it exists, and followed once it does', async () => {
  const server = createFakeLogServer({ exists: false })
  const { outbox } = server.client
  const item = outbox.add({ conversationId: 'c', create: true, parentId: null, content: 'Hello', model: null })
  const store = createConversationStore(server.client, 'c')
  expect(store.getState()).toMatchObject({ status: 'ready', messages: [{ content: 'Hello' }] })
  expect(server.follows).toEqual([])
  await settle()
  expect(server.follows).toEqual([undefined])
  server.deliver()
  await settle()
  expect(store.getState().messages.map(({ id }) => id)).toEqual([item.userMessageId, item.assistantMessageId])
})

test('sending to an id that does not exist makes the conversation', async () => {
  const server = createFakeLogServer({ exists: false })
  const { store } = await openStore(server)
  store.send({ content: 'Hello' })
  await settle()
  server.deliver()
  await settle()
  expect(store.getState()).toMatchObject({ status: 'ready', messages: [{ content: 'Hello' }, { role: 'assistant' }] })
})

test('a message that is sent before anything is loaded goes to the end of the path, which the server knows', async () => {
  const server = createFakeLogServer()
  startAnswer(server)
  const store = createConversationStore(server.client, 'c')
  store.send({ content: 'and?' })
  await settle()
  expect(server.calls[0]?.input).not.toHaveProperty('parentId')
  server.deliver()
  await settle()
  expect(store.getState().messages.map(({ content }) => content)).toEqual(['Hello', '', 'and?', ''])
})

test('a message that is sent between loading and drawing is not put beside the first question', async () => {
  const server = createFakeLogServer()
  startAnswer(server)
  const store = createConversationStore(server.client, 'c')
  server.deliver()
  expect(store.getState().messages).toEqual([])
  const item = store.send({ content: 'Bye' })
  expect(item.parentId).toBeUndefined()
  expect(store.getState().messages.map(({ id }) => id)).toEqual(['u1', 'a1', item.userMessageId])
})

test('a message that is sent while the chosen branch is fetched is not put beside the first question', async () => {
  const server = createFakeLogServer()
  startAnswer(server)
  server.append(added('b1', null, { siblingIds: ['u1', 'b1'], content: 'Other' }))
  const store = createConversationStore(server.client, 'c', { leafId: 'u1' })
  server.deliver()
  await Promise.resolve()
  expect(store.getState()).toMatchObject({ status: 'ready', messages: [] })
  expect(store.send({ content: 'Bye' }).parentId).toBeUndefined()
})

test('a refused message says why; taken back, it is gone and the rest is as it was', async () => {
  const server = createFakeLogServer()
  startAnswer(server)
  const { store, ids } = await openStore(server)
  server.failNext(refusal('CONFLICT', 409, { reason: 'stale-parent' }))
  const item = store.send({ content: 'and?' })
  await settle()
  expect(store.getState().deliveries[item.userMessageId]).toMatchObject({ state: 'failed', failure: { reason: 'stale-parent' } })
  server.client.outbox.discard(item.requestId)
  await settle()
  expect(ids()).toEqual(['u1', 'a1'])
})

test('an edit is a branch beside the message, shown immediately; the older version stays', async () => {
  const server = createFakeLogServer()
  startAnswer(server)
  const { store, contents, ids } = await openStore(server)
  const item = store.edit('u1', 'Hello again')
  expect(item.parentId).toBeNull()
  expect(contents()).toEqual(['Hello again'])
  await settle()
  server.deliver()
  await settle()
  expect(contents()).toEqual(['Hello again', ''])
  expect(store.getState().messages[0]?.siblingIds).toEqual(['u1', item.userMessageId])
  await store.selectBranch('u1')
  expect(ids()).toEqual(['u1', 'a1'])
})

test('a reader without a chosen branch follows the active one; a chosen branch stays', async () => {
  const server = createFakeLogServer()
  startAnswer(server)
  const follower = await openStore(server)
  const chooser = await openStore(server)
  await chooser.store.selectBranch('u1')
  server.append(added('u2', null, { siblingIds: ['u1', 'u2'], content: 'Other' }))
  server.deliver()
  await settle()
  expect(follower.ids()).toEqual(['u2'])
  expect(chooser.ids()).toEqual(['u1', 'a1'])
  expect(chooser.store.getState().messages[0]?.siblingIds).toEqual(['u1', 'u2'])
})

test('a reader of a chosen branch is notified when another one has grown, and can switch to it', async () => {
  const server = createFakeLogServer()
  startAnswer(server)
  server.append(added('b1', null, { siblingIds: ['u1', 'b1'], content: 'Other' }))
  const { store, ids } = await openStore(server)
  await store.selectBranch('u1')
  expect(ids()).toEqual(['u1', 'a1'])
  expect(store.getState().newerLeafId, 'the other one was there when this one was chosen').toBeNull()
  server.append(added('b2', 'b1', { content: 'More there' }))
  server.deliver()
  await settle()
  expect(ids()).toEqual(['u1', 'a1'])
  expect(store.getState().newerLeafId).toBe('b2')
  await store.selectNewest()
  expect(ids()).toEqual(['b1', 'b2'])
  expect(store.getState().newerLeafId).toBeNull()
  server.append(added('b3', 'b2', { content: 'And more' }))
  server.deliver()
  await settle()
  expect(ids(), 'from then on it follows').toEqual(['b1', 'b2', 'b3'])
})

test('a branch that is opened again reports what was added elsewhere since it was chosen', async () => {
  const server = createFakeLogServer()
  startAnswer(server)
  server.append(added('b1', null, { siblingIds: ['u1', 'b1'], content: 'Other' }), added('b2', 'b1', { content: 'More there' }))
  const again = await openStore(server, { leafId: 'a1', activeWhenChosen: 'b1' })
  expect(again.ids().at(-1)).toBe('a1')
  expect(again.store.getState().newerLeafId).toBe('b2')
  const known = await openStore(server, { leafId: 'a1', activeWhenChosen: 'b2' })
  expect(known.store.getState().newerLeafId, 'that was there when it was chosen').toBeNull()
})

test('the branch of a message far above is opened at its end, and the message is found further up', async () => {
  const server = createFakeLogServer({ pageSize: 2 })
  const names = ['u1', 'a1', 'u2', 'a2', 'u3', 'a3']
  server.append(...names.map((name, index) => added(name, names[index - 1] ?? null, { content: name })))
  const { store, ids } = await openStore(server)
  expect(ids()).toEqual(['u3', 'a3'])
  const selected = store.selectBranch('a1')
  expect(ids(), 'what is shown stays until there is something else').toEqual(['u3', 'a3'])
  await selected
  expect(ids()).toEqual(['u3', 'a3'])
  await store.loadEarlier()
  await store.loadEarlier()
  expect(ids()).toEqual(names)
})

test('a chosen branch grows with what is added below its end, from anywhere', async () => {
  const server = createFakeLogServer()
  startAnswer(server)
  const { store, ids } = await openStore(server)
  await store.selectBranch('u1')
  server.append(added('u2', 'a1', { content: 'More' }), added('a2', 'u2', { role: 'assistant', status: 'queued' }))
  server.deliver()
  await settle()
  expect(ids()).toEqual(['u1', 'a1', 'u2', 'a2'])
})

test('a message that is sent on a chosen branch stays on it', async () => {
  const server = createFakeLogServer()
  startAnswer(server)
  const { store, contents } = await openStore(server)
  await store.selectBranch('u1')
  store.send({ content: 'More' })
  server.append(added('u9', null, { siblingIds: ['u1', 'u9'], content: 'Elsewhere' }))
  await settle()
  server.deliver()
  await settle()
  expect(contents()).toEqual(['Hello', '', 'More', ''])
})

test('a branch that is not loaded is fetched, down to its newest end', async () => {
  const server = createFakeLogServer()
  startAnswer(server)
  server.append(added('u2', 'a1', { content: 'deep' }), added('b1', null, { siblingIds: ['u1', 'b1'], content: 'Other' }))
  const { store, ids } = await openStore(server)
  expect(ids()).toEqual(['b1'])
  await store.selectBranch('u1')
  expect(ids()).toEqual(['u1', 'a1', 'u2'])
})

test('a branch that was chosen before a reload is opened again', async () => {
  const server = createFakeLogServer()
  startAnswer(server)
  server.append(added('b1', null, { siblingIds: ['u1', 'b1'], content: 'Other' }))
  const { ids } = await openStore(server, { leafId: 'u1' })
  await settle()
  expect(ids()).toEqual(['u1', 'a1'])
})

test('a chosen branch whose end is removed gives way to the active one', async () => {
  const server = createFakeLogServer()
  startAnswer(server)
  server.append({ type: 'generation-ended', messageId: 'a1', status: 'completed', usage: null })
  const { store, ids } = await openStore(server)
  await store.selectBranch('u1')
  server.append(
    { type: 'message-removed', messageId: 'a1', siblingIds: [] },
    {
      type: 'conversation-updated',
      conversation: toConversation('c', { activeMessageId: 'u1' }),
    },
  )
  server.deliver()
  await settle()
  expect(ids()).toEqual(['u1'])
})

test('a regenerated answer is shown beside the first', async () => {
  const server = createFakeLogServer()
  startAnswer(server)
  server.append({ type: 'generation-ended', messageId: 'a1', status: 'completed', usage: null })
  const { store, ids } = await openStore(server)
  await store.selectBranch('u1')
  await store.regenerate('a1')
  server.deliver()
  await settle()
  expect(ids()).toEqual(['u1', 'a1-again'])
  expect(store.getState().messages.at(-1)?.siblingIds).toEqual(['a1', 'a1-again'])
})

test('older pages are loaded above, up to the root, without touching what is there', async () => {
  const server = createFakeLogServer({ pageSize: 3 })
  let parentId: string | null = null
  for (let index = 1; index <= 8; index += 1) {
    server.append(added(`m${index}`, parentId, { content: String(index) }))
    parentId = `m${index}`
  }
  const { store, ids } = await openStore(server)
  expect(ids()).toEqual(['m6', 'm7', 'm8'])
  expect(store.getState().earlier).toBe('available')
  await store.loadEarlier()
  await settle()
  expect(ids()).toEqual(['m3', 'm4', 'm5', 'm6', 'm7', 'm8'])
  await store.loadEarlier()
  await settle()
  expect(ids()).toEqual(['m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7', 'm8'])
  expect(store.getState().earlier).toBe('none')
})

test('a snapshot in the middle of reading, after the log was pruned, does not take older messages away', async () => {
  const server = createFakeLogServer({ pageSize: 2 })
  server.append(added('m1', null), added('m2', 'm1'), added('m3', 'm2'))
  const { store, ids } = await openStore(server)
  await store.loadEarlier()
  await settle()
  store.reload()
  server.deliver()
  await settle()
  expect(ids()).toEqual(['m1', 'm2', 'm3'])
})

test('stop sends one request, is pending until the answer has ended, and finds the running answer by itself', async () => {
  const server = createFakeLogServer()
  startAnswer(server)
  const { store } = await openStore(server)
  await Promise.all([store.stop(), store.stop(), store.stop('a1')])
  expect(server.calls).toEqual([{ path: 'cancel', input: { messageId: 'a1' } }])
  expect(store.getState().stopping).toEqual({ a1: true })
  server.append({ type: 'generation-ended', messageId: 'a1', status: 'cancelled', usage: null })
  server.deliver()
  await settle()
  expect(store.getState().stopping).toEqual({})
  await store.stop()
  expect(server.calls).toHaveLength(1)
})

test('stop keeps trying while the server is out of reach', async () => {
  const server = createFakeLogServer()
  startAnswer(server)
  const { store } = await openStore(server)
  server.failNext(new TypeError('Failed to fetch'))
  const stopped = store.stop()
  await settle()
  server.connection.set({ status: 'reconnecting', retryAt: null })
  server.connection.set({ status: 'live' })
  await stopped
  expect(server.calls.map(({ path }) => path)).toEqual(['cancel', 'cancel'])
})

test('a command that is tried again is the same command', async () => {
  const server = createFakeLogServer()
  startAnswer(server)
  const { store } = await openStore(server)
  server.failNext(new TypeError('Failed to fetch'))
  const continued = store.continue('a1')
  await settle()
  server.connection.set({ status: 'reconnecting', retryAt: null })
  server.connection.set({ status: 'live' })
  await continued
  expect(server.calls[0]).toEqual(server.calls[1])
})

test('a conversation is marked read once, and only when it is unread', async () => {
  const server = createFakeLogServer()
  startAnswer(server)
  const { store } = await openStore(server)
  store.markRead()
  server.append({ type: 'generation-ended', messageId: 'a1', status: 'completed', usage: null })
  server.deliver()
  await settle()
  store.markRead()
  store.markRead()
  expect(server.calls).toEqual([{ path: 'markRead', input: { conversationId: 'c', cursor: '5' } }])
})

test('a conversation in the trash is reported as such, and comes back when it is restored', async () => {
  const server = createFakeLogServer()
  startAnswer(server)
  const { store } = await openStore(server)
  server.append({ type: 'conversation-deleted' })
  server.deliver()
  server.complete()
  await settle()
  expect(store.getState().deleted).toBe(true)
  server.append({ type: 'conversation-restored' })
  store.reload()
  server.deliver()
  await settle()
  expect(store.getState()).toMatchObject({ deleted: false, messages: [{ id: 'u1' }, { id: 'a1' }] })
})

test('a closed store follows nothing and notifies no listener', async () => {
  const server = createFakeLogServer()
  startAnswer(server)
  const { store } = await openStore(server)
  let notified = 0
  store.subscribe(() => (notified += 1))
  store.close()
  server.append(delta('a1', 0, 'late'))
  server.deliver()
  await settle()
  expect([server.followers(), notified]).toEqual([0, 0])
})

test('a conversation that is refused while its first message makes it is followed as soon as it exists', async () => {
  const server = createFakeLogServer({ exists: false })
  const { follow } = server.client.trpc.conversations
  const subscribe = follow.subscribe.bind(follow)
  let refuse = () => {}
  const refused = (_: object, { onError }: { readonly onError?: (error: unknown) => void }) => {
    // The refusal is on its way, and arrives after the message was taken.
    refuse = () => onError?.(refusal('NOT_FOUND', 404))
    follow.subscribe = subscribe
    return { unsubscribe: () => {} }
  }
  follow.subscribe = refused as typeof follow.subscribe
  const store = createConversationStore(server.client, 'c')
  store.send({ content: 'Hello' })
  await expect.poll(() => server.client.outbox.get()[0]?.state).toBe('sent')
  refuse()
  await settle()
  expect(server.followers()).toBe(1)
  server.deliver()
  await settle()
  expect(store.getSnapshot()).toMatchObject({ status: 'ready', deliveries: {} })
  store.close()
})
