import { describe, expect, test } from 'vitest'
import { plannerTools } from '../../planner/tools/planner-tools.ts'
import { chooseReply } from '../choose-reply.ts'
import { readDemoRequest } from '../demo-request.ts'
import type { ReplyPlan } from '../reply-plan.ts'

const offered = plannerTools.map(({ name, description, parameters }) => ({
  type: 'function',
  function: { name, description, parameters },
}))

/** Answers to calls, in place of the tools; what it gives for a name is used for each call of it. */
type Answers = Readonly<Record<string, unknown>>

/** Asks the demo until it says something, answering its calls over the wire as the server does. */
function converse(question: string, answers: Answers, tools: readonly object[] = offered) {
  const messages: object[] = [{ role: 'user', content: question }]
  const steps: (readonly { name: string; args: Readonly<Record<string, unknown>> }[])[] = []
  for (let step = 0; step < 8; step += 1) {
    const plan = ask(messages, tools)
    if (plan.kind === 'text') return { steps, text: plan.text }
    steps.push(plan.calls)
    const calls = plan.calls.map(({ name, args }, index) => ({
      id: `call_${step}_${index}`,
      type: 'function',
      function: { name, arguments: JSON.stringify(args) },
    }))
    messages.push({ role: 'assistant', content: null, tool_calls: calls })
    for (const { id, function: called } of calls) {
      const answer = answers[called.name] ?? { error: 'no answer' }
      messages.push({ role: 'tool', tool_call_id: id, content: typeof answer === 'string' ? answer : JSON.stringify(answer) })
    }
  }
  throw new Error('the demo never stops')
}

function ask(messages: readonly object[], tools: readonly object[]): ReplyPlan {
  const request = readDemoRequest({ model: 'demo-rules', stream: true, messages, tools })
  if (!request) throw new Error('not a request')
  return chooseReply(request).plan
}

const milk = { id: 'm1', title: 'Buy milk', completed: false, dueDate: '2026-11-27' }
const bread = { id: 'b1', title: 'Buy bread', completed: false, dueDate: null }
const oatMilk = { id: 'm2', title: 'Buy oat milk', completed: true, dueDate: null }

describe('a deed', () => {
  test('is confirmed with the values that the tool understood', () => {
    const { steps, text } = converse('add a task to buy groceries by next Friday', {
      add_task: { task_id: 't', status: 'created', title: 'buy groceries', due_date: '2026-11-27' },
    })
    expect(steps).toEqual([[{ name: 'add_task', args: { title: 'buy groceries', dueDate: 'next Friday' } }]])
    expect(text).toBe('Added the task **buy groceries**, due Friday, 27 November 2026.')
  })

  test('that failed is reported as such, with the next step', () => {
    const error =
      'invalid_arguments: dueDate: "christmas" is not a clear date: ask the user for the day and give it as YYYY-MM-DD.'
    const { text } = converse('add a task to buy gifts by christmas', { add_task: { error } })
    expect(text).toBe(
      'I did not make the task **buy gifts**: "christmas" is not a clear date. Give me a day such as **next Friday** or **2027-03-31**.',
    )
  })

  test('that a person has denied is left alone', () => {
    const answers = { list_tasks: [milk], delete_task: { error: 'not done: the user said no' } }
    expect(converse("delete the task 'Buy milk'", answers).text).toBe('As you wish, I left the task **Buy milk** as it is.')
  })

  test('is never claimed without an answer of the tool', () => {
    const { text } = converse('add a task to buy milk', { add_task: '{"task_id": "cut…' })
    expect(text).toContain('I cannot tell what became of **buy milk**')
  })
})

describe('something that exists', () => {
  test('is searched first, then changed', () => {
    const { steps, text } = converse('mark buy milk as done', {
      list_tasks: [milk, bread],
      complete_task: { task_id: 'm1', status: 'completed', title: 'Buy milk' },
    })
    expect(steps).toEqual([
      [{ name: 'list_tasks', args: { status: 'pending', query: 'buy milk' } }],
      [{ name: 'complete_task', args: { taskId: 'm1' } }],
    ])
    expect(text).toBe('Done: the task **Buy milk** is completed.')
  })

  test('is known by some of its words if only one has them', () => {
    expect(converse('delete the milk task', { list_tasks: [milk, bread], delete_task: { title: 'Buy milk' } }).steps[1]).toEqual([
      { name: 'delete_task', args: { taskId: 'm1' } },
    ])
  })

  test('is preferred when its title is exactly that', () => {
    const tasks = [{ ...milk, id: 'x', title: 'Buy milk for the cat' }, milk]
    expect(converse('delete the task buy milk', { list_tasks: tasks, delete_task: { title: 'Buy milk' } }).steps[1]).toEqual([
      { name: 'delete_task', args: { taskId: 'm1' } },
    ])
  })

  test('is asked about when several fit, and nothing happens', () => {
    const { steps, text } = converse('delete the milk task', { list_tasks: [milk, oatMilk] })
    expect(steps).toHaveLength(1)
    expect(text).toBe(
      'I changed nothing: several tasks fit **milk**. Which one do you mean? Tell me its whole title.\n\n- [ ] Buy milk (2026-11-27)\n- [x] Buy oat milk',
    )
  })

  test('is not there, and nothing happens', () => {
    const { steps, text } = converse('mark walk the dog as done', { list_tasks: [milk] })
    expect(steps).toHaveLength(1)
    expect(text).toContain('there is no open task like **walk the dog**')
  })

  test.each(['[{"id":"m1","title":"Buy mil… (cut: 99999 characters in all)', { error: 'no' }, 'null', '[{"id":7},5,null]'])(
    'stays as it is when the list cannot be read: %j',
    (answer) => {
      const { steps, text } = converse("delete the task 'Buy milk'", { list_tasks: answer })
      expect(steps).toHaveLength(1)
      expect(text).toMatch(/^I changed nothing/u)
    },
  )

  test.each([
    ["rename the task 'Buy milk' to 'Buy soy milk'", 'update_task', { taskId: 'm1', title: 'Buy soy milk' }],
    ["move the task 'Buy milk' to next Monday", 'update_task', { taskId: 'm1', dueDate: 'next Monday' }],
    ["remove the due date of the task 'Buy milk'", 'update_task', { taskId: 'm1', dueDate: 'none' }],
    ["mark the task 'Buy milk' as not done", 'update_task', { taskId: 'm1', completed: false }],
    ["mark the milestone 'Buy milk' as reached", 'complete_milestone', { milestoneId: 'm1' }],
    [
      "set the target date of the milestone 'Buy milk' to 2027-01-01",
      'update_milestone',
      { milestoneId: 'm1', targetDate: '2027-01-01' },
    ],
    ["mark the goal 'Buy milk' as abandoned", 'update_goal', { goalId: 'm1', status: 'abandoned' }],
    ["mark the goal 'Buy milk' as completed", 'update_goal', { goalId: 'm1', status: 'completed' }],
    ["add a task 'Pay' for the milestone 'Buy milk'", 'add_task', { title: 'Pay', milestoneId: 'm1' }],
    [
      "create a milestone 'Draft' for the goal 'Buy milk' by Friday",
      'create_milestone',
      { title: 'Draft', targetDate: 'Friday', goalId: 'm1' },
    ],
  ])('%s', (question, name, args) => {
    const lists = { list_tasks: [milk], list_milestones: [milk], list_goals: [milk] }
    const { steps, text } = converse(question, { ...lists, [name]: { title: 'Buy milk' } })
    expect(steps[1]).toEqual([{ name, args }])
    expect(text).toContain('**')
  })
})

describe('several things in one message', () => {
  test('are all done, in their order, and all reported', () => {
    const { steps, text } = converse("add a task to buy bread, then mark 'buy milk' as done. What's left?", {
      add_task: { task_id: 'b1', status: 'created', title: 'buy bread' },
      list_tasks: [milk],
      complete_task: { title: 'Buy milk' },
    })
    expect(steps.map((calls) => calls.map(({ name }) => name))).toEqual([
      ['add_task', 'list_tasks', 'list_tasks'],
      ['complete_task'],
    ])
    expect(text).toBe(
      'Added the task **buy bread**.\n\nDone: the task **Buy milk** is completed.\n\nYou have 1 open task:\n\n- [ ] Buy milk (2026-11-27)',
    )
  })

  test('of which one is not clear: the clear one is done, the other is asked about', () => {
    const { steps, text } = converse("delete the task 'milk' and create a goal called Run", {
      list_tasks: [milk, oatMilk],
      create_goal: { goal_id: 'g', title: 'Run' },
    })
    expect(steps).toHaveLength(1)
    expect(text).toContain('I changed nothing: several tasks fit **milk**')
    expect(text).toContain('Created the goal **Run**.')
  })

  test('of which one is not understood: nothing at all is done', () => {
    const { steps, text } = converse('Add a task to buy milk. Why is the sky blue?', {})
    expect(steps).toEqual([])
    expect(text).toContain('I did nothing')
    expect(text).toContain('> Why is the sky blue?')
  })

  test('are ten at most', () => {
    const { steps, text } = converse(Array.from({ length: 11 }, (_, index) => `add a task to buy milk ${index}a`).join('\n'), {})
    expect(steps).toEqual([])
    expect(text).toContain('more than 10')
  })
})

describe('a list', () => {
  test('has a mark for what is done', () => {
    const tasks = [oatMilk, { ...milk, title: 'Buy *fresh* milk' }]
    expect(converse('show my tasks', { list_tasks: tasks }).text).toBe(
      'You have 2 tasks:\n\n- [ ] Buy \\*fresh\\* milk (2026-11-27)\n- [x] Buy oat milk',
    )
  })

  test.each([
    ["what's left?", 'Nothing is left to do.'],
    ['show my goals', 'You have no goals.'],
    ['which tasks are overdue?', 'You have no overdue tasks.'],
  ])('may be empty: %s', (question, text) => {
    expect(converse(question, { list_tasks: [], list_goals: [] }).text).toBe(text)
  })

  test.each([
    ['is cleaning the garage on my to-do list?', 'Yes:\n\n- [ ] Clean the garage'],
    ['is vacuuming on my to-do list?', 'No, there is no task like **vacuuming** on your list.'],
  ])('is searched: %s', (question, text) => {
    expect(converse(question, { list_tasks: [{ id: '1', title: 'Clean the garage', completed: false }] }).text).toBe(text)
  })
})

describe('the demo', () => {
  test.each(['add_task', 'list_tasks', 'delete_task'])('calls only tools that it is offered: not %s', (missing) => {
    const tools = offered.filter((tool) => tool.function.name !== missing)
    const { steps, text } = converse(
      missing === 'add_task' ? 'add a task to buy milk' : "delete the task 'Buy milk'",
      { list_tasks: [milk] },
      tools,
    )
    expect(steps.flat().map(({ name }) => name)).not.toContain(missing)
    expect(text).toContain('I have no tool for it here')
  })

  test('sends a search only to a list that knows it', () => {
    const tools = [{ type: 'function', function: { name: 'list_tasks', parameters: { type: 'object', properties: {} } } }]
    expect(converse('mark buy milk as done', { list_tasks: [] }, tools).steps[0]).toEqual([
      { name: 'list_tasks', args: { status: 'pending' } },
    ])
  })

  test.each([
    ['delete all my tasks', 'one thing at a time'],
    ['clear my to-do list', 'one thing at a time'],
    ['mark everything as done', 'one thing at a time'],
    ['delete the milestone Beta', 'no milestones'],
    ['add a task', 'What should the task be called?'],
    ['create a goal', 'What should the goal be called?'],
    ['create a milestone called Beta if it rains', 'Put it in quotes'],
    ['create milestone Beta release', 'I did not understand that well enough'],
    ['add a task to it', 'I did not understand that well enough'],
    ['remind me to call my mom', 'I did not understand that well enough'],
  ])('does nothing for %j and says why', (question, why) => {
    const { steps, text } = converse(question, {})
    expect(steps).toEqual([])
    expect(text).toContain(why)
  })

  test('stops when the history is not its own', () => {
    const messages = [
      { role: 'user', content: 'mark buy milk as done' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'add_task', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c', content: '{}' },
    ]
    expect(ask(messages, offered)).toMatchObject({ kind: 'text', text: expect.stringContaining('I lost track') })
  })

  test('does not take earlier calls for those of this message', () => {
    const messages = [
      { role: 'user', content: "what's left?" },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'list_tasks', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c', content: '[]' },
      { role: 'assistant', content: 'Nothing is left to do.' },
      { role: 'user', content: 'show my tasks' },
    ]
    expect(ask(messages, offered)).toEqual({ kind: 'tool-calls', calls: [{ name: 'list_tasks', args: {} }] })
  })

  test('continues after a cut without doing anything again', () => {
    const question = { role: 'user', content: 'add a task to buy milk' }
    const called = {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'add_task', arguments: '{"title":"buy milk"}' } }],
    }
    const result = { role: 'tool', tool_call_id: 'c', content: '{"title":"buy milk"}' }
    const wish = { role: 'user', content: 'Your answer was cut off. Continue exactly where it stops.' }
    const half = { role: 'assistant', content: 'Added the task' }
    expect(ask([question, called, result, half, wish], offered)).toEqual({ kind: 'text', text: ' **buy milk**.' })
    expect(ask([question, called, result, wish], offered)).toEqual({ kind: 'text', text: 'Added the task **buy milk**.' })
  })

  test('answers everything else as it does without tools', () => {
    for (const question of ['hello', 'count to 5', 'What is the capital of France?', 'show a list']) {
      expect(ask([{ role: 'user', content: question }], offered)).toEqual(ask([{ role: 'user', content: question }], []))
    }
  })
})
