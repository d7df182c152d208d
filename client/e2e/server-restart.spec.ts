import { typeInto } from './type-into.ts'
import { createCommandAnswer } from '../../server/testing/scripted-provider/command-answer.ts'
import { createGate, tokens, type Answer } from '../../server/testing/scripted-provider/index.ts'
import { createApiClient } from './api-client.ts'
import { startTestServer, type TestServer } from './test-server.ts'
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

const test = base.extend<{ readonly mortalServer: TestServer }>({
  mortalServer: sharedByFile(async (use) => {
    await using server = await startTestServer()
    const obey = createCommandAnswer(createGate)
    // The model continues counting from the existing text, as real ones do; other requests get the usual script.
    const countOn: Answer = async (reply) => {
      const soFar = reply.request.body.messages?.findLast(({ role }) => role === 'assistant')?.content
      const from = 1 + (typeof soFar === 'string' ? countTokens(soFar) : 0)
      await tokens(total + 1 - from, { from, perSecond: 60 })(reply)
    }
    server.provider.script(async (reply) => {
      const isCounting = reply.request.body.messages?.some(({ role, content }) => role === 'user' && content === 'Count for me')
      await (isCounting ? countOn(reply) : obey(reply))
    })
    await use(server)
  }),
})

test('after a restart of the killed server, the page recovers by itself, and the answer is finished without a click', async ({
  browser,
  mortalServer: server,
}) => {
  const page = await browser.newPage()
  await openStart(page, server.url)
  const watched = await watchTokens(page, total)
  let loads = 0
  page.on('load', () => (loads += 1))
  const conversationId = await send(page, 'Count for me')
  await expectTokens(lastAnswer(page), 60)

  await server.kill()
  await expect(connectionState(page)).toHaveText('Reconnecting')
  await expect(page.getByTestId('connection-notice')).toContainText('Connection lost. Everything so far is saved.')
  await expect(page.getByText('keeps generating'), 'nobody knows that from here').toHaveCount(0)
  await expect(lastAnswer(page)).toContainText('Reconnecting…')
  const messageId = await messageIdOf(lastAnswer(page))
  await typeInto(composer(page), 'Written while it was down')

  await server.start()
  await expectLive(page)
  await expectStatus(lastAnswer(page), 'completed')
  await expect(lastAnswer(page)).toContainText('The server stopped while it wrote this. The answer went on by itself.')
  await expect(lastAnswer(page).getByTestId('continue')).toHaveCount(0)
  expect(await countShownTokens(lastAnswer(page)), 'nothing is missing or doubled').toBe(total)
  await expect(composer(page)).toHaveValue('Written while it was down')
  expect(await messageIdOf(lastAnswer(page)), 'the same message goes on').toBe(messageId)
  expect(loads, 'without a reload').toBe(0)
  expect(await watched.faults()).toEqual([])

  const { client, close } = await createApiClient(server.url, page.context())
  const { messages, messageCount } = await client.messages.list.query({ conversationId })
  expect(messageCount).toBe(2)
  expect(messages.at(-1)).toMatchObject({ id: messageId, status: 'completed' })
  await close()
  await page.close()
})

test('with AUTO_CONTINUE=off an interrupted answer says so and can be regenerated, and both versions stay', async ({
  browser,
}) => {
  await using server = await startTestServer({ env: { AUTO_CONTINUE: 'off' } })
  const page = await browser.newPage()
  await openStart(page, server.url)
  await send(page, 'tokens 40 at 20 hang after 20')
  await expectTokens(lastAnswer(page), 20)
  await server.kill()
  await server.start()
  await expectStatus(lastAnswer(page), 'interrupted')
  await expect(lastAnswer(page)).toContainText('The server stopped while writing this answer. Everything so far is saved.')
  await expect(lastAnswer(page).getByTestId('continue')).toBeVisible()
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

test('a message that is sent while the server is down is sent once when it is back', async ({
  browser,
  mortalServer: server,
}) => {
  const page = await browser.newPage()
  await openStart(page, server.url)
  await send(page, 'say Before')
  await expectStatus(lastAnswer(page), 'completed')
  const callsBefore = server.provider.calls
  await server.kill()
  await expect(connectionState(page)).toHaveText('Reconnecting')
  await typeInto(composer(page), 'say After')
  await composer(page).press('Enter')
  await expect(questions(page).last()).toContainText('Not sent yet')
  await server.start()
  await expect(answers(page)).toHaveCount(2)
  await expectStatus(lastAnswer(page), 'completed')
  await expect(contentOf(lastAnswer(page))).toHaveText('After')
  expect(server.provider.calls - callsBefore, 'one call of the provider').toBe(1)
  await page.close()
})
