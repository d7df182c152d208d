import type { Page } from '@playwright/test'
import { typeInto } from './type-into.ts'
import { createGate } from '../../server/testing/scripted-provider/index.ts'
import { startTestServer } from './test-server.ts'
import { writeLongMarkdown } from './long-conversation.ts'
import { composer, contentOf, expectStatus, lastAnswer, messages, openStart, questions, send } from './page-parts.ts'
import { expect, test } from './test.ts'
import { watchRows } from './watch-rows.ts'

const thread = (page: Page) => page.getByTestId('thread')
const distanceToEnd = (page: Page) =>
  thread(page).evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight)
const distanceToTop = (page: Page) => thread(page).evaluate((element) => element.scrollTop)
const countElements = (page: Page) => page.evaluate(() => document.querySelectorAll('*').length)

/** The first row in sight that begins there, and where. */
const readFirstRow = (page: Page) =>
  thread(page).evaluate((element) => {
    const { top } = element.getBoundingClientRect()
    const row = [...element.querySelectorAll<HTMLElement>('[data-row]')].find((one) => one.getBoundingClientRect().bottom > top)
    return { key: row?.dataset['row'] ?? '', top: row?.getBoundingClientRect().top ?? Number.NaN }
  })

test('an answer of 200,000 characters can be read like any other: while it is written, afterwards, and after a reload', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await using server = await startTestServer()
  const text = writeLongMarkdown(200_000)
  const half = text.indexOf('\n\n', 120_000)
  const gate = createGate()
  server.provider.script(async (reply) => {
    await reply.tokens(text.slice(0, half).match(/[^]{1,2000}/gu) ?? [])
    await reply.until(gate.opened)
    for (const piece of text.slice(half).match(/[^]{1,400}/gu) ?? []) {
      await reply.tokens([piece])
      await reply.sleep(20)
    }
    await reply.finish('stop')
  })
  await openStart(page, server.url)
  await send(page, 'write')
  const answer = lastAnswer(page)
  const wordsAt =
    text
      .slice(0, half)
      .match(/part \d+ is over/gu)
      ?.at(-1) ?? ''
  await expect(answer.getByText(wordsAt).last()).toBeInViewport({ timeout: 60_000 })
  expect(await distanceToEnd(page)).toBeLessThanOrEqual(1)
  expect(await countElements(page)).toBeLessThan(2_500)

  // Scrolling up and down while the answer grows never reverses, and keeps the reading position.
  await thread(page).hover()
  await page.mouse.wheel(0, -400)
  await expect(thread(page)).toHaveAttribute('data-following', 'false')
  await expectStill(page)
  gate.open()
  const stopUp = await watchRows(thread(page), -1)
  for (let turn = 0; turn < 40; turn += 1) await page.mouse.wheel(0, -300)
  expect(await countElements(page)).toBeLessThan(2_500)
  await expectStill(page)
  expect(await stopUp(), 'in pixels').toBeLessThanOrEqual(2)
  // A turn of the wheel to the other side is noticed, so the check above can fail.
  const stopControl = await watchRows(thread(page), -1)
  const before = await distanceToTop(page)
  await page.mouse.wheel(0, 100)
  await expect.poll(() => distanceToTop(page)).toBeGreaterThan(before + 50)
  await expectStill(page)
  expect(await stopControl()).toBeGreaterThan(50)
  const stopDown = await watchRows(thread(page), 1)
  for (let turn = 0; turn < 12; turn += 1) await page.mouse.wheel(0, 300)
  await expectStill(page)
  expect(await stopDown(), 'in pixels').toBeLessThanOrEqual(2)
  await expect(thread(page)).toHaveAttribute('data-following', 'false')
  const read = await readFirstRow(page)
  await expectStatus(answer, 'completed')
  expect(await readFirstRow(page)).toEqual(read)

  // The view is back at the end, and a reload opens there immediately.
  await page.getByTestId('jump-to-latest').click()
  const last = text.match(/part \d+ is over/gu)?.at(-1) ?? ''
  await expect(answer.getByText(last).last()).toBeInViewport()
  await page.reload()
  await expect(answer.getByText(last).last()).toBeInViewport({ timeout: 60_000 })
  expect(await distanceToEnd(page)).toBeLessThanOrEqual(1)
  expect(await countElements(page)).toBeLessThan(2_500)
  await expect(answer.getByTestId('copy')).toBeVisible()
  await answer.getByTestId('copy').click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(text)

  // Find works in the middle of the answer, and the reading position there is restored later.
  await page.keyboard.press('ControlOrMeta+f')
  await typeInto(page.getByTestId('find-input'), 'one grey barnacle')
  await expect(page.getByTestId('find-count')).toHaveText('1 of 1')
  await expect(answer.getByText('one grey barnacle')).toBeInViewport()
  await page.getByTestId('find-input').press('Escape')
  await expectStill(page)
  await page.mouse.wheel(0, 10)
  await expectStill(page)
  const found = await readFirstRow(page)
  await page.waitForFunction(() => localStorage.getItem('holdfast.places')?.includes('/part-'))
  await page.reload()
  await expect(answer.getByText('one grey barnacle')).toBeInViewport({ timeout: 60_000 })
  await expect.poll(async () => Math.abs((await readFirstRow(page)).top - found.top)).toBeLessThanOrEqual(2)

  // The answer is one message, however many rows it has.
  await composer(page).focus()
  await page.keyboard.press('Alt+ArrowUp')
  await expect(answer).toBeFocused()
  await page.keyboard.press('Alt+ArrowUp')
  await expect(questions(page)).toBeFocused()
  await page.keyboard.press('Alt+ArrowDown')
  await expect(answer).toBeFocused()
  await expect(contentOf(answer).first()).toBeInViewport()
  await expect(messages(page)).toHaveCount(2)

  // Printing includes the whole answer.
  await page.emulateMedia({ media: 'print' })
  const printed = page.getByTestId('printed-message').last()
  await expect(printed).toContainText(last)
  await expect(printed).toContainText('one grey barnacle')
  await expect(printed.locator('pre')).toHaveCount(text.match(/```ts/gu)?.length ?? -1)
})

async function expectStill(page: Page): Promise<void> {
  let before = -1
  await expect
    .poll(
      async () => {
        const last = before
        before = await thread(page).evaluate((element) => element.scrollTop)
        return before === last
      },
      { intervals: [60] },
    )
    .toBe(true)
}
