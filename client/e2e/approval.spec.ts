import type { Locator, Page } from '@playwright/test'
import { typeInto } from './type-into.ts'
import { inTurn, text, toolCalls } from '../../server/testing/scripted-provider/index.ts'
import type { ApiClient } from './api-client.ts'
import { expectAccessibleAtEverySize, phone } from './expect-accessible.ts'
import { startTestServer } from './test-server.ts'
import {
  contentOf,
  conversationIdOf,
  expectLive,
  expectStatus,
  lastAnswer,
  messageIdOf,
  openStart,
  send,
  sidebarItem,
  stopButton,
} from './page-parts.ts'
import { expect, test } from './test.ts'

const approval = (page: Page): Locator => page.getByTestId('approval')
const card = (page: Page): Locator => page.locator('[data-testid=tool-call][data-name=delete_task]')

/** The assistant wants to delete a task, and asks. */
async function askToDelete(page: Page, api: ApiClient['client'], title = 'Buy milk'): Promise<{ readonly taskId: string }> {
  const { id: taskId } = await api.tasks.add.mutate({ title })
  await send(page, `tool delete_task {"taskId":"${taskId}"}`)
  await expectStatus(lastAnswer(page), 'waiting')
  await expect(page.getByTestId('approval-question').last()).toHaveText(`Delete the task '${title}'?`)
  return { taskId }
}

async function openBeside(page: Page): Promise<Page> {
  const second = await page.context().newPage()
  await second.goto(page.url())
  await expectLive(second)
  await expect(approval(second)).toBeVisible()
  return second
}

async function readTasks(api: ApiClient['client']): Promise<string[]> {
  return (await api.tasks.list.query({})).items.map(({ title }) => title)
}

test('nothing is deleted without approval; the question survives a reload, and another tab can answer it (attack G2)', async ({
  page,
  api,
}) => {
  await page.getByTestId('toggle-planner').click()
  await askToDelete(page, api)
  const conversationId = conversationIdOf(page)
  await expect(approval(page)).toContainText('Needs your approval')
  await expect(sidebarItem(page, conversationId)).toContainText('needs approval')
  await expect(lastAnswer(page).locator('.pulse-line')).toHaveAttribute('data-state', 'waiting')
  expect(await readTasks(api)).toEqual(['Buy milk'])

  await page.reload()
  await expect(page.getByTestId('approval-question')).toHaveText("Delete the task 'Buy milk'?")
  await expect(page.getByTestId('task')).toContainText('Buy milk')
  const second = await openBeside(page)
  await second.getByTestId('approve').click()
  for (const tab of [page, second]) {
    await expectStatus(lastAnswer(tab), 'completed')
    await expect(approval(tab)).toHaveCount(0)
    await expect(card(tab)).toHaveAttribute('data-state', 'done')
    await expect(card(tab)).toContainText('Deleted task')
    await expect(tab.getByTestId('task')).toHaveCount(0)
    await expect(tab.getByTestId('toast')).toHaveCount(0)
  }
  expect(await readTasks(api)).toEqual([])
})

test('a denied call deletes nothing, and the assistant is notified', async ({ page, api }) => {
  await askToDelete(page, api)
  await page.getByTestId('deny').click()
  await expectStatus(lastAnswer(page), 'completed')
  await expect(card(page)).toHaveAttribute('data-state', 'denied')
  await expect(contentOf(lastAnswer(page))).toContainText('the user said no')
  expect(await readTasks(api)).toEqual(['Buy milk'])
  for (const again of [false, true]) {
    if (again) await page.reload()
    await expect(card(page)).toContainText("Delete the task 'Buy milk'?")
    await expect(card(page)).toContainText('denied')
  }
})

test('two tabs answer simultaneously: one wins, the other is notified, and both show the result', async ({ page, api }) => {
  for (let round = 0; round < 3; round += 1) {
    const title = `Task ${round}`
    await askToDelete(page, api, title)
    const second = await openBeside(page)
    await holdDecisions([page, second])
    // A click through the DOM does not wait for the frames of a background tab.
    await Promise.all([page.getByTestId('approve').dispatchEvent('click'), second.getByTestId('deny').dispatchEvent('click')])
    for (const tab of [page, second]) await expectStatus(lastAnswer(tab), 'completed')
    const state = await card(page).last().getAttribute('data-state')
    expect(['done', 'denied']).toContain(state)
    await expect(card(second).last()).toHaveAttribute('data-state', state ?? '')
    expect(await readTasks(api)).toEqual(state === 'denied' ? [title] : [])
    const loser = state === 'done' ? second : page
    await expect(loser.getByTestId('toast')).toContainText(state === 'done' ? 'Already approved.' : 'Not run: already denied')
    await second.close()
    for (const { id } of (await api.tasks.list.query({})).items) await api.tasks.delete.mutate({ taskId: id })
    await page.reload()
    await expectLive(page)
  }
})

test('stopping during a question runs nothing, removes the question, and the conversation can continue', async ({
  page,
  api,
}) => {
  await askToDelete(page, api)
  await stopButton(page).click()
  await expectStatus(lastAnswer(page), 'cancelled')
  await expect(approval(page)).toHaveCount(0)
  expect(await readTasks(api)).toEqual(['Buy milk'])
  await send(page, 'say Still here')
  await expect(contentOf(lastAnswer(page))).toHaveText('Still here')
  await page.reload()
  await expect(approval(page)).toHaveCount(0)
  await expect(contentOf(lastAnswer(page))).toHaveText('Still here')
})

test('the page shows the time left to answer, and that it has expired', async ({ page, api }) => {
  const weekMs = 7 * 24 * 60 * 60_000
  await askToDelete(page, api)
  await expect(page.getByTestId('expiry')).toHaveText(/^Expires in [67] days$/u)
  const start = Date.now()
  await page.clock.setFixedTime(start + weekMs - 30_000)
  await expect(page.getByTestId('expiry')).toHaveText(/^Expires in \d+ sec$/u)
  await page.clock.setFixedTime(start + weekMs + 60_000)
  await expect(page.getByTestId('expiry')).toHaveText('Expired')
})

test('shortcuts answer the first question, wherever the focus is', async ({ page, api }) => {
  await askToDelete(page, api, 'First')
  await expect(page.getByTestId('composer-input')).toBeFocused()
  await page.keyboard.press('Control+Alt+Enter')
  await expectStatus(lastAnswer(page), 'completed')
  expect(await readTasks(api)).toEqual([])
  await expect(page.getByTestId('composer-input'), 'the focus stays where it is').toBeFocused()
  await askToDelete(page, api, 'Second')
  await page.keyboard.press('Control+Alt+Backspace')
  await expectStatus(lastAnswer(page), 'completed')
  expect(await readTasks(api)).toEqual(['Second'])
})

test('a question survives a crash of the server, and can still be answered', async ({ browser, server }) => {
  const page = await browser.newPage()
  await openStart(page, server.url)
  await page.goto(`${server.url}/planner`)
  await typeInto(page.getByRole('textbox', { name: 'Add a task' }), 'Buy milk')
  await page.getByRole('textbox', { name: 'Add a task' }).press('Enter')
  const row = page.getByTestId('task')
  await expect(row).toContainText('Buy milk')
  const taskId = await row.getAttribute('data-item-id')
  await page.goto(server.url)
  await send(page, `tool delete_task {"taskId":"${taskId}"}`)
  await expect(approval(page)).toBeVisible()
  await expectStatus(lastAnswer(page), 'waiting')
  await server.kill()
  await expect(page.getByTestId('connection-state')).not.toHaveAttribute('data-state', 'live')

  // The page keeps the decision, and sends it when the server is back.
  await page.getByTestId('approve').click()
  await expect(approval(page)).toContainText('Approving…')
  await server.start()
  await expectStatus(lastAnswer(page), 'completed')
  await expect(card(page)).toHaveAttribute('data-state', 'done')
  await page.goto(`${server.url}/planner`)
  await expectLive(page)
  await expect(page.getByTestId('planner-empty')).toBeVisible()
  await page.close()
})

test('simultaneous questions are answered separately, and the focus stays nearby', async ({ browser }) => {
  await using server = await startTestServer()
  const page = await browser.newPage()
  await openStart(page, server.url)
  await page.goto(`${server.url}/planner`)
  const field = page.getByRole('textbox', { name: 'Add a task' })
  for (const title of ['Go', 'Stay']) {
    const added = page.waitForResponse(/\/trpc\/[^?]*tasks\.add/u)
    await typeInto(field, title)
    await field.press('Enter')
    await added
    await expect(page.getByTestId('task').filter({ hasText: title })).toBeVisible()
  }
  const idOf = async (title: string) =>
    (await page.getByTestId('task').filter({ hasText: title }).getAttribute('data-item-id')) ?? ''
  const args = [{ taskId: await idOf('Go') }, { taskId: await idOf('Stay') }]
  server.provider.script(inTurn(toolCalls(...args.map((arg) => ({ name: 'delete_task', args: arg }))), text('As you wish.')))
  await page.goto(server.url)
  await send(page, 'clear the list')
  await expect(approval(page)).toHaveCount(2)
  await expectStatus(lastAnswer(page), 'waiting')
  const messageId = await messageIdOf(lastAnswer(page))
  const go = approval(page).filter({ hasText: 'Go' })
  await go.getByTestId('approve').focus()
  await page.keyboard.press('Enter')
  // The answered card keeps its place until the other one is answered, so that no button moves below the pointer.
  await expect(go).toHaveAttribute('data-decision', 'approved')
  await expect(approval(page)).toHaveCount(2)
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.closest('[data-message-id]')?.getAttribute('data-message-id')))
    .toBe(messageId)
  await approval(page).filter({ hasText: 'Stay' }).getByTestId('deny').click()
  await expectStatus(lastAnswer(page), 'completed')
  await expect(page.getByTestId('tool-group')).toBeVisible()
  await page.goto(`${server.url}/planner`)
  await expect(page.getByTestId('task-title')).toHaveText(['Stay'])
  await page.close()
})

test.describe('from a phone to a laptop', () => {
  test.use(phone)

  test('axe finds no violation in a question and in a decision', async ({ page, api }, info) => {
    await askToDelete(page, api)
    await page.getByRole('button', { name: 'Details' }).click()
    await expect(approval(page)).toContainText('delete_task')
    await expectAccessibleAtEverySize(page, info, 'question')
    await page.getByTestId('deny').click()
    await expectStatus(lastAnswer(page), 'completed')
    await expectAccessibleAtEverySize(page, info, 'decided')
  })
})

/** Holds the decision of each tab until all have made one: none hears of another's before its own. */
async function holdDecisions(tabs: readonly Page[]) {
  const decided = new Set<Page>()
  const all = Promise.withResolvers<void>()
  for (const tab of tabs) {
    await tab.route('**/trpc/toolCalls.decide*', async (route) => {
      decided.add(tab)
      if (decided.size === tabs.length) all.resolve()
      await all.promise
      await route.continue()
    })
  }
}
