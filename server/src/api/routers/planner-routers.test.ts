import { schema } from '@holdfast/drizzle'
import { eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTestPlanner, type TestPlanner } from '../../../test/create-test-planner.ts'
import { userTopic } from '../../event-log/topics.ts'

let planner: TestPlanner
let ann: Awaited<ReturnType<TestPlanner['createUser']>>
let bob: Awaited<ReturnType<TestPlanner['createUser']>>

beforeAll(async () => {
  planner = await createTestPlanner()
})
afterAll(() => planner[Symbol.asyncDispose]())
beforeEach(async () => {
  planner.clock.time = new Date('2026-11-20T09:00:00.000Z')
  ann = await planner.createUser()
  bob = await planner.createUser()
})

const goneOrForeign = (what: string) => ({ code: 'NOT_FOUND', message: `${what} not found` })

describe('a goal', () => {
  test('is created, changed, listed and deleted', async () => {
    const goal = await ann.call.goals.create({ title: 'Run a marathon', targetDate: '2027-04-25' })
    expect(goal).toEqual({
      id: expect.any(String),
      title: 'Run a marathon',
      description: null,
      targetDate: '2027-04-25',
      status: 'active',
      position: 1,
      createdBy: null,
      changedBy: null,
      createdAt: '2026-11-20T09:00:00.000Z',
      updatedAt: '2026-11-20T09:00:00.000Z',
    })
    planner.clock.time = new Date('2026-11-20T10:00:00.000Z')
    const changed = await ann.call.goals.update({
      goalId: goal.id,
      description: 'In Hamburg',
      status: 'completed',
      targetDate: null,
    })
    expect(changed).toEqual({
      ...goal,
      description: 'In Hamburg',
      status: 'completed',
      targetDate: null,
      updatedAt: '2026-11-20T10:00:00.000Z',
    })
    expect(await ann.call.goals.list({})).toEqual({ items: [changed], nextCursor: null })
    expect((await ann.call.goals.list({ status: 'active' })).items).toEqual([])
    expect((await ann.call.goals.list({ status: 'completed' })).items).toEqual([changed])
    expect(await ann.call.goals.delete({ goalId: goal.id })).toEqual({ goalId: goal.id })
    expect((await ann.call.goals.list({})).items).toEqual([])
    await expect(ann.call.goals.update({ goalId: goal.id, title: 'x' })).rejects.toMatchObject(goneOrForeign('Goal'))
  })
})

describe('a milestone', () => {
  test('belongs to a goal or to none, and is completed once', async () => {
    const goal = await ann.call.goals.create({ title: 'A goal' })
    const free = await ann.call.milestones.create({ title: 'Test Milestone', targetDate: '2025-12-31' })
    expect(free).toMatchObject({ goalId: null, targetDate: '2025-12-31', completed: false, completedAt: null })
    const bound = await ann.call.milestones.create({ title: 'First', goalId: goal.id })
    const done = await ann.call.milestones.complete({ milestoneId: bound.id })
    expect(done).toMatchObject({ goalId: goal.id, completed: true, completedAt: '2026-11-20T09:00:00.000Z' })
    planner.clock.time = new Date('2026-11-21T09:00:00.000Z')
    expect(await ann.call.milestones.complete({ milestoneId: bound.id })).toEqual(done)
    const ids = async (input: Parameters<typeof ann.call.milestones.list>[0]) =>
      (await ann.call.milestones.list(input)).items.map((item) => item.id)
    expect(await ids({})).toEqual([free.id, bound.id])
    expect(await ids({ goalId: goal.id })).toEqual([bound.id])
    expect(await ids({ goalId: null })).toEqual([free.id])
    expect(await ids({ status: 'pending' })).toEqual([free.id])
    expect(await ids({ status: 'completed' })).toEqual([bound.id])
    expect(await ann.call.milestones.update({ milestoneId: bound.id, completed: false, goalId: null })).toMatchObject({
      goalId: null,
      completed: false,
      completedAt: null,
    })
  })
})

describe('a task', () => {
  test('needs only a title, and takes everything else', async () => {
    const bare = await ann.call.tasks.add({ title: 'Buy milk' })
    expect(bare).toMatchObject({ milestoneId: null, description: null, category: null, dueDate: null, completed: false })
    const milestone = await ann.call.milestones.create({ title: 'M' })
    const full = { title: 'Pay 🧾', description: 'All of it', category: 'home', dueDate: '2020-02-29', milestoneId: milestone.id }
    const task = await ann.call.tasks.add(full)
    expect(task).toMatchObject(full)
    expect(
      await ann.call.tasks.update({ taskId: task.id, description: null, category: null, dueDate: null, milestoneId: null }),
    ).toMatchObject({ title: 'Pay 🧾', description: null, category: null, dueDate: null, milestoneId: null })
  })

  test('is completed, opened again, and a change that changes nothing leaves its time alone', async () => {
    const task = await ann.call.tasks.add({ title: 'Buy milk' })
    planner.clock.time = new Date('2026-11-20T10:00:00.000Z')
    expect(await ann.call.tasks.update({ taskId: task.id, title: 'Buy milk', completed: false })).toEqual(task)
    const done = await ann.call.tasks.complete({ taskId: task.id })
    expect(done).toMatchObject({ completed: true, completedAt: planner.clock.time.toISOString() })
    expect(await ann.call.tasks.complete({ taskId: task.id })).toEqual(done)
    expect(await ann.call.tasks.update({ taskId: task.id, completed: false })).toMatchObject({
      completed: false,
      completedAt: null,
    })
  })

  test('can be filtered by status, category, milestone and overdue', async () => {
    const milestone = await ann.call.milestones.create({ title: 'M' })
    await ann.call.tasks.add({ title: 'late', dueDate: '2026-11-19', category: 'home' })
    await ann.call.tasks.add({ title: 'today', dueDate: '2026-11-20', milestoneId: milestone.id })
    await ann.call.tasks.add({ title: 'open' })
    const done = await ann.call.tasks.add({ title: 'late but done', dueDate: '2026-11-01', category: 'Home' })
    await ann.call.tasks.complete({ taskId: done.id })
    const titles = async (input: Parameters<typeof ann.call.tasks.list>[0]) =>
      (await ann.call.tasks.list(input)).items.map((item) => item.title)
    expect(await titles({})).toEqual(['late', 'today', 'open', 'late but done'])
    expect(await titles({ status: 'pending' })).toEqual(['late', 'today', 'open'])
    expect(await titles({ status: 'completed' })).toEqual(['late but done'])
    expect(await titles({ category: 'home' })).toEqual(['late'])
    expect(await titles({ category: null })).toEqual(['today', 'open'])
    expect(await titles({ milestoneId: milestone.id })).toEqual(['today'])
    expect(await titles({ milestoneId: null, status: 'pending' })).toEqual(['late', 'open'])
    expect(await titles({ query: 'LATE done' })).toEqual(['late but done'])
    expect(await titles({ query: ' ' })).toHaveLength(4)
    expect(await titles({ query: '%' })).toEqual([])
    expect(await titles({ query: '_' })).toEqual([])
    expect(await titles({ query: '\\' })).toEqual([])
    expect(await titles({ overdue: true })).toEqual(['late'])
    expect(await titles({ overdue: true, today: '2026-11-21' })).toEqual(['late', 'today'])
    expect(await titles({ overdue: false })).toEqual(['today', 'open', 'late but done'])
  })

  test('list comes in pages that neither miss nor repeat anything', async () => {
    const added = []
    for (let index = 0; index < 7; index += 1) added.push((await ann.call.tasks.add({ title: `task ${index}` })).id)
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<typeof ann.call.tasks.list>> = await ann.call.tasks.list({ limit: 3, cursor })
      seen.push(...page.items.map((item) => item.id))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(seen).toEqual(added)
    await expect(ann.call.tasks.list({ cursor: 'tomorrow' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })

  test.each([
    ['no title', {}],
    ['a blank title', { title: ' \u200b ' }],
    ['a title with NUL', { title: 'a\u0000b' }],
    ['a title with a lone surrogate', { title: 'a\ud800' }],
    ['a title of 501 characters', { title: 'x'.repeat(501) }],
    ['a date that does not exist', { title: 't', dueDate: '2026-02-30' }],
    ['a date with a time', { title: 't', dueDate: '2026-02-03T00:00:00Z' }],
    ['a phrase for a date', { title: 't', dueDate: 'tomorrow' }],
    ['the year 0', { title: 't', dueDate: '0000-01-01' }],
    ['an owner', { title: 't', userId: '00000000-0000-7000-8000-000000000000' }],
    ['an id that is none', { title: 't', taskId: 'mine' }],
  ])('with %s is refused', async (_what, input) => {
    await expect(ann.call.tasks.add(input as never)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    expect((await ann.call.tasks.list({})).items).toEqual([])
  })
})

describe('creating with a client-made id', () => {
  test('[P1] and the same body gives the same row, also after it was changed', async () => {
    const [goalId, milestoneId, taskId] = [uuidv7(), uuidv7(), uuidv7()]
    const goal = await ann.call.goals.create({ goalId, title: 'G', targetDate: null })
    expect(goal.id).toBe(goalId)
    expect(await ann.call.goals.create({ goalId, title: 'G' })).toEqual(goal)
    const milestone = await ann.call.milestones.create({ milestoneId, title: 'M', goalId })
    expect(await ann.call.milestones.create({ milestoneId, title: 'M', goalId })).toEqual(milestone)
    await ann.call.tasks.add({ taskId, title: 'T', milestoneId })
    const changed = await ann.call.tasks.update({ taskId, title: 'Something else' })
    expect(await ann.call.tasks.add({ taskId, title: 'T', milestoneId })).toEqual(changed)
    expect((await ann.call.tasks.list({})).items).toHaveLength(1)
  })

  test('at the same moment makes one row', async () => {
    const taskId = uuidv7()
    const all = await Promise.all(Array.from({ length: 10 }, () => ann.call.tasks.add({ taskId, title: 'T' })))
    expect(new Set(all.map((task) => JSON.stringify(task))).size).toBe(1)
  })

  test('and another body, or another user’s id, is a conflict', async () => {
    const taken = { code: 'CONFLICT', cause: { reason: 'id-taken' } }
    const [goalId, milestoneId, taskId] = [uuidv7(), uuidv7(), uuidv7()]
    await ann.call.goals.create({ goalId, title: 'G' })
    await ann.call.milestones.create({ milestoneId, title: 'M' })
    await ann.call.tasks.add({ taskId, title: 'T' })
    await expect(ann.call.goals.create({ goalId, title: 'other' })).rejects.toMatchObject(taken)
    await expect(ann.call.milestones.create({ milestoneId, title: 'other' })).rejects.toMatchObject(taken)
    await expect(ann.call.tasks.add({ taskId, title: 'T', category: 'c' })).rejects.toMatchObject(taken)
    await expect(bob.call.goals.create({ goalId, title: 'G' })).rejects.toMatchObject(taken)
    await expect(bob.call.milestones.create({ milestoneId, title: 'M' })).rejects.toMatchObject(taken)
    await expect(bob.call.tasks.add({ taskId, title: 'T' })).rejects.toMatchObject(taken)
    expect((await ann.call.tasks.list({})).items.map((item) => item.title)).toEqual(['T'])
  })
})

describe('another user’s planner', () => {
  test('is not seen, and every id of it answers like one that does not exist (attack C4)', async () => {
    const goal = await ann.call.goals.create({ title: 'G' })
    const milestone = await ann.call.milestones.create({ title: 'M', goalId: goal.id })
    const task = await ann.call.tasks.add({ title: 'T', milestoneId: milestone.id })
    const own = await bob.call.tasks.add({ title: 'own' })
    const ownMilestone = await bob.call.milestones.create({ title: 'own' })
    const before = JSON.stringify(
      await Promise.all([ann.call.goals.list({}), ann.call.milestones.list({}), ann.call.tasks.list({})]),
    )

    for (const [goalId, milestoneId, taskId] of [
      [goal.id, milestone.id, task.id],
      [uuidv7(), uuidv7(), uuidv7()],
    ] as [string, string, string][]) {
      const attempts: [string, () => Promise<unknown>][] = [
        ['Goal', () => bob.call.goals.update({ goalId, title: 'x' })],
        ['Goal', () => bob.call.goals.delete({ goalId })],
        ['Goal', () => bob.call.goals.restore({ goalId })],
        ['Goal', () => bob.call.goals.reorder({ goalId, afterId: null })],
        ['Goal', () => bob.call.milestones.list({ goalId })],
        ['Goal', () => bob.call.milestones.create({ title: 'x', goalId })],
        ['Goal', () => bob.call.milestones.update({ milestoneId: ownMilestone.id, goalId })],
        ['Milestone', () => bob.call.milestones.update({ milestoneId, title: 'x' })],
        ['Milestone', () => bob.call.milestones.complete({ milestoneId })],
        ['Milestone', () => bob.call.milestones.delete({ milestoneId })],
        ['Milestone', () => bob.call.milestones.restore({ milestoneId })],
        ['Milestone', () => bob.call.milestones.reorder({ milestoneId, afterId: null })],
        ['Milestone', () => bob.call.milestones.reorder({ milestoneId: ownMilestone.id, afterId: milestoneId })],
        ['Milestone', () => bob.call.tasks.list({ milestoneId })],
        ['Milestone', () => bob.call.tasks.add({ title: 'x', milestoneId })],
        ['Milestone', () => bob.call.tasks.update({ taskId: own.id, milestoneId })],
        ['Task', () => bob.call.tasks.update({ taskId, title: 'x' })],
        ['Task', () => bob.call.tasks.complete({ taskId })],
        ['Task', () => bob.call.tasks.delete({ taskId })],
        ['Task', () => bob.call.tasks.restore({ taskId })],
        ['Task', () => bob.call.tasks.reorder({ taskId, afterId: null })],
        ['Task', () => bob.call.tasks.reorder({ taskId: own.id, afterId: taskId })],
      ]
      for (const [what, attempt] of attempts) await expect(attempt(), String(attempt)).rejects.toMatchObject(goneOrForeign(what))
    }
    expect((await bob.call.tasks.list({})).items).toEqual([own])
    expect((await bob.call.goals.list({})).items).toEqual([])
    expect((await bob.call.tasks.stats()).total).toBe(1)
    expect(
      JSON.stringify(await Promise.all([ann.call.goals.list({}), ann.call.milestones.list({}), ann.call.tasks.list({})])),
    ).toBe(before)
  })
})

describe('an undo', () => {
  const seen = async () => ({
    goals: (await ann.call.goals.list({})).items.map((item) => item.title),
    milestones: (await ann.call.milestones.list({})).items.map((item) => item.title),
    tasks: (await ann.call.tasks.list({})).items.map((item) => item.title),
  })

  test('[P2] of a goal brings back what went with it, and not what was deleted before', async () => {
    const goal = await ann.call.goals.create({ title: 'G' })
    const first = await ann.call.milestones.create({ title: 'M1', goalId: goal.id })
    const second = await ann.call.milestones.create({ title: 'M2', goalId: goal.id })
    await ann.call.tasks.add({ title: 'T1', milestoneId: first.id })
    const early = await ann.call.tasks.add({ title: 'T2', milestoneId: first.id })
    await ann.call.tasks.add({ title: 'T3', milestoneId: second.id })
    await ann.call.tasks.add({ title: 'free' })
    await ann.call.tasks.delete({ taskId: early.id })
    await ann.call.milestones.delete({ milestoneId: second.id })
    await ann.call.goals.delete({ goalId: goal.id })
    await ann.call.goals.delete({ goalId: goal.id })
    expect(await seen()).toEqual({ goals: [], milestones: [], tasks: ['free'] })

    expect(await ann.call.goals.restore({ goalId: goal.id })).toMatchObject({ id: goal.id, position: goal.position })
    await ann.call.goals.restore({ goalId: goal.id })
    expect(await seen()).toEqual({ goals: ['G'], milestones: ['M1'], tasks: ['T1', 'free'] })

    expect(await ann.call.milestones.restore({ milestoneId: second.id })).toMatchObject({ goalId: goal.id })
    expect(await ann.call.tasks.restore({ taskId: early.id })).toMatchObject({ milestoneId: first.id })
    expect(await seen()).toEqual({ goals: ['G'], milestones: ['M1', 'M2'], tasks: ['T1', 'T2', 'T3', 'free'] })
  })

  test('of something whose parent is still deleted brings it back on its own', async () => {
    const goal = await ann.call.goals.create({ title: 'G' })
    const milestone = await ann.call.milestones.create({ title: 'M', goalId: goal.id })
    const task = await ann.call.tasks.add({ title: 'T', milestoneId: milestone.id })
    const early = await ann.call.tasks.add({ title: 'early', milestoneId: milestone.id })
    await ann.call.tasks.delete({ taskId: early.id })
    await ann.call.goals.delete({ goalId: goal.id })
    expect(await ann.call.tasks.restore({ taskId: early.id })).toMatchObject({ milestoneId: null })
    expect(await ann.call.milestones.restore({ milestoneId: milestone.id })).toMatchObject({ goalId: null })
    expect(await seen()).toEqual({ goals: [], milestones: ['M'], tasks: ['T', 'early'] })
    expect((await ann.call.tasks.list({ milestoneId: milestone.id })).items.map((item) => item.id)).toEqual([task.id])
  })

  test('of a milestone brings back its tasks', async () => {
    const milestone = await ann.call.milestones.create({ title: 'M' })
    await ann.call.tasks.add({ title: 'T', milestoneId: milestone.id })
    await ann.call.milestones.delete({ milestoneId: milestone.id })
    expect(await seen()).toEqual({ goals: [], milestones: [], tasks: [] })
    await expect(ann.call.tasks.add({ title: 'x', milestoneId: milestone.id })).rejects.toMatchObject(goneOrForeign('Milestone'))
    await ann.call.milestones.restore({ milestoneId: milestone.id })
    expect(await seen()).toEqual({ goals: [], milestones: ['M'], tasks: ['T'] })
  })
})

describe('the order', () => {
  const order = async () => (await ann.call.tasks.list({})).items.map((item) => item.title).join('')
  const addTasks = async (titles: string) => {
    const ids: Record<string, string> = {}
    for (const title of titles) ids[title] = (await ann.call.tasks.add({ title })).id
    return (title: string) => ids[title] ?? ''
  }

  test('is the user’s own', async () => {
    const id = await addTasks('abcd')
    const move = (title: string, after: string | null) =>
      ann.call.tasks.reorder({ taskId: id(title), afterId: after === null ? null : id(after) })
    await move('d', null)
    expect(await order()).toBe('dabc')
    const moved = await move('d', 'b')
    expect(await order()).toBe('abdc')
    expect(await move('d', 'b')).toEqual(moved)
    await move('a', 'c')
    expect(await order()).toBe('bdca')
    await ann.call.tasks.add({ title: 'e' })
    expect(await order()).toBe('bdcae')
    await expect(move('a', 'a')).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })

  test('survives any number of moves into the same gap', async () => {
    const id = await addTasks('abcd')
    for (let index = 0; index < 70; index += 1) {
      const title = index % 2 === 0 ? 'd' : 'c'
      await ann.call.tasks.reorder({ taskId: id(title), afterId: id('a') })
      expect(await order()).toBe(title === 'd' ? (index === 0 ? 'adbc' : 'adcb') : 'acdb')
    }
  })

  test('is well defined when two items have the same position', async () => {
    const id = await addTasks('abc')
    await planner.database.queries.update(schema.tasks).set({ position: 1 }).where(eq(schema.tasks.userId, ann.id))
    expect(await order()).toBe('abc')
    await ann.call.tasks.reorder({ taskId: id('c'), afterId: id('a') })
    expect(await order()).toBe('acb')
  })

  test('[P3] applies to goals and milestones too', async () => {
    const [first, second] = [await ann.call.goals.create({ title: '1' }), await ann.call.goals.create({ title: '2' })]
    await ann.call.goals.reorder({ goalId: first.id, afterId: second.id })
    expect((await ann.call.goals.list({})).items.map((item) => item.title)).toEqual(['2', '1'])
    const [one, two] = [await ann.call.milestones.create({ title: '1' }), await ann.call.milestones.create({ title: '2' })]
    await ann.call.milestones.reorder({ milestoneId: two.id, afterId: null })
    expect((await ann.call.milestones.list({})).items.map((item) => item.id)).toEqual([two.id, one.id])
  })
})

test('the stats count what is pending and what is overdue', async () => {
  const goal = await ann.call.goals.create({ title: 'G' })
  const empty = await ann.call.goals.create({ title: 'empty' })
  const first = await ann.call.milestones.create({ title: 'M1', goalId: goal.id, targetDate: '2026-11-01' })
  const second = await ann.call.milestones.create({ title: 'M2', goalId: goal.id, targetDate: '2026-11-01' })
  await ann.call.milestones.complete({ milestoneId: second.id })
  await ann.call.tasks.add({ title: 'late', milestoneId: first.id, dueDate: '2026-11-19', category: 'b' })
  const done = await ann.call.tasks.add({ title: 'done', milestoneId: first.id, dueDate: '2026-11-19', category: 'a' })
  await ann.call.tasks.complete({ taskId: done.id })
  await ann.call.tasks.add({ title: 'free', dueDate: '2026-11-20' })
  const gone = await ann.call.tasks.add({ title: 'gone', category: 'z' })
  await ann.call.tasks.delete({ taskId: gone.id })
  const none = { total: 0, pending: 0, completed: 0, overdue: 0 }
  const late = { total: 1, pending: 1, completed: 0, overdue: 1 }
  const inFirst = { total: 2, pending: 1, completed: 1, overdue: 1 }
  expect(await ann.call.tasks.stats()).toEqual({
    total: 3,
    pending: 2,
    completed: 1,
    overdue: 1,
    byCategory: [
      { category: 'a', total: 1, pending: 0, completed: 1, overdue: 0 },
      { category: 'b', ...late },
      { category: null, total: 1, pending: 1, completed: 0, overdue: 0 },
    ],
    byMilestone: [
      { milestoneId: first.id, ...inFirst },
      { milestoneId: second.id, ...none },
      { milestoneId: null, total: 1, pending: 1, completed: 0, overdue: 0 },
    ],
    byGoal: [
      { goalId: goal.id, milestones: { total: 2, pending: 1, completed: 1, overdue: 1 }, tasks: inFirst },
      { goalId: empty.id, milestones: none, tasks: none },
    ],
  })
  expect(await ann.call.tasks.stats({ today: '2026-11-21' })).toMatchObject({ total: 3, overdue: 2 })
  expect(await bob.call.tasks.stats({})).toEqual({ ...none, byCategory: [], byMilestone: [], byGoal: [] })
})

test('[P4] every change notifies all tabs of the user once, and no other user', async () => {
  const notices: unknown[] = []
  const strangers: unknown[] = []
  const stop = await planner.bus.subscribe(userTopic(ann.id), (notice) => notices.push(notice))
  const stopOther = await planner.bus.subscribe(userTopic(bob.id), (notice) => strangers.push(notice))
  const goal = await ann.call.goals.create({ title: 'G' })
  await ann.call.milestones.create({ title: 'M', goalId: goal.id })
  await ann.call.goals.update({ goalId: goal.id, title: 'G' })
  await ann.call.goals.delete({ goalId: goal.id })
  await ann.call.goals.restore({ goalId: goal.id })
  stop()
  stopOther()
  expect(notices).toEqual([1, 2, 3, 4].map((n) => ({ n, items: [{ type: 'planner' }] })))
  expect(strangers).toEqual([])
  expect(planner.logs.filter((line) => line['event'] === 'database').slice(-2)).toMatchObject([
    { table: 'goals', rows: 1 },
    { table: 'milestones', rows: 1 },
  ])
})
