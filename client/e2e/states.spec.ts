import type { Page } from '@playwright/test'
import { openHouse, release } from './house.ts'
import { countShownTokens, expectTokens, watchTokens } from './numbered-tokens.ts'
import {
  answers,
  composer,
  connectionState,
  contentOf,
  conversationIdOf,
  expectLive,
  expectStatus,
  lastAnswer,
  openStart,
  send,
  sidebarItem,
} from './page-parts.ts'
import { setHidden } from './set-hidden.ts'
import { expect, test } from './test.ts'

const total = 300

test('the server is gone: the page says only what is known, counts down, tries when asked, and is silent when it is back', async ({
  browser,
}) => {
  await using house = await openHouse()
  const page = await browser.newPage()
  await openStart(page, house.url)
  await send(page, 'tokens 3000 at 50')
  await expectTokens(lastAnswer(page), 20)
  await house.kill()
  const notice = page.getByTestId('connection-notice')
  await expect(notice).toContainText('Connection lost. Everything up to here is saved.')
  await expect(notice).toContainText(/Trying again in \d+ s\./u)
  await expect(notice).not.toContainText('generating')
  await expect(lastAnswer(page)).toContainText('Reconnecting…')
  await expect(lastAnswer(page).locator('.living-line')).toHaveAttribute('data-state', 'reconnecting')
  await house.start()
  // The next try by itself may be half a minute away.
  await expect(async () => {
    await notice.getByTestId('retry-now').click({ timeout: 1_000 })
    await expectLive(page)
  }).toPass()
  await expect(notice).toHaveCount(0)
  await expectStatus(lastAnswer(page), 'interrupted')
  await expect(lastAnswer(page)).toContainText('The server stopped in mid-answer. Everything up to here is saved.')
  await page.close()
})

test('a short blip is not worth a word', async ({ page, context }) => {
  const shown: string[] = []
  await page.exposeFunction('remember', (text: string) => shown.push(text))
  await page.evaluate(() => {
    new MutationObserver(() => {
      const notice = document.querySelector('[data-testid=connection-notice]')
      if (notice) (window as unknown as { remember: (text: string) => void }).remember(notice.textContent)
    }).observe(document, { childList: true, subtree: true })
  })
  await context.setOffline(true)
  await expect(connectionState(page)).toHaveAttribute('data-state', 'offline')
  await context.setOffline(false)
  await expectLive(page)
  expect(shown).toEqual([])
})

test('a server that comes back with another page is noticed, although it speaks the same language', async ({
  page,
  context,
  house,
}) => {
  const lookAgain = async () => {
    await context.setOffline(true)
    await expect(connectionState(page)).toHaveAttribute('data-state', 'offline')
    const asked = page.waitForResponse(`${house.url}/`)
    await context.setOffline(false)
    await (await asked).finished()
    await expectLive(page)
  }
  await lookAgain()
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)))
  await expect(page.getByTestId('update-notice')).toHaveCount(0)
  await page.route(`${house.url}/`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<script type="module" src="/assets/newer.js"></script>' }),
  )
  await lookAgain()
  await expect(page.getByTestId('update-notice')).toContainText('A newer version is ready.')
})

test('a tab that was frozen in mid-answer shows all of it when it thaws, without a reload', async ({ page, context, api }) => {
  const watched = await watchTokens(page, total)
  let loads = 0
  page.on('load', () => (loads += 1))
  const conversationId = await send(page, `tokens ${total} at 100`)
  await expectTokens(lastAnswer(page), 30)
  const session = await context.newCDPSession(page)
  await setHidden(page, true)
  await session.send('Page.setWebLifecycleState', { state: 'frozen' })
  await expect.poll(async () => (await api.messages.status.query({ conversationId })).hasActiveGeneration).toBe(false)
  await session.send('Page.setWebLifecycleState', { state: 'active' })
  await setHidden(page, false)
  await expectStatus(lastAnswer(page), 'completed')
  expect(await countShownTokens(lastAnswer(page))).toBe(total)
  await expectLive(page)
  expect(loads).toBe(0)
  expect(await watched.faults()).toEqual([])
})

test('an answer in another conversation, that ends in the background, is told by title and icon', async ({ page, house }) => {
  const other = await send(page, 'tokens 60 at 100 hold after 40')
  await expectTokens(lastAnswer(page), 40)
  await page.getByTestId('new-conversation').click()
  await expect(sidebarItem(page, other)).toHaveAttribute('data-state', 'thinking')
  await setHidden(page, true)
  await release(house)
  await expect(page).toHaveTitle('● Holdfast')
  await expect(page.locator('link[rel=icon]')).toHaveAttribute('href', '/favicon-done.svg')
  await setHidden(page, false)
  await expect(page).toHaveTitle('Holdfast')
})

test('a question to me, asked in the background, is told by title and icon', async ({ page, api }) => {
  const { id: taskId } = await api.tasks.add.mutate({ title: 'Buy milk' })
  await setHidden(page, true)
  await send(page, `tool delete_task {"taskId":"${taskId}"}`)
  await expectStatus(lastAnswer(page), 'waiting')
  await expect(page).toHaveTitle(/^● Needs you · /u)
  await expect(page.locator('link[rel=icon]')).toHaveAttribute('href', '/favicon-waiting.svg')
  await setHidden(page, false)
  await expect(page).not.toHaveTitle(/^●/u)
  await expect(page.locator('link[rel=icon]')).toHaveAttribute('href', '/favicon.svg')
})

/** From now on the server answers as one that was made from other sources. */
async function deploy(page: Page): Promise<void> {
  await page.context().route('**/trpc/**system.info**', async (route) => {
    const asked = async () => {
      const response = await route.fetch()
      return { response, text: await response.text() }
    }
    const answer = await asked().catch(() => null)
    // It is down while it is exchanged.
    if (!answer) return await route.abort()
    const { response, text } = answer
    await route.fulfill({ response, body: text.replaceAll(/"contract":"[^"]*"/gu, '"contract":"another"') })
  })
}

test('after a deploy an old tab goes on, asks for a reload only when no answer is being written, and loses no draft with it', async ({
  browser,
}) => {
  await using house = await openHouse()
  const page = await browser.newPage()
  await openStart(page, house.url)
  await send(page, 'tokens 60 at 100 hold after 40')
  await expectTokens(lastAnswer(page), 40)
  const conversationId = conversationIdOf(page)
  await deploy(page)
  const checked = page.waitForResponse(/system\.info/u)
  await house.kill()
  await house.start()
  await expectLive(page)
  await checked
  await expectStatus(lastAnswer(page), 'interrupted')
  const notice = page.getByTestId('update-notice')
  await expect(notice).toContainText('A newer version is ready. Reload when it suits you; nothing is lost.')
  // It goes on working, and does not ask while an answer is being written.
  await send(page, 'tokens 60 at 100 hold after 40')
  await expect(answers(page)).toHaveCount(2)
  await expectTokens(lastAnswer(page), 40)
  await expect(notice).toHaveCount(0)
  await release(house)
  await expectStatus(lastAnswer(page), 'completed')
  await composer(page).fill('in the middle of a thought')
  await notice.getByRole('button', { name: 'Reload' }).click()
  await expectLive(page)
  expect(conversationIdOf(page)).toBe(conversationId)
  await expect(composer(page)).toHaveValue('in the middle of a thought')
  await expect(contentOf(lastAnswer(page))).toContainText('t60')
  await page.close()
})

test('a part of the page that the server has no more is missed kindly, in the middle of an answer and of a thought', async ({
  browser,
  house,
}) => {
  const page = await browser.newPage()
  await page.route(/assets\/(?:loaded-dialog|account-settings)/u, (route) => route.fulfill({ status: 404, body: 'gone' }))
  await openStart(page, house.url)
  await page.evaluate(() => Object.assign(window, { isFirstPage: true }))
  // The page that the server has now begins with another script.
  await page.route(`${house.url}/`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<script type="module" src="/assets/newer.js"></script>' }),
  )
  await send(page, 'tokens 60 at 100 hold after 40')
  await expectTokens(lastAnswer(page), 40)
  await composer(page).fill('in the middle of a thought')
  const asked = page.waitForResponse(`${house.url}/`)
  await page.getByTestId('open-settings').click()
  const failed = page.getByTestId('failed-part')
  await expect(failed).toContainText('This part of the page could not be loaded. What you wrote is kept')
  await asked
  await failed.getByRole('button', { name: 'Close' }).click()
  await expect(failed).toHaveCount(0)
  const notice = page.getByTestId('update-notice')
  await expect(notice).toHaveCount(0)
  await expectStatus(lastAnswer(page), 'generating')
  await release(house)
  await expectStatus(lastAnswer(page), 'completed')
  expect(await countShownTokens(lastAnswer(page))).toBe(60)
  await expect(notice).toBeVisible()
  await expect(composer(page)).toHaveValue('in the middle of a thought')
  expect(await page.evaluate(() => 'isFirstPage' in window), 'it has not been reloaded').toBe(true)
  // It goes on working as it is.
  await notice.getByRole('button', { name: 'Later' }).click()
  await composer(page).fill('say Still here')
  await composer(page).press('Enter')
  await expect(contentOf(lastAnswer(page))).toHaveText('Still here')
  await page.close()
})

test('what was not opened yet can be opened after the server is gone', async ({ browser }) => {
  await using house = await openHouse()
  const page = await browser.newPage()
  const loaded = page.waitForResponse(/assets\/shortcut-settings/u)
  await openStart(page, house.url)
  await (await loaded).finished()
  await page.waitForLoadState('networkidle')
  await house.kill()
  await expect(connectionState(page)).toHaveText('Reconnecting')
  await page.keyboard.press('ControlOrMeta+/')
  await expect(page.getByTestId('shortcut').first()).toBeVisible()
  await page.close()
})
