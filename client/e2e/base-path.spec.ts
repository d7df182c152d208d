import { createPathProxy } from '../../server/testing/path-proxy.ts'
import { expectTokens } from './numbered-tokens.ts'
import {
  chooseDarkTheme,
  chooseInMenu,
  contentOf,
  expectLive,
  expectStatus,
  lastAnswer,
  openStart,
  questions,
  send,
} from './page-parts.ts'
import { startTestServer } from './test-server.ts'
import { expect, test } from './test.ts'

test.use({ serviceWorkers: 'allow' })

test('everything works under a path of a host that serves other things, too', async ({ browser }) => {
  await using proxy = await createPathProxy('takes-off', '/chat')
  await using server = await startTestServer({ env: { PUBLIC_URL: proxy.url } })
  proxy.leadTo(server.url)
  const context = await browser.newContext()
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const page = await context.newPage()
  const sockets: string[] = []
  page.on('websocket', (socket) => sockets.push(socket.url()))

  await test.step('a guest writes, and the answer streams over a WebSocket', async () => {
    await openStart(page, `${proxy.url}/`)
    await send(page, 'tokens 120 at 60')
    await expectTokens(lastAnswer(page), 10)
    await expect(lastAnswer(page)).not.toHaveAttribute('data-status', 'completed')
    await expectStatus(lastAnswer(page), 'completed')
  })
  expect(new Set(sockets)).toEqual(new Set([`${proxy.url.replace('http', 'ws')}/trpc?connectionParams=1`]))
  const conversationId = page.url().split('/').at(-1) ?? ''
  expect(page.url()).toBe(`${proxy.url}/c/${conversationId}`)

  await test.step('the settings, which are loaded late, open, and a choice is kept', async () => {
    await chooseDarkTheme(page)
    await expectTokens(lastAnswer(page), 120)
  })
  await test.step('what the page keeps on the device has names of its own', async () => {
    const names = await page.evaluate(async () => [
      ...Object.keys(localStorage),
      ...Object.keys(sessionStorage),
      ...(await indexedDB.databases()).map(({ name }) => name ?? ''),
    ])
    expect(names.filter((name) => !name.startsWith('/chat:'))).toEqual([])
    expect(names).toContain('/chat:holdfast.theme')
  })
  await test.step('the service worker has kept the page, for this path alone', async () => {
    const scope = await page.evaluate(async () => {
      const { active, scope: found } = await navigator.serviceWorker.ready
      while (active?.state !== 'activated') await new Promise((resolve) => active?.addEventListener('statechange', resolve))
      return found
    })
    expect(scope).toBe(`${proxy.url}/`)
    await context.setOffline(true)
    await page.reload()
    await expect(page.getByTestId('conversation-away')).toBeVisible()
    await context.setOffline(false)
    await expectLive(page)
  })
  await test.step('links inside the page, the way back, and a copied link', async () => {
    await page.getByRole('link', { name: 'Files' }).click()
    await page.waitForURL(`${proxy.url}/files`)
    await page.goBack()
    await expectTokens(lastAnswer(page), 120)
    await lastAnswer(page).hover()
    await lastAnswer(page).getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Copy link' }).click()
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    expect(copied.startsWith(`${proxy.url}/c/${conversationId}`)).toBe(true)
  })
  await test.step('a shared link is read without an account, and continued', async () => {
    await chooseInMenu(page, conversationId, 'Share')
    const dialog = page.getByTestId('share-dialog')
    await dialog.getByTestId('share-create').click()
    const url = (await dialog.getByTestId('share-url').textContent())?.trim() ?? ''
    expect(url.startsWith(`${proxy.url}/share/`)).toBe(true)
    const other = await browser.newContext()
    const reader = await other.newPage()
    await reader.goto(url)
    await expect(reader.getByText('tokens 120 at 60').first()).toBeVisible()
    await reader.getByRole('link', { name: 'Continue in Holdfast' }).click()
    await reader.getByTestId('continue-share').click()
    await reader.waitForURL(`${proxy.url}/c/*`)
    await expect(contentOf(questions(reader)).first()).toHaveText('tokens 120 at 60')
    await other.close()
  })
  expect(proxy.strays, 'nothing is asked for outside of the path').toEqual([])
  await context.close()
})
