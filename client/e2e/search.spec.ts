import type { Locator, Page } from '@playwright/test'
import { typeDate, typeInto } from './type-into.ts'
import { expectAccessibleAtEverySize, phone } from './expect-accessible.ts'
import { answers, conversationIdOf, expectLive, expectStatus, lastAnswer, messageIdOf, questions, send } from './page-parts.ts'
import { expect, test } from './test.ts'

const field = (page: Page): Locator => page.getByTestId('search-input')
const results = (page: Page): Locator => page.getByTestId('found-message')

async function openSearch(page: Page, address = ''): Promise<void> {
  await page.goto(new URL(`/search${address}`, page.url()).href)
  await expectLive(page)
}

/** The marked words, read from the page's highlights. */
const markedWords = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...(CSS.highlights.get('found-words') ?? [])].map((range) => (range instanceof Range ? range.toString() : '')),
  )

test('a result opens its message on its own branch, and marks the message and its words', async ({ page }) => {
  await send(page, 'say the **first** answer about puffins')
  await expectStatus(lastAnswer(page), 'completed')
  const conversationId = conversationIdOf(page)
  const firstId = await messageIdOf(lastAnswer(page))
  await page.getByTestId('edit').click()
  await typeInto(page.getByTestId('edit-input'), 'say another answer about gulls')
  await page.getByTestId('edit-send').click()
  await expect(answers(page)).toHaveText(/another answer about gulls/u)
  await expectStatus(lastAnswer(page), 'completed')
  await expect(page.locator(`[data-message-id="${firstId}"]`)).toHaveCount(0)

  await openSearch(page)
  await typeInto(field(page), 'puffins answer')
  await page.waitForURL('**/search?q=puffins+answer')
  await expect(results(page)).toHaveCount(2)
  await page.locator(`[data-testid=found-message][data-message-id="${firstId}"]`).click()
  await page.waitForURL(`**/c/${conversationId}`)
  await expect(page.locator(`[data-message-id="${firstId}"][data-marked]`)).toBeVisible()
  await expect(questions(page)).toContainText('puffins')
  await expect.poll(() => markedWords(page)).toEqual(['answer', 'puffins'])
  await page.keyboard.press('Escape')
  await expect.poll(() => markedWords(page)).toEqual([])
})

test('filters are kept in the address and survive a reload', async ({ page }) => {
  await send(page, 'say a razorbill answers')
  await expectStatus(lastAnswer(page), 'completed')
  await openSearch(page, '?q=razorbill')
  await expect(results(page)).toHaveCount(2)
  await page.getByTestId('filter-role').selectOption('assistant')
  await expect(results(page)).toHaveCount(1)
  await page.waitForURL('**/search?q=razorbill&role=assistant')
  await page.reload()
  await expect(results(page)).toHaveCount(1)
  await expect(page.getByTestId('filter-role')).toHaveValue('assistant')
  await typeDate(page.getByTestId('filter-to'), '2020-01-01')
  await expect(page.getByTestId('search-nothing')).toHaveText('No results with these filters.')
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await expect(results(page)).toHaveCount(2)
  await page.getByTestId('filter-tools').selectOption('yes')
  await expect(page.getByTestId('search-nothing')).toBeVisible()
})

test('more results load on request, without duplicates', async ({ page, api }) => {
  const { conversationId } = await api.messages.complete.mutate({ requestId: crypto.randomUUID(), content: 'say 1 sandpiper' })
  for (let index = 2; index <= 12; index += 1) {
    await api.messages.complete.mutate({ requestId: crypto.randomUUID(), conversationId, content: `say ${index} sandpiper` })
  }
  await openSearch(page, '?q=sandpiper')
  await expect(results(page)).toHaveCount(20)
  await page.getByTestId('search-more').click()
  await expect(results(page)).toHaveCount(24)
  const ids = await results(page).evaluateAll((links) => links.map((link) => link.getAttribute('data-message-id')))
  expect(new Set(ids).size).toBe(24)
})

test('"back" from a result returns to the results', async ({ page }) => {
  await send(page, 'say an auk')
  await expectStatus(lastAnswer(page), 'completed')
  await openSearch(page, '?q=auk')
  await results(page).first().click()
  await page.waitForURL('**/c/*')
  await expect(page.locator('[data-marked]')).toBeVisible()
  await page.goBack()
  await expect(field(page)).toHaveValue('auk')
  await expect(results(page)).toHaveCount(2)
})

test.describe('from a phone to a laptop', () => {
  test.use(phone)
  test('axe finds no violation on the results page', async ({ page, api }, info) => {
    const content = 'say A lighthouse keeper writes about **light**, fog and the long nights of winter on the rock.'
    const { conversationId } = await api.messages.complete.mutate({ requestId: crypto.randomUUID(), content })
    await api.conversations.update.mutate({ conversationId, archived: true })
    await openSearch(page)
    await expect(field(page)).toBeVisible()
    await expectAccessibleAtEverySize(page, info, 'search-empty')
    await typeInto(field(page), 'light')
    await expect(results(page)).toHaveCount(2)
    await expectAccessibleAtEverySize(page, info, 'search-results')
    await typeInto(field(page), 'gone for good')
    await expect(page.getByTestId('search-nothing')).toBeVisible()
    await expectAccessibleAtEverySize(page, info, 'search-nothing')
  })
})
