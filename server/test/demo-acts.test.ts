import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { follow } from './follow.ts'

let app: TestApp

beforeAll(async () => {
  // Without a provider's address the built-in model answers.
  app = await createTestApp({ env: { OPENAI_BASE_URL: '', OPENAI_MODEL: '' } })
})
afterAll(() => app[Symbol.asyncDispose]())

async function say(user: TestUser, content: string, more: { conversationId?: string; utcOffsetMinutes?: number } = {}) {
  const { status, response, toolCalls, messageId, conversationId } = await user.client.messages.complete.mutate({
    requestId: randomUUID(),
    content,
    ...more,
  })
  return { status, response, toolCalls, messageId, conversationId }
}
const tasksOf = async (user: TestUser) => (await user.client.tasks.list.query({})).items

test('a milestone is a row, an event and a word, and links to the message that made it', async () => {
  const user = await app.createUser()
  const { status, response, toolCalls, messageId, conversationId } = await say(
    user,
    "create milestone 'Test Milestone' target 2025-12-31",
  )
  expect(status).toBe('completed')
  expect(response).toBe('Created the milestone **Test Milestone**, for Wednesday, 31 December 2025.')
  const { items } = await user.client.milestones.list.query({})
  expect(items).toMatchObject([
    { title: 'Test Milestone', targetDate: '2025-12-31', createdBy: { conversationId, messageId }, changedBy: { messageId } },
  ])
  expect(toolCalls).toMatchObject([
    {
      name: 'create_milestone',
      args: { title: 'Test Milestone', targetDate: '2025-12-31' },
      result: { milestone_id: items[0]?.id, status: 'created', title: 'Test Milestone', target_date: '2025-12-31' },
    },
  ])
  const events = app.logs.filter((line) => line['messageId'] === messageId).map((line) => line['event'])
  expect(events).toEqual(expect.arrayContaining(['routing', 'agent-response', 'tool', 'database']))
})

test('a task is added, seen, done and no longer left', async () => {
  const user = await app.createUser()
  await say(user, 'add a task to buy groceries by next Friday')
  await say(user, 'Add a task to call Bob, and then add buy stamps to my to-do list')
  const before = await tasksOf(user)
  expect(before.map((task) => task.title)).toEqual(['buy groceries', 'call Bob', 'buy stamps'])
  expect(new Date(`${before[0]?.dueDate ?? ''}T00:00:00Z`).getUTCDay()).toBe(5)
  const done = await say(user, 'mark buy groceries as done')
  expect(done.toolCalls.map((call) => call.name)).toEqual(['list_tasks', 'complete_task'])
  expect(done.response).toBe('Done: the task **buy groceries** is completed.')
  const left = await say(user, "what's left?", { conversationId: done.conversationId })
  expect(left.response).toContain('You have 2 open tasks')
  expect(left.response).not.toContain('groceries')
})

test('a date that is not clear makes nothing, and the answer asks for the day', async () => {
  const user = await app.createUser()
  const { response, toolCalls } = await say(user, 'add a task to buy gifts by christmas')
  expect(toolCalls).toMatchObject([{ name: 'add_task', error: expect.stringContaining('christmas') }])
  expect(response).toContain('I did not make the task **buy gifts**: "christmas" is not a clear date.')
  expect(await tasksOf(user)).toEqual([])
})

test.for([true, false])('a task is deleted only after a yes: %s', async (approve) => {
  const user = await app.createUser()
  await say(user, 'add a task to buy milk')
  const asked = await say(user, "delete the task 'buy milk'")
  expect(asked.status).toBe('waiting')
  const reader = follow(user.client, asked.conversationId)
  await reader.until(() => reader.message(asked.messageId)?.status === 'waiting')
  const call = reader.message(asked.messageId)?.parts.find((part) => part.type === 'tool-call' && part.name === 'delete_task')
  expect(call).toMatchObject({ state: 'waiting', question: "Delete the task 'buy milk'?" })
  expect(await tasksOf(user)).toHaveLength(1)
  const callId = call?.type === 'tool-call' ? call.callId : ''
  await user.client.toolCalls.decide.mutate({ requestId: randomUUID(), messageId: asked.messageId, callId, approve })
  await reader.until(() => reader.message(asked.messageId)?.status === 'completed')
  expect(reader.message(asked.messageId)?.content).toBe(
    approve
      ? 'Deleted the task **buy milk**. You can undo that in the planner.'
      : 'As you wish, I left the task **buy milk** as it is.',
  )
  expect(await tasksOf(user)).toHaveLength(approve ? 0 : 1)
  reader.stop()
})

test('of two people each has their own', async () => {
  const [ann, bob] = [await app.createUser(), await app.createUser()]
  await say(ann, 'add a task to buy milk')
  expect((await say(bob, "what's left?")).response).toBe('Nothing is left to do.')
  expect((await say(bob, 'mark buy milk as done')).response).toContain('there is no open task like **buy milk**')
  expect(await tasksOf(ann)).toMatchObject([{ completed: false }])
})

test('a sentence that is no instruction changes nothing', async () => {
  const user = await app.createUser()
  for (const sentence of [
    "Don't add a task to buy milk.",
    'If I were to delete the task X, what then?',
    'She said "add a task to buy milk".',
  ]) {
    expect((await say(user, sentence)).toolCalls).toEqual([])
  }
  expect(await tasksOf(user)).toEqual([])
})
