import { randomUUID } from 'node:crypto'
import type { Id, Json, ToolCallPart } from '@holdfast/shared'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OfferedTool, ToolRunner } from '../src/tools/tool-runner.ts'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { follow, type Follower } from './follow.ts'
import { createGate, httpError, inTurn, text, toolCalls, tokens } from '../testing/scripted-provider/index.ts'

const schema = { type: 'object', properties: {} }
const offered: OfferedTool[] = [
  { name: 'note', description: 'Keeps a note', parameters: schema, needsApproval: false, external: false, idempotent: false },
  { name: 'fail', description: 'Fails', parameters: schema, needsApproval: false, external: false, idempotent: false },
  { name: 'erase', description: 'Erases', parameters: schema, needsApproval: true, external: false, idempotent: false },
  { name: 'fetch', description: 'Asks elsewhere', parameters: schema, needsApproval: false, external: true, idempotent: false },
]

/** Tools that count what they do. */
function createCountingTools() {
  const done: { name: string; args: Json }[] = []
  let outside = createGate()
  const box: ToolRunner = {
    offer: async () => offered,
    parse: (_name, args) => {
      try {
        return { args: JSON.parse(args) as Json }
      } catch {
        return { error: 'the arguments are not JSON' }
      }
    },
    runInside: async (_unit, _context, name, args) => {
      done.push({ name, args })
      if (name === 'fail') return { error: 'it went wrong' }
      const { size } = args as { size?: number }
      return { result: { kept: size === undefined ? args : 'x'.repeat(size) } }
    },
    runOutside: async (_context, name, args, signal) => {
      done.push({ name, args })
      const gone = new Promise<'gone'>((resolve) => {
        signal.addEventListener('abort', () => resolve('gone'), { once: true })
      })
      const end = await Promise.race([outside.opened.then(() => 'answered' as const), gone])
      return end === 'gone' ? { unknown: 'it was stopped' } : { result: 'fetched' }
    },
    ask: async (_unit, _context, name, args) => `${name} ${JSON.stringify(args)}?`,
  }
  return { box, done, release: () => outside.open(), hold: () => (outside = createGate()) }
}

let app: TestApp
const tools = createCountingTools()

beforeAll(async () => {
  app = await createTestApp({ env: { STEPS_PER_ANSWER: '8' }, overrides: { tools: () => tools.box } })
})
afterAll(() => app[Symbol.asyncDispose]())

async function ask(user: TestUser, content: string, conversationId?: Id) {
  const sent = await user.client.messages.send.mutate({
    requestId: randomUUID(),
    content,
    ...(conversationId ? { conversationId } : {}),
  })
  return { ...sent, reader: follow(user.client, sent.conversationId) }
}

function callsOf(reader: Follower, messageId: Id): ToolCallPart[] {
  return (reader.message(messageId)?.parts ?? []).filter((part) => part.type === 'tool-call')
}

test('several calls in a step run in order, their results go back, and the text continues in a new part', async () => {
  const user = await app.createUser()
  app.provider.script(
    inTurn(
      toolCalls(
        { name: 'note', args: { n: 1 } },
        { name: 'fail', args: { n: 2 } },
        { name: 'nothing', args: {} },
        { name: 'note', args: '{' },
      ),
      text('All noted.'),
    ),
  )
  const before = tools.done.length
  const { reader, assistantMessageId } = await ask(user, 'note things')
  await reader.until(() => reader.message(assistantMessageId)?.status === 'completed')
  expect(tools.done.slice(before)).toEqual([
    { name: 'note', args: { n: 1 } },
    { name: 'fail', args: { n: 2 } },
  ])
  expect(
    callsOf(reader, assistantMessageId).map(({ name, args, state, result, error }) => ({ name, args, state, result, error })),
  ).toEqual([
    { name: 'note', args: { n: 1 }, state: 'done', result: { kept: { n: 1 } }, error: undefined },
    { name: 'fail', args: { n: 2 }, state: 'failed', result: undefined, error: 'it went wrong' },
    { name: 'nothing', args: {}, state: 'failed', result: undefined, error: 'there is no tool named nothing' },
    { name: 'note', args: '{', state: 'failed', result: undefined, error: 'the arguments are not JSON' },
  ])
  expect(reader.message(assistantMessageId)?.content).toBe('All noted.')
  const second = app.provider.requests.at(-1)?.body.messages ?? []
  expect(second.filter(({ role }) => role === 'tool').map(({ content }) => JSON.parse(String(content)) as unknown)).toEqual([
    { kept: { n: 1 } },
    { error: 'it went wrong' },
    { error: 'there is no tool named nothing' },
    { error: 'the arguments are not JSON' },
  ])
  const stored = await user.client.conversations.get.query({ conversationId: reader.state().conversation?.id ?? '' })
  expect(stored.messages.at(-1)).toEqual(reader.message(assistantMessageId))
  expect(stored.conversation).toEqual(reader.state().conversation)
})

test('a model that never stops calling tools has to answer in its eighth call (attack G4)', async () => {
  const user = await app.createUser()
  const first = app.provider.calls
  app.provider.script(async (reply) => {
    const { tool_choice: choice } = reply.request.body as { tool_choice?: string }
    await (choice === 'none' ? text('Enough.') : toolCalls({ name: 'note', args: {} }))(reply)
  })
  const { reader, assistantMessageId } = await ask(user, 'go on for ever')
  await reader.until(() => reader.message(assistantMessageId)?.status === 'completed')
  expect(app.provider.calls - first).toBe(8)
  expect(callsOf(reader, assistantMessageId)).toHaveLength(7)
  expect(reader.message(assistantMessageId)?.content).toBe('Enough.')
  // Without tools it may have left things undone.
  expect(reader.message(assistantMessageId)?.notes).toEqual([{ kind: 'stopped-after-steps', steps: 8 }])
  // Servers refuse a history with calls of tools that the request does not name.
  expect(app.provider.requests.at(-1)?.body).toMatchObject({ tools: { length: offered.length } })
})

test('tool-for-ever: a model that calls tools although it may not is stopped, and can be continued', async () => {
  const user = await app.createUser()
  const first = app.provider.calls
  app.provider.script(toolCalls({ name: 'note', args: {} }))
  const { reader, assistantMessageId } = await ask(user, 'go on for ever')
  await reader.until(() => reader.message(assistantMessageId)?.status === 'completed')
  expect(app.provider.calls - first).toBe(8)
  expect(callsOf(reader, assistantMessageId)).toHaveLength(7)
  expect(reader.message(assistantMessageId)?.notes).toEqual([{ kind: 'stopped-after-steps', steps: 8 }])

  app.provider.script(text('All noted.'))
  await user.client.messages.continue.mutate({ requestId: randomUUID(), messageId: assistantMessageId })
  await reader.until(() => reader.message(assistantMessageId)?.content === 'All noted.')
  await reader.until(() => reader.message(assistantMessageId)?.status === 'completed')
  expect(reader.message(assistantMessageId)).not.toHaveProperty('notes')
  const stored = await user.client.conversations.get.query({ conversationId: reader.state().conversation?.id ?? '' })
  expect(stored.messages.at(-1)).toEqual(reader.message(assistantMessageId))
})

test('tools-dropped-at-the-last-step: a server that refuses the choice of tools is asked without it', async () => {
  const user = await app.createUser()
  app.provider.script(async (reply) => {
    const { tool_choice: choice } = reply.request.body as { tool_choice?: string }
    if (choice !== undefined) return await httpError(400, { message: 'Unsupported parameter: tool_choice' })(reply)
    await toolCalls({ name: 'note', args: {} })(reply)
  })
  const { reader, assistantMessageId } = await ask(user, 'go on for ever')
  await reader.until(() => reader.message(assistantMessageId)?.status === 'completed')
  expect(callsOf(reader, assistantMessageId)).toHaveLength(7)
})

test.for(['approve', 'deny'] as const)('[R11] a tool that destroys asks first: %s', async (choice) => {
  const user = await app.createUser()
  app.provider.script(inTurn(toolCalls({ name: 'erase', args: { id: 7 } }, { name: 'note', args: {} }), text('Done.')))
  const before = tools.done.length
  const { reader, assistantMessageId, conversationId } = await ask(user, 'erase it')
  await reader.until(() => reader.message(assistantMessageId)?.status === 'waiting')
  expect(reader.state().conversation?.state).toBe('waiting')
  const call = callsOf(reader, assistantMessageId)[0]
  expect(call).toMatchObject({ state: 'waiting', question: 'erase {"id":7}?' })
  expect(Date.parse(call?.expiresAt ?? '')).toBeGreaterThan(Date.now())
  expect(tools.done.slice(before).map(({ name }) => name)).toEqual(['note'])

  // Two tabs decide concurrently: one of them wins, the other is notified.
  const decide = (approve: boolean) =>
    user.client.toolCalls.decide.mutate({
      requestId: randomUUID(),
      messageId: assistantMessageId,
      callId: call?.callId ?? '',
      approve,
    })
  const answers = await Promise.all([decide(choice === 'approve'), decide(choice === 'approve'), decide(choice === 'approve')])
  expect(answers.every(({ state }) => state !== 'waiting')).toBe(true)
  await reader.until(() => reader.message(assistantMessageId)?.status === 'completed')
  expect(tools.done.slice(before).map(({ name }) => name)).toEqual(choice === 'approve' ? ['note', 'erase'] : ['note'])
  expect(callsOf(reader, assistantMessageId)[0]?.state).toBe(choice === 'approve' ? 'done' : 'denied')
  const stored = await user.client.conversations.get.query({ conversationId })
  expect(stored.messages.at(-1)).toEqual(reader.message(assistantMessageId))
})

test('a cancel while a person is asked leaves a transcript that the next send can use', async () => {
  const user = await app.createUser()
  app.provider.script(inTurn(toolCalls({ name: 'erase', args: {} }), text('Hello.')))
  const { reader, assistantMessageId, conversationId } = await ask(user, 'erase')
  await reader.until(() => reader.message(assistantMessageId)?.status === 'waiting')
  expect(await user.client.messages.cancel.mutate({ messageId: assistantMessageId })).toEqual({
    id: assistantMessageId,
    status: 'cancelled',
  })
  await reader.until(() => reader.message(assistantMessageId)?.status === 'cancelled')
  expect(callsOf(reader, assistantMessageId)[0]?.state).toBe('denied')
  const next = await ask(user, 'and now?', conversationId)
  await next.reader.until(() => next.reader.message(next.assistantMessageId)?.status === 'completed')
  const sent = app.provider.requests.at(-1)?.body.messages ?? []
  expect(sent.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool', 'user'])
})

test('a cancel while another server works is "outcome unknown", and it is not asked again', async () => {
  const user = await app.createUser()
  tools.hold()
  app.provider.script(inTurn(toolCalls({ name: 'fetch', args: {} }), tokens(3)))
  const before = tools.done.length
  const { reader, assistantMessageId } = await ask(user, 'fetch')
  await reader.until(() => callsOf(reader, assistantMessageId)[0]?.state === 'running')
  expect(reader.state().conversation?.state).toBe('executing')
  await user.client.messages.cancel.mutate({ messageId: assistantMessageId })
  await reader.until(() => reader.message(assistantMessageId)?.status === 'cancelled')
  expect(callsOf(reader, assistantMessageId)[0]?.state).toBe('unknown')
  expect(tools.done.length - before).toBe(1)
  tools.release()
})

test('twenty calls in one step all run, once each, and a result of 5 MB is kept whole and cut for the model', async () => {
  const user = await app.createUser()
  const size = 5 * 1024 * 1024
  app.provider.script(
    inTurn(toolCalls(...Array.from({ length: 20 }, (_, n) => ({ name: 'note', args: n === 7 ? { size } : { n } }))), text('ok')),
  )
  const before = tools.done.length
  const { reader, assistantMessageId, conversationId } = await ask(user, 'twenty')
  await reader.until(() => reader.message(assistantMessageId)?.status === 'completed')
  expect(tools.done.length - before).toBe(20)
  const calls = callsOf(reader, assistantMessageId)
  expect(calls.every((call) => call.state === 'done')).toBe(true)
  expect(calls[7]?.result).toEqual({ kept: 'x'.repeat(size) })
  const replay = follow(user.client, conversationId, { lastEventId: '0' })
  await replay.until(() => replay.message(assistantMessageId)?.status === 'completed')
  expect(callsOf(replay, assistantMessageId)[7]?.result).toEqual({ kept: 'x'.repeat(size) })
  replay.stop()
  const result = app.provider.requests.at(-1)?.body.messages?.filter(({ role }) => role === 'tool')[7]
  expect(String(result?.content).length).toBeLessThan(70_000)
  // D4: what the model has not seen is said.
  expect(reader.message(assistantMessageId)?.notes).toEqual([{ kind: 'results-cut', count: 1 }])
})
