import type { Page, WebSocketRoute } from '@playwright/test'
import { typeInto } from './type-into.ts'
import { tokensText } from '../../server/testing/scripted-provider/index.ts'
import { startTestServer } from './test-server.ts'
import { createNetworkBetween, type NetworkBetween } from './network-between.ts'
import { countShownTokens, expectTokens, watchTokens } from './numbered-tokens.ts'
import {
  answers,
  composer,
  connectionState,
  contentOf,
  expectLive,
  expectStatus,
  lastAnswer,
  messageIdOf,
  openStart,
  questions,
  send,
  sidebarItem,
} from './page-parts.ts'
import { sharedByFile } from './shared-by-file.ts'
import { setHidden } from './set-hidden.ts'
import { expect, test as base } from './test.ts'

interface Fixtures {
  /** A network that the page goes through, to a server that only knows it by that address. */
  readonly network: NetworkBetween
}

const test = base.extend<Fixtures>({
  network: sharedByFile(async (use) => {
    await using network = await createNetworkBetween()
    await using server = await startTestServer({ env: { PUBLIC_URL: network.url } })
    network.leadTo(server.url)
    await use(network)
  }),
})

const total = 400

/** The paths of responses with server-sent events. */
function rememberStreams(page: Page): readonly string[] {
  const streams: string[] = []
  page.on('response', (response) => {
    if (response.headers()['content-type']?.startsWith('text/event-stream')) streams.push(new URL(response.url()).pathname)
  })
  return streams
}

async function expectWhole(page: Page): Promise<void> {
  await expectStatus(lastAnswer(page), 'completed')
  expect(await countShownTokens(lastAnswer(page))).toBe(total)
}

test('when the device loses its network in mid-answer, the page says so, and resumes exactly where it stopped', async ({
  page,
  context,
  api,
}) => {
  const watched = await watchTokens(page, total)
  await send(page, `tokens ${total} at 80`)
  await expectTokens(lastAnswer(page), 40)
  await context.setOffline(true)
  await expect(connectionState(page)).toHaveText('Offline')
  await expect(page.getByTestId('connection-notice')).toContainText('You are offline. Everything so far is saved')
  const messageId = await messageIdOf(lastAnswer(page))
  const shown = await countShownTokens(lastAnswer(page))
  await expect
    .poll(async () => (await api.messages.content.query({ messageId })).content.length, { message: 'it goes on behind the page' })
    .toBeGreaterThan(tokensText(shown + 100).length)
  expect(await countShownTokens(lastAnswer(page))).toBeLessThan(shown + 100)

  await context.setOffline(false)
  await expectLive(page)
  await expect(page.getByTestId('connection-notice')).toHaveCount(0)
  await expectWhole(page)
  expect(await watched.faults()).toEqual([])
})

test('after every connection is dropped three times in mid-answer, no token is missing or duplicated', async ({
  browser,
  network,
}) => {
  const page = await browser.newPage()
  await openStart(page, network.url)
  const watched = await watchTokens(page, total)
  await send(page, `tokens ${total} at 80`)
  for (const point of [30, 120, 220]) {
    await expectTokens(lastAnswer(page), point)
    const before = network.webSockets()
    network.drop()
    await expect.poll(network.webSockets, { message: 'it connects again' }).toBeGreaterThan(before)
    await expectLive(page)
  }
  await expectWhole(page)
  expect(await watched.faults()).toEqual([])
  await page.close()
})

test('a half-open connection is detected and replaced', async ({ browser, network }) => {
  const page = await browser.newPage()
  await openStart(page, network.url)
  const watched = await watchTokens(page, total)
  await send(page, `tokens ${total} at 40`)
  await expectTokens(lastAnswer(page), 30)
  const before = network.webSockets()
  network.stall()
  // After 10 seconds of silence and 5 seconds without a reply to a ping, the page reconnects.
  await expect.poll(network.webSockets, { message: 'it connects anew' }).toBeGreaterThan(before)
  await expectWhole(page)
  await expectLive(page)
  expect(await watched.faults()).toEqual([])
  await page.close()
})

test('[N5] a page that wakes up with a dead connection replaces it without waiting for the timeout', async ({
  browser,
  network,
}) => {
  const page = await browser.newPage()
  await openStart(page, network.url)
  const watched = await watchTokens(page, total)
  await send(page, `tokens ${total} at 80`)
  await expectTokens(lastAnswer(page), 30)
  const before = network.webSockets()
  network.stall()
  // Everything in flight has arrived: from now on the connection shows no sign of life.
  let shown = -1
  await expect
    .poll(async () => {
      const before = shown
      shown = await countShownTokens(lastAnswer(page))
      return shown - before
    })
    .toBe(0)
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  // Detection by timeout alone would take 15 seconds.
  await expect.poll(network.webSockets, { message: 'it connects anew', timeout: 10_000 }).toBeGreaterThan(before)
  await expectWhole(page)
  expect(await watched.faults()).toEqual([])
  await page.close()
})

test('where WebSockets are refused, server-sent events carry the answer', async ({ browser, network }) => {
  network.forbidWebSockets()
  const page = await browser.newPage()
  const streams = rememberStreams(page)
  await openStart(page, network.url)
  const watched = await watchTokens(page, total)
  await send(page, `tokens ${total} at 100`)
  await expectTokens(lastAnswer(page), 30)
  await page.reload()
  await expectTokens(lastAnswer(page), 60)
  network.drop()
  await expectWhole(page)
  await expectLive(page)
  expect(new Set(streams)).toEqual(new Set(['/trpc/stream.follow']))
  expect(await watched.faults()).toEqual([])
  await page.close()
})

for (const [how, answer] of [
  ['closes it at once', (socket: WebSocketRoute) => socket.close({ code: 1001 })],
  ['closes it at the first word', (socket: WebSocketRoute) => socket.onMessage(() => socket.close({ code: 1011 }))],
  ['lets nothing through it', () => undefined],
] as const) {
  test(`a proxy that accepts a WebSocket and ${how} does not block the answer`, async ({ page, context }) => {
    let accepted = 0
    const streams = rememberStreams(page)
    await context.routeWebSocket(/\/trpc/u, async (socket) => {
      accepted += 1
      await answer(socket)
    })
    await page.reload()
    await send(page, `tokens ${total} at 200`)
    await expectWhole(page)
    await expectLive(page)
    expect(accepted).toBeGreaterThan(0)
    expect(streams).toContain('/trpc/stream.follow')
  })
}

test('a message that is sent while offline is kept, shown as not sent, and sent once', async ({ page, context, server, api }) => {
  const conversationId = await send(page, 'say Good morning')
  await expectStatus(lastAnswer(page), 'completed')
  const callsBefore = server.provider.calls
  await context.setOffline(true)
  await expect(connectionState(page)).toHaveText('Offline')
  await typeInto(composer(page), 'say Written in a tunnel')
  await composer(page).press('Enter')
  const unsent = questions(page).last()
  await expect(unsent).toContainText('Not sent yet. It will be sent when the server can be reached.')
  await expect(contentOf(unsent)).toHaveText('say Written in a tunnel')
  await expect(composer(page)).toHaveValue('')

  await context.setOffline(false)
  await expect(answers(page)).toHaveCount(2)
  await expectStatus(lastAnswer(page), 'completed')
  await expect(contentOf(lastAnswer(page))).toHaveText('Written in a tunnel')
  await expect(questions(page)).toHaveCount(2)
  await expect(page.getByText('Not sent yet')).toHaveCount(0)
  expect(server.provider.calls - callsBefore, 'one call of the provider').toBe(1)
  const { messages, messageCount } = await api.messages.list.query({ conversationId })
  expect(messages.map(({ content }) => content)).toEqual([
    'say Good morning',
    'Good morning',
    'say Written in a tunnel',
    'Written in a tunnel',
  ])
  expect(messageCount).toBe(4)
})

test('an unsent first message survives a reload, and is sent once when the server can be reached', async ({
  page,
  context,
  server,
  api,
}) => {
  const callsBefore = server.provider.calls
  let refused = 0
  await context.route('**/trpc/messages.send*', async (route) => {
    refused += 1
    await route.abort('connectionreset')
  })
  const conversationId = await send(page, 'say Still here')
  await expect(questions(page)).toContainText('Not sent yet')
  await expect(sidebarItem(page, conversationId)).toContainText('not sent')
  await page.reload()
  await expect(questions(page)).toContainText('Not sent yet')
  await expect(contentOf(questions(page))).toHaveText('say Still here')
  expect((await api.conversations.list.query({})).items, 'the server knows nothing of it').toEqual([])
  // A second message waits behind the first.
  await typeInto(composer(page), 'say And this')
  await composer(page).press('Enter')
  await expect(questions(page)).toHaveCount(2)
  await page.reload()
  await expect(questions(page)).toHaveCount(2)
  await expect.poll(() => refused).toBeGreaterThan(1)

  await context.unroute('**/trpc/messages.send*')
  await expect(answers(page)).toHaveCount(2)
  await expectStatus(lastAnswer(page), 'completed')
  await expect(page.getByText('Not sent yet')).toHaveCount(0)
  expect(server.provider.calls - callsBefore, 'one call of the provider for each').toBe(2)
  const { messages } = await api.messages.list.query({ conversationId })
  expect(messages.map(({ content }) => content)).toEqual(['say Still here', 'Still here', 'say And this', 'And this'])
})

test('an unsent message can be taken back and discarded', async ({ page, context, server }) => {
  const callsBefore = server.provider.calls
  await context.route('**/trpc/messages.send*', (route) => route.abort('connectionreset'))
  await send(page, 'say Too early')
  await page.getByTestId('unsent-edit').click()
  await expect(composer(page)).toHaveValue('say Too early')
  await expect(questions(page)).toHaveCount(0)
  await composer(page).press('Enter')
  await page.getByTestId('unsent-discard').click()
  await expect(questions(page)).toHaveCount(0)
  await expect(page, 'nothing is left of that conversation').toHaveURL(/\/$/u)
  await context.unroute('**/trpc/messages.send*')
  await page.reload()
  await expectLive(page)
  await expect(page.getByText('say Too early')).toHaveCount(0)
  expect(server.provider.calls).toBe(callsBefore)
})

test('[N7] eight tabs over server-sent events: every question is answered, and no tab waits for another', async ({
  page,
  context,
}) => {
  test.setTimeout(120_000)
  await context.routeWebSocket(/\/trpc/u, (socket) => socket.close())
  await page.reload()
  const tabs = [page]
  while (tabs.length < 8) {
    const tab = await context.newPage()
    await tab.goto(page.url())
    tabs.push(tab)
  }
  for (const [index, tab] of tabs.entries()) {
    await send(tab, `say Answer ${index}`)
    await expect(contentOf(lastAnswer(tab))).toHaveText(`Answer ${index}`)
  }
  await Promise.all(tabs.map((tab) => send(tab, `tokens ${total} at 200`)))
  for (const tab of tabs) {
    await expect(answers(tab)).toHaveCount(2)
    await expectWhole(tab)
  }
  await expect(page.getByText('Not sent yet')).toHaveCount(0)
})

test('[N7] a hidden tab closes its stream, and catches up when it becomes visible', async ({ page, context, api }) => {
  let streams = 0
  page.on('request', (request) => (streams += request.url().includes('/trpc/stream.follow') ? 1 : 0))
  const count = (request: { url: () => string }) => (streams -= request.url().includes('/trpc/stream.follow') ? 1 : 0)
  page.on('requestfailed', count).on('requestfinished', count)
  await context.routeWebSocket(/\/trpc/u, (socket) => socket.close())
  await page.reload()
  const conversationId = await send(page, 'say Good morning')
  await expectStatus(lastAnswer(page), 'completed')
  expect(streams).toBe(1)
  await setHidden(page, true)
  await expect.poll(() => streams, { timeout: 20_000 }).toBe(0)
  await api.messages.complete.mutate({ requestId: crypto.randomUUID(), conversationId, content: 'say Meanwhile' })
  await setHidden(page, false)
  await expect(contentOf(lastAnswer(page))).toHaveText('Meanwhile')
})
