import { schema } from '@holdfast/drizzle'
import { eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTestPlanner, type TestPlanner } from '../../test/create-test-planner.ts'
import { transact } from '../event-log/unit-of-work.ts'
import { errorToCode } from '../platform/error-codes.ts'
import { addTask } from './commands/add-task.ts'
import { updateTask } from './commands/update-task.ts'

const { conversations, generations, goals, messages, milestones, tasks, toolCalls, users } = schema
const foreignKey = '23503'
const unique = '23505'
const check = '23514'

let planner: TestPlanner
let ann: Awaited<ReturnType<TestPlanner['createUser']>>
let bob: Awaited<ReturnType<TestPlanner['createUser']>>

beforeAll(async () => {
  planner = await createTestPlanner()
})
afterAll(() => planner[Symbol.asyncDispose]())
beforeEach(async () => {
  ann = await planner.createUser()
  bob = await planner.createUser()
})

const refusal = async (statement: PromiseLike<unknown>) => {
  try {
    await statement
  } catch (error) {
    return errorToCode(error)
  }
  return 'accepted'
}
const item = (userId: string) => ({
  id: uuidv7(),
  userId,
  title: 't',
  position: 1,
  createdHash: '',
  createdAt: planner.clock.time,
  updatedAt: planner.clock.time,
})

describe('the database itself', () => {
  test('refuses a link to something of another user', async () => {
    const { queries } = planner.database
    const goal = await ann.call.goals.create({ title: 'G' })
    const milestone = await ann.call.milestones.create({ title: 'M' })
    const own = await bob.call.milestones.create({ title: 'own' })
    expect(await refusal(queries.insert(milestones).values({ ...item(bob.id), goalId: goal.id }))).toBe(foreignKey)
    expect(await refusal(queries.insert(tasks).values({ ...item(bob.id), milestoneId: milestone.id }))).toBe(foreignKey)
    expect(await refusal(queries.update(milestones).set({ goalId: goal.id }).where(eq(milestones.id, own.id)))).toBe(foreignKey)
    expect(await refusal(queries.update(goals).set({ userId: bob.id }).where(eq(goals.id, goal.id)))).toBe('accepted')
    expect(await refusal(queries.insert(milestones).values({ ...item(ann.id), goalId: goal.id }))).toBe(foreignKey)
  })

  test('refuses what the types refuse', async () => {
    const { queries } = planner.database
    const answer = await planner.createAnswer(ann.id)
    const half = { ...item(ann.id), createdInConversationId: answer.conversationId }
    expect(await refusal(queries.insert(goals).values({ ...item(ann.id), status: 'paused' as never }))).toBe(check)
    expect(await refusal(queries.insert(tasks).values({ ...item(ann.id), title: '' }))).toBe(check)
    expect(await refusal(queries.insert(tasks).values({ ...item(ann.id), title: 'x'.repeat(501) }))).toBe(check)
    expect(await refusal(queries.insert(tasks).values({ ...item(ann.id), deletedAt: new Date() }))).toBe(check)
    expect(await refusal(queries.insert(tasks).values(half))).toBe(check)
    expect(await refusal(queries.insert(tasks).values({ ...half, createdByMessageId: uuidv7() }))).toBe(foreignKey)
    expect(await refusal(queries.insert(tasks).values({ ...half, createdByMessageId: answer.messageId }))).toBe('accepted')
  })

  test('deletes everything with its owner, and nothing of other users', async () => {
    const goal = await ann.call.goals.create({ title: 'G' })
    const milestone = await ann.call.milestones.create({ title: 'M', goalId: goal.id })
    await ann.call.tasks.add({ title: 'T', milestoneId: milestone.id })
    const kept = await bob.call.tasks.add({ title: 'kept' })
    await planner.database.queries.delete(users).where(eq(users.id, ann.id))
    expect((await ann.call.tasks.list({})).items).toEqual([])
    expect((await ann.call.goals.list({})).items).toEqual([])
    expect((await bob.call.tasks.list({})).items).toEqual([kept])
  })
})

describe('a change by the assistant', () => {
  const actorIn = (source: { conversationId: string; messageId: string } | null) => ({
    userId: ann.id,
    now: planner.clock.now(),
    source,
  })
  const change = (source: { conversationId: string; messageId: string } | null) =>
    transact(planner, (unit) => addTask(planner, unit, actorIn(source), { title: 'T' }))

  test('links to the message that made it, until the user changes it by hand', async () => {
    const source = await planner.createAnswer(ann.id)
    const later = await planner.createAnswer(ann.id)
    const task = await change(source)
    expect(task).toMatchObject({ createdBy: source, changedBy: source })
    const changed = await transact(planner, (unit) => updateTask(planner, unit, actorIn(later), { taskId: task.id, title: 'U' }))
    expect(changed).toMatchObject({ createdBy: source, changedBy: later })
    expect(await ann.call.tasks.update({ taskId: task.id, title: 'V' })).toMatchObject({ createdBy: source, changedBy: null })
  })

  test('survives the conversation in which it was made', async () => {
    const source = await planner.createAnswer(ann.id)
    const task = await change(source)
    await planner.database.queries.delete(conversations).where(eq(conversations.id, source.conversationId))
    expect((await ann.call.tasks.list({})).items).toEqual([{ ...task, createdBy: null, changedBy: null }])
  })
})

describe('the ledger of tools', () => {
  const setup = async () => {
    const { conversationId, messageId } = await planner.createAnswer(ann.id)
    const generationId = uuidv7()
    const now = planner.clock.time
    await planner.database.queries
      .insert(generations)
      .values({ id: generationId, conversationId, messageId, userId: ann.id, model: 'm', createdAt: now })
    const place = { generationId, step: 0, position: 0, messageId, conversationId, userId: ann.id }
    return { ...place, callId: uuidv7(), name: 'add_task', args: '{}', createdAt: now }
  }

  test('has one row for each place and each call', async () => {
    const { queries } = planner.database
    const row = await setup()
    expect(await refusal(queries.insert(toolCalls).values(row))).toBe('accepted')
    expect(await refusal(queries.insert(toolCalls).values({ ...row, callId: uuidv7() }))).toBe(unique)
    expect(await refusal(queries.insert(toolCalls).values({ ...row, position: 1 }))).toBe(unique)
    expect(await refusal(queries.insert(toolCalls).values({ ...row, position: 1, callId: uuidv7() }))).toBe('accepted')
  })

  test('knows its states: ended exactly when there is an end, with a result or an error', async () => {
    const { queries } = planner.database
    const row = await setup()
    const endedAt = planner.clock.time
    const insert = (values: object) => refusal(queries.insert(toolCalls).values({ ...row, ...values }))
    expect(await insert({ state: 'lost' })).toBe(check)
    expect(await insert({ state: 'done' })).toBe(check)
    expect(await insert({ state: 'running', endedAt })).toBe(check)
    expect(await insert({ step: -1 })).toBe(check)
    expect(await insert({ state: 'done', endedAt, result: '{}', error: '{}' })).toBe(check)
    expect(await insert({ state: 'done', endedAt, result: JSON.stringify('\u0000\ud800') })).toBe('accepted')
  })

  test('goes with its message', async () => {
    const { queries } = planner.database
    const row = await setup()
    await queries.insert(toolCalls).values(row)
    await queries.delete(messages).where(eq(messages.id, row.messageId))
    expect(await queries.select().from(toolCalls).where(eq(toolCalls.callId, row.callId))).toEqual([])
  })
})
