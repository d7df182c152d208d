import { chromium } from '@playwright/test'
import { findChromium } from './find-chromium.ts'
import { answers, composer, contentOf, expectLive, expectStatus, lastAnswer, openStart, sendButton } from './page-parts.ts'
import { typeInto } from './type-into.ts'
import { expect, test } from './test.ts'

for (const [what, width, height, least] of [
  ['at 400 % zoom', 360, 225, 110],
  ['on a phone on its side', 844, 390, 250],
] as const) {
  test(`${what} hardly anything was left to read`, async ({ page }) => {
    await typeInto(composer(page), `say ${'words to read '.repeat(100)}`)
    await composer(page).press('Enter')
    await expectStatus(lastAnswer(page), 'completed')
    await page.setViewportSize({ width, height })
    await expect(page.getByRole('navigation', { name: 'Conversations' })).toBeHidden()
    await expect
      .poll(async () => (await page.getByTestId('thread').boundingBox())?.height ?? 0, { message: 'pixels to read' })
      .toBeGreaterThanOrEqual(least)
    await typeInto(composer(page), 'say It can be written in, too')
    await sendButton(page).click()
    await expect(answers(page)).toHaveCount(2)
    await expect(contentOf(lastAnswer(page))).toHaveText('It can be written in, too')
  })
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })

  test('the start page jumped when the recent conversations arrived', async ({ page, api, server }) => {
    await api.conversations.create.mutate({ conversationId: crypto.randomUUID() })
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    await page.route(/conversations\.list/u, async (route) => {
      await held
      await route.continue()
    })
    await page.goto(server.url)
    await expectLive(page)
    const suggestion = page.locator('main ul button').first()
    const before = await suggestion.boundingBox()
    release()
    await expect(page.getByTestId('recent')).toBeVisible()
    expect(await suggestion.boundingBox()).toEqual(before)
  })

  test('D30 the lines between tasks began 15 pixels left of the tasks, and dates stood at two distances from their titles', async ({
    page,
    api,
    server,
  }) => {
    const { id: goalId } = await api.goals.create.mutate({ title: 'Ship it' })
    const day = { targetDate: '2027-01-01', goalId }
    const { id: milestoneId } = await api.milestones.create.mutate({ title: 'With a task', ...day })
    await api.milestones.create.mutate({ title: 'Without one', ...day })
    await api.tasks.add.mutate({ title: 'The first', milestoneId })
    await api.tasks.add.mutate({ title: 'The second' })
    await page.goto(`${server.url}/planner`)
    const task = page.getByTestId('task').last()
    await expect(task).toBeVisible()
    const left = async (locator: typeof task) => (await locator.boundingBox())?.x ?? Number.NaN
    const lineToMark = (await left(task.getByRole('checkbox'))) - (await left(task))
    expect(lineToMark).toBeGreaterThan(0)
    expect(lineToMark).toBeLessThanOrEqual(12)
    const gaps = await page.getByTestId('milestone').evaluateAll((items) =>
      items.map((item) => {
        const title = item.querySelector('button[dir]')?.getBoundingClientRect().bottom ?? Number.NaN
        return Math.round((item.querySelector('[data-testid=due-date]')?.getBoundingClientRect().top ?? Number.NaN) - title)
      }),
    )
    expect(gaps).toHaveLength(2)
    expect(gaps[0]).toBe(gaps[1])
  })
})

test('with scrollbars that take room the text was 7 pixels beside the composer', async ({ server, pageErrors: _ }) => {
  const browser = await chromium.launch({ ...(await findChromium()), ignoreDefaultArgs: ['--hide-scrollbars'] })
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 }, serviceWorkers: 'block' })
  await openStart(page, server.url)
  await typeInto(composer(page), `say ${Array.from({ length: 80 }, (_, index) => `${index}`).join('\n\n')}`)
  await sendButton(page).click()
  await expectStatus(lastAnswer(page), 'completed')
  const thread = page.getByTestId('thread')
  expect(
    await thread.evaluate((element) => element.getBoundingClientRect().width - element.clientWidth),
    'a real scrollbar',
  ).toBeGreaterThan(5)
  const toMiddle = (box: { readonly x: number; readonly width: number } | null) => (box ? box.x + box.width / 2 : Number.NaN)
  const text = toMiddle(await lastAnswer(page).boundingBox())
  const field = toMiddle(
    await page
      .locator('form')
      .filter({ has: composer(page) })
      .boundingBox(),
  )
  expect(Math.abs(text - field)).toBeLessThan(1)
  await browser.close()
})
