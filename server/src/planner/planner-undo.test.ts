import { randomUUID } from 'node:crypto'
import { schema } from '@holdfast/drizzle'
import type { Id, PlannerKindName } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTestPlanner, type TestPlanner } from '../../test/create-test-planner.ts'
import { transact } from '../event-log/unit-of-work.ts'
import { Refusal } from '../platform/refusal.ts'
import { createToolRegistry, type ToolRegistry } from '../tools/tool-registry.ts'
import { addTask } from './commands/add-task.ts'
import { createGoal } from './commands/create-goal.ts'
import { createMilestone } from './commands/create-milestone.ts'
import { deleteGoal } from './commands/delete-goal.ts'
import { deleteMilestone } from './commands/delete-milestone.ts'
import { deleteTask } from './commands/delete-task.ts'
import { reorderTask } from './commands/reorder-task.ts'
import { restoreMilestone } from './commands/restore-milestone.ts'
import { restoreTask } from './commands/restore-task.ts'
import { updateGoal } from './commands/update-goal.ts'
import { updateMilestone } from './commands/update-milestone.ts'
import { updateTask } from './commands/update-task.ts'
import { tablesByKind } from './load-undo.ts'
import type { Actor, PlannerCommand } from './planner-change.ts'
import type { PlannerRow } from './planner-row.ts'
import { rowToValues, type PlannerValues } from './planner-values.ts'
import { plannerTools } from './tools/planner-tools.ts'

let planner: TestPlanner
let registry: ToolRegistry
let ann: Awaited<ReturnType<TestPlanner['createUser']>>
let answer: Awaited<ReturnType<TestPlanner['createAnswer']>>

beforeAll(async () => {
  planner = await createTestPlanner()
  registry = createToolRegistry(planner, plannerTools)
})
afterAll(() => planner[Symbol.asyncDispose]())
beforeEach(async () => {
  planner.clock.time = new Date('2026-11-20T09:00:00.000Z')
  planner.audited.length = 0
  ann = await planner.createUser()
  answer = await planner.createAnswer(ann.id)
})

/** A second passes before anything happens. */
function tick(): void {
  planner.clock.time = new Date(planner.clock.time.getTime() + 1_000)
}

async function run(name: string, args: object, source = answer): Promise<Id> {
  tick()
  const outcome = await transact(planner, (unit) =>
    registry.runTool({ now: planner.clock.time, utcOffsetMinutes: 0, ...source, unit, userId: ann.id }, { name, args }),
  )
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.result))
  const result = outcome.result as Readonly<Record<string, string>>
  return result['task_id'] ?? result['milestone_id'] ?? result['goal_id'] ?? ''
}

const undo = () => ann.call.planner.undo({ messageId: answer.messageId })
const redo = () => ann.call.planner.redo({ messageId: answer.messageId })
const preview = () => ann.call.planner.previewUndo({ messageId: answer.messageId })
const plans = async () => ({
  goals: (await ann.call.goals.list({})).items,
  milestones: (await ann.call.milestones.list({})).items,
  tasks: (await ann.call.tasks.list({})).items,
})
const titles = async () => (await plans()).tasks.map(({ title }) => title)

describe('[P7] undo', () => {
  test('overwritten-titles: a model overwrote what a person wrote, and one undo brings it back', async () => {
    const task = await ann.call.tasks.add({
      title: 'Call Mum',
      description: 'On Sunday, about the garden',
      dueDate: '2026-12-01',
    })
    const goal = await ann.call.goals.create({ title: 'Learn to sail' })
    const done = await ann.call.tasks.add({ title: 'Pay rent' })
    const before = await plans()
    await run('update_task', { taskId: task.id, title: 'HACKED', description: 'HACKED', dueDate: '2027-01-01' })
    await run('update_task', { taskId: task.id, title: 'HACKED AGAIN' })
    await run('update_goal', { goalId: goal.id, title: 'HACKED', status: 'abandoned' })
    await run('complete_task', { taskId: done.id })
    await run('add_task', { title: 'Send money' })
    const shown = await preview()
    expect(shown).toEqual({
      messageId: answer.messageId,
      state: 'changed',
      items: [
        {
          kind: 'goal',
          id: goal.id,
          title: 'HACKED',
          action: 'change',
          fields: [
            { field: 'title', from: 'HACKED', to: 'Learn to sail' },
            { field: 'status', from: 'abandoned', to: 'active' },
          ],
        },
        expect.objectContaining({
          id: task.id,
          title: 'HACKED AGAIN',
          fields: [
            { field: 'title', from: 'HACKED AGAIN', to: 'Call Mum' },
            { field: 'description', from: 'HACKED', to: 'On Sunday, about the garden' },
            { field: 'dueDate', from: '2027-01-01', to: '2026-12-01' },
          ],
        }),
        expect.objectContaining({ id: done.id, fields: [{ field: 'completedAt', from: expect.any(String), to: null }] }),
        { kind: 'task', id: expect.any(String), title: 'Send money', action: 'remove', fields: [] },
      ],
      kept: [],
    })
    expect(await undo()).toEqual({ ...shown, state: 'undone' })
    const strip = ({ goals, milestones, tasks }: Awaited<ReturnType<typeof plans>>) =>
      [...goals, ...milestones, ...tasks].map(({ updatedAt: _, ...item }) => item)
    expect(strip(await plans())).toEqual(strip(before))
    expect(planner.audited).toMatchObject([
      { action: 'planner.undone', actorId: ann.id, targetId: answer.messageId, details: { reverted: 4, kept: 0 } },
    ])
  })

  test('[P8] keeps what a person or another answer changed since, and says what and why', async () => {
    const other = await planner.createAnswer(ann.id)
    const task = await ann.call.tasks.add({ title: 'a', description: 'b' })
    await run('update_task', { taskId: task.id, title: 'A', description: 'B', category: 'C' })
    const made = await run('add_task', { title: 'made' })
    const milestoneId = await run('create_milestone', { title: 'M' })
    const goalId = await run('create_goal', { title: 'G' })
    await ann.call.tasks.update({ taskId: task.id, title: 'Mine' })
    await ann.call.tasks.add({ title: 'in it', milestoneId })
    await run('update_task', { taskId: made, title: 'made over' }, other)
    await ann.call.goals.delete({ goalId })
    const { items, kept } = await undo()
    expect(items).toMatchObject([{ id: task.id, fields: [{ field: 'description' }, { field: 'category', from: 'C', to: null }] }])
    expect(kept).toEqual([
      { kind: 'milestone', id: milestoneId, title: 'M', fields: [], reason: 'has-other-items' },
      { kind: 'task', id: task.id, title: 'Mine', fields: ['title'], reason: 'changed-by-person' },
      { kind: 'task', id: made, title: 'made over', fields: [], reason: 'changed-by-answer' },
    ])
    expect(await titles()).toEqual(['Mine', 'made over', 'in it'])
    // Nothing is left to undo that could be: it stays as it is, and nothing is written.
    expect(await undo()).toMatchObject({ state: 'undone', items: [{ id: task.id }] })
  })

  test('brings back what was deleted, without a milestone that is gone; what was removed for good is named', async () => {
    const milestone = await ann.call.milestones.create({ title: 'M' })
    const task = await ann.call.tasks.add({ title: 'inside', milestoneId: milestone.id })
    const gone = await ann.call.tasks.add({ title: 'gone' })
    await run('delete_task', { taskId: task.id })
    await run('update_task', { taskId: gone.id, title: 'gone for good' })
    await ann.call.milestones.delete({ milestoneId: milestone.id })
    await planner.database.queries.delete(schema.tasks).where(eq(schema.tasks.id, gone.id))
    expect(await undo()).toMatchObject({
      items: [{ id: task.id, title: 'inside', action: 'restore' }],
      kept: [
        { id: task.id, fields: ['milestoneId'], reason: 'parent-deleted' },
        { id: gone.id, title: 'gone for good', reason: 'gone' },
      ],
    })
    expect((await plans()).tasks).toMatchObject([{ title: 'inside', milestoneId: null }])
  })

  test('what a person moved elsewhere in the order is as the answer made it; a former order comes back', async () => {
    const [first, second] = [await ann.call.tasks.add({ title: '1' }), await ann.call.tasks.add({ title: '2' })]
    const made = await run('add_task', { title: 'made' })
    await ann.call.tasks.reorder({ taskId: made, afterId: null })
    await act(answer, reorderTask, { taskId: second.id, afterId: null })
    expect(await titles()).toEqual(['2', 'made', '1'])
    expect(await undo()).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ id: second.id, fields: [expect.objectContaining({ field: 'position' })] }),
      ]),
    })
    expect((await plans()).tasks.map(({ id }) => id)).toEqual([first.id, second.id])
  })

  test('[P9] redo does it again, as the answer; a repeat of either changes nothing, and a request is done once', async () => {
    const task = await ann.call.tasks.add({ title: 'a' })
    await run('update_task', { taskId: task.id, title: 'A' })
    const made = await run('add_task', { title: 'made' })
    const request = { requestId: randomUUID(), messageId: answer.messageId }
    const undone = await ann.call.planner.undo(request)
    expect(await ann.call.planner.undo(request)).toEqual(undone)
    expect(await undo()).toEqual(undone)
    await expect(ann.call.planner.redo(request)).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await titles()).toEqual(['a'])
    expect(await preview()).toMatchObject({ state: 'undone', items: [{ title: 'a' }, { title: 'made', action: 'restore' }] })
    const redone = await redo()
    expect(redone).toMatchObject({ state: 'changed', items: [{ id: task.id }, { id: made, action: 'restore' }], kept: [] })
    expect(await redo()).toEqual(redone)
    // The request of the undo comes late: it was done, and is not done again.
    await ann.call.planner.undo(request)
    expect(await titles()).toEqual(['A', 'made'])
    expect((await plans()).tasks).toMatchObject([{ changedBy: answer }, { changedBy: answer, createdBy: answer }])
    // A continued answer does more; an undo reverses all that is not undone.
    await run('update_task', { taskId: made, title: 'made more of' })
    expect(await undo()).toMatchObject({ state: 'undone', kept: [] })
    expect(await titles()).toEqual(['a'])
  })

  test('an answer that changed nothing, one that is still being written, and the answer of somebody else', async () => {
    expect(await undo()).toEqual({ messageId: answer.messageId, state: 'unchanged', items: [], kept: [] })
    const bob = await planner.createUser()
    await run('add_task', { title: 'made' })
    await expect(bob.call.planner.undo({ messageId: answer.messageId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(bob.call.planner.previewUndo({ messageId: answer.messageId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await planner.database.queries
      .update(schema.messages)
      .set({ status: 'generating' })
      .where(eq(schema.messages.id, answer.messageId))
    await expect(undo()).rejects.toMatchObject({ code: 'CONFLICT', cause: { reason: 'not-undoable' } })
    expect(await titles()).toEqual(['made'])
    // What is deleted for good takes its record along.
    await planner.database.queries.delete(schema.messages).where(eq(schema.messages.id, answer.messageId))
    expect(
      await planner.database.queries.select().from(schema.plannerChanges).where(eq(schema.plannerChanges.userId, ann.id)),
    ).toEqual([])
  })
})

type Source = Actor['source']

function act<Input, Result>(source: Source, command: PlannerCommand<Input, Result>, input: Input): Promise<Result> {
  tick()
  return transact(planner, (unit) => command(planner, unit, { userId: ann.id, now: planner.clock.time, source }, input))
}

interface Item {
  readonly kind: PlannerKindName
  readonly values: PlannerValues
}
type State = ReadonlyMap<Id, Item>

/** Everything that the user has, in the trash too. */
async function readState(): Promise<State> {
  const state = new Map<Id, Item>()
  for (const kind of ['goal', 'milestone', 'task'] as const) {
    const table = tablesByKind[kind]
    const rows = (await planner.database.queries.select().from(table).where(eq(table.userId, ann.id))) as PlannerRow[]
    for (const row of rows) state.set(row.id, { kind, values: rowToValues(row) })
  }
  return state
}

const isLive = (item: Item | undefined) => item !== undefined && item.values['deletedAt'] === null
const parentOf = ({ values }: Item) => String(values['milestoneId'] ?? values['goalId'] ?? '')
/** Items that are there although what they belong to is deleted. */
const orphansOf = (state: State) =>
  [...state].flatMap(([id, item]) => (isLive(item) && parentOf(item) !== '' && !isLive(state.get(parentOf(item))) ? id : []))
/** Without the times of deletions: a redo deletes at its own time. */
const comparable = (state: State) =>
  Object.fromEntries([...state].map(([id, { values }]) => [id, { ...values, deletedAt: values['deletedAt'] === null }]))
const isDeletion = (column: string) => column === 'deletedAt' || column === 'deletedWith'

type Writer = 'answer' | 'other' | 'person'
interface Step {
  readonly writer: Writer
  readonly before: State
  readonly after: State
}

/** What a column had before the answer's writes that are still in force: read from states, not from what the server recorded. */
function formerValue(history: readonly Step[], id: Id, column: string): unknown {
  const valueIn = (state: State) => state.get(id)?.values[column]
  let value = valueIn(history.at(-1)?.after ?? new Map())
  for (const { writer, before, after } of history.toReversed()) {
    if (writer !== 'answer' || valueIn(before) === valueIn(after) || !before.has(id)) continue
    if (valueIn(after) !== value) return value
    value = valueIn(before)
  }
  return value
}

const actionArbitrary = fc.record({
  writer: fc.constantFrom<Writer>('answer', 'answer', 'other', 'person', 'person'),
  kind: fc.constantFrom('add', 'add', 'update', 'update', 'complete', 'delete', 'restore', 'reorder', 'move'),
  what: fc.constantFrom<PlannerKindName>('goal', 'milestone', 'milestone', 'task', 'task', 'task'),
  pick: fc.nat(20),
  other: fc.nat(20),
})
type Action = typeof actionArbitrary extends fc.Arbitrary<infer Value> ? Value : never

/** Does one thing to the plans; false where there is nothing to do it to. */
async function perform(state: State, { kind, what, pick, other }: Action, source: Source, n: number): Promise<boolean> {
  const ids = (of: PlannerKindName) => [...state].flatMap(([id, item]) => (item.kind === of ? id : []))
  const choose = (of: PlannerKindName, by: number) => ids(of)[by % Math.max(1, ids(of).length)]
  const goalId = choose('goal', other) ?? null
  const milestoneId = choose('milestone', other) ?? null
  const title = `title ${n}`
  if (kind === 'add') {
    if (what === 'goal') await act(source, createGoal, { title })
    else if (what === 'milestone') await act(source, createMilestone, { title, goalId: other % 2 ? goalId : null })
    else await act(source, addTask, { title, description: `text ${n}`, milestoneId: other % 3 ? milestoneId : null })
    return true
  }
  const id = choose(what, pick)
  if (id === undefined) return false
  const byKind = {
    update: {
      goal: () => act(source, updateGoal, { goalId: id, title, status: other % 2 ? 'completed' : 'abandoned' }),
      milestone: () => act(source, updateMilestone, { milestoneId: id, title }),
      task: () =>
        act(source, updateTask, { taskId: id, title, ...(other % 2 ? { description: `text ${n}` } : { category: title }) }),
    },
    complete: {
      goal: () => act(source, updateGoal, { goalId: id, status: 'active' }),
      milestone: () => act(source, updateMilestone, { milestoneId: id, completed: other % 3 > 0 }),
      task: () => act(source, updateTask, { taskId: id, completed: other % 3 > 0 }),
    },
    move: {
      goal: () => act(source, updateGoal, { goalId: id, description: title }),
      milestone: () => act(source, updateMilestone, { milestoneId: id, goalId }),
      task: () => act(source, updateTask, { taskId: id, milestoneId }),
    },
    delete: {
      goal: () => act(source, deleteGoal, { goalId: id }),
      milestone: () => act(source, deleteMilestone, { milestoneId: id }),
      task: () => act(source, deleteTask, { taskId: id }),
    },
    restore: {
      goal: () => act(null, restoreMilestone, { milestoneId: milestoneId ?? uuidv7() }),
      milestone: () => act(null, restoreMilestone, { milestoneId: id }),
      task: () => act(null, restoreTask, { taskId: id }),
    },
    reorder: {
      goal: () => act(source, updateGoal, { goalId: id, targetDate: '2027-01-01' }),
      milestone: () => act(source, updateMilestone, { milestoneId: id, targetDate: '2027-01-01' }),
      task: () => act(source, reorderTask, { taskId: id, afterId: null }),
    },
  }[kind]
  await byKind[what]()
  return true
}

/** Performs actions one after the other; those that the planner refuses, because something is deleted, change nothing. */
async function performAll(actions: readonly Action[], sources: Readonly<Record<Writer, Source>>, first: number): Promise<Step[]> {
  const history: Step[] = []
  let before = await readState()
  for (const [index, action] of actions.entries()) {
    try {
      if (!(await perform(before, action, sources[action.writer], first + index))) continue
    } catch (error) {
      if (error instanceof Refusal && error.code === 'NOT_FOUND') continue
      throw error
    }
    const after = await readState()
    // Only a person restores.
    history.push({ writer: action.kind === 'restore' ? 'person' : action.writer, before, after })
    before = after
  }
  return history
}

test('[P7][P8][P9] whatever an answer, another one and a person did: undo reverses the answer’s part of it, and redo the undo', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(actionArbitrary, { minLength: 4, maxLength: 18, size: 'max' }),
      fc.array(actionArbitrary, { maxLength: 3 }),
      async (actions, later) => {
        ann = await planner.createUser()
        answer = await planner.createAnswer(ann.id)
        const sources = { answer, other: await planner.createAnswer(ann.id), person: null }
        const history = await performAll(actions, sources, 0)
        const before = history.at(-1)?.after ?? new Map<Id, Item>()
        const shown = await preview()
        expect(await readState()).toEqual(before)
        const undone = await undo()
        expect(undone.items).toEqual(shown.items)
        expect(undone.kept).toEqual(shown.kept)
        const after = await readState()
        expectUndone(history, before, after, undone.kept)

        // Once more changes nothing, and redo is the exact opposite.
        await undo()
        expect(await readState()).toEqual(after)
        if (undone.state !== 'undone') return
        const redone = await redo()
        expect(redone.kept).toEqual([])
        expect(comparable(await readState())).toEqual(comparable(before))
        expect((await undo()).state).toBe('undone')
        expect(comparable(await readState())).toEqual(comparable(after))

        // Somebody does something in between: redo leaves it alone.
        const [newest] = (await performAll(later, { ...sources, answer: null, other: null }, 1_000)).slice(-1)
        const between = newest?.after ?? (await readState())
        const touched = new Set(undone.items.map(({ id }) => id))
        await redo()
        const end = await readState()
        for (const [id, item] of between) if (!touched.has(id)) expect(end.get(id)).toEqual(item)
        expect(orphansOf(end).filter((id) => !orphansOf(between).includes(id))).toEqual([])
      },
    ),
    { numRuns: 25 },
  )
}, 300_000)

function expectUndone(
  history: readonly Step[],
  before: State,
  after: State,
  kept: readonly { readonly id: Id; readonly fields: readonly string[]; readonly reason: string }[],
): void {
  const isKept = (id: Id, field?: string) =>
    kept.some((one) => one.id === id && (field === undefined || one.fields.includes(field)))
  expect(orphansOf(after).filter((id) => !orphansOf(before).includes(id))).toEqual([])
  for (const [id, item] of before) {
    const now = after.get(id)
    const birth = history.find((step) => !step.before.has(id) && step.after.has(id))
    const touches = history.filter(
      ({ writer, before: b, after: a }) => writer === 'answer' && b.get(id) !== a.get(id) && !isSame(b, a, id),
    )
    if (touches.length === 0) {
      expect(now, 'the answer has not touched it').toEqual(item)
      continue
    }
    if (birth?.writer === 'answer') {
      const hasChildren = [...after.values()].some((child) => isLive(child) && parentOf(child) === id)
      const isAsMade = Object.keys(item.values).every(
        (column) =>
          column === 'position' || isDeletion(column) || formerValue(history, id, column) === birth.after.get(id)?.values[column],
      )
      const isRemoved = isLive(item) && isAsMade && !hasChildren
      expect(isLive(now), 'what the answer made').toBe(isLive(item) && !isRemoved)
      if (!isRemoved) expect(now).toEqual(item)
      expect(isKept(id), 'is named exactly when it stays').toBe(isLive(now))
      continue
    }
    const isBack = formerValue(history, id, 'deletedAt') === null
    const isStuck = !isBack || (isLive(item) && kept.some((one) => one.id === id && one.reason === 'has-other-items'))
    for (const [column, value] of Object.entries(item.values)) {
      if (isDeletion(column)) continue
      const expected = isStuck ? value : formerValue(history, id, column)
      if (now?.values[column] === expected) {
        const isOverwritten =
          isBack && column !== 'position' && item.values[column] === expected && isWritten(touches, id, column)
        if (isOverwritten && now?.values[column] !== lastWritten(touches, id, column)) expect(isKept(id, column)).toBe(true)
        continue
      }
      // It does not go back to where nothing is.
      expect(['milestoneId', 'goalId']).toContain(column)
      expect(isLive(after.get(String(expected)))).toBe(false)
      expect(isKept(id, column)).toBe(true)
    }
    expect(isLive(now)).toBe(isStuck ? isLive(item) : isBack)
  }
}

function isWritten(touches: readonly Step[], id: Id, column: string): boolean {
  return touches.some(({ before, after }) => before.get(id)?.values[column] !== after.get(id)?.values[column])
}

function lastWritten(touches: readonly Step[], id: Id, column: string): unknown {
  const last = touches.findLast(({ before, after }) => before.get(id)?.values[column] !== after.get(id)?.values[column])
  return last?.after.get(id)?.values[column]
}

function isSame(one: State, two: State, id: Id): boolean {
  return JSON.stringify(one.get(id)) === JSON.stringify(two.get(id))
}
