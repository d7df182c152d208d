import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestPlanner, type TestPlanner } from '../../test/create-test-planner.ts'
import type { ToolRunner } from '../tools/tool-runner.ts'
import { transact, type UnitOfWork } from '../event-log/unit-of-work.ts'
import { createKnownDefinitions } from '../mcp-client/known-definitions.ts'
import { createMcpConnections } from '../mcp-client/mcp-connections.ts'
import { createToolRunner } from './create-tool-runner.ts'
import { plannerTools } from '../planner/tools/planner-tools.ts'
import { createToolRegistry } from '../tools/tool-registry.ts'

let planner: TestPlanner
let box: ToolRunner
let ann: Awaited<ReturnType<TestPlanner['createUser']>>
let answer: Awaited<ReturnType<TestPlanner['createAnswer']>>

beforeAll(async () => {
  planner = await createTestPlanner()
  box = createToolRunner({
    logger: planner.logger,
    clock: planner.clock,
    registry: createToolRegistry(planner, plannerTools),
    mcpConnections: createMcpConnections({ ...planner, known: createKnownDefinitions(planner) }, []),
    isGuest: async () => false,
  })
})
afterAll(() => planner[Symbol.asyncDispose]())
beforeEach(async () => {
  ann = await planner.createUser()
  answer = await planner.createAnswer(ann.id)
})

const context = () => ({ ...answer, userId: ann.id, now: planner.clock.time, utcOffsetMinutes: 0 })
const inside = <Result>(work: (unit: UnitOfWork) => Promise<Result>) => transact(planner, work)

test('an answer is offered all tools, and only those that destroy ask before (attack G2)', async () => {
  const offered = await box.offer(ann.id)
  expect(offered.map((tool) => tool.name)).toEqual(plannerTools.map((tool) => tool.name))
  expect(offered.filter((tool) => tool.needsApproval).map((tool) => tool.name)).toEqual(['delete_task'])
  expect(offered.filter((tool) => tool.idempotent).map((tool) => tool.name)).toEqual([
    'list_tasks',
    'list_goals',
    'list_milestones',
  ])
  expect(offered.some((tool) => tool.external)).toBe(false)
})

test('arguments are read as they will be used, or refused before anything runs', () => {
  expect(box.parse('add_task', '{"title":"T","due_date":"tomorrow","category":null}')).toEqual({
    args: { title: 'T', dueDate: 'tomorrow' },
  })
  expect(box.parse('list_tasks', '')).toEqual({ args: {} })
  expect(box.parse('add_task', '{"title":"T","user_id":"x"}')).toEqual({ error: 'invalid_arguments: unknown argument: user_id' })
  expect(box.parse('add_task', '{"title":')).toMatchObject({ error: expect.stringContaining('invalid_arguments') })
  expect(box.parse('no_such_tool', '{}')).toEqual({ error: 'there is no tool named no_such_tool' })
})

test('a call gives a result or an error, and the question before it names what it touches', async () => {
  const added = await inside((unit) => box.runInside(unit, context(), 'add_task', { title: 'T', dueDate: 'tomorrow' }))
  const [task] = (await ann.call.tasks.list({})).items
  expect(added).toEqual({ result: { task_id: task?.id, status: 'created', title: 'T', due_date: '2026-11-21' } })
  expect(task).toMatchObject({ createdBy: answer })
  const args = { taskId: task?.id }
  expect(await inside((unit) => box.ask(unit, context(), 'delete_task', args))).toBe("Delete the task 'T'?")
  await inside((unit) => box.runInside(unit, context(), 'delete_task', args))
  expect(await inside((unit) => box.runInside(unit, context(), 'delete_task', args))).toEqual({ error: 'Task not found' })
  expect(await inside((unit) => box.ask(unit, context(), 'delete_task', args))).toBe(null)
  expect(await inside((unit) => box.runInside(unit, context(), 'add_task', { title: 'T', dueDate: 'christmas' }))).toEqual({
    error: expect.stringMatching(/^invalid_arguments: dueDate: "christmas" is not a clear date/u),
  })
  expect(await box.runOutside(context(), 'add_task', {}, new AbortController().signal)).toMatchObject({
    error: expect.any(String),
  })
})
