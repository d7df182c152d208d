import type { Page } from '@playwright/test'
import { typeInto } from './type-into.ts'
import { expectAccessible } from './expect-accessible.ts'
import {
  composer,
  connectionState,
  contentOf,
  expectLive,
  expectStatus,
  lastAnswer,
  openStart,
  questions,
  send,
} from './page-parts.ts'
import { createApiClient } from './api-client.ts'
import { expect, test } from './test.ts'

/** As where a person blocks "all site data". Runs in the page. */
function forbidStorage(): void {
  for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches']) {
    Object.defineProperty(window, name, {
      configurable: true,
      get: () => {
        throw new DOMException('Access is denied for this document.', 'SecurityError')
      },
    })
  }
  // There is none in the empty page that comes first.
  if (isSecureContext) {
    LockManager.prototype.request = () => Promise.reject(new DOMException('Access is denied.', 'SecurityError'))
  }
  const forbidden = () => {
    throw new DOMException('The operation is insecure.', 'SecurityError')
  }
  window.BroadcastChannel = new Proxy(BroadcastChannel, { construct: forbidden })
}

/** As on a disk without room. Runs in the page. */
function fillStorage(): void {
  Storage.prototype.setItem = () => {
    throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
  }
}

/** As where a person blocks all cookies. Runs in the page. */
function forbidCookies(): void {
  const { fetch } = window
  window.fetch = (input, init) => fetch(input, { ...init, credentials: 'omit' })
}

/** Whether the browser asks before it closes the tab. The tab stays open. */
async function asksBeforeClosing(page: Page): Promise<boolean> {
  const asked = page.waitForEvent('dialog').then(async (dialog) => {
    await dialog.dismiss()
    return dialog.type() === 'beforeunload'
  })
  await page.close({ runBeforeUnload: true })
  return asked
}

test.use({ actionTimeout: 30_000 })

const keepOpen = 'Keep this tab open'

for (const [name, change] of [
  ['forbidden', forbidStorage],
  ['full', fillStorage],
] as const) {
  test(`where storage is ${name} the page works, and says what is lost when the tab is closed`, async ({
    browser,
    server,
  }, info) => {
    const context = await browser.newContext({ reducedMotion: 'reduce' })
    await context.addInitScript(change)
    const page = await context.newPage()
    await openStart(page, server.url)
    const notice = page.getByTestId('storage-notice')
    await expect(notice).toContainText('its storage is full or blocked. What has reached the server is safe.')
    await expectAccessible(page, info, `storage-${name}`)
    const conversationId = await send(page, 'say Hello')
    await expectStatus(lastAnswer(page), 'completed')

    // The session and a draft are on the server and in a cookie, so a reload loses neither.
    const isDraftSaved = page.waitForResponse((response) => response.url().includes('drafts.set') && response.ok())
    await typeInto(composer(page), 'half a thought')
    await isDraftSaved
    await page.reload()
    await expectLive(page)
    await expect(contentOf(lastAnswer(page))).toHaveText('Hello')
    await expect(composer(page)).toHaveValue('half a thought')
    await notice.getByRole('button', { name: 'Close' }).click()
    await expect(notice).toHaveCount(0)

    await page.getByTestId('open-settings').click()
    await page.getByRole('button', { name: 'Appearance' }).click()
    await page.getByText('Dark', { exact: true }).click()
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark')
    await page.keyboard.press('Escape')

    await page.getByTestId('toggle-planner').click()
    const newTask = page.getByRole('textbox', { name: 'Add a task' })
    await expect(newTask).toBeVisible()
    await context.setOffline(true)
    await expect(connectionState(page)).toHaveText('Offline')
    await typeInto(composer(page), 'say Only here')
    await composer(page).press('Enter')
    await expect(questions(page).last()).toContainText('Not sent yet')
    await expect(questions(page).last()).toContainText(keepOpen)
    await typeInto(newTask, 'Free some room')
    await newTask.press('Enter')
    await expect(page.getByTestId('planner-waiting')).toContainText(keepOpen)
    expect(await asksBeforeClosing(page)).toBe(true)

    await context.setOffline(false)
    await expect(contentOf(lastAnswer(page))).toHaveText('Only here')
    await expect(page.getByText(keepOpen)).toHaveCount(0)
    const { client: api, close } = await createApiClient(server.url, context)
    const { messages } = await api.messages.list.query({ conversationId })
    expect(messages.map(({ content }) => content)).toEqual(['say Hello', 'Hello', 'say Only here', 'Only here'])
    await expect.poll(async () => (await api.tasks.list.query({})).items.map(({ title }) => title)).toEqual(['Free some room'])
    await close()
    await context.close()
  })
}

test('where cookies are blocked the page says so, and not that someone was signed out', async ({ browser, server }) => {
  const context = await browser.newContext()
  await context.addInitScript(forbidStorage)
  await context.addInitScript(forbidCookies)
  const page = await context.newPage()
  let guests = 0
  page.on('request', (request) => (guests += request.url().includes('sign-in/anonymous') ? 1 : 0))
  await page.goto(server.url)
  await expect(connectionState(page)).toHaveAttribute('data-state', 'blocked')
  await expect(page.getByText('This page could not sign in. Allow cookies for this site, then reload.')).toBeVisible()
  await typeInto(composer(page), 'say Hello')
  await composer(page).press('Enter')
  await expect(questions(page)).toContainText('Not sent yet')
  await expect(page.getByTestId('signed-out-notice')).toHaveCount(0)
  await expect(questions(page)).not.toContainText('when you sign in')
  expect(guests, 'no guest for every try').toBe(1)
  await context.close()
})
