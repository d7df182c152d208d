// Requests to the planner, with the first calls that must follow from them.

export interface ExpectedCall {
  readonly name: string
  readonly args: Readonly<Record<string, unknown>>
}
export type Request = readonly [text: string, ...calls: ExpectedCall[]]

const call = (name: string, args: Record<string, unknown> = {}): ExpectedCall => ({ name, args })
const add = (title: string, more: Record<string, unknown> = {}) => call('add_task', { title, ...more })
const find = (query: string, status?: string) => call('list_tasks', { ...(status ? { status } : {}), query })
const findMilestone = (status?: string) => call('list_milestones', status ? { status } : {})

const polite: readonly ((request: string) => string)[] = [
  (request) => request,
  (request) => `Please ${request}.`,
  (request) => `${request} please`,
  (request) => `Can you ${request}?`,
  (request) => `could you please ${request}`,
  (request) => `Hi! Would you ${request}? Thanks!`,
  (request) => `I'd like to ${request}.`,
  (request) => `I want you to ${request}`,
  (request) => `ok, now ${request}, thanks`,
  (request) => `hey there, let's ${request}`,
]

/** Every kind of request in every kind of courtesy. */
const courteous: readonly Request[] = (
  [
    ['add a task to buy milk', add('buy milk')],
    ['add a task to buy groceries by next Friday', add('buy groceries', { dueDate: 'next Friday' })],
    ['add buy milk to my to-do list', add('buy milk')],
    ["create a task called 'Buy milk' due tomorrow", add('Buy milk', { dueDate: 'tomorrow' })],
    [
      "create milestone 'Test Milestone' target 2025-12-31",
      call('create_milestone', { title: 'Test Milestone', targetDate: '2025-12-31' }),
    ],
    ['create a goal called Run a marathon', call('create_goal', { title: 'Run a marathon' })],
    ['mark buy milk as done', find('buy milk', 'pending')],
    ["complete the task 'Buy milk'", find('buy milk', 'pending')],
    ['delete the task buy milk', find('buy milk')],
    ["delete the task 'Buy milk'", find('buy milk')],
    ["rename the task 'Buy milk' to 'Buy oat milk'", find('buy milk')],
    ["move the task 'Buy milk' to next Monday", find('buy milk')],
    ['show my tasks', call('list_tasks')],
    ['list my goals', call('list_goals')],
    ['tell me my to do list', call('list_tasks')],
  ] as const
).flatMap(([request, expected]) => polite.map((frame): Request => [frame(request), expected]))

const titles = [
  'buy milk',
  'call the dentist',
  'write the quarterly report',
  'book flights to Rome',
  'water the plants',
  "fix Anna's bike",
  'renew my passport',
  'prepare the slides for Monday',
]
const dates = [
  'tomorrow',
  'next Friday',
  'Friday',
  '2026-12-01',
  'December 5th',
  'the end of the month',
  '5 Jan 2027',
  'the day after tomorrow',
  '31/12/2026',
  'christmas',
]

const dated: readonly Request[] = [
  ...dates.map((date): Request => [`add a task to buy milk by ${date}`, add('buy milk', { dueDate: date })]),
  ...dates.map((date): Request => [`Create a task "Buy milk" due ${date}`, add('Buy milk', { dueDate: date })]),
  ...dates.map((date): Request => [
    `create a milestone called Beta by ${date}`,
    call('create_milestone', { title: 'Beta', targetDate: date }),
  ]),
  ...dates.map((date): Request => [
    `set a goal to learn Spanish by ${date}`,
    call('create_goal', { title: 'learn Spanish', targetDate: date }),
  ]),
  ...dates.map((date): Request => [`change the due date of the task 'Buy milk' to ${date}`, find('buy milk')]),
]

const titled: readonly Request[] = titles.flatMap((title): Request[] => {
  const words = title
    .toLowerCase()
    .replaceAll(/\b(?:the|to|my|for)\b ?/gu, '')
    .replaceAll("'", ' ')
    .trim()
  return [
    [`add a task to ${title}`, add(title)],
    [`create a new task: ${title}`, add(title)],
    [`add ${title} to my tasks`, add(title)],
    [`put ${title} on my to do list`, add(title)],
    [`new task called ${title}`, add(title)],
    [`mark ${title} as done`, find(words, 'pending')],
    [`mark the task ${title} as completed`, find(words, 'pending')],
    [`delete the task ${title}`, find(words)],
    [`remove the task "${title}"`, find(words)],
    [`check off the task '${title}'`, find(words, 'pending')],
  ]
})

const single: readonly Request[] = [
  ['add task buy milk', add('buy milk')],
  ['Add a task: Mum’s birthday', add('Mum’s birthday')],
  ["Add a task 'Mum's birthday' by 2026-12-01", add("Mum's birthday", { dueDate: '2026-12-01' })],
  ['add a task for tomorrow: call Bob', add('call Bob', { dueDate: 'tomorrow' })],
  ['add a task due friday to call Bob', add('call Bob', { dueDate: 'friday' })],
  ['add a task for buying milk', add('buying milk')],
  ['add a task to buy milk tomorrow', add('buy milk', { dueDate: 'tomorrow' })],
  ['add a task to buy milk tomorrow at 5pm', add('buy milk', { dueDate: 'tomorrow at 5pm' })],
  ['add a task to buy milk, due on Monday', add('buy milk', { dueDate: 'Monday' })],
  ['add a task to prepare for Monday', add('prepare for Monday')],
  ['add a task to exercise', add('exercise')],
  ['Add a task to Buy milk', add('Buy milk')],
  ['add a task to buy milk and eggs', add('buy milk and eggs')],
  ['add a task to buy milk 🥛', add('buy milk 🥛')],
  ['ADD A TASK TO BUY MILK', add('BUY MILK')],
  ['add a todo to buy milk', add('buy milk')],
  ['add a to-do item called buy milk', add('buy milk')],
  ['create an urgent task "Pay taxes"', add('Pay taxes')],
  ['make a task named Pay taxes by Friday', add('Pay taxes', { dueDate: 'Friday' })],
  ['add a task to buy milk in category home', add('buy milk', { category: 'home' })],
  [
    "add a task 'Buy milk' by Friday in the category 'Home and garden'",
    add('Buy milk', { dueDate: 'Friday', category: 'Home and garden' }),
  ],
  ['put laundry on my chore list', add('laundry')],
  ['add wash the dog to my list of things to do', add('wash the dog')],
  ['add to my to-do list: wash the dog', add('wash the dog')],
  ["add 'wash the dog' to my to-do list for tomorrow", add('wash the dog', { dueDate: 'tomorrow' })],
  ["add a task 'Pay' for the milestone 'Beta' by friday", findMilestone()],
  ["add a task to the milestone 'Beta': write the docs", findMilestone()],
  ["create a milestone 'Draft' for the goal 'Book' by 2026-12-01", call('list_goals')],
  [
    'create milestone Beta release target 2026-03-01',
    call('create_milestone', { title: 'Beta release', targetDate: '2026-03-01' }),
  ],
  [
    'create a milestone called Beta with a target date of March 3, 2027',
    call('create_milestone', { title: 'Beta', targetDate: 'March 3, 2027' }),
  ],
  [
    'add a milestone to finish the draft by Friday',
    call('create_milestone', { title: 'finish the draft', targetDate: 'Friday' }),
  ],
  ["Create milestone: 'Launch'", call('create_milestone', { title: 'Launch' })],
  ['create a goal to run a marathon by next June', call('create_goal', { title: 'run a marathon', targetDate: 'next June' })],
  ['set a new goal of running a marathon', call('create_goal', { title: 'running a marathon' })],
  ["create a long-term goal 'Write a book'", call('create_goal', { title: 'Write a book' })],
  ['mark milestone Beta as reached', findMilestone('pending')],
  ["complete the milestone 'Beta'", findMilestone('pending')],
  ["mark the milestone 'Beta' as not done", findMilestone('completed')],
  ["set the deadline of the milestone 'Beta' to next friday", findMilestone()],
  ["rename the milestone 'Beta' to 'Release'", findMilestone()],
  ["mark the goal 'Run' as completed", call('list_goals')],
  ["mark the goal 'Run' as abandoned", call('list_goals')],
  ["rename the goal 'Run' to 'Walk'", call('list_goals')],
  ['remove the buy milk task', find('buy milk')],
  ["get rid of the task 'buy milk'", find('buy milk')],
  ['remove buy milk from my to-do list', find('buy milk')],
  ['delete "buy milk" from my tasks', find('buy milk')],
  ['complete the dentist task', find('dentist', 'pending')],
  ["the task 'buy milk' is done", find('buy milk', 'pending')],
  ["I finished the task 'buy milk'", find('buy milk', 'pending')],
  ["mark 'buy milk' done", find('buy milk', 'pending')],
  ['mark task buy milk complete', find('buy milk', 'pending')],
  ['tick buy milk off my to-do list', find('buy milk', 'pending')],
  ['mark buy milk as not done', find('buy milk', 'completed')],
  ["reopen the task 'buy milk'", find('buy milk', 'completed')],
  ['rename the task buy milk to buy oat milk', find('buy milk')],
  ['change the due date of buy milk to 2026-12-01', find('buy milk')],
  ["postpone the task 'buy milk' until next monday", find('buy milk')],
  ["make the task 'buy milk' due friday", find('buy milk')],
  ["remove the due date of the task 'buy milk'", find('buy milk')],
  ["what's left?", call('list_tasks', { status: 'pending' })],
  ['What is left to do?', call('list_tasks', { status: 'pending' })],
  ['whats left', call('list_tasks', { status: 'pending' })],
  ['what do i have to do', call('list_tasks', { status: 'pending' })],
  ['What do I still have to do today?', call('list_tasks', { status: 'pending' })],
  ["what's on my to-do list?", call('list_tasks')],
  ['what is on my list of things to do', call('list_tasks')],
  ['show me all my open tasks', call('list_tasks', { status: 'pending' })],
  ['list completed tasks', call('list_tasks', { status: 'completed' })],
  ['which tasks are overdue?', call('list_tasks', { overdue: true })],
  ['show overdue tasks', call('list_tasks', { overdue: true })],
  ['how many tasks do I have left?', call('list_tasks', { status: 'pending' })],
  ['do I have any open tasks?', call('list_tasks', { status: 'pending' })],
  ['what have I finished today?', call('list_tasks', { status: 'completed' })],
  ['read my to do list to me', call('list_tasks')],
  ['go over my todo list', call('list_tasks')],
  ['can you tell me if there is anything on my todo list', call('list_tasks')],
  ['is cleaning the garage on my to do list?', call('list_tasks')],
  ['did I put a car wash on my todo list', call('list_tasks')],
  ['what are my goals?', call('list_goals')],
  ['show my active goals', call('list_goals', { status: 'active' })],
  ['list the milestones', call('list_milestones')],
  ['what milestones are left?', call('list_milestones', { status: 'pending' })],
]

const several: readonly Request[] = [
  [
    'add a task to buy milk and create a milestone called Beta by friday',
    add('buy milk'),
    call('create_milestone', { title: 'Beta', targetDate: 'friday' }),
  ],
  [
    "add a task to buy milk. Then mark 'call Bob' as done. What's left?",
    add('buy milk'),
    find('call bob', 'pending'),
    call('list_tasks', { status: 'pending' }),
  ],
  ['add tasks: buy milk, call Bob and pay the rent', add('buy milk'), add('call Bob'), add('pay the rent')],
  [
    "Add these tasks:\n- buy milk\n- call Bob tomorrow\n- 'Pay rent' by Friday",
    add('buy milk'),
    add('call Bob', { dueDate: 'tomorrow' }),
    add('Pay rent', { dueDate: 'Friday' }),
  ],
  [
    '1. add a task to buy milk\n2. delete the task call Bob\n3. show my goals',
    add('buy milk'),
    find('call bob'),
    call('list_goals'),
  ],
  [
    'create a goal called Book; create a milestone called Draft',
    call('create_goal', { title: 'Book' }),
    call('create_milestone', { title: 'Draft' }),
  ],
  [
    "Hello! Please add a task to buy milk, and then create a goal 'Run'. Thank you!",
    add('buy milk'),
    call('create_goal', { title: 'Run' }),
  ],
]

export const requests: readonly Request[] = [...courteous, ...dated, ...titled, ...single, ...several]
