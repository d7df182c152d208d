import type { Page } from '@playwright/test'
import { release } from './test-server.ts'
import { countShownTokens, expectTokens } from './numbered-tokens.ts'
import { answers, expectStatus, lastAnswer, send } from './page-parts.ts'
import { expect, test } from './test.ts'

test.use({ viewport: { width: 1000, height: 420 } })

const total = 3_000
const arriving = 500

const thread = (page: Page) => page.getByTestId('thread')
const scrollTop = (page: Page) => thread(page).evaluate((element) => element.scrollTop)
const distanceToEnd = (page: Page) =>
  thread(page).evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight)

/** An answer that is longer than the window and still grows. */
async function readLongAnswer(page: Page): Promise<void> {
  await send(page, `tokens ${total} at 300 hold after ${total - 100}`)
  await expectTokens(lastAnswer(page), 300)
  await expect.poll(() => scrollTop(page)).toBeGreaterThan(50)
}

for (const [how, scrollUp] of [
  [
    'with the wheel, by 3 pixels',
    async (page: Page) => {
      await thread(page).hover()
      await page.mouse.wheel(0, -3)
    },
  ],
  [
    'with the keyboard',
    async (page: Page) => {
      await thread(page).focus()
      await page.keyboard.press('ArrowUp')
    },
  ],
] as const) {
  test(`a reader who scrolled up ${how} is not moved by ${arriving} arriving tokens; "Jump to latest" scrolls to them`, async ({
    page,
    server,
  }) => {
    await readLongAnswer(page)
    await expect(thread(page)).toHaveAttribute('data-following', 'true')
    expect(await distanceToEnd(page)).toBeLessThan(2)
    const before = await scrollTop(page)
    await scrollUp(page)
    await expect(thread(page)).toHaveAttribute('data-following', 'false')
    const rest = await restingScrollTop(page)
    expect(rest).toBeGreaterThan(0)
    expect(before - rest).toBeLessThan(200)
    const shown = await countShownTokens(lastAnswer(page))
    await expectTokens(lastAnswer(page), shown + arriving)
    expect(await scrollTop(page), 'not by a pixel').toBe(rest)
    expect(await distanceToEnd(page)).toBeGreaterThan(100)

    await page.getByTestId('jump-to-latest').click()
    await expect(page.getByTestId('jump-to-latest')).toHaveCount(0)
    await expect.poll(() => distanceToEnd(page)).toBeLessThan(2)
    await release(server)
    await expectStatus(lastAnswer(page), 'completed')
    await expectTokens(lastAnswer(page), total)
    await expect.poll(() => distanceToEnd(page), { message: 'and stays there' }).toBeLessThan(2)
  })
}

test('the view does not move while text is selected', async ({ page, server }) => {
  await readLongAnswer(page)
  await page.evaluate(() => {
    const paragraph = document.querySelector('[data-role=assistant] [data-testid=message-content] p')
    if (!paragraph?.firstChild) throw new Error('there is no text to select')
    document.getSelection()?.setBaseAndExtent(paragraph.firstChild, 0, paragraph.firstChild, 8)
  })
  await expect(thread(page)).toHaveAttribute('data-following', 'false')
  const rest = await restingScrollTop(page)
  // Beyond 3,000 characters the paragraph is split and laid out again.
  await expectTokens(lastAnswer(page), Math.max(1_000, (await countShownTokens(lastAnswer(page))) + 200))
  expect(await scrollTop(page)).toBe(rest)
  expect(await page.evaluate(() => String(document.getSelection())), 'in the paragraph that grows').toBe('t1 t2 t3')
  await release(server)
  await expectStatus(lastAnswer(page), 'completed')
})

test('a long conversation opens at its end after a reload', async ({ page }) => {
  await send(page, `tokens ${total} at 3000`)
  await expectStatus(lastAnswer(page), 'completed')
  await page.reload()
  await expectTokens(lastAnswer(page), total)
  await expect.poll(() => distanceToEnd(page)).toBeLessThan(2)
})

/** Smooth scrolling takes a few frames. */
async function restingScrollTop(page: Page): Promise<number> {
  return await thread(page).evaluate(
    (element) =>
      new Promise<number>((resolve) => {
        let last = element.scrollTop
        let still = 0
        const look = () => {
          still = element.scrollTop === last ? still + 1 : 0
          last = element.scrollTop
          if (still >= 15) resolve(last)
          else requestAnimationFrame(look)
        }
        requestAnimationFrame(look)
      }),
  )
}

test('when set to stay after sending, the question is at the top, and the answer grows below it without moving it', async ({
  page,
  server,
}) => {
  await page.goto(`${server.url}/?settings=writing`)
  await page.getByRole('radio', { name: /^Keep my message at the top/u }).check()
  await page.keyboard.press('Escape')
  await send(page, 'say One')
  await expectStatus(lastAnswer(page), 'completed')
  await send(page, `tokens ${total} at 300 hold after ${total - 100}`)
  const question = page.locator('[data-testid=message][data-role=user]').last()
  await expect(answers(page)).toHaveCount(2)
  await expectStatus(lastAnswer(page), 'generating')
  const fromTop = () =>
    question.evaluate((element) => {
      const view = element.closest('[data-testid=thread]')
      return element.getBoundingClientRect().top - (view?.getBoundingClientRect().top ?? 0)
    })
  await expectTokens(lastAnswer(page), 20)
  await expect(page.getByTestId('jump-to-latest'), 'all of it is in sight').toHaveCount(0)
  expect(await fromTop()).toBeLessThan(40)
  const rest = await fromTop()
  await expectTokens(lastAnswer(page), arriving)
  // Heights are fractions of pixels, places of scrolling are not.
  expect(Math.abs((await fromTop()) - rest), 'not by more than that').toBeLessThanOrEqual(1)
  await expect(thread(page)).toHaveAttribute('data-following', 'false')
  await page.getByTestId('jump-to-latest').click()
  await expect.poll(() => distanceToEnd(page)).toBeLessThan(2)
  await release(server)
})
