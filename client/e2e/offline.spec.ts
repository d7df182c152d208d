import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import { typeInto } from './type-into.ts'
import { servePage } from '../../server/test/serve-page.ts'
import { createTemporaryDirectory } from '../../server/testing/temporary-directory.ts'
import { createApiClient } from './api-client.ts'
import { expectAccessible } from './expect-accessible.ts'
import {
  answers,
  composer,
  connectionState,
  contentOf,
  expectStatus,
  lastAnswer,
  openStart,
  questions,
  send,
} from './page-parts.ts'
import { expect, test } from './test.ts'

test.use({ serviceWorkers: 'allow' })

/** Waits until the browser has all that the page needs without a network. */
async function expectKept(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready
    while (active?.state !== 'activated') await new Promise((resolve) => active?.addEventListener('statechange', resolve))
  })
}

/** The next try by itself may be half a minute away. */
async function tryNow(page: Page): Promise<void> {
  await expect(async () => {
    const retry = page.getByTestId('retry-now')
    if (await retry.isVisible()) await retry.click({ timeout: 1_000 })
    await expect(connectionState(page)).toHaveAttribute('data-state', 'live', { timeout: 3_000 })
  }).toPass()
}

test('a reload without a network keeps the draft and unsent messages, which are sent once when the network is back', async ({
  browser,
  server,
}, info) => {
  const context = await browser.newContext({ reducedMotion: 'reduce' })
  const page = await context.newPage()
  await openStart(page, server.url)
  const conversationId = await send(page, 'say Before the tunnel')
  await expectStatus(lastAnswer(page), 'completed')
  await expectKept(page)
  const callsBefore = server.provider.calls

  await server.kill()
  await context.setOffline(true)
  await page.reload()
  await expect(page.getByTestId('conversation-away')).toContainText('This conversation is safe on the server')
  await expectAccessible(page, info, 'out of reach')
  await typeInto(composer(page), 'say Written in the tunnel')
  await composer(page).press('Enter')
  await expect(questions(page).last()).toContainText('Not sent yet')
  await typeInto(composer(page), 'half a thought')
  await page.reload()
  await expect(composer(page)).toHaveValue('half a thought')
  await expect(contentOf(questions(page))).toHaveText('say Written in the tunnel')
  await expect(questions(page)).toContainText('Not sent yet')
  await expect(page.getByTestId('conversation-away')).toContainText('Earlier messages are safe on the server')
  await expectAccessible(page, info, 'a message waits')
  await expect(page.getByTestId('connection-notice')).toBeVisible()
  // A conversation that was started offline is complete.
  await page.goto(server.url)
  const begun = await send(page, 'say Begun in the tunnel')
  await page.reload()
  await expect(contentOf(questions(page))).toHaveText('say Begun in the tunnel')
  await expect(page.getByTestId('conversation-away')).toHaveCount(0)
  await page.goto(`${server.url}/c/${conversationId}`)
  await expect(composer(page)).toHaveValue('half a thought')

  await server.start()
  await context.setOffline(false)
  await tryNow(page)
  await expect(answers(page)).toHaveCount(2)
  await expectStatus(lastAnswer(page), 'completed')
  await expect(contentOf(lastAnswer(page))).toHaveText('Written in the tunnel')
  await expect(page.getByText('Not sent yet')).toHaveCount(0)
  await expect(page.getByTestId('conversation-away')).toHaveCount(0)
  await expect(composer(page)).toHaveValue('half a thought')
  const { client: api, close } = await createApiClient(server.url, context)
  const contents = async (id: string) =>
    (await api.messages.list.query({ conversationId: id })).messages.map((each) => each.content)
  expect(await contents(conversationId)).toEqual([
    'say Before the tunnel',
    'Before the tunnel',
    'say Written in the tunnel',
    'Written in the tunnel',
  ])
  await expect.poll(() => contents(begun)).toEqual(['say Begun in the tunnel', 'Begun in the tunnel'])
  expect(server.provider.calls - callsBefore, 'one call of the provider for each').toBe(2)
  await close()
  await context.close()
})

test('a reload shows a new deploy, or without the server the newest page that was loaded before', async ({ browser }) => {
  await using directory = await createTemporaryDirectory()
  await cp(fileURLToPath(new URL('../dist', import.meta.url)), directory.path, { recursive: true })
  const deploy = async (name: string) => {
    for (const file of ['index.html', 'sw.js']) {
      const path = join(directory.path, file)
      const text = await readFile(path, 'utf8')
      const marked =
        file === 'index.html'
          ? text.replace(/<title>[^<]*/u, `<title>${name}`)
          : text.replace(/(index\.html`,revision:`)[^`]*/u, `$1${name}`)
      expect(marked).not.toBe(text)
      await writeFile(path, marked)
    }
  }
  const built = async (page: Page) =>
    /<title>([^<]*)/u.exec((await page.evaluate(() => fetch('/').then((r) => r.text()))) ?? '')?.[1]
  await deploy('first')
  await using server = await servePage(directory.path)
  const context = await browser.newContext()
  const page = await context.newPage()
  const shown = async () => {
    const response = await page.reload()
    return /<title>([^<]*)/u.exec((await response?.text()) ?? '')?.[1]
  }
  await page.goto(server.url)
  await expectKept(page)
  expect(await shown()).toBe('first')
  await deploy('second')
  expect(await built(page)).toBe('second')
  expect(await shown(), 'the kept page does not stand before the new one').toBe('second')
  // Without a page that is opened again, the browser does not repeat an update that failed, e.g. because the machine was busy.
  const update = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration()
      await registration?.update().catch(() => undefined)
      return {
        isWaiting: Boolean(registration?.waiting),
        html: (await (await caches.match('/index.html', { ignoreSearch: true }))?.text()) ?? '',
      }
    })
  const devtools = await context.newCDPSession(page)
  await devtools.send('ServiceWorker.enable')
  const keptPage = async () => {
    const { isWaiting, html } = await update()
    // A newer worker takes over when the older one has nothing left to do, or is stopped: Chromium allows it five minutes.
    if (isWaiting) await devtools.send('ServiceWorker.stopAllWorkers')
    return html
  }
  await expect.poll(keptPage).toContain('<title>second')
  for (const state of ['away', 'silent'] as const) {
    server.become(state)
    expect(await shown(), `the server is ${state}`).toBe('second')
    await expect(composer(page)).toBeVisible()
  }
  server.become('there')
  await deploy('third')
  expect(await shown()).toBe('third')
  await context.close()
})
