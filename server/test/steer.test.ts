import { randomUUID } from 'node:crypto'
import type { Message } from '@holdfast/shared'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createGate, httpError, inTurn, text, toolCalls, tokens, type Answer } from '../testing/scripted-provider/index.ts'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { follow } from './follow.ts'
import { send } from './send.ts'

let app: TestApp

beforeAll(async () => {
  app = await createTestApp({ env: { STEPS_PER_ANSWER: '3', AUTO_CONTINUE: 'off' } })
})
afterAll(() => app[Symbol.asyncDispose]())

const addTask = toolCalls({ name: 'add_task', args: { title: 'Buy milk' } })

/** The answer waits for the gate before it says anything. */
function behind(gate: ReturnType<typeof createGate>, answer: Answer): Answer {
  return async (reply) => {
    await reply.until(gate.opened)
    await answer(reply)
  }
}

async function begin(user: TestUser, content: string) {
  const sent = await send(user, content)
  return { ...sent, messageId: sent.assistantMessageId, reader: follow(user.client, sent.conversationId) }
}

function steer(user: TestUser, messageId: string, content: string, requestId = randomUUID()) {
  return user.client.messages.steer.mutate({ requestId, messageId, content })
}

/** The kinds of an answer's parts, and the words of those that have some. */
function outline(message: Message | undefined): string[] {
  return (message?.parts ?? []).map((part) => ('text' in part ? `${part.type}: ${part.text}` : part.type))
}

/** What the model got in its last call, behind the question: roles and contents, without the results of tools. */
function lastRequest(): string[] {
  const all = app.provider.requests.at(-1)?.body.messages ?? []
  const question = all.findIndex(({ role }) => role === 'user')
  return all
    .slice(question + 1)
    .map(({ role, content }) => (role === 'tool' ? role : `${role}: ${typeof content === 'string' ? content : ''}`))
}

const stored = async (user: TestUser, conversationId: string) =>
  (await user.client.conversations.get.query({ conversationId })).messages.at(-1)

test('[R18] remarks while tools work: the model gets them at its next step, in order, behind the results of the tools', async () => {
  const user = await app.createUser()
  const gate = createGate()
  app.provider.script(inTurn(behind(gate, addTask), text('Milk and bread.')))
  const { reader, messageId, conversationId } = await begin(user, 'Add milk')
  await reader.until(() => reader.message(messageId)?.status === 'generating')
  const requestId = randomUUID()
  const first = await steer(user, messageId, 'Bread, too', requestId)
  expect(await steer(user, messageId, 'Bread, too', requestId)).toEqual(first)
  const second = await steer(user, messageId, 'And be short')
  await expect(steer(user, messageId, 'Something else', requestId)).rejects.toMatchObject({ data: { reason: 'request-reused' } })
  await reader.until(() => reader.message(messageId)?.pendingRemarks?.length === 2)
  // Every reader sees them before the model does: one that comes now, and one that reads once.
  expect((await stored(user, conversationId))?.pendingRemarks?.map(({ text: words }) => words)).toEqual([
    'Bread, too',
    'And be short',
  ])
  gate.open()
  await reader.until(() => reader.message(messageId)?.status === 'completed')
  const message = reader.message(messageId)
  expect(outline(message)).toEqual(['tool-call', 'remark: Bread, too', 'remark: And be short', 'text: Milk and bread.'])
  expect(message?.parts[1]).toEqual({
    type: 'remark',
    remarkId: first.remarkId,
    text: 'Bread, too',
    authorId: expect.any(String),
    createdAt: expect.any(String),
  })
  expect(message?.parts[2]).toMatchObject({ remarkId: second.remarkId })
  expect(message).not.toHaveProperty('pendingRemarks')
  expect(message?.content).toBe('Milk and bread.')
  expect(lastRequest()).toEqual(['assistant: ', 'tool', 'user: Bread, too', 'user: And be short'])
  expect(await stored(user, conversationId)).toEqual(message)

  // It has ended: the page sends a message then.
  await expect(steer(user, messageId, 'Too late')).rejects.toMatchObject({
    data: { code: 'CONFLICT', reason: 'not-steerable', issues: [{ path: 'messageId', message: 'this answer has ended' }] },
  })
  await expect(steer(user, messageId, ' \u200b')).rejects.toMatchObject({ data: { code: 'BAD_REQUEST' } })
  // Its words are found, and copied.
  await expect.poll(async () => (await user.client.search.messages.query({ query: 'bread too' })).items.length).toBe(1)
  const fork = await user.client.conversations.fork.mutate({ requestId: randomUUID(), messageId })
  expect(outline(await stored(user, fork.id))).toEqual(outline(message))
  // The next question takes it along in its place.
  app.provider.script(text('Done.'))
  const next = await send(user, 'Thanks', { conversationId })
  await reader.until(() => reader.message(next.assistantMessageId)?.status === 'completed')
  expect(lastRequest()).toEqual([
    'assistant: ',
    'tool',
    'user: Bread, too',
    'user: And be short',
    'assistant: Milk and bread.',
    'user: Thanks',
  ])
})

test('[R18] a remark during the last model call makes a further step of the same message', async () => {
  const user = await app.createUser()
  const gate = createGate()
  app.provider.script(inTurn(tokens(3, { stopAfter: 1, then: gate }), text('In French.'), text('Never asked.')))
  const { reader, messageId, conversationId } = await begin(user, 'Count')
  await reader.until(() => reader.message(messageId)?.content === 't1 ')
  const calls = app.provider.calls
  await steer(user, messageId, 'In French')
  gate.open()
  await reader.until(() => reader.message(messageId)?.status === 'completed')
  expect(outline(reader.message(messageId))).toEqual(['text: t1 t2 t3 ', 'remark: In French', 'text: In French.'])
  expect(lastRequest()).toEqual(['assistant: t1 t2 t3 ', 'user: In French'])
  expect(app.provider.calls).toBe(calls + 1)
  expect(await stored(user, conversationId)).toEqual(reader.message(messageId))
})

test('[R18] a remark in the last step that an answer has is heard all the same', async () => {
  const user = await app.createUser()
  const gate = createGate()
  app.provider.script(inTurn(addTask, addTask, behind(gate, text('Enough.')), text('Heard.')))
  const { reader, messageId } = await begin(user, 'Add milk twice')
  const isIn = () => app.provider.requests.at(-1)?.body.messages?.filter(({ role }) => role === 'tool').length === 2
  await expect.poll(isIn).toBe(true)
  await steer(user, messageId, 'Say that you hear me')
  gate.open()
  await reader.until(() => reader.message(messageId)?.status === 'completed')
  expect(outline(reader.message(messageId))).toEqual([
    'tool-call',
    'tool-call',
    'text: Enough.',
    'remark: Say that you hear me',
    'text: Heard.',
  ])
})

test('[R18] an answer that waits in the queue, or for a yes, takes a remark along', async () => {
  const user = await app.createUser()
  const gate = createGate()
  app.provider.script(inTurn(behind(gate, text('First.')), text('Second.')))
  const first = await begin(user, 'One')
  const second = await send(user, 'Two', { conversationId: first.conversationId, parentId: first.messageId })
  await steer(user, second.assistantMessageId, 'Hurry')
  gate.open()
  await first.reader.until(() => first.reader.message(second.assistantMessageId)?.status === 'completed')
  expect(outline(first.reader.message(second.assistantMessageId))).toEqual(['remark: Hurry', 'text: Second.'])

  const { id: taskId } = await user.client.tasks.add.mutate({ title: 'Old' })
  app.provider.script(inTurn(toolCalls({ name: 'delete_task', args: { taskId } }), text('Left alone.')))
  const asking = await begin(user, 'Delete it')
  await asking.reader.until(() => asking.reader.message(asking.messageId)?.status === 'waiting')
  await steer(user, asking.messageId, 'Better not')
  const [call] = asking.reader.message(asking.messageId)?.parts ?? []
  const callId = call?.type === 'tool-call' ? call.callId : ''
  await user.client.toolCalls.decide.mutate({ requestId: randomUUID(), messageId: asking.messageId, callId, approve: false })
  await asking.reader.until(() => asking.reader.message(asking.messageId)?.status === 'completed')
  expect(outline(asking.reader.message(asking.messageId))).toEqual(['tool-call', 'remark: Better not', 'text: Left alone.'])
})

test('[R18] a remark that came too late for an answer that failed or was stopped stays with it, and is heard when it continues', async () => {
  const user = await app.createUser()
  for (const end of ['error', 'cancelled'] as const) {
    const gate = createGate()
    const failing = tokens(2, { stopAfter: 1, then: end === 'error' ? gate : 'hang' })
    app.provider.script(inTurn(end === 'error' ? dropAfter(gate) : failing, text('Heard.')))
    const { reader, messageId, conversationId } = await begin(user, 'Count')
    await reader.until(() => reader.message(messageId)?.content === 't1 ')
    await steer(user, messageId, 'Backwards')
    if (end === 'cancelled') await user.client.messages.cancel.mutate({ messageId })
    gate.open()
    await reader.until(() => reader.message(messageId)?.status === end)
    expect(reader.message(messageId)).toMatchObject({ content: 't1 ', pendingRemarks: [{ text: 'Backwards' }] })
    expect(await stored(user, conversationId)).toEqual(reader.message(messageId))
    await user.client.messages.continue.mutate({ requestId: randomUUID(), messageId })
    await reader.until(() => reader.message(messageId)?.status === 'completed')
    expect(outline(reader.message(messageId))).toEqual(['text: t1 ', 'remark: Backwards', 'text: Heard.'])
    expect(lastRequest()).toEqual(['assistant: t1 ', 'user: Backwards'])
    expect(await stored(user, conversationId)).toEqual(reader.message(messageId))
  }
})

/** A token, then the connection breaks when the gate opens. */
function dropAfter(gate: ReturnType<typeof createGate>): Answer {
  return async (reply) => {
    await reply.tokens(['t1 '])
    await reply.until(gate.opened)
    reply.drop()
  }
}

test('[X9] an answer that used up its steps says so; Continue goes on in the same message with as many, and repeats nothing', async () => {
  const user = await app.createUser()
  app.provider.script(inTurn(addTask, addTask, text('Two of four so far. '), addTask, addTask, text('All four.')))
  const { reader, messageId, conversationId } = await begin(user, 'Add four')
  await reader.until(() => reader.message(messageId)?.status === 'completed')
  expect(reader.message(messageId)?.notes).toEqual([{ kind: 'stopped-after-steps', steps: 3 }])
  await user.client.messages.continue.mutate({ requestId: randomUUID(), messageId })
  await reader.until(() => reader.message(messageId)?.content === 'Two of four so far. All four.')
  await reader.until(() => reader.message(messageId)?.status === 'completed')
  expect(reader.message(messageId)?.notes).toEqual([{ kind: 'stopped-after-steps', steps: 3 }])
  expect((await user.client.tasks.list.query({})).items).toHaveLength(4)
  expect(await stored(user, conversationId)).toEqual(reader.message(messageId))
  app.provider.script(httpError(500))
})
