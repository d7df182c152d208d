import { httpError, inTurn, text } from '../../server/testing/scripted-provider/index.ts'
import { expectAccessible } from './expect-accessible.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import { composer, contentOf, expectStatus, lastAnswer, openStart, send } from './page-parts.ts'
import { sharedByFile } from './shared-by-file.ts'
import { expect, test as base } from './test.ts'
import { typeInto } from './type-into.ts'

const test = base.extend<{ readonly ownServer: TestServer }>({
  ownServer: sharedByFile(async (use) => {
    await using server = await startTestServer()
    server.provider.scriptCompletion(httpError(401))
    await use(server)
  }),
  start: async ({ ownServer }, use) => await use(ownServer.url),
})

test('an administrator sets a budget: its notice, a refusal that keeps the message, and Continue after it was raised', async ({
  page,
  ownServer,
}, info) => {
  // The first visitor of a server on loopback is its administrator.
  const setTokens = async (limit: string) => {
    await page.goto(`${ownServer.url}/admin/limits`)
    const field = page.getByTestId('limits-admin').getByLabel('Tokens per day')
    await typeInto(field, limit)
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('The limits are saved.')).toBeVisible()
  }
  await page.goto(`${ownServer.url}/admin/limits`)
  await typeInto(page.getByTestId('limits-guest').getByLabel('Tokens per day'), 'many')
  await expect(page.getByText('A limit is a number from 0 on, or empty.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled()
  await expectAccessible(page, info, 'limits')
  await setTokens('1000')

  ownServer.provider.script(
    inTurn(
      async (reply) => {
        await reply.tokens(['Let me look. '])
        await reply.call({ name: 'list_tasks', args: '{"status":"all"}', id: undefined })
        await reply.finish('tool_calls', { prompt_tokens: 990, completion_tokens: 20 })
      },
      text('Done.', { usage: { prompt_tokens: 10, completion_tokens: 2 } }),
    ),
  )
  await openStart(page, ownServer.url)
  const conversationId = await send(page, 'Look for me')
  await expectStatus(lastAnswer(page), 'error')
  await expect(page.getByTestId('answer-ended')).toContainText('Your tokens for today are used up. Try again after')
  await expect(contentOf(lastAnswer(page))).toContainText('Let me look.')
  await expect(page.getByTestId('limit-notice')).toContainText('100 % of your tokens for today are used.')

  await typeInto(composer(page), 'And this?')
  await page.getByTestId('composer-send').click()
  await expect(page.getByText('Not sent: Your tokens for today are used up.')).toBeVisible()
  await page.getByTestId('unsent-edit').click()
  await expect(composer(page)).toHaveValue('And this?')

  await setTokens('100000')
  await page.goto(`${ownServer.url}/c/${conversationId}`)
  await page.getByTestId('continue').click()
  await expectStatus(lastAnswer(page), 'completed')
  await expect(contentOf(lastAnswer(page))).toContainText('Done.')
  await expect(page.getByTestId('limit-notice')).toHaveCount(0)

  await page.goto(`${ownServer.url}/admin/usage`)
  const usage = page.getByTestId('server-usage-panel')
  await expect(usage.getByRole('row', { name: /^Guest/u })).toContainText('1,000')
  await page.getByTestId('usage-by').selectOption('tool')
  await expect(usage.getByRole('row', { name: /^list_tasks/u })).toBeVisible()
  await expectAccessible(page, info, 'server-usage')
})
