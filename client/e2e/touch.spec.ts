import type { CDPSession, Locator, Page } from '@playwright/test'
import { countShownTokens, expectTokens } from './numbered-tokens.ts'
import {
  composer,
  contentOf,
  conversationIdOf,
  expectStatus,
  lastAnswer,
  openStart,
  sendButton,
  sidebarItem,
  stopButton,
} from './page-parts.ts'
import { release } from './test-server.ts'
import { expect } from './test.ts'
import { test } from './two-models.ts'

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })

/**
 * Taps a field until the caret is in it. Chromium takes two quick taps at neighbouring places for a double tap, also when they are on
 * different elements: the second one moves the focus, but not the caret.
 */
async function tapField(field: Locator): Promise<void> {
  await expect(async () => {
    await field.tap()
    expect(await field.evaluate((element) => element.parentElement === getSelection()?.anchorNode)).toBe(true)
  }).toPass({ intervals: [400] })
}

async function sendByTap(page: Page, content: string): Promise<void> {
  await tapField(composer(page))
  await composer(page).pressSequentially(content)
  await sendButton(page).tap()
  await expect(composer(page)).toHaveValue('')
}

/** A finger that goes from one height to another and is lifted, at the middle of the element. */
async function swipe(devtools: CDPSession, on: Locator, from: number, to: number): Promise<void> {
  const box = await on.boundingBox()
  if (!box) throw new Error('nothing to swipe on')
  const x = box.x + box.width / 2
  const steps = 12
  await devtools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y: from }] })
  for (let step = 1; step <= steps; step += 1) {
    const y = from + ((to - from) * step) / steps
    await devtools.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [{ x, y }] })
  }
  await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
}

test('with a finger a message is sent and stopped, a conversation renamed, and another one opened', async ({ page, api }) => {
  await sendByTap(page, 'tokens 2000 at 60')
  await page.waitForURL('**/c/*')
  const conversationId = conversationIdOf(page)
  await expectTokens(lastAnswer(page), 10)
  await stopButton(page).tap()
  await expectStatus(lastAnswer(page), 'cancelled')

  const drawer = page.getByRole('navigation', { name: 'Conversations' })
  await page.getByTestId('open-sidebar').tap()
  await sidebarItem(page, conversationId)
    .getByRole('button', { name: /^Actions for/u })
    .tap()
  await page.getByRole('menuitem', { name: 'Rename' }).tap()
  await page.getByRole('textbox', { name: 'Title' }).pressSequentially('Named by thumb')
  await page.keyboard.press('Enter')
  await expect(sidebarItem(page, conversationId)).toContainText('Named by thumb')
  expect((await api.conversations.get.query({ conversationId })).conversation.title).toBe('Named by thumb')

  await drawer.getByTestId('new-conversation').tap()
  await expect(drawer).toBeHidden()
  await sendByTap(page, 'say Second')
  await expect(contentOf(lastAnswer(page))).toHaveText('Second')
  await page.getByTestId('open-sidebar').tap()
  await sidebarItem(page, conversationId).getByRole('link').tap()
  await expect(drawer).toBeHidden()
  await expect(page.getByTestId('title')).toHaveText('Named by thumb')
})

test('with a finger a model is picked, and a task is added, completed and moved', async ({ page, twoModels }) => {
  await openStart(page, twoModels.url)
  await page.getByTestId('model-picker').tap()
  await page.getByRole('option', { name: 'scripted-2' }).tap()
  await sendByTap(page, 'say Picked')
  await expectStatus(lastAnswer(page), 'completed')
  await expect(lastAnswer(page)).toContainText('scripted-2')

  await page.getByTestId('toggle-planner').tap()
  const sheet = page.getByTestId('planner-sheet')
  const field = sheet.getByRole('textbox', { name: 'Add a task' })
  for (const title of ['Buy milk', 'Water the ferns']) {
    await tapField(field)
    await field.pressSequentially(title)
    await sheet.getByTestId('add-task').getByRole('button', { name: 'Add', exact: true }).tap()
    await expect(sheet.getByTestId('task').filter({ hasText: title })).toBeVisible()
  }
  const first = sheet.getByTestId('task').filter({ hasText: 'Buy milk' })
  await first.getByRole('button', { name: /^Actions for/u }).tap()
  await page.getByRole('menuitem', { name: 'Move down' }).tap()
  await expect(sheet.getByTestId('task-title')).toHaveText(['Water the ferns', 'Buy milk'])
  await first.getByRole('checkbox').tap()
  await expect(first.getByRole('checkbox')).toBeChecked()
})

test('a finger that scrolls up during an answer is not pulled down again; the end is one tap away', async ({
  page,
  context,
  server,
}) => {
  await sendByTap(page, 'tokens 3000 at 300 hold after 2900')
  await expectTokens(lastAnswer(page), 600)
  const thread = page.getByTestId('thread')
  const top = () => thread.evaluate((element) => element.scrollTop)
  await expect(thread).toHaveAttribute('data-following', 'true')
  await swipe(await context.newCDPSession(page), thread, 250, 650)
  await expect(thread).toHaveAttribute('data-following', 'false')
  const jump = page.getByTestId('jump-to-latest')
  await expect(jump).toBeVisible()
  // A fling runs out by itself.
  let rest = -1
  await expect.poll(async () => rest === (rest = await top()), { intervals: [200] }).toBe(true)
  const shown = await countShownTokens(lastAnswer(page))
  await expectTokens(lastAnswer(page), shown + 300)
  expect(await top(), 'not by a pixel').toBe(rest)
  await jump.tap()
  await expect(jump).toBeHidden()
  await expect(thread).toHaveAttribute('data-following', 'true')
  await release(server)
  await expectStatus(lastAnswer(page), 'completed')
})
