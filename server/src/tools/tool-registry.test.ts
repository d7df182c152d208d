import { schema } from '@holdfast/drizzle'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { createTestPlanner, type TestPlanner } from '../../test/create-test-planner.ts'
import { userTopic } from '../event-log/topics.ts'
import { transact } from '../event-log/unit-of-work.ts'
import { addTaskTool } from '../planner/tools/add-task-tool.ts'
import { plannerTools } from '../planner/tools/planner-tools.ts'
import { createTool } from './tool.ts'
import type { OwnToolContext } from './tool-context.ts'
import { createToolRegistry } from './tool-registry.ts'

let planner: TestPlanner
let ann: Awaited<ReturnType<TestPlanner['createUser']>>

beforeAll(async () => {
  planner = await createTestPlanner()
})
afterAll(() => planner[Symbol.asyncDispose]())
beforeEach(async () => {
  ann = await planner.createUser()
})

/** A tool that adds a task and then does what the test says. */
const createTestTool = (then: (context: OwnToolContext) => Promise<unknown>) =>
  createTool({
    name: 'test_tool',
    description: 'For tests.',
    input: z.strictObject({}),
    effect: 'transaction',
    run: async (_args, context) => {
      const prepared = addTaskTool.prepare({ title: 'half done' })
      if (prepared.ok) await prepared.run(context)
      await then(context)
      return {}
    },
    question: async () => 'Test?',
  })
const contextOf = () => ({ userId: ann.id, now: planner.clock.time, utcOffsetMinutes: 0, messageId: null, conversationId: null })
const titles = async () => (await ann.call.tasks.list({})).items.map((item) => item.title)

test.each([
  ['an error', async () => Promise.reject(new Error('secret'))],
  ['something that is no error', async () => Promise.reject('secret' as unknown as Error)],
  ['a bad statement', ({ unit }: OwnToolContext) => unit.tx.execute(sql`select * from no_such_table`)],
  [
    'a broken rule',
    ({ unit, userId }: OwnToolContext) => unit.tx.update(schema.tasks).set({ title: '' }).where(eq(schema.tasks.userId, userId)),
  ],
])('a tool that throws %s leaves nothing behind, and the transaction continues', async (_what, then) => {
  const registry = createToolRegistry(planner, [...plannerTools, createTestTool(then)])
  const notices: unknown[] = []
  const stop = await planner.bus.subscribe(userTopic(ann.id), (notice) => notices.push(notice))
  const outcomes = await transact(planner, async (unit) => [
    await registry.runTool({ ...contextOf(), unit }, { name: 'add_task', args: { title: 'before' } }),
    await registry.runTool({ ...contextOf(), unit }, { name: 'test_tool', args: {} }),
    await registry.runTool({ ...contextOf(), unit }, { name: 'add_task', args: { title: 'after' } }),
  ])
  stop()
  expect(outcomes).toMatchObject([
    { ok: true },
    { ok: false, result: { error: 'The tool failed. Nothing was changed.' } },
    { ok: true },
  ])
  expect(await titles()).toEqual(['before', 'after'])
  expect(notices).toHaveLength(1)
})

test('a single tool that fails sends no notice', async () => {
  const registry = createToolRegistry(planner, [createTestTool(() => Promise.reject(new Error('no')))])
  const notices: unknown[] = []
  const stop = await planner.bus.subscribe(userTopic(ann.id), (notice) => notices.push(notice))
  await transact(planner, (unit) => registry.runTool({ ...contextOf(), unit }, { name: 'test_tool', args: {} }))
  stop()
  expect(notices).toEqual([])
})

test('[P5] a deadlock is the transaction’s business: it runs again, and the effect is there once', async () => {
  let tries = 0
  const registry = createToolRegistry(planner, [
    createTestTool(async () => {
      tries += 1
      if (tries < 3) throw Object.assign(new Error('deadlock detected'), { code: '40P01' })
    }),
  ])
  const outcome = await transact(planner, (unit) => registry.runTool({ ...contextOf(), unit }, { name: 'test_tool', args: {} }))
  expect(outcome).toEqual({ ok: true, result: {} })
  expect(tries).toBe(3)
  expect(await titles()).toEqual(['half done'])
})

test('nothing of a tool remains when the transaction around it fails', async () => {
  const registry = createToolRegistry(planner, plannerTools)
  const from = planner.logs.length
  await expect(
    transact(planner, async (unit) => {
      await registry.runTool({ ...contextOf(), unit }, { name: 'add_task', args: { title: 'lost' } })
      throw new Error('the ledger could not be written')
    }),
  ).rejects.toThrow('ledger')
  expect(await titles()).toEqual([])
  expect(planner.logs.slice(from)).toEqual([])
})

test('a tool that is not there is an outcome', async () => {
  const registry = createToolRegistry(planner, plannerTools)
  const outcome = await transact(planner, (unit) => registry.runTool({ ...contextOf(), unit }, { name: 'rm_rf', args: {} }))
  expect(outcome).toMatchObject({ ok: false, result: { error: 'There is no tool named rm_rf' } })
})

test('twenty calls of one step take effect once each, in their order', async () => {
  const registry = createToolRegistry(planner, plannerTools)
  const names = Array.from({ length: 20 }, (_, index) => `task ${index}`)
  await transact(planner, async (unit) => {
    for (const title of names) await registry.runTool({ ...contextOf(), unit }, { name: 'add_task', args: { title } })
  })
  expect(await titles()).toEqual(names)
})

test('the changes of a tool are logged by table, with the message, and without their content', async () => {
  const registry = createToolRegistry(planner, plannerTools)
  const answer = await planner.createAnswer(ann.id)
  const from = planner.logs.length
  await transact(planner, (unit) =>
    registry.runTool({ ...contextOf(), ...answer, unit }, { name: 'add_task', args: { title: 'private' } }),
  )
  expect(planner.logs.slice(from)).toMatchObject([{ event: 'database', table: 'tasks', rows: 1, messageId: answer.messageId }])
  expect(JSON.stringify(planner.logs.slice(from))).not.toContain('private')
})

test('tools with the same name are refused', () => {
  expect(() => createToolRegistry(planner, [addTaskTool, addTaskTool])).toThrow('same name')
})
