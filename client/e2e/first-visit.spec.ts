import { expectAccessible, looks } from './expect-accessible.ts'
import { openHouse, type House } from './house.ts'
import { composer, contentOf, expectLive, expectStatus, lastAnswer, openStart, send, sidebarItem } from './page-parts.ts'
import { sharedByFile } from './shared-by-file.ts'
import { expect, test as base } from './test.ts'

const test = base.extend<{ readonly demoHouse: House }>({
  demoHouse: sharedByFile(async (use) => {
    await using house = await openHouse({ isDemo: true })
    await use(house)
  }),
})

test('from an empty profile: no wall, an answer at once, and a word about who answers', async ({ browser, demoHouse }) => {
  const page = await browser.newPage()
  const problems: string[] = []
  page.on('console', (line) => line.type() === 'error' && problems.push(line.text()))
  page.on('pageerror', (error) => problems.push(error.message))
  await page.goto(demoHouse.url)
  await expect(composer(page)).toBeFocused()
  await expect(page.getByTestId('open-settings')).toContainText('Guest')
  await expect(page.getByTestId('demo-notice')).toContainText('Demo mode: a small rule-based program answers, not an AI.')
  await expectLive(page)
  await expect(page.getByText('Your conversations will be listed here.')).toBeVisible()

  const conversationId = await send(page, 'What can you do?')
  await expectStatus(lastAnswer(page), 'completed')
  await expect(contentOf(lastAnswer(page))).toContainText(/demo|rule/iu)
  await expect(lastAnswer(page)).toContainText('demo-rules')
  expect(new URL(page.url()).pathname).toBe(`/c/${conversationId}`)
  await expect(sidebarItem(page, conversationId)).toContainText('What can you do?')

  await page.getByTestId('demo-notice').getByRole('button', { name: 'How' }).click()
  await expect(page.getByRole('dialog', { name: 'Use a real model' })).toContainText('OPENAI_API_KEY')
  await page.keyboard.press('Escape')
  await page.getByTestId('demo-notice').getByRole('button', { name: 'Close' }).click()
  await expect(page.getByTestId('demo-notice')).toHaveCount(0)
  expect(problems).toEqual([])
  await page.close()
})

test('a suggestion fills the field and waits for me', async ({ page }) => {
  await page.getByRole('button', { name: 'Explain an idea step by step' }).click()
  await expect(composer(page)).toHaveValue('Explain an idea step by step')
  await expect(composer(page)).toBeFocused()
})

test('every conversation has its address; "back" and "forward" move between them', async ({ page }) => {
  const one = await send(page, 'say One')
  await expectStatus(lastAnswer(page), 'completed')
  await page.getByTestId('new-conversation').click()
  const two = await send(page, 'say Two')
  await expectStatus(lastAnswer(page), 'completed')
  expect(two).not.toBe(one)
  await page.goBack()
  await page.goBack()
  await expect(contentOf(lastAnswer(page))).toHaveText('One')
  expect(page.url()).toContain(one)
  await page.goForward()
  await page.goForward()
  await expect(contentOf(lastAnswer(page))).toHaveText('Two')
  await page.goto(page.url().replace(two, one))
  await expect(contentOf(lastAnswer(page))).toHaveText('One')
})

test('an address that leads nowhere says so, and leads on', async ({ page, house, browser }) => {
  await page.goto(`${house.url}/c/0198c0de-0000-7000-8000-000000000000`)
  await expect(page.getByTestId('conversation-missing')).toContainText('This conversation is not here')
  await page.getByTestId('conversation-missing').getByRole('button', { name: 'New conversation' }).click()
  await expect(composer(page)).toBeFocused()
  await page.goto(`${house.url}/no/such/page`)
  await expect(page.getByText('There is no such page')).toBeVisible()

  // Somebody else's conversation looks exactly like one that does not exist.
  await page.goto(house.url)
  const mine = await send(page, 'say Mine')
  const stranger = await browser.newPage()
  await stranger.goto(`${house.url}/c/${mine}`)
  await expect(stranger.getByTestId('conversation-missing')).toContainText('This conversation is not here')
  await stranger.close()
})

test('two tabs that open at the same moment are one guest', async ({ browser, house }) => {
  const context = await browser.newContext()
  const tabs = await Promise.all([context.newPage(), context.newPage(), context.newPage()])
  await Promise.all(tabs.map((tab) => openStart(tab, house.url)))
  const [first, ...others] = tabs
  if (!first) throw new Error('there is no tab')
  const conversationId = await send(first, 'say Hello')
  for (const tab of others) await expect(sidebarItem(tab, conversationId)).toBeVisible()
  await context.close()
})

test('light and dark follow the system, and a choice is kept', async ({ page }) => {
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
  const theme = () => page.evaluate(() => document.documentElement.dataset['theme'])
  await page.emulateMedia({ colorScheme: 'light' })
  await expect.poll(theme).toBe('light')
  const light = await background()
  await page.emulateMedia({ colorScheme: 'dark' })
  await expect.poll(theme).toBe('dark')
  expect(await background()).not.toBe(light)
  await page.getByTestId('open-settings').click()
  await page.getByRole('button', { name: 'Appearance' }).click()
  await page.getByText('Light', { exact: true }).click()
  await expect.poll(theme).toBe('light')
  await page.reload()
  await expect.poll(theme).toBe('light')
  expect(await background()).toBe(light)

  await page.getByText('Larger', { exact: true }).click()
  const letters = () => page.evaluate(() => getComputedStyle(document.documentElement).fontSize)
  await expect.poll(letters).toBe('20px')
  await page.reload()
  expect(await letters(), 'before anything is painted').toBe('20px')
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })

  test('the conversations are a drawer, nothing is cut off, and an answer can be read and stopped', async ({ page }) => {
    await expect(page.getByTestId('new-conversation')).not.toBeInViewport()
    await composer(page).fill('tokens 3000 at 50')
    await page.getByTestId('composer-send').tap()
    await page.waitForURL('**/c/*')
    await expect(contentOf(lastAnswer(page))).toContainText('t20')
    expect(await page.evaluate(() => document.documentElement.scrollWidth), 'no sideways scrolling').toBeLessThanOrEqual(390)
    await page.getByTestId('composer-stop').tap()
    await expectStatus(lastAnswer(page), 'cancelled')

    await page.getByTestId('open-sidebar').tap()
    await expect(page.getByTestId('new-conversation')).toBeInViewport()
    await expect(page.getByTestId('sidebar-item')).toHaveCount(1)
    await page.getByTestId('new-conversation').tap()
    await expect(page.getByTestId('new-conversation')).not.toBeInViewport()
    await expect(page).toHaveURL(/\/$/u)
    await page.getByTestId('open-sidebar').tap()
    await page.keyboard.press('Escape')
    await expect(page.getByTestId('new-conversation')).not.toBeInViewport()
  })
})

for (const { name, use } of looks) {
  test.describe(name, () => {
    test.use(use)

    test('no known barrier: start page, conversation, drawer, settings, trash', async ({ page, house }, info) => {
      await openStart(page, house.url)
      await expectAccessible(page, info, 'start')
      await send(
        page,
        'say # A title\n\nSome **text**, `code`, [a link](https://example.org).\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```js\nconst x = 1\n```',
      )
      await expectStatus(lastAnswer(page), 'completed')
      await send(page, 'tokens 30 at 100 drop after 20')
      await expectStatus(lastAnswer(page), 'error')
      await send(page, 'tokens 100 at 20 hang after 30')
      await expect(contentOf(lastAnswer(page))).toContainText('t30')
      await expectAccessible(page, info, 'conversation')
      await page.getByTestId('composer-stop').click()
      await expectStatus(lastAnswer(page), 'cancelled')
      if (use.viewport.width < 768) {
        await page.getByTestId('open-sidebar').click()
        await expect(page.getByTestId('new-conversation')).toBeInViewport()
        await expectAccessible(page, info, 'drawer')
      }
      await page.getByTestId('open-settings').click()
      await expect(page.getByRole('dialog', { name: 'Settings' }).getByLabel('Password')).toBeVisible()
      await expectAccessible(page, info, 'settings-account')
      await page.getByRole('button', { name: 'Appearance' }).click()
      await expect(page.getByRole('radio', { name: 'System' })).toBeChecked()
      await expectAccessible(page, info, 'settings-appearance')
      await page.goto(`${house.url}/trash`)
      await expect(page.getByText('The trash is empty.')).toBeVisible()
      await expectAccessible(page, info, 'trash')
    })
  })
}
