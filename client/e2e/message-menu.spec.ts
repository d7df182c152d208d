import { randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'
import { httpAnswer } from '../../server/test/scripted-provider/index.ts'
import {
  answers,
  composer,
  contentOf,
  conversationIdOf,
  expectStatus,
  lastAnswer,
  messageIdOf,
  messages,
  openStart,
  questions,
  send,
  sendButton,
} from './page-parts.ts'
import { expectAccessible, looks } from './expect-accessible.ts'
import { openHouse, type House } from './house.ts'
import { sharedByFile } from './shared-by-file.ts'
import { expect, test as base } from './test.ts'

/** A provider with two models. */
const test = base.extend<{ readonly twoModels: House }>({
  twoModels: sharedByFile(async (use) => {
    await using house = await openHouse()
    house.provider.scriptModels(httpAnswer(200, { data: [{ id: 'scripted-1' }, { id: 'scripted-2' }] }))
    await use(house)
  }),
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
  await expect(messages(page).nth(1), 'the focus goes on').toBeFocused()
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

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })

  test('a finger that stays on a question opens its menu; "back" closes what lies over the page, one after the other', async ({
    page,
    context,
  }) => {
    await composer(page).fill('say Hello')
    await sendButton(page).tap()
    await expectStatus(lastAnswer(page), 'completed')
    const conversationId = conversationIdOf(page)
    const box = await contentOf(questions(page)).boundingBox()
    if (!box) throw new Error('the question is not in sight')
    const devtools = await context.newCDPSession(page)
    const touch = (type: 'touchStart' | 'touchEnd', touchPoints: { readonly x: number; readonly y: number }[]) =>
      devtools.send('Input.dispatchTouchEvent', { type, touchPoints })
    await touch('touchStart', [{ x: box.x + 20, y: box.y + 10 }])
    await expect(page.getByRole('menuitem', { name: 'Copy a link' })).toBeVisible()
    await touch('touchEnd', [])
    await expect(page.getByRole('menuitem', { name: 'Copy a link' })).toBeVisible()
    await page.keyboard.press('Escape')

    const drawer = page.getByRole('navigation', { name: 'Conversations' })
    for (const [open, shown] of [
      ['open-sidebar', drawer],
      ['open-conversation-settings', page.getByTestId('conversation-settings')],
      ['toggle-planner', page.getByTestId('planner-sheet')],
    ] as const) {
      await page.getByTestId(open).tap()
      await expect(shown).toBeVisible()
      await page.waitForFunction(() => 'holdfastOverlay' in (history.state ?? {}))
      await page.goBack()
      await expect(shown).toBeHidden()
      expect(page.url(), 'the page below is still there').toContain(conversationId)
    }

    // What is left by a link is not in the way of "back".
    await page.getByTestId('open-sidebar').tap()
    await drawer.getByTestId('new-conversation').tap()
    await expect(composer(page)).toHaveValue('')
    await expect(drawer).toBeHidden()
    await page.goBack()
    await expect(contentOf(lastAnswer(page))).toHaveText('Hello')
    await page.getByTestId('open-sidebar').tap()
    await expect(drawer).toBeVisible()
    await drawer.getByRole('button', { name: 'Hide conversations' }).tap()
    await expect(drawer).toBeHidden()
    await page.waitForFunction(() => !('holdfastOverlay' in (history.state ?? {})))

    // Nor is what was open when the page was reloaded.
    await page.getByTestId('open-sidebar').tap()
    await page.waitForFunction(() => 'holdfastOverlay' in (history.state ?? {}))
    await page.reload()
    await page.waitForFunction(() => !('holdfastOverlay' in (history.state ?? {})))
    await expect(contentOf(lastAnswer(page))).toHaveText('Hello')
    expect(page.url()).toContain(conversationId)
    await expect(drawer).toBeHidden()
  })
})
