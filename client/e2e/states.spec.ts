import type { Page } from '@playwright/test'
import { typeInto } from './type-into.ts'
import { release } from './test-server.ts'
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

test('without the server the page says what is known, counts down, retries on request, and is silent after recovery', async ({
  browser,
  server,
}) => {
  const page = await browser.newPage()
  await openStart(page, server.url)
  await send(page, 'tokens 3000 at 50')
  await expectTokens(lastAnswer(page), 20)
  await server.kill()
  const notice = page.getByTestId('connection-notice')
  await expect(notice).toContainText('Connection lost. Everything so far is saved.')
  await expect(notice).toContainText(/Retrying in \d+ s\./u)
  await expect(notice).not.toContainText('generating')
  await expect(lastAnswer(page)).toContainText('Reconnecting…')
  await expect(lastAnswer(page).locator('.pulse-line')).toHaveAttribute('data-state', 'reconnecting')
  await server.start()
  // The next try by itself may be half a minute away.
  await expect(async () => {
    await notice.getByTestId('retry-now').click({ timeout: 1_000 })
    await expectLive(page)
  }).toPass()
  await expect(notice).toHaveCount(0)
  await expectStatus(lastAnswer(page), 'generating')
  await expect(lastAnswer(page)).toContainText('The server stopped while it wrote this. The answer went on by itself.')
  await page.close()
})

test('a short interruption shows no notice', async ({ page, context }) => {
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

test('a page whose WebSocket had opened too late stayed "live" over server-sent events when the device lost its network', async ({
  page,
  context,
}) => {
  await context.routeWebSocket(/\/trpc/u, (socket) => socket.close())
  const followed = page.waitForResponse(/stream\.follow/u)
  await page.reload()
  await followed
  await expectLive(page)
  // The browser goes on to deliver what comes over a stream that is open.
  await context.setOffline(true)
  await expect(connectionState(page)).toHaveAttribute('data-state', 'offline', { timeout: 20_000 })
  await context.setOffline(false)
  await expectLive(page)
})

test('a new page on the server is detected after a restart, even when the contract is the same', async ({
  page,
  context,
  server,
}) => {
  const lookAgain = async () => {
    await context.setOffline(true)
    await expect(connectionState(page)).toHaveAttribute('data-state', 'offline')
    const asked = page.waitForResponse(`${server.url}/`)
    await context.setOffline(false)
    await (await asked).finished()
    await expectLive(page)
  }
  await lookAgain()
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)))
  await expect(page.getByTestId('update-notice')).toHaveCount(0)
  await page.route(`${server.url}/`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<script type="module" src="/assets/newer.js"></script>' }),
  )
  await lookAgain()
  await expect(page.getByTestId('update-notice')).toContainText('A new version is available.')
})

test('a tab that was frozen in mid-answer catches up when it resumes, without a reload', async ({ page, context, api }) => {
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

test('the title and the icon show that an answer in another conversation ended in the background', async ({ page, server }) => {
  const other = await send(page, 'tokens 60 at 100 hold after 40')
  await expectTokens(lastAnswer(page), 40)
  await page.getByTestId('new-conversation').click()
  await expect(sidebarItem(page, other)).toHaveAttribute('data-state', 'thinking')
  await setHidden(page, true)
  await release(server)
  await expect(page).toHaveTitle('● Holdfast')
  await expect(page.locator('link[rel=icon]')).toHaveAttribute('href', '/favicon-done.svg')
  await setHidden(page, false)
  await expect(page).toHaveTitle('Holdfast')
})

test('the title and the icon show that the assistant asked a question in the background', async ({ page, api }) => {
  const { id: taskId } = await api.tasks.add.mutate({ title: 'Buy milk' })
  await setHidden(page, true)
  await send(page, `tool delete_task {"taskId":"${taskId}"}`)
  await expectStatus(lastAnswer(page), 'waiting')
  await expect(page).toHaveTitle(/^● Needs approval · /u)
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
    // The server is down during the deploy.
    if (!answer) return await route.abort()
    const { response, text } = answer
    await route.fulfill({ response, body: text.replaceAll(/"contract":"[^"]*"/gu, '"contract":"another"') })
  })
}

test('after a deploy an old tab keeps working, offers a reload only when no answer is running, and keeps the draft', async ({
  browser,
  server,
}) => {
  const page = await browser.newPage()
  await openStart(page, server.url)
  await send(page, 'tokens 60 at 100 hold after 40')
  await expectTokens(lastAnswer(page), 40)
  const conversationId = conversationIdOf(page)
  await deploy(page)
  const checked = page.waitForResponse(/system\.info/u)
  await server.kill()
  await server.start()
  await expectLive(page)
  await checked
  await expectStatus(lastAnswer(page), 'completed')
  const notice = page.getByTestId('update-notice')
  await expect(notice).toContainText('A new version is available. Reload when it suits you; nothing will be lost.')
  // The page keeps working, and does not ask while an answer is being written.
  await send(page, 'tokens 60 at 100 hold after 40')
  await expect(answers(page)).toHaveCount(2)
  await expectTokens(lastAnswer(page), 40)
  await expect(notice).toHaveCount(0)
  await release(server)
  await expectStatus(lastAnswer(page), 'completed')
  await typeInto(composer(page), 'in the middle of a thought')
  await notice.getByRole('button', { name: 'Reload' }).click()
  await expectLive(page)
  expect(conversationIdOf(page)).toBe(conversationId)
  await expect(composer(page)).toHaveValue('in the middle of a thought')
  await expect(contentOf(lastAnswer(page))).toContainText('t60')
  await page.close()
})

test('a missing chunk shows an error without interrupting an answer or losing a draft', async ({ browser, server }) => {
  const page = await browser.newPage()
  await page.route(/assets\/(?:dialog-impl|account-settings)/u, (route) => route.fulfill({ status: 404, body: 'gone' }))
  await openStart(page, server.url)
  await page.evaluate(() => Object.assign(window, { isFirstPage: true }))
  // The server's page now has a different entry script.
  await page.route(`${server.url}/`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<script type="module" src="/assets/newer.js"></script>' }),
  )
  await send(page, 'tokens 60 at 100 hold after 40')
  await expectTokens(lastAnswer(page), 40)
  await typeInto(composer(page), 'in the middle of a thought')
  const asked = page.waitForResponse(`${server.url}/`)
  await page.getByTestId('open-settings').click()
  const failed = page.getByTestId('failed-part')
  await expect(failed).toContainText('This part of the page could not be loaded. What you wrote is kept')
  await asked
  await failed.getByRole('button', { name: 'Close' }).click()
  await expect(failed).toHaveCount(0)
  const notice = page.getByTestId('update-notice')
  await expect(notice).toHaveCount(0)
  await expectStatus(lastAnswer(page), 'generating')
  await release(server)
  await expectStatus(lastAnswer(page), 'completed')
  expect(await countShownTokens(lastAnswer(page))).toBe(60)
  await expect(notice).toBeVisible()
  await expect(composer(page)).toHaveValue('in the middle of a thought')
  expect(await page.evaluate(() => 'isFirstPage' in window), 'it has not been reloaded').toBe(true)
  // The old page keeps working.
  await notice.getByRole('button', { name: 'Later' }).click()
  await typeInto(composer(page), 'say Still here')
  await composer(page).press('Enter')
  await expect(contentOf(lastAnswer(page))).toHaveText('Still here')
  await page.close()
})

test.describe('a page that loads its parts ahead', () => {
  test.use({ loadsPartsAhead: true })

  test('parts of the page that were not opened yet can be opened after the server is gone', async ({ browser, server }) => {
    const page = await browser.newPage()
    const loaded = page.waitForResponse(/assets\/shortcut-settings/u)
    await openStart(page, server.url)
    await (await loaded).finished()
    await page.waitForLoadState('networkidle')
    await server.kill()
    await expect(connectionState(page)).toHaveText('Reconnecting')
    await page.keyboard.press('ControlOrMeta+/')
    await expect(page.getByTestId('shortcut').first()).toBeVisible()
    await page.close()
    await server.start()
  })
})
