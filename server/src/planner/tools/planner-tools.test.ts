import { plannerToolNames, type Json } from '@holdfast/shared'
import fc from 'fast-check'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTestPlanner, type TestPlanner } from '../../../test/create-test-planner.ts'
import { transact } from '../../event-log/unit-of-work.ts'
import { plannerTools } from './planner-tools.ts'
import { createToolRegistry, type ToolRegistry } from '../../tools/tool-registry.ts'

let planner: TestPlanner
let registry: ToolRegistry
let ann: Awaited<ReturnType<TestPlanner['createUser']>>
let bob: Awaited<ReturnType<TestPlanner['createUser']>>
let answer: Awaited<ReturnType<TestPlanner['createAnswer']>>

beforeAll(async () => {
  planner = await createTestPlanner()
  registry = createToolRegistry(planner, plannerTools)
})
afterAll(() => planner[Symbol.asyncDispose]())
beforeEach(async () => {
  ann = await planner.createUser()
  bob = await planner.createUser()
  answer = await planner.createAnswer(ann.id)
})

const context = {
  get now() {
    return planner.clock.time
  },
  utcOffsetMinutes: 60,
}
const runAs = (userId: string, name: string, args: Json) =>
  transact(planner, (unit) => registry.runTool({ ...context, ...answer, unit, userId }, { name, args }))
const run = (name: string, args: Json = {}) => runAs(ann.id, name, args)
const describeCall = (name: string, args: Json) =>
  transact(planner, (unit) => registry.describeTool({ ...context, ...answer, unit, userId: ann.id }, { name, args }))
const ok = (result: unknown) => ({ ok: true, result })
const error = (message: string) => ({ ok: false, message, result: { error: message } })
const invalid = (path: string, message: unknown) => ({
  ok: false,
  message: expect.any(String),
  result: { error: 'invalid_arguments', issues: [{ path, message }] },
})
const everything = async () =>
  JSON.stringify(await Promise.all([ann.call.goals.list({}), ann.call.milestones.list({}), ann.call.tasks.list({})]))

describe('tasks', () => {
  test('are added with a title alone, or with everything, and say which day was understood', async () => {
    expect(await run('add_task', { title: ' Buy milk ' })).toEqual(
      ok({ task_id: expect.any(String), status: 'created', title: 'Buy milk' }),
    )
    const milestone = await ann.call.milestones.create({ title: 'M' })
    const args = {
      title: 'Buy groceries',
      description: 'Eggs',
      dueDate: 'next Friday',
      category: 'home',
      milestoneId: milestone.id,
    }
    expect(await run('add_task', args)).toEqual(
      ok({ task_id: expect.any(String), status: 'created', title: 'Buy groceries', due_date: '2026-11-27' }),
    )
    expect((await ann.call.tasks.list({})).items).toMatchObject([
      { title: 'Buy milk', dueDate: null, createdBy: answer, changedBy: answer },
      { ...args, dueDate: '2026-11-27' },
    ])
  })

  test('are listed by status, category, milestone and lateness, in the shape of the contract', async () => {
    const late = await ann.call.tasks.add({ title: 'late', dueDate: '2026-11-19', category: 'home' })
    const done = await ann.call.tasks.add({ title: 'done' })
    await ann.call.tasks.complete({ taskId: done.id })
    const listed = {
      id: late.id,
      milestoneId: null,
      title: 'late',
      description: null,
      category: 'home',
      dueDate: '2026-11-19',
      completed: false,
      createdAt: late.createdAt,
      updatedAt: late.updatedAt,
    }
    expect(await run('list_tasks', { status: 'pending' })).toEqual(ok([listed]))
    expect(await run('list_tasks', { overdue: true })).toEqual(ok([listed]))
    expect(await run('list_tasks', { category: 'home' })).toEqual(ok([listed]))
    expect(await run('list_tasks', { query: 'LATE' })).toEqual(ok([listed]))
    expect(await run('list_tasks', { status: 'completed' })).toMatchObject(ok([{ id: done.id, completed: true }]))
    expect(await run('list_tasks', { status: null, category: '' })).toMatchObject(ok([{ id: late.id }, { id: done.id }]))
    expect(await run('list_tasks')).toMatchObject(ok([{ id: late.id }, { id: done.id }]))
    expect(await run('list_tasks', { milestoneId: uuidv7() })).toEqual(error('Milestone not found'))
  })

  test('are completed, changed and deleted', async () => {
    const { id, title } = await ann.call.tasks.add({ title: 'Buy milk', dueDate: '2026-12-01', description: 'd', category: 'c' })
    expect(await run('complete_task', { taskId: id })).toEqual(
      ok({ task_id: id, status: 'completed', title, due_date: '2026-12-01' }),
    )
    expect(await run('update_task', { taskId: id, title: 'Buy oat milk', dueDate: 'tomorrow', completed: false })).toEqual(
      ok({ task_id: id, status: 'updated', title: 'Buy oat milk', due_date: '2026-11-21', replaced: { title } }),
    )
    expect(
      await run('update_task', { taskId: id, dueDate: 'none', description: 'None', category: 'none', milestoneId: 'none' }),
    ).toEqual(ok({ task_id: id, status: 'updated', title: 'Buy oat milk', replaced: { description: 'd' } }))
    expect((await ann.call.tasks.list({})).items).toMatchObject([
      { completed: false, dueDate: null, description: null, category: null, milestoneId: null },
    ])
    expect(await run('delete_task', { taskId: id })).toEqual(ok({ task_id: id, status: 'deleted', title: 'Buy oat milk' }))
    expect(await run('delete_task', { taskId: id })).toEqual(error('Task not found'))
    expect((await ann.call.tasks.list({})).items).toEqual([])
    await ann.call.tasks.restore({ taskId: id })
    expect((await ann.call.tasks.list({})).items).toHaveLength(1)
  })
})

test('X12 a text that a tool overwrites was kept nowhere: it is in the result, and nothing is where no text is lost', async () => {
  const goal = await ann.call.goals.create({ title: 'G', description: 'what I wrote' })
  const replaced = async (args: object) => {
    const outcome = await run('update_goal', { goalId: goal.id, ...args })
    return (outcome.result as { replaced?: unknown }).replaced
  }
  expect(await replaced({ description: 'what it wrote', title: 'H' })).toEqual({ description: 'what I wrote', title: 'G' })
  expect(await replaced({ title: 'H' }), 'the same').toBeUndefined()
  expect(await replaced({ status: 'completed' })).toBeUndefined()
  expect(await replaced({ description: 'none' })).toEqual({ description: 'what it wrote' })
  expect(await replaced({ description: 'more' }), 'there was none').toBeUndefined()
})

test('goals are created, listed and changed', async () => {
  const created = await run('create_goal', { title: 'Run', targetDate: 'end of the year', description: 'Far' })
  const [goal] = (await ann.call.goals.list({})).items
  expect(created).toEqual(ok({ goal_id: goal?.id, status: 'created', title: 'Run', target_date: '2026-12-31' }))
  expect(await run('list_goals', { status: 'active' })).toEqual(
    ok([
      {
        id: goal?.id,
        title: 'Run',
        description: 'Far',
        targetDate: '2026-12-31',
        status: 'active',
        createdAt: goal?.createdAt,
        updatedAt: goal?.updatedAt,
      },
    ]),
  )
  expect(await run('update_goal', { goalId: goal?.id, title: 'Walk', targetDate: 'none' })).toEqual(
    ok({ goal_id: goal?.id, status: 'updated', title: 'Walk', replaced: { title: 'Run' } }),
  )
  expect(await run('update_goal', { goalId: goal?.id, status: 'completed' })).toMatchObject(ok({ status: 'completed' }))
  expect(await run('list_goals', { status: 'active' })).toEqual(ok([]))
})

test('milestones are created, listed, changed and completed', async () => {
  const goal = await ann.call.goals.create({ title: 'G' })
  const created = await run('create_milestone', { title: 'Test Milestone', targetDate: '2025-12-31' })
  const [milestone] = (await ann.call.milestones.list({})).items
  const id = milestone?.id
  expect(created).toEqual(ok({ milestone_id: id, status: 'created', title: 'Test Milestone', target_date: '2025-12-31' }))
  expect(await run('list_milestones', { goalId: goal.id })).toEqual(ok([]))
  expect(await run('update_milestone', { milestoneId: id, goalId: goal.id, title: 'First' })).toMatchObject(
    ok({ milestone_id: id, status: 'updated', title: 'First' }),
  )
  expect(await run('list_milestones', { goalId: goal.id, status: 'pending' })).toEqual(
    ok([
      {
        id,
        goalId: goal.id,
        title: 'First',
        targetDate: '2025-12-31',
        completed: false,
        createdAt: milestone?.createdAt,
        updatedAt: expect.any(String),
      },
    ]),
  )
  expect(await run('complete_milestone', { milestoneId: id })).toMatchObject(ok({ milestone_id: id, status: 'completed' }))
  expect(await run('update_milestone', { milestoneId: id, completed: false, goalId: 'none' })).toMatchObject(
    ok({ status: 'updated' }),
  )
  expect((await ann.call.milestones.list({})).items).toMatchObject([{ completed: false, goalId: null }])
})

describe('arguments as models write them', () => {
  test('may be JSON in a text, in snake case, and with null for what is absent', async () => {
    expect(await run('add_task', '{"title":"T","due_date":"tomorrow","description":null,"category":""}')).toEqual(
      ok({ task_id: expect.any(String), status: 'created', title: 'T', due_date: '2026-11-21' }),
    )
    const [task] = (await ann.call.tasks.list({})).items
    expect(await run('complete_task', { task_id: task?.id })).toMatchObject(ok({ status: 'completed' }))
    expect(await run('complete_task', { taskId: task?.id.toUpperCase() })).toMatchObject(ok({ status: 'completed' }))
    expect(await run('list_tasks', '')).toMatchObject(ok([{ title: 'T' }]))
  })

  test.each([
    ['add_task', {}, 'title', expect.any(String)],
    ['add_task', { title: '' }, 'title', 'must not be blank'],
    ['add_task', { title: ' \n ' }, 'title', 'must not be blank'],
    ['add_task', { title: 'a\u0000b' }, 'title', 'must not contain a NUL character'],
    ['add_task', { title: 'x'.repeat(501) }, 'title', 'must have at most 500 characters'],
    ['add_task', { title: 7 }, 'title', expect.stringContaining('string')],
    ['add_task', { title: 't', dueDate: 'christmas' }, 'dueDate', expect.stringContaining('"christmas" is not a clear date')],
    ['add_task', { title: 't', dueDate: '2026-02-30' }, 'dueDate', expect.stringContaining('There is no 2026-02-30')],
    ['add_task', { title: 't', user_id: 'x' }, '', 'unknown argument: user_id'],
    ['add_task', { title: 't', userId: 'x', owner: 'y' }, '', 'unknown argument: userId, owner'],
    ['add_task', '{"title":"t","__proto__":{"x":1}}', '', 'unknown argument: __proto__'],
    ['add_task', '{"title": "t"', '', expect.stringContaining('object')],
    ['add_task', ['t'], '', expect.stringContaining('object')],
    ['list_tasks', { status: 'open' }, 'status', expect.stringContaining('pending')],
    ['list_tasks', { overdue: 'yes' }, 'overdue', expect.stringContaining('boolean')],
    ['complete_task', {}, 'taskId', expect.any(String)],
    ['complete_task', { taskId: 5 }, 'taskId', expect.stringContaining('string')],
    ['update_task', { taskId: 'x' }, '', 'say what to change'],
    ['delete_task', { title: 'Buy milk' }, 'taskId', expect.any(String)],
    ['create_goal', { title: 't', targetDate: 'Q1 2027' }, 'targetDate', expect.stringContaining('Q1 2027')],
    ['update_goal', { goalId: 'x', status: 'paused' }, 'status', expect.stringContaining('abandoned')],
    ['create_milestone', { title: 't', targetDate: 'EOD' }, 'targetDate', expect.stringContaining('EOD')],
    ['update_milestone', { milestoneId: 'x', completed: 'true' }, 'completed', expect.stringContaining('boolean')],
    ['complete_milestone', { id: 'x' }, 'milestoneId', expect.any(String)],
  ])('%s %j is answered with what is wrong, and nothing happens', async (name, args, path, message) => {
    const outcome = await run(name, args)
    expect(outcome).toMatchObject({ ok: false, result: { error: 'invalid_arguments' } })
    expect((outcome as ReturnType<typeof invalid>).result.issues).toContainEqual({ path, message })
    expect((await ann.call.tasks.list({})).items).toEqual([])
  })
})

test('items of other users are not found, whatever the arguments are', async () => {
  const goal = await ann.call.goals.create({ title: 'G' })
  const milestone = await ann.call.milestones.create({ title: 'M', goalId: goal.id })
  const task = await ann.call.tasks.add({ title: 'T' })
  const own = await bob.call.tasks.add({ title: 'own' })
  const before = await everything()
  for (const ids of [
    { taskId: task.id, milestoneId: milestone.id, goalId: goal.id },
    { taskId: uuidv7(), milestoneId: 'M', goalId: '1' },
  ]) {
    const { taskId, milestoneId, goalId } = ids
    const attempts: [string, string, Record<string, unknown>][] = [
      ['Task', 'complete_task', { taskId }],
      ['Task', 'update_task', { taskId, title: 'x' }],
      ['Task', 'delete_task', { taskId }],
      ['Milestone', 'update_task', { taskId: own.id, milestoneId }],
      ['Milestone', 'add_task', { title: 'x', milestoneId }],
      ['Milestone', 'list_tasks', { milestoneId }],
      ['Milestone', 'update_milestone', { milestoneId, title: 'x' }],
      ['Milestone', 'complete_milestone', { milestoneId }],
      ['Goal', 'create_milestone', { title: 'x', goalId }],
      ['Goal', 'list_milestones', { goalId }],
      ['Goal', 'update_goal', { goalId, title: 'x' }],
    ]
    for (const [what, name, args] of attempts) {
      expect(await runAs(bob.id, name, args), name).toEqual(error(`${what} not found`))
    }
  }
  expect(await runAs(bob.id, 'list_tasks', {})).toMatchObject(ok([{ id: own.id }]))
  expect(await runAs(bob.id, 'list_goals', {})).toEqual(ok([]))
  expect(await runAs(bob.id, 'list_milestones', {})).toEqual(ok([]))
  expect(await everything()).toBe(before)
})

test('an approval question names what would happen', async () => {
  const { id } = await ann.call.tasks.add({ title: 'Buy milk' })
  const goal = await ann.call.goals.create({ title: 'Run' })
  const milestone = await ann.call.milestones.create({ title: 'Half' })
  const before = await everything()
  expect(await describeCall('delete_task', { taskId: id })).toBe("Delete the task 'Buy milk'?")
  expect(await describeCall('complete_task', { taskId: id })).toBe("Mark the task 'Buy milk' as done?")
  expect(await describeCall('update_task', { taskId: id, title: 'x' })).toBe("Change the task 'Buy milk'?")
  expect(await describeCall('add_task', { title: 'x', dueDate: 'tomorrow' })).toBe("Add the task 'x', due 2026-11-21?")
  expect(await describeCall('create_goal', { title: 'x' })).toBe("Create the goal 'x'?")
  expect(await describeCall('update_goal', { goalId: goal.id, title: 'x' })).toBe("Change the goal 'Run'?")
  expect(await describeCall('create_milestone', { title: 'x', targetDate: '2025-12-31' })).toBe(
    "Create the milestone 'x', for 2025-12-31?",
  )
  expect(await describeCall('update_milestone', { milestoneId: milestone.id, title: 'x' })).toBe("Change the milestone 'Half'?")
  expect(await describeCall('complete_milestone', { milestoneId: milestone.id })).toBe("Mark the milestone 'Half' as reached?")
  expect(await describeCall('list_tasks', {})).toBe('Read your tasks?')
  expect(await describeCall('list_goals', {})).toBe('Read your goals?')
  expect(await describeCall('list_milestones', {})).toBe('Read your milestones?')
  for (const [name, args] of [
    ['delete_task', { taskId: uuidv7() }],
    ['delete_task', {}],
    ['add_task', { title: 'x', dueDate: 'christmas' }],
    ['no_such_tool', {}],
  ] as [string, Json][]) {
    expect(await describeCall(name, args)).toBeNull()
  }
  expect(await everything()).toBe(before)
})

test('the names that clients know are those of the tools, in the same order', () => {
  expect(plannerTools.map((tool) => tool.name)).toEqual(plannerToolNames)
})

test('only deleting destroys, and only lists leave everything as it is', () => {
  expect(plannerTools.filter((tool) => tool.approval === 'always').map((tool) => tool.name)).toEqual(['delete_task'])
  expect(plannerTools.filter((tool) => tool.readOnly).map((tool) => tool.name)).toEqual([
    'list_tasks',
    'list_goals',
    'list_milestones',
  ])
})

test('whatever a model sends, a tool answers, and touches only what is its user’s', async () => {
  const task = await ann.call.tasks.add({ title: 'What only Ann knows' })
  const keys = [...new Set(plannerTools.flatMap((tool) => Object.keys(tool.input.shape))), 'user_id', 'task_id', '__proto__', 'x']
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 600 }),
    fc.constantFrom(task.id, 'none', 'tomorrow', 'pending', 'active', '', '%', null, true),
    fc.jsonValue({ maxDepth: 2 }),
  )
  const args = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 6 }),
    fc.string(),
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...plannerTools.map((tool) => tool.name)), args, async (name, given) => {
      const outcome = await runAs(bob.id, name, given as Json)
      expect(JSON.stringify(outcome.result)).not.toContain(task.title)
    }),
    { numRuns: 300 },
  )
  expect((await ann.call.tasks.list({})).items).toEqual([task])
  expect(planner.logs.filter((line) => line['event'] === 'tool-failed')).toEqual([])
})
