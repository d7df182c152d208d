import { createCommandAnswer } from '../../server/test/scripted-provider/command-answer.ts'
import { createGate, tokens, type Answer } from '../../server/test/scripted-provider/index.ts'
import { createApiClient } from './api-client.ts'
import { openHouse, type House } from './house.ts'
import { countShownTokens, countTokens, expectTokens, watchTokens } from './numbered-tokens.ts'
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
} from './page-parts.ts'
import { sharedByFile } from './shared-by-file.ts'
import { expect, test as base } from './test.ts'

const total = 300

const test = base.extend<{ readonly mortalHouse: House }>({
  mortalHouse: sharedByFile(async (use) => {
    await using house = await openHouse()
    const obey = createCommandAnswer(createGate)
    // A model that reads how far it came and counts on, as real ones do; and the usual one for every other wish.
    const countOn: Answer = async (reply) => {
      const soFar = reply.request.body.messages?.findLast(({ role }) => role === 'assistant')?.content
      const from = 1 + (typeof soFar === 'string' ? countTokens(soFar) : 0)
      await tokens(total + 1 - from, { from, perSecond: 60 })(reply)
    }
    house.provider.script(async (reply) => {
      const isCounting = reply.request.body.messages?.some(({ role, content }) => role === 'user' && content === 'Count for me')
      await (isCounting ? countOn(reply) : obey(reply))
    })
    await use(house)
  }),
})

test('the server is killed in mid-answer and comes back: the page recovers by itself, the text is kept, Continue goes on with it', async ({
  browser,
  mortalHouse: house,
}) => {
  const page = await browser.newPage()
  await openStart(page, house.url)
  const watched = await watchTokens(page, total)
  let loads = 0
  page.on('load', () => (loads += 1))
  const conversationId = await send(page, 'Count for me')
  await expectTokens(lastAnswer(page), 60)

  await house.kill()
  await expect(connectionState(page)).toHaveText('Reconnecting')
  await expect(page.getByTestId('connection-notice')).toContainText('Connection lost. Everything up to here is saved.')
  await expect(page.getByText('keeps generating'), 'nobody knows that from here').toHaveCount(0)
  await expect(lastAnswer(page)).toContainText('Reconnecting…')
  const shown = await countShownTokens(lastAnswer(page))
  await composer(page).fill('Written while it was down')

  await house.start()
  await expectLive(page)
  await expectStatus(lastAnswer(page), 'interrupted')
  await expect(lastAnswer(page)).toContainText('The server stopped in mid-answer. Everything up to here is saved.')
  const kept = await countShownTokens(lastAnswer(page))
  expect(kept, 'everything that was on the screen is there').toBeGreaterThanOrEqual(shown)
  await expect(composer(page)).toHaveValue('Written while it was down')
  await expect(lastAnswer(page).getByTestId('regenerate')).toBeVisible()

  const messageId = await messageIdOf(lastAnswer(page))
  await lastAnswer(page).getByTestId('continue').click()
  await expectStatus(lastAnswer(page), 'completed')
  expect(await countShownTokens(lastAnswer(page))).toBe(total)
  expect(await messageIdOf(lastAnswer(page)), 'the same message goes on').toBe(messageId)
  expect(loads, 'without a reload').toBe(0)
  expect(await watched.faults()).toEqual([])

  const { client, close } = await createApiClient(house.url, page.context())
  const { messages, messageCount } = await client.messages.list.query({ conversationId })
  expect(messageCount).toBe(2)
  expect(messages.at(-1)).toMatchObject({ id: messageId, status: 'completed' })
  await close()
  await page.close()
})

test('an answer that was cut off can be asked for anew, and both versions stay', async ({ browser, mortalHouse: house }) => {
  const page = await browser.newPage()
  await openStart(page, house.url)
  await send(page, 'tokens 40 at 20 hang after 20')
  await expectTokens(lastAnswer(page), 20)
  await house.kill()
  await house.start()
  await expectStatus(lastAnswer(page), 'interrupted')
  await lastAnswer(page).getByTestId('regenerate').click()
  await page.getByTestId('composer-stop').click()
  await expectStatus(lastAnswer(page), 'cancelled')
  await expect(answers(page)).toHaveCount(1)
  await expect(lastAnswer(page).getByTestId('branch-switcher')).toContainText('2 / 2')
  await lastAnswer(page).getByRole('button', { name: 'Previous version' }).click()
  await expectStatus(lastAnswer(page), 'interrupted')
  expect(await countShownTokens(lastAnswer(page))).toBe(20)
  await page.close()
})

test('what is sent while the server is down goes out once when it is back', async ({ browser, mortalHouse: house }) => {
  const page = await browser.newPage()
  await openStart(page, house.url)
  await send(page, 'say Before')
  await expectStatus(lastAnswer(page), 'completed')
  const callsBefore = house.provider.calls
  await house.kill()
  await expect(connectionState(page)).toHaveText('Reconnecting')
  await composer(page).fill('say After')
  await composer(page).press('Enter')
  await expect(questions(page).last()).toContainText('Not sent yet')
  await house.start()
  await expect(answers(page)).toHaveCount(2, { timeout: 30_000 })
  await expectStatus(lastAnswer(page), 'completed')
  await expect(contentOf(lastAnswer(page))).toHaveText('After')
  expect(house.provider.calls - callsBefore, 'one call of the provider').toBe(1)
  await page.close()
})
