import type { Page } from '@playwright/test'
import { createGate } from '../../server/test/scripted-provider/index.ts'
import { openHouse } from './house.ts'
import { writeLongMarkdown } from './long-conversation.ts'
import { composer, contentOf, expectStatus, lastAnswer, messages, openStart, questions, send } from './page-parts.ts'
import { expect, test } from './test.ts'

const thread = (page: Page) => page.getByTestId('thread')
const distanceToEnd = (page: Page) =>
  thread(page).evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight)
const countElements = (page: Page) => page.evaluate(() => document.querySelectorAll('*').length)

/** Looks at every painted frame from now on: by how much anything in sight has moved against the way in which the reader goes. */
async function watchRows(page: Page, direction: 1 | -1): Promise<() => Promise<number>> {
  await thread(page).evaluate((element, way) => {
    const seen = { against: 0, isOver: false }
    let before = new Map<string, number>()
    const channel = new MessageChannel()
    channel.port1.addEventListener('message', () => {
      const { top, bottom } = element.getBoundingClientRect()
      const now = new Map<string, number>()
      for (const row of element.querySelectorAll<HTMLElement>('[data-row]')) {
        const rect = row.getBoundingClientRect()
        if (rect.bottom > top && rect.top < bottom) now.set(row.dataset['row'] ?? '', rect.top)
      }
      for (const [key, place] of now) {
        const moved = place - (before.get(key) ?? place)
        seen.against = Math.max(seen.against, moved * way)
      }
      before = now
    })
    channel.port1.start()
    const next = () => {
      if (seen.isOver) return
      channel.port2.postMessage(null)
      requestAnimationFrame(next)
    }
    requestAnimationFrame(next)
    Object.assign(window, { seenRows: seen })
  }, direction)
  return () =>
    page.evaluate(() => {
      const { seenRows } = window as unknown as { seenRows: { against: number; isOver: boolean } }
      seenRows.isOver = true
      return seenRows.against
    })
}

/** The first row in sight that begins there, and where. */
const readFirstRow = (page: Page) =>
  thread(page).evaluate((element) => {
    const { top } = element.getBoundingClientRect()
    const row = [...element.querySelectorAll<HTMLElement>('[data-row]')].find((one) => one.getBoundingClientRect().bottom > top)
    return { key: row?.dataset['row'] ?? '', top: row?.getBoundingClientRect().top ?? Number.NaN }
  })

test('an answer of 200,000 characters is read as any other: while it is written, after it, and when somebody comes back', async ({
  page,
  context,
}) => {
  test.setTimeout(240_000)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await using house = await openHouse()
  const text = writeLongMarkdown(200_000)
  const half = text.indexOf('\n\n', 120_000)
  const gate = createGate()
  house.provider.script(async (reply) => {
    await reply.tokens(text.slice(0, half).match(/[^]{1,2000}/gu) ?? [])
    await reply.until(gate.opened)
    for (const piece of text.slice(half).match(/[^]{1,400}/gu) ?? []) {
      await reply.tokens([piece])
      await reply.sleep(20)
    }
    await reply.finish('stop')
  })
  await openStart(page, house.url)
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

  // Up and down while it grows: nothing goes the other way, and what is read stays.
  await thread(page).hover()
  await page.mouse.wheel(0, -400)
  await expect(thread(page)).toHaveAttribute('data-following', 'false')
  await expectStill(page)
  gate.open()
  const stopUp = await watchRows(page, -1)
  for (let turn = 0; turn < 40; turn += 1) await page.mouse.wheel(0, -300)
  expect(await countElements(page)).toBeLessThan(2_500)
  await expectStill(page)
  expect(await stopUp(), 'in pixels').toBeLessThanOrEqual(2)
  const stopDown = await watchRows(page, 1)
  for (let turn = 0; turn < 12; turn += 1) await page.mouse.wheel(0, 300)
  await expectStill(page)
  expect(await stopDown(), 'in pixels').toBeLessThanOrEqual(2)
  await expect(thread(page)).toHaveAttribute('data-following', 'false')
  const read = await readFirstRow(page)
  await expectStatus(answer, 'completed', 90_000)
  expect(await readFirstRow(page)).toEqual(read)

  // Back at its end: also after a reload, at once.
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

  // What stands in its middle is found, and what is read there is there again later.
  await page.keyboard.press('ControlOrMeta+f')
  await page.getByTestId('find-input').fill('one grey barnacle')
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

  // One message, however many rows it has.
  await composer(page).focus()
  await page.keyboard.press('Alt+ArrowUp')
  await expect(answer).toBeFocused()
  await page.keyboard.press('Alt+ArrowUp')
  await expect(questions(page)).toBeFocused()
  await page.keyboard.press('Alt+ArrowDown')
  await expect(answer).toBeFocused()
  await expect(contentOf(answer).first()).toBeInViewport()
  await expect(messages(page)).toHaveCount(2)

  // On paper there is all of it.
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
