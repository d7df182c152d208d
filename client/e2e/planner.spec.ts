import type { Locator, Page } from '@playwright/test'
import { typeDate, typeInto } from './type-into.ts'
import { inTurn, text, toolCalls } from '../../server/testing/scripted-provider/index.ts'
import { createApiClient } from './api-client.ts'
import { expectAccessible, expectAccessibleAtEverySize, phone } from './expect-accessible.ts'
import { writeLongConversation } from './long-conversation.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import {
  answers,
  composer,
  contentOf,
  conversationIdOf,
  expectLive,
  expectStatus,
  lastAnswer,
  messageIdOf,
  openStart,
  send,
} from './page-parts.ts'
import { sharedByFile } from './shared-by-file.ts'
import { expect, test as base } from './test.ts'

interface Fixtures {
  /** The built-in model, and every line that the server logs. */
  readonly demoServer: TestServer
  /** A provider that says the same whatever it is asked. */
  readonly scriptedServer: TestServer
}

const test = base.extend<Fixtures>({
  demoServer: sharedByFile(async (use) => {
    await using server = await startTestServer({ isDemo: true, env: { LOG_LEVEL: 'info' } })
    await use(server)
  }),
  scriptedServer: sharedByFile(async (use) => {
    await using server = await startTestServer()
    await use(server)
  }),
})

const panel = (page: Page): Locator => page.getByTestId('planner-panel')
const tasks = (page: Page | Locator): Locator => page.getByTestId('task')
const task = (page: Page | Locator, title: string): Locator => tasks(page).filter({ hasText: title })
const milestone = (page: Page | Locator, title: string): Locator => page.getByTestId('milestone').filter({ hasText: title })
const goal = (page: Page | Locator, title: string): Locator => page.getByTestId('goal').filter({ hasText: title })
const titles = (page: Page | Locator): Locator => page.getByTestId('task-title')
const card = (page: Page, name: string): Locator => page.locator(`[data-testid=tool-call][data-name=${name}]`)

async function openPlanner(page: Page): Promise<void> {
  const { origin } = new URL(page.url())
  await page.goto(`${origin}/planner`)
  await expectLive(page)
  await expect(page.getByTestId('tasks')).toBeVisible()
}

async function add(page: Page | Locator, title: string): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Add a task' })
  await typeInto(field, title)
  await field.press('Enter')
  await expect(task(page, title)).toBeVisible()
}

async function choose(page: Page, item: Locator, action: string): Promise<void> {
  await item.hover()
  await item
    .getByRole('button', { name: /^Actions for/u })
    .first()
    .click()
  await page.getByRole('menuitem', { name: action }).click()
}

/** A day so many days from now, as the browser of this machine counts them. */
function dayFromNow(days: number): string {
  const at = new Date()
  at.setDate(at.getDate() + days)
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0')).join('-')
}

test('asking for a milestone shows the card, the panel and the row, also after a reload', async ({ browser, demoServer }) => {
  const page = await browser.newPage()
  await openStart(page, demoServer.url)
  await page.getByTestId('toggle-planner').click()
  await expect(page.getByTestId('planner-empty')).toBeVisible()
  await send(page, "create milestone 'Test Milestone' target 2025-12-31")
  await expectStatus(lastAnswer(page), 'completed')

  const { client: api, close } = await createApiClient(demoServer.url, page.context())
  const look = async () => {
    await expect(card(page, 'create_milestone')).toHaveAttribute('data-state', 'done')
    await expect(card(page, 'create_milestone')).toContainText('Created milestone')
    await expect(card(page, 'create_milestone')).toContainText('Test Milestone')
    await expect(milestone(panel(page), 'Test Milestone')).toContainText('Overdue · Dec 31, 2025')
    const { items } = await api.milestones.list.query({})
    expect(items.map(({ title, targetDate, completed }) => ({ title, targetDate, completed }))).toEqual([
      { title: 'Test Milestone', targetDate: '2025-12-31', completed: false },
    ])
  }
  await look()
  const messageId = await messageIdOf(lastAnswer(page))
  await page.reload()
  await look()

  const lines = demoServer.process
    .output()
    .split('\n')
    .flatMap((line) =>
      line.startsWith('{') ? [JSON.parse(line) as { event?: string; messageId?: string; name?: string; table?: string }] : [],
    )
    .filter((line) => line.messageId === messageId)
  const named = ['routing', 'agent-response', 'tool', 'database']
  const events = lines.flatMap(({ event = '' }) => (named.includes(event) ? [event] : []))
  expect(events.slice(0, 2)).toEqual(['routing', 'agent-response'])
  expect(events.slice(2, 4).sort()).toEqual(['database', 'tool'])
  expect(events.slice(4), 'the second call of the model').toEqual(['routing', 'agent-response'])
  expect(lines.find(({ event }) => event === 'tool')).toMatchObject({ name: 'create_milestone' })
  expect(lines.find(({ event }) => event === 'database')).toMatchObject({ table: 'milestones' })
  await close()
  await page.close()
})

test('a card links to its item, and an item links to the message that created it', async ({ browser, demoServer }) => {
  const page = await browser.newPage()
  await openStart(page, demoServer.url)
  await send(page, 'add a task to water the ferns')
  await expectStatus(lastAnswer(page), 'completed')
  const conversationId = conversationIdOf(page)
  const messageId = await messageIdOf(lastAnswer(page))
  await card(page, 'add_task').getByTestId('show-in-planner').click()
  const row = task(panel(page), 'water the ferns')
  await expect(row).toBeInViewport()
  await expect(row).toHaveClass(/fresh/u)

  // The link also works from another conversation.
  await page.goto(demoServer.url)
  await expectLive(page)
  await row.getByTestId('by-assistant').click()
  await page.waitForURL(`**/c/${conversationId}`)
  const message = page.locator(`[data-message-id="${messageId}"]`)
  await expect(message).toHaveAttribute('data-marked', 'true')
  await expect(message).toBeInViewport()
  await expect(message).toBeFocused()

  // The planner page has the link, too.
  const href = await card(page, 'add_task').getByTestId('show-in-planner').getAttribute('href')
  await page.goto(new URL(href ?? '', demoServer.url).href)
  await expect(task(page, 'water the ferns')).toBeInViewport()
  await expect(task(page, 'water the ferns')).toHaveClass(/fresh/u)
  await page.close()
})

test('a message far up in a long conversation is found and scrolled into view', async ({ page, server, api }) => {
  const { conversationId, messageId } = await api.messages.complete.mutate({
    requestId: crypto.randomUUID(),
    content: 'tool add_task {"title":"Long ago"}',
  })
  await writeLongConversation(page, 120, { conversationId, messageId })
  await page.goto(`${server.url}/planner`)
  await task(page, 'Long ago').getByTestId('by-assistant').click()
  const message = page.locator(`[data-message-id="${messageId}"]`)
  await expect(message).toBeInViewport({ timeout: 60_000 })
  await expect(message).toHaveAttribute('data-marked', 'true')
  await expect(page).toHaveURL(`${server.url}/c/${conversationId}`)
})

test('several tool calls are grouped in one line; failures are visible, and all details can be read', async ({
  browser,
  scriptedServer,
}) => {
  scriptedServer.provider.script(
    inTurn(
      toolCalls(
        { name: 'add_task', args: { title: 'One' } },
        { name: 'add_task', args: { title: 'Two' } },
        { name: 'complete_task', args: { taskId: '00000000-0000-4000-8000-000000000000' } },
        { name: 'list_tasks', args: { status: 'all' } },
      ),
      text('That is all.'),
    ),
  )
  const page = await browser.newPage()
  await openStart(page, scriptedServer.url)
  await send(page, 'do things')
  await expectStatus(lastAnswer(page), 'completed')
  const group = page.getByTestId('tool-group')
  const header = group.getByRole('button', { name: /^Ran 4 tools/u })
  await expect(header).toHaveAttribute('aria-expanded', 'false')
  await expect(header).toContainText('Added task ×2, Complete task, Listed tasks')
  await expect(header).toContainText('1 failed')
  await expect(group.getByTestId('tool-call')).toHaveCount(1)
  await expect(group.getByTestId('tool-error')).toHaveText('Task not found')

  await header.click()
  await expect(header).toHaveAttribute('aria-expanded', 'true')
  await expect(group.getByTestId('tool-call')).toHaveCount(4)
  const list = card(page, 'list_tasks')
  await expect(list).toContainText('2 found')
  await list.getByRole('button').first().click()
  await expect(list.getByTestId('tool-details')).toContainText('status')
  await expect(list.getByRole('table').getByRole('row')).toHaveCount(3)
  await expect(list.getByRole('columnheader', { name: 'title' })).toBeVisible()
  await expect(contentOf(lastAnswer(page))).toContainText('That is all.')

  // As it was left.
  await page.reload()
  await expect(group.getByTestId('tool-call')).toHaveCount(4)
  await expect(list.getByRole('table')).toBeVisible()
  await page.close()
})

test('a task can be added, edited, completed and reopened by hand; another tab follows', async ({ page, context, api }) => {
  await openPlanner(page)
  const second = await context.newPage()
  await second.goto(page.url())
  await expectLive(second)
  await page.bringToFront()
  await add(page, 'Buy milk')
  await add(page, 'Buy bread')
  await expect(titles(second)).toHaveText(['Buy milk', 'Buy bread'])
  await expect(page.getByRole('textbox', { name: 'Add a task' })).toBeFocused()

  await task(page, 'Buy milk').getByTestId('task-title').click()
  const form = page.getByTestId('edit-form')
  await expect(form.getByRole('textbox', { name: 'Title' })).toBeFocused()
  await typeInto(form.getByRole('textbox', { name: 'Title' }), 'Buy oat milk')
  await typeInto(form.getByRole('textbox', { name: 'Details' }), 'Two litres')
  await typeDate(form.getByLabel('Due'), dayFromNow(-2))
  await typeInto(form.getByLabel('Category'), 'home')
  await form.getByLabel('Category').press('Enter')
  for (const tab of [page, second]) {
    const row = task(tab, 'Buy oat milk')
    await expect(row).toContainText('Two litres')
    await expect(row).toContainText('home')
    await expect(row.getByTestId('due-date')).toContainText('Overdue ·')
  }

  await task(page, 'Buy oat milk').getByRole('checkbox').check()
  await expect(task(second, 'Buy oat milk')).toHaveCount(0)
  await expect(task(page, 'Buy oat milk'), 'a slip can be taken back').toHaveAttribute('data-completed', 'true')
  await task(page, 'Buy oat milk').getByRole('checkbox').uncheck()
  await expect(task(second, 'Buy oat milk')).toBeVisible()
  await task(page, 'Buy oat milk').getByRole('checkbox').check()
  await page.getByRole('textbox', { name: 'Add a task' }).click()
  await expect(task(page, 'Buy oat milk')).toHaveCount(0)
  const { items } = await api.tasks.list.query({})
  expect(items.map(({ title, completed, category, dueDate }) => ({ title, completed, category, dueDate }))).toEqual([
    { title: 'Buy oat milk', completed: true, category: 'home', dueDate: dayFromNow(-2) },
    { title: 'Buy bread', completed: false, category: null, dueDate: null },
  ])
})

test('Escape discards the changes to a task', async ({ page, api }) => {
  await openPlanner(page)
  await add(page, 'Buy milk')
  await task(page, 'Buy milk').getByTestId('task-title').click()
  const title = page.getByTestId('edit-form').getByRole('textbox', { name: 'Title' })
  await typeInto(title, 'Something else')
  await title.press('Escape')
  await expect(page.getByTestId('edit-form')).toHaveCount(0)
  await expect(titles(page)).toHaveText(['Buy milk'])
  expect((await api.tasks.list.query({})).items.map((item) => item.title)).toEqual(['Buy milk'])
})

test('items can be reordered by dragging, by keys and by the menu, and the order is the same everywhere', async ({
  page,
  api,
}) => {
  await openPlanner(page)
  for (const title of ['One', 'Two', 'Three', 'Four']) await add(page, title)
  const order = async (...expected: string[]) => {
    await expect(titles(page)).toHaveText(expected)
    await expect.poll(async () => (await api.tasks.list.query({})).items.map(({ title }) => title)).toEqual(expected)
  }
  await order('One', 'Two', 'Three', 'Four')

  await task(page, 'One').hover()
  const handle = await task(page, 'One').getByTestId('move-handle').boundingBox()
  const target = await task(page, 'Three').boundingBox()
  if (!handle || !target) throw new Error('nothing to drag')
  await page.mouse.move(handle.x + handle.width / 2, handle.y + handle.height / 2)
  await page.mouse.down()
  await page.mouse.move(handle.x, target.y + target.height - 4, { steps: 8 })
  // The line that shows where it would go is drawn in a frame.
  await expect(task(page, 'Four')).toHaveClass(/before:bg-accent/u)
  await page.mouse.up()
  await order('Two', 'Three', 'One', 'Four')

  await task(page, 'Four').getByTestId('move-handle').focus()
  await page.keyboard.press('ArrowUp')
  await order('Two', 'Three', 'Four', 'One')
  await expect(task(page, 'Four').getByTestId('move-handle')).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await order('Two', 'Four', 'Three', 'One')

  await choose(page, task(page, 'Two'), 'Move down')
  await order('Four', 'Two', 'Three', 'One')
  await page.reload()
  await order('Four', 'Two', 'Three', 'One')
})

test('deleting a task can be undone, and so can deleting a goal with all its items', async ({ page, context, api }) => {
  await openPlanner(page)
  const { id: goalId } = await api.goals.create.mutate({ title: 'Run' })
  const { id: milestoneId } = await api.milestones.create.mutate({ title: 'Five kilometres', goalId })
  await api.tasks.add.mutate({ title: 'Buy shoes', milestoneId })
  await add(page, 'Buy milk')
  const second = await context.newPage()
  await second.goto(page.url())
  await expect(goal(second, 'Run')).toBeVisible()
  await page.bringToFront()

  await choose(page, task(page, 'Buy milk'), 'Delete')
  await expect(titles(page)).toHaveText(['Buy shoes'])
  await expect(task(page, 'Buy shoes').getByRole('checkbox'), 'the focus goes to what is next').toBeFocused()
  await expect(titles(second)).toHaveText(['Buy shoes'])
  await page.getByTestId('toast').filter({ hasText: 'Deleted “Buy milk”.' }).getByRole('button', { name: 'Undo' }).click()
  for (const tab of [page, second]) await expect(titles(tab)).toHaveText(['Buy shoes', 'Buy milk'])

  await choose(page, goal(page, 'Run'), 'Delete')
  for (const tab of [page, second]) {
    await expect(goal(tab, 'Run')).toHaveCount(0)
    await expect(titles(tab)).toHaveText(['Buy milk'])
  }
  await page
    .getByTestId('toast')
    .filter({ hasText: 'Deleted “Run” with 1 milestone.' })
    .getByRole('button', { name: 'Undo' })
    .click()
  for (const tab of [page, second]) {
    await expect(milestone(goal(tab, 'Run'), 'Five kilometres')).toBeVisible()
    await expect(titles(tab)).toHaveText(['Buy shoes', 'Buy milk'])
  }
})

test('the progress of a goal follows its milestones and tasks, and the goal can be completed', async ({ page, api }) => {
  await openPlanner(page)
  await page.getByTestId('add-goal').click()
  await typeInto(page.getByTestId('edit-form').getByRole('textbox', { name: 'Title' }), 'Ship it')
  await page.getByTestId('edit-form').getByRole('textbox', { name: 'Title' }).press('Enter')
  const ship = goal(page, 'Ship it')
  for (const [title, day] of [
    ['Draft', -3],
    ['Review', 3],
  ] as const) {
    await ship.getByRole('button', { name: 'Milestone', exact: true }).click()
    await typeInto(page.getByTestId('edit-form').getByRole('textbox', { name: 'Title' }), title)
    await typeDate(page.getByTestId('edit-form').getByLabel('Target date'), dayFromNow(day))
    await page.getByTestId('edit-save').click()
    await expect(milestone(ship, title)).toBeVisible()
  }
  await expect(milestone(ship, 'Draft').getByTestId('due-date')).toHaveAttribute('data-overdue', 'true')
  await expect(ship.getByText('Today', { exact: true })).toBeVisible()
  await expect(ship.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '0')
  await milestone(ship, 'Draft').getByRole('checkbox').check()
  await expect(ship.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '50')
  await expect(ship).toContainText('1 of 2 milestones')
  await expect(milestone(ship, 'Draft').getByTestId('due-date')).not.toHaveAttribute('data-overdue')

  const { items: milestones } = await api.milestones.list.query({})
  const draft = milestones.find(({ title }) => title === 'Draft')
  await api.tasks.add.mutate({ title: 'Write', milestoneId: draft?.id ?? null })
  await expect(ship).toContainText('0 of 1 task')
  await expect(ship.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '33')

  await choose(page, ship, 'Mark as completed')
  await page.getByRole('button', { name: '1 finished goal' }).click()
  await expect(goal(page, 'Ship it')).toHaveAttribute('data-status', 'completed')
  // The page shows a change before the server has it.
  await expect.poll(async () => (await api.goals.list.query({})).items.map(({ status }) => status)).toEqual(['completed'])
})

test('filters show matching tasks, are kept in the address, and survive a reload', async ({ page, api }) => {
  const { id: milestoneId } = await api.milestones.create.mutate({ title: 'Move server' })
  await api.tasks.add.mutate({ title: 'Late at home', dueDate: dayFromNow(-1), category: 'home' })
  await api.tasks.add.mutate({ title: 'Pack', milestoneId, category: 'home' })
  await api.tasks.add.mutate({ title: 'Write', dueDate: dayFromNow(0) })
  const { id } = await api.tasks.add.mutate({ title: 'Was done', category: 'home' })
  await api.tasks.complete.mutate({ taskId: id })
  await openPlanner(page)
  await expect(titles(page)).toHaveText(['Late at home', 'Pack', 'Write'])
  const status = (name: string) => page.getByRole('group', { name: 'Status' }).getByRole('button', { name })

  await status('Overdue').click()
  await expect(titles(page)).toHaveText(['Late at home'])
  await status('Completed').click()
  await expect(titles(page)).toHaveText(['Was done'])
  await status('All').click()
  await expect(titles(page)).toHaveText(['Late at home', 'Pack', 'Write', 'Was done'])
  await page.getByRole('combobox', { name: 'Category' }).selectOption('home')
  await expect(titles(page)).toHaveText(['Late at home', 'Pack', 'Was done'])
  await page.getByRole('combobox', { name: 'Milestone' }).selectOption('Move server')
  await expect(titles(page)).toHaveText(['Pack'])
  await page.reload()
  await expect(titles(page)).toHaveText(['Pack'])
  await add(page, 'Unpack')
  const added = async () => (await api.tasks.list.query({})).items.find(({ title }) => title === 'Unpack')
  await expect.poll(added, 'what is added belongs to what is looked at').toMatchObject({ milestoneId, category: 'home' })
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await expect(titles(page)).toHaveText(['Late at home', 'Pack', 'Write', 'Was done', 'Unpack'])

  await milestone(page, 'Move server').getByRole('button', { name: '0 of 2 tasks' }).click()
  await expect(titles(page)).toHaveText(['Pack', 'Unpack'])
})

test('a change that the server refuses is reverted, with the reason', async ({ page, api }) => {
  await openPlanner(page)
  await add(page, 'Stays')
  await page.route('**/trpc/tasks.add*', (route) =>
    route.fulfill({
      status: 400,
      json: [
        {
          error: { message: 'the list is full', code: -32600, data: { code: 'BAD_REQUEST', httpStatus: 400, path: 'tasks.add' } },
        },
      ],
    }),
  )
  const field = page.getByRole('textbox', { name: 'Add a task' })
  await typeInto(field, 'Does not')
  await field.press('Enter')
  await expect(page.getByTestId('toast')).toContainText('Not saved: the list is full')
  await expect(titles(page)).toHaveText(['Stays'])
  expect((await api.tasks.list.query({})).items).toHaveLength(1)
})

test('changes that are made offline are kept when the page is closed, and saved once by the next page', async ({
  page,
  context,
  api,
}, info) => {
  await openPlanner(page)
  await add(page, 'Buy milk')
  await expect.poll(async () => (await api.tasks.list.query({})).items.length).toBe(1)
  await context.setOffline(true)
  await task(page, 'Buy milk').getByTestId('task-title').click()
  const form = page.getByTestId('edit-form')
  await typeInto(form.getByRole('textbox', { name: 'Title' }), 'Buy oat milk')
  await form.getByRole('textbox', { name: 'Title' }).press('Enter')
  await add(page, 'Buy bread')
  await add(page, 'Buy salt')
  await expect(titles(page)).toHaveText(['Buy oat milk', 'Buy bread', 'Buy salt'])
  await expect(page.getByTestId('planner-waiting')).toHaveText(
    '3 changes are kept on this device and will be saved when the server can be reached.',
  )
  await expectAccessible(page, info, 'kept')
  const { origin } = new URL(page.url())
  await page.close()
  expect((await api.tasks.list.query({})).items).toHaveLength(1)

  await context.setOffline(false)
  const next = await context.newPage()
  await next.goto(origin)
  await expect
    .poll(async () => (await api.tasks.list.query({})).items.map(({ title }) => title))
    .toEqual(['Buy oat milk', 'Buy bread', 'Buy salt'])
  await openPlanner(next)
  await expect(titles(next)).toHaveText(['Buy oat milk', 'Buy bread', 'Buy salt'])
  await expect(next.getByTestId('planner-waiting')).toHaveText('')
  expect(await next.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('holdfast.planner.')))).toEqual([])
})

test('the panel updates in every tab as soon as the assistant acts', async ({ page, context }) => {
  await page.getByTestId('toggle-planner').click()
  await expect(panel(page)).toBeVisible()
  const second = await context.newPage()
  await second.goto(page.url())
  await expect(panel(second), 'it is as it was left').toBeVisible()
  await send(page, 'tool add_task {"title":"From the assistant"}')
  for (const tab of [page, second]) {
    await expect(task(panel(tab), 'From the assistant')).toBeVisible()
    await expect(task(panel(tab), 'From the assistant').getByTestId('by-assistant')).toBeVisible()
  }
  await expectStatus(lastAnswer(page), 'completed')
  await expect(answers(page)).toHaveCount(1)
  await page.keyboard.press('Control+Shift+P')
  await expect(panel(page)).toHaveCount(0)
})

test('an example in the empty planner is inserted into the composer', async ({ page }) => {
  await openPlanner(page)
  await page.getByRole('button', { name: /Add a task to buy groceries by Friday/u }).click()
  await expect(composer(page)).toHaveValue('Add a task to buy groceries by Friday')
  await expect(composer(page)).toBeFocused()
})

test.describe('from a phone to a laptop', () => {
  test.use(phone)

  test('axe finds no violation in the planner, its forms and menus, the panel, and tool cards', async ({ page, api }, info) => {
    await openPlanner(page)
    await expectAccessibleAtEverySize(page, info, 'empty')
    const { id: goalId } = await api.goals.create.mutate({
      title: 'Run a half marathon',
      description: 'Under two hours',
      targetDate: dayFromNow(90),
    })
    const { id: milestoneId } = await api.milestones.create.mutate({
      title: 'Ten kilometres',
      goalId,
      targetDate: dayFromNow(-5),
    })
    await api.milestones.create.mutate({ title: 'Fifteen kilometres', goalId, targetDate: dayFromNow(20) })
    await api.tasks.add.mutate({
      title: 'Buy shoes',
      milestoneId,
      category: 'sport',
      dueDate: dayFromNow(-1),
      description: 'Wide ones',
    })
    await api.tasks.add.mutate({ title: 'Water the plants', dueDate: dayFromNow(0) })
    await expect(tasks(page)).toHaveCount(2)
    await expectAccessibleAtEverySize(page, info, 'planner')
    await task(page, 'Buy shoes').getByTestId('task-title').click()
    await typeInto(page.getByRole('textbox', { name: 'Add a task' }), 'Another one')
    await expectAccessibleAtEverySize(page, info, 'forms')

    await page.goto(new URL('/', page.url()).href)
    await send(page, 'tool add_task {"title":"From the assistant"}')
    await expectStatus(lastAnswer(page), 'completed')
    await send(page, 'tool unknown_tool {"nothing":null}')
    await expectStatus(lastAnswer(page), 'completed')
    await card(page, 'add_task').getByRole('button').first().click()
    await expect(page.getByTestId('tool-details')).toContainText('task_id')
    await page.getByTestId('toggle-planner').click()
    await expect(task(panel(page), 'From the assistant')).toBeVisible()
    await expectAccessibleAtEverySize(page, info, 'panel')
  })
})
