import type { Locator, Page } from '@playwright/test'
import { follow } from '../../server/test/follow.ts'
import { countTokens, expectTokens } from './numbered-tokens.ts'
import { contentOf, expectStatus, lastAnswer, messageIdOf, send, stopButton } from './page-parts.ts'
import { expect, test } from './test.ts'

/** One flush is 10 to 40 ms, at 100 tokens/s; a busy machine takes longer to hear a click. */
const generousFlushTokens = 500

/** Clicks and reads the text in the same instant, so that nothing can arrive in between. */
async function clickAndRead(page: Page, times = 1): Promise<string> {
  return await page.evaluate((clicks) => {
    const button = document.querySelector<HTMLButtonElement>('[data-testid=composer-stop]')
    for (let click = 0; click < clicks; click += 1) button?.click()
    return [...document.querySelectorAll('[data-role=assistant] [data-testid=message-content]')].at(-1)?.textContent ?? ''
  }, times)
}

async function readText(answer: Locator): Promise<string> {
  return ((await contentOf(answer).textContent()) ?? '').trimEnd()
}

test('stopping in mid-answer keeps the text, in every tab and after a reload, and closes the request to the provider', async ({
  page,
  context,
  server,
  api,
}) => {
  const call = server.provider.calls
  await send(page, 'tokens 3000 at 100')
  await expectTokens(lastAnswer(page), 50)
  const second = await context.newPage()
  await second.goto(page.url())
  await expectTokens(lastAnswer(second), 50)
  const atClick = await clickAndRead(page)
  await expectStatus(lastAnswer(page), 'cancelled')
  const { byClient, sentTokens } = await server.provider.closed(call)
  expect(byClient, 'the socket to the provider was closed').toBe(true)

  const stays = await readText(lastAnswer(page))
  expect(stays.startsWith(atClick.trimEnd()), 'nothing of what was read is gone').toBe(true)
  expect(countTokens(stays) - countTokens(atClick)).toBeLessThan(generousFlushTokens)
  expect(sentTokens).toBeGreaterThanOrEqual(countTokens(stays))
  await expect(lastAnswer(page)).toContainText('Stopped.')
  await expect(stopButton(page)).toHaveCount(0)

  await expectStatus(lastAnswer(second), 'cancelled')
  expect(await readText(lastAnswer(second))).toBe(stays)
  await page.reload()
  await expectStatus(lastAnswer(page), 'cancelled')
  expect(await readText(lastAnswer(page))).toBe(stays)
  const stored = await api.messages.content.query({ messageId: await messageIdOf(lastAnswer(page)) })
  expect(stored.content.trimEnd()).toBe(stays)
})

test('an answer can be stopped from another tab', async ({ page, context, server }) => {
  const call = server.provider.calls
  await send(page, 'tokens 3000 at 100')
  await expectTokens(lastAnswer(page), 20)
  const second = await context.newPage()
  await second.goto(page.url())
  await expectTokens(lastAnswer(second), 20)
  await stopButton(second).click()
  for (const tab of [page, second]) {
    await expectStatus(lastAnswer(tab), 'cancelled')
    await expect(stopButton(tab)).toHaveCount(0)
  }
  expect((await server.provider.closed(call)).byClient).toBe(true)
  expect(await readText(lastAnswer(page))).toBe(await readText(lastAnswer(second)))
})

test('Escape stops an answer after a reload', async ({ page, server }) => {
  const call = server.provider.calls
  await send(page, 'tokens 3000 at 100')
  await expectTokens(lastAnswer(page), 20)
  await page.reload()
  await expectTokens(lastAnswer(page), 20)
  await expect(stopButton(page)).toBeEnabled()
  await page.keyboard.press('Escape')
  await expectStatus(lastAnswer(page), 'cancelled')
  expect((await server.provider.closed(call)).byClient).toBe(true)
})

test('an answer can be stopped before the first token', async ({ page, server }) => {
  const call = server.provider.calls
  await send(page, 'hang')
  await expect(lastAnswer(page)).toContainText('Thinking…')
  await server.provider.request(call)
  await stopButton(page).click()
  await expectStatus(lastAnswer(page), 'cancelled')
  await expect(lastAnswer(page)).toContainText('Stopped before anything was written.')
  expect((await server.provider.closed(call)).byClient).toBe(true)
  // There is nothing to continue, but the answer can be regenerated.
  await expect(lastAnswer(page).getByTestId('continue')).toHaveCount(0)
  await expect(lastAnswer(page).getByTestId('regenerate')).toBeVisible()
})

test('an answer can be stopped as soon as there is a button', async ({ page, server }) => {
  const call = server.provider.calls
  await send(page, 'tokens 3000 at 100')
  await stopButton(page).click()
  await expectStatus(lastAnswer(page), 'cancelled')
  if (server.provider.calls > call) expect((await server.provider.closed(call)).byClient).toBe(true)
  await expect.poll(() => server.provider.active, { message: 'nothing goes on at the provider' }).toBe(0)
})

test('five clicks on Stop have the same effect as one', async ({ page, server, api }) => {
  const call = server.provider.calls
  const commands: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('messages.cancel')) commands.push(request.url())
  })
  const conversationId = await send(page, 'tokens 3000 at 100')
  await expectTokens(lastAnswer(page), 20)
  const messageId = await messageIdOf(lastAnswer(page))
  const reader = follow(api, conversationId)
  await reader.until(() => reader.message(messageId)?.status === 'generating')
  await clickAndRead(page, 5)
  await expectStatus(lastAnswer(page), 'cancelled')
  expect((await server.provider.closed(call)).byClient).toBe(true)
  await reader.until(() => reader.message(messageId)?.status === 'cancelled')
  reader.stop()
  // The browser reports its requests apart from what the page shows.
  await expect.poll(() => commands).toHaveLength(1)
  const ends = reader.batches.flat().filter(({ event }) => event.type === 'generation-ended')
  expect(ends).toHaveLength(1)
  // A repeated cancel returns the final status.
  expect(await api.messages.cancel.mutate({ messageId })).toEqual({ id: messageId, status: 'cancelled' })
  expect(commands).toHaveLength(1)
})
