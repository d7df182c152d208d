import { typeInto } from './type-into.ts'
import { expectAccessible, expectAccessibleAtEverySize, phone } from './expect-accessible.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import { composer, contentOf, expectLive, expectStatus, lastAnswer, openStart, send, sidebarItem } from './page-parts.ts'
import { sharedByFile } from './shared-by-file.ts'
import { expect, test as base } from './test.ts'

const test = base.extend<{ readonly demoServer: TestServer }>({
  demoServer: sharedByFile(async (use) => {
    await using server = await startTestServer({ isDemo: true })
    await use(server)
  }),
})

test('a first visit needs no sign-in, is answered immediately, and says that the demo model answers', async ({
  browser,
  demoServer,
}) => {
  const page = await browser.newPage()
  await page.goto(demoServer.url)
  await expect(composer(page)).toBeFocused()
  await expect(page.getByTestId('open-settings')).toContainText('Guest')
  await expect(page.getByTestId('demo-notice')).toContainText(
    'Demo mode: answers come from a small rule-based program, not an AI.',
  )
  await expectLive(page)
  await expect(page.getByText('Your conversations will appear here.')).toBeVisible()

  const conversationId = await send(page, 'What can you do?')
  await expectStatus(lastAnswer(page), 'completed')
  await expect(contentOf(lastAnswer(page))).toContainText(/demo|rule/iu)
  await expect(lastAnswer(page)).toContainText('demo-rules')
  expect(new URL(page.url()).pathname).toBe(`/c/${conversationId}`)
  await expect(sidebarItem(page, conversationId)).toContainText('What can you do?')

  await page.getByTestId('demo-notice').getByRole('button', { name: 'Add a model' }).click()
  await expect(page.getByRole('dialog', { name: 'Add a model' }).getByLabel('API key')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByTestId('demo-notice').getByRole('button', { name: 'Close' }).click()
  await expect(page.getByTestId('demo-notice')).toHaveCount(0)
  await page.close()
})

test('a suggestion fills the composer and is not sent', async ({ page }) => {
  await page.getByRole('button', { name: 'Explain an idea step by step' }).click()
  await expect(composer(page)).toHaveValue('Explain an idea step by step')
  await expect(composer(page)).toBeFocused()
})

test('every conversation has an address; "back" and "forward" move between them', async ({ page }) => {
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

test('an unknown address says so, and offers links', async ({ page, server, browser }) => {
  await page.goto(`${server.url}/c/0198c0de-0000-7000-8000-000000000000`)
  await expect(page.getByTestId('conversation-missing')).toContainText('Conversation not found')
  await page.getByTestId('conversation-missing').getByRole('button', { name: 'New conversation' }).click()
  await expect(composer(page)).toBeFocused()
  await page.goto(`${server.url}/no/such/page`)
  await expect(page.getByText('Page not found')).toBeVisible()

  // Another user's conversation looks exactly like one that does not exist.
  await page.goto(server.url)
  const mine = await send(page, 'say Mine')
  const stranger = await browser.newPage()
  await stranger.goto(`${server.url}/c/${mine}`)
  await expect(stranger.getByTestId('conversation-missing')).toContainText('Conversation not found')
  await stranger.close()
})

test('two tabs that open at the same moment are one guest', async ({ browser, server }) => {
  const context = await browser.newContext()
  const tabs = await Promise.all([context.newPage(), context.newPage(), context.newPage()])
  await Promise.all(tabs.map((tab) => openStart(tab, server.url)))
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

  test('the sidebar is a drawer, nothing is cut off, and an answer can be read and stopped', async ({ page }) => {
    await expect(page.getByTestId('new-conversation')).not.toBeInViewport()
    await typeInto(composer(page), 'tokens 3000 at 50')
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

test.describe('from a phone to a laptop', () => {
  test.use(phone)

  test('axe finds no violation on the start page, in a conversation, the drawer, the settings and the trash', async ({
    page,
    server,
  }, info) => {
    await expectAccessibleAtEverySize(page, info, 'start')
    await send(
      page,
      'say # A title\n\nSome **text**, `code`, [a link](https://example.org).\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```js\nconst x = 1\n```',
    )
    await expectStatus(lastAnswer(page), 'completed')
    await send(page, 'tokens 30 at 100 cut after 20')
    await expectStatus(lastAnswer(page), 'error')
    await send(page, 'tokens 100 at 20 hang after 30')
    await expect(contentOf(lastAnswer(page))).toContainText('t30')
    await expectAccessibleAtEverySize(page, info, 'conversation')
    await page.getByTestId('composer-stop').click()
    await expectStatus(lastAnswer(page), 'cancelled')
    await page.getByTestId('open-sidebar').click()
    await expect(page.getByTestId('new-conversation')).toBeInViewport()
    await expectAccessible(page, info, 'drawer')
    await page.getByTestId('open-settings').click()
    await expect(page.getByRole('dialog', { name: 'Settings' }).getByLabel('Password')).toBeVisible()
    await expectAccessibleAtEverySize(page, info, 'settings-account')
    await page.getByRole('button', { name: 'Appearance' }).click()
    await expect(page.getByRole('radio', { name: 'System' })).toBeChecked()
    await expectAccessibleAtEverySize(page, info, 'settings-appearance')
    await page.goto(`${server.url}/trash`)
    await expect(page.getByText('The trash is empty.')).toBeVisible()
    await expectAccessibleAtEverySize(page, info, 'trash')
  })
})
