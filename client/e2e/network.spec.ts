import type { Page, WebSocketRoute } from '@playwright/test'
import { tokensText } from '../../server/test/scripted-provider/index.ts'
import { openHouse } from './house.ts'
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
import { expect, test as base } from './test.ts'

interface Fixtures {
  /** A network that the page goes through, to a server that only knows it by that address. */
  readonly network: NetworkBetween
}

const test = base.extend<Fixtures>({
  network: sharedByFile(async (use) => {
    await using network = await createNetworkBetween()
    await using house = await openHouse({ env: { PUBLIC_URL: network.url } })
    network.leadTo(house.url)
    await use(network)
  }),
})

const total = 400

/** The paths of what came as server-sent events. */
function rememberStreams(page: Page): readonly string[] {
  const streams: string[] = []
  page.on('response', (response) => {
    if (response.headers()['content-type']?.startsWith('text/event-stream')) streams.push(new URL(response.url()).pathname)
  })
  return streams
}

async function expectWhole(page: Page): Promise<void> {
  await expectStatus(lastAnswer(page), 'completed', 60_000)
  expect(await countShownTokens(lastAnswer(page))).toBe(total)
}

test('the device loses its network in mid-answer: the page says so, and goes on exactly where it stopped', async ({
  page,
  context,
  api,
}) => {
  const watched = await watchTokens(page, total)
  await send(page, `tokens ${total} at 80`)
  await expectTokens(lastAnswer(page), 40)
  await context.setOffline(true)
  await expect(connectionState(page)).toHaveText('Offline')
  await expect(page.getByTestId('connection-notice')).toContainText('You are offline. Everything up to here is saved')
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

test('every connection is dropped three times in mid-answer: nothing is missing, nothing doubled', async ({
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
    await expect.poll(network.webSockets, { message: 'it connects again', timeout: 30_000 }).toBeGreaterThan(before)
    await expectLive(page)
  }
  await expectWhole(page)
  expect(await watched.faults()).toEqual([])
  await page.close()
})

test('a connection that is only half dead is noticed and replaced', async ({ browser, network }) => {
  const page = await browser.newPage()
  await openStart(page, network.url)
  const watched = await watchTokens(page, total)
  await send(page, `tokens ${total} at 40`)
  await expectTokens(lastAnswer(page), 30)
  const before = network.webSockets()
  network.stall()
  // Nothing is heard for ten seconds, a question is not answered for five: then another connection is made.
  await expect.poll(network.webSockets, { message: 'it connects anew', timeout: 45_000 }).toBeGreaterThan(before)
  await expectWhole(page)
  await expectLive(page)
  expect(await watched.faults()).toEqual([])
  await page.close()
})

test('a page that wakes up with a dead connection does not wait to find out', async ({ browser, network }) => {
  const page = await browser.newPage()
  await openStart(page, network.url)
  const watched = await watchTokens(page, total)
  await send(page, `tokens ${total} at 80`)
  await expectTokens(lastAnswer(page), 30)
  const before = network.webSockets()
  network.stall()
  // What was on its way has arrived: after that, nothing says that the connection lives.
  let shown = -1
  await expect
    .poll(async () => {
      const before = shown
      shown = await countShownTokens(lastAnswer(page))
      return shown - before
    })
    .toBe(0)
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  // By its own silence it would take fifteen seconds.
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
  expect(streams).toContain('/trpc/conversations.follow')
  expect(streams).toContain('/trpc/activity.follow')
  expect(await watched.faults()).toEqual([])
  await page.close()
})

for (const [how, answer] of [
  ['closes it at once', (socket: WebSocketRoute) => socket.close({ code: 1001 })],
  ['closes it at the first word', (socket: WebSocketRoute) => socket.onMessage(() => socket.close({ code: 1011 }))],
  ['lets nothing through it', () => undefined],
] as const) {
  test(`something between that accepts a WebSocket and ${how} does not keep the answer away`, async ({ page, context }) => {
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
    expect(streams).toContain('/trpc/conversations.follow')
  })
}

test('what is sent while offline is kept, shown as not sent, and goes out once', async ({ page, context, house, api }) => {
  const conversationId = await send(page, 'say Good morning')
  await expectStatus(lastAnswer(page), 'completed')
  const callsBefore = house.provider.calls
  await context.setOffline(true)
  await expect(connectionState(page)).toHaveText('Offline')
  await composer(page).fill('say Written in a tunnel')
  await composer(page).press('Enter')
  const unsent = questions(page).last()
  await expect(unsent).toContainText('Not sent yet. It will go out when the server can be reached.')
  await expect(contentOf(unsent)).toHaveText('say Written in a tunnel')
  await expect(composer(page)).toHaveValue('')

  await context.setOffline(false)
  await expect(answers(page)).toHaveCount(2)
  await expectStatus(lastAnswer(page), 'completed')
  await expect(contentOf(lastAnswer(page))).toHaveText('Written in a tunnel')
  await expect(questions(page)).toHaveCount(2)
  await expect(page.getByText('Not sent yet')).toHaveCount(0)
  expect(house.provider.calls - callsBefore, 'one call of the provider').toBe(1)
  const { messages, messageCount } = await api.messages.list.query({ conversationId })
  expect(messages.map(({ content }) => content)).toEqual([
    'say Good morning',
    'Good morning',
    'say Written in a tunnel',
    'Written in a tunnel',
  ])
  expect(messageCount).toBe(4)
})

test('a first message that did not get out survives a reload, and goes out once when the server can be reached', async ({
  page,
  context,
  house,
  api,
}) => {
  const callsBefore = house.provider.calls
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
  await composer(page).fill('say And this')
  await composer(page).press('Enter')
  await expect(questions(page)).toHaveCount(2)
  await page.reload()
  await expect(questions(page)).toHaveCount(2)
  await expect.poll(() => refused).toBeGreaterThan(1)

  await context.unroute('**/trpc/messages.send*')
  await expect(answers(page)).toHaveCount(2, { timeout: 40_000 })
  await expectStatus(lastAnswer(page), 'completed')
  await expect(page.getByText('Not sent yet')).toHaveCount(0)
  expect(house.provider.calls - callsBefore, 'one call of the provider for each').toBe(2)
  const { messages } = await api.messages.list.query({ conversationId })
  expect(messages.map(({ content }) => content)).toEqual(['say Still here', 'Still here', 'say And this', 'And this'])
})

test('a message that did not get out can be taken back and discarded', async ({ page, context, house }) => {
  const callsBefore = house.provider.calls
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
  expect(house.provider.calls).toBe(callsBefore)
})
