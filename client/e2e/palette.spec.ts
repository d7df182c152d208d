import type { Locator, Page } from '@playwright/test'
import { randomUUID } from 'node:crypto'
import { expectAccessibleAtEverySize, phone } from './expect-accessible.ts'
import { composer, contentOf, conversationIdOf, expectStatus, lastAnswer, openStart, send } from './page-parts.ts'
import { expect, test } from './test.ts'

const palette = (page: Page): Locator => page.getByTestId('palette')
const field = (page: Page): Locator => page.getByTestId('palette-input')
const entries = (page: Page): Locator => page.getByTestId('palette-item')

async function openPalette(page: Page): Promise<void> {
  await page.keyboard.press('ControlOrMeta+k')
  await expect(field(page)).toBeFocused()
}

test('a command can be found and run with the keyboard alone', async ({ page }) => {
  await openPalette(page)
  await expect(entries(page).filter({ hasText: 'New conversation' })).toBeVisible()
  await page.keyboard.type('dark')
  await expect(entries(page).first()).toHaveText('Use dark theme')
  await page.keyboard.press('Enter')
  await expect(palette(page)).toBeHidden()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
})

test('one list finds conversations by title and messages by their words', async ({ page, api }) => {
  await send(page, 'say the cormorant dries its wings')
  await expectStatus(lastAnswer(page), 'completed')
  const found = conversationIdOf(page)
  const { id } = await api.conversations.create.mutate({ title: 'Cormorants of Åland' })
  await openStart(page, new URL('/', page.url()).href)
  await openPalette(page)
  await page.keyboard.type('cormo')
  await expect(entries(page).filter({ hasText: 'Cormorants of Åland' })).toBeVisible()
  await expect(entries(page).filter({ hasText: 'dries its wings' }).locator('mark').first()).toHaveText('cormorant')
  await page.keyboard.type('rants aland')
  await expect(entries(page).first()).toHaveText('Cormorants of Åland')
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/c/${id}`)
  await openPalette(page)
  await page.keyboard.type('dries wings')
  const message = entries(page).filter({ has: page.locator('mark') })
  await expect(message.first()).toContainText('dries its wings')
  await message.last().click()
  await page.waitForURL(`**/c/${found}*`)
  await expect(page.locator('[data-marked]')).toContainText('dries its wings')
})

test('Enter before the search has answered opens the conversation with that title, and runs no command', async ({
  page,
  api,
}) => {
  const { id } = await api.conversations.create.mutate({ title: 'Data of the week' })
  await openStart(page, new URL('/', page.url()).href)
  await page.route(/\/trpc\/[^?]*search\.messages/u, () => undefined)
  await openPalette(page)
  await expect(entries(page).filter({ hasText: 'Data of the week' })).toBeVisible()
  await page.keyboard.type('data')
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/c/${id}`)
})

test('the last entry opens all results; Escape restores the focus', async ({ page }) => {
  await expect(composer(page)).toBeFocused()
  await openPalette(page)
  await page.keyboard.press('Escape')
  await expect(palette(page)).toBeHidden()
  await expect(composer(page)).toBeFocused()
  await openPalette(page)
  await page.keyboard.type('nothing like that')
  await expect(entries(page)).toHaveCount(1)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/search?q=nothing+like+that')
  await expect(page.getByTestId('search-nothing')).toBeVisible()
})

test('the commands include the actions for the open conversation', async ({ page }) => {
  await send(page, 'say fork me')
  await expectStatus(lastAnswer(page), 'completed')
  const original = conversationIdOf(page)
  await openPalette(page)
  await page.keyboard.type('fork this')
  await page.keyboard.press('Enter')
  await expect.poll(() => conversationIdOf(page)).not.toBe(original)
  await expect(contentOf(lastAnswer(page))).toHaveText('fork me')
})

test('the button in the sidebar opens the palette', async ({ page }) => {
  await page.getByTestId('open-palette').click()
  await expect(field(page)).toBeFocused()
})

test.describe('from a phone to a laptop', () => {
  test.use(phone)
  test('axe finds no violation in the palette', async ({ page, api }, info) => {
    const conversationId = randomUUID()
    await api.messages.complete.mutate({
      requestId: randomUUID(),
      conversationId,
      create: true,
      content: 'say A lighthouse keeper writes about **light**, fog and the long nights of winter on the rock.',
    })
    await api.conversations.update.mutate({ conversationId, title: 'The lighthouse keeper' })
    await openPalette(page)
    await expect(entries(page).filter({ hasText: 'lighthouse' })).toBeVisible()
    await expectAccessibleAtEverySize(page, info, 'palette')
    await page.keyboard.type('light')
    await expect(entries(page).locator('mark').first()).toBeVisible()
    await expectAccessibleAtEverySize(page, info, 'palette-results')
  })
})
