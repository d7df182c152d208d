import { randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'
import { httpAnswer } from '../../server/test/scripted-provider/index.ts'
import {
  answers,
  contentOf,
  conversationIdOf,
  expectStatus,
  lastAnswer,
  messageIdOf,
  messages,
  openStart,
  questions,
  send,
} from './page-parts.ts'
import { expectAccessible, looks } from './expect-accessible.ts'
import { openHouse, type House } from './house.ts'
import { expect, test as base } from './test.ts'

/** A provider with two models. */
const test = base.extend<object, { readonly twoModels: House }>({
  twoModels: [
    async ({}, use) => {
      await using house = await openHouse()
      house.provider.scriptModels(httpAnswer(200, { data: [{ id: 'scripted-1' }, { id: 'scripted-2' }] }))
      await use(house)
    },
    { scope: 'worker', timeout: 60_000 },
  ],
})

async function choose(page: Page, index: number, ...path: readonly string[]): Promise<void> {
  const message = messages(page).nth(index)
  await message.hover()
  await message.getByRole('button', { name: 'More' }).click()
  for (const name of path) await page.getByRole('menuitem', { name, exact: true }).click()
}

test('a fork is a conversation of its own with everything down to that message', async ({ page }) => {
  await send(page, 'say one')
  await expectStatus(lastAnswer(page), 'completed')
  await send(page, 'say two')
  await expect(answers(page)).toHaveCount(2)
  await expectStatus(lastAnswer(page), 'completed')
  const original = conversationIdOf(page)
  await choose(page, 1, 'Fork from here')
  await expect.poll(() => conversationIdOf(page)).not.toBe(original)
  await expect(messages(page)).toHaveCount(2)
  await expect(contentOf(lastAnswer(page))).toHaveText('one')
  await send(page, 'say only here')
  await expect(contentOf(lastAnswer(page))).toHaveText('only here')
  await page.goto(new URL(`/c/${original}`, page.url()).href)
  await expect(messages(page)).toHaveCount(4)
})

test('a message is deleted after a question; what follows stays', async ({ page }) => {
  await send(page, 'say one')
  await expectStatus(lastAnswer(page), 'completed')
  await send(page, 'say two')
  await expect(answers(page)).toHaveCount(2)
  await expectStatus(lastAnswer(page), 'completed')
  await choose(page, 1, 'Delete')
  await page.getByRole('button', { name: 'Keep' }).click()
  await expect(messages(page)).toHaveCount(4)
  await choose(page, 1, 'Delete')
  await page.getByTestId('confirm-delete').click()
  await expect(messages(page)).toHaveCount(3)
  await page.reload()
  await expect(messages(page)).toHaveCount(3)
  await expect(questions(page)).toHaveText([/say one/u, /say two/u])
})

test('an answer is written again by another model, as a branch beside it', async ({ page, twoModels }) => {
  await openStart(page, twoModels.url)
  await send(page, 'say by whom')
  await expectStatus(lastAnswer(page), 'completed')
  const firstId = await messageIdOf(lastAnswer(page))
  await choose(page, 1, 'Regenerate with', 'scripted-2')
  await expect.poll(() => messageIdOf(lastAnswer(page))).not.toBe(firstId)
  await expectStatus(lastAnswer(page), 'completed')
  await expect(lastAnswer(page)).toContainText('scripted-2')
  await expect(lastAnswer(page)).toContainText('2 / 2')
})

test('the link of a message opens it, far up as it may be', async ({ page, context, api }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const { conversationId } = await api.messages.complete.mutate({ requestId: randomUUID(), content: 'say the very first' })
  await api.messages.complete.mutate({ requestId: randomUUID(), conversationId, content: 'say later' })
  await page.goto(new URL(`/c/${conversationId}`, page.url()).href)
  await choose(page, 1, 'Copy a link')
  await expect(page.getByTestId('toast')).toHaveText(/The link is copied/u)
  await page.goto(await page.evaluate(() => navigator.clipboard.readText()))
  await expect(page.locator('[data-marked]')).toContainText('the very first')
})

test('plain text is what is read, without the marks', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await send(page, 'say This is **bold** and `code`.')
  await expectStatus(lastAnswer(page), 'completed')
  await choose(page, 1, 'Copy as plain text')
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('This is bold and code.')
})

/** A menu lies over the page, outside of its landmarks. */
const overThePage = ['region']

for (const look of looks) {
  test.describe(look.name, () => {
    test.use(look.use)
    test('nothing in the menu of a message keeps anybody out', async ({ page, twoModels }, info) => {
      await openStart(page, twoModels.url)
      await send(page, 'say hello')
      await expectStatus(lastAnswer(page), 'completed')
      await choose(page, 1)
      await expect(page.getByRole('menuitem', { name: 'Fork from here' })).toBeVisible()
      await expectAccessible(page, info, 'message-menu', overThePage)
      await page.getByRole('menuitem', { name: 'Regenerate with' }).click()
      await expect(page.getByRole('menuitem', { name: 'scripted-2' })).toBeVisible()
      await expectAccessible(page, info, 'message-menu-models', overThePage)
      await page.keyboard.press('Escape')
      await page.keyboard.press('Escape')
      await choose(page, 1, 'Delete')
      await expect(page.getByTestId('confirm-delete')).toBeVisible()
      await expectAccessible(page, info, 'message-delete')
    })
  })
}
