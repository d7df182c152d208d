import type { Page } from '@playwright/test'
import { httpError, text } from '../../server/testing/scripted-provider/index.ts'
import { expectAccessibleAtEverySize, phone } from './expect-accessible.ts'
import { contentOf, expectLive, expectStatus, lastAnswer, openStart, send } from './page-parts.ts'
import { startTestServer } from './test-server.ts'
import { expect, test } from './test.ts'
import { typeInto } from './type-into.ts'

const key = 'sk-typed-by-a-person-1234'

async function typeProvider(page: Page, baseUrl: string) {
  const form = page.getByTestId('provider-form')
  await form.getByTestId('provider-kind').selectOption('compatible')
  await typeInto(form.getByLabel('Address'), baseUrl)
  await typeInto(form.getByLabel('API key'), key)
  return form
}

test('a key is typed and tried, a failure says what to do, and the model is used at once in every tab', async ({ browser }) => {
  await using server = await startTestServer({ isDemo: true })
  const { provider } = server
  const context = await browser.newContext()
  const page = await context.newPage()
  // The first visitor of a server is its administrator.
  await openStart(page, server.url)
  const second = await context.newPage()
  await openStart(second, server.url)
  const member = await (await browser.newContext()).newPage()
  await openStart(member, server.url)
  await member.getByTestId('demo-add-model').click()
  await expect(member.getByTestId('add-model')).toContainText('Only an administrator of this server can add a model')
  await member.keyboard.press('Escape')

  await page.getByTestId('demo-add-model').click()
  const form = await typeProvider(page, provider.baseUrl)
  provider.scriptModels(httpError(401))
  await form.getByTestId('save-provider').click()
  await expect(form.getByRole('alert')).toContainText('does not accept this key. Copy it again')
  await expect(second.getByTestId('demo-notice')).toBeVisible()

  provider.scriptModels((reply) => {
    reply.head(200, { 'content-type': 'application/json' })
    return reply.raw('{"data":[{"id":"scripted-1"},{"id":"scripted-2"}]}')
  })
  provider.script(text('A real answer.'))
  await form.getByTestId('save-provider').click()
  await expect(page.getByTestId('add-model')).toHaveCount(0)
  await expect(page.getByText('is ready: scripted-1')).toBeVisible()
  for (const tab of [page, second, member]) {
    await expect(tab.getByTestId('demo-notice')).toHaveCount(0)
    await expect(tab.getByTestId('model-picker')).toContainText('scripted-1')
  }
  await send(second, 'Hello')
  await expectStatus(lastAnswer(second), 'completed')
  await expect(contentOf(lastAnswer(second))).toHaveText('A real answer.')
  expect(provider.requests.at(-1)?.headers.authorization).toBe(`Bearer ${key}`)
  expect(await page.content()).not.toContain(key)

  // The list of models offers it, too.
  await page.getByTestId('model-picker').click()
  await page.getByRole('button', { name: 'Add a model' }).click()
  await expect(page.getByTestId('provider-form')).toBeVisible()
  await page.keyboard.press('Escape')

  // It is removed in the settings, and the demo is back in every tab.
  await page.goto(`${server.url}/?settings=models`)
  await page.getByRole('button', { name: /^Turn off /u }).click()
  await expect(page.getByTestId('provider')).toContainText('Turned off')
  await page.getByRole('button', { name: /^Turn on /u }).click()
  await expect(page.getByTestId('provider')).not.toContainText('Turned off')
  await page.getByTestId('remove-provider').click()
  await page.getByTestId('confirm-remove-provider').click()
  await expect(page.getByTestId('provider-list')).toContainText('No providers have been added yet.')
  await member.bringToFront()
  await expect(member.getByTestId('demo-notice')).toBeVisible()
  await member.context().close()
  await context.close()
})

test('a model on this machine is one click away, and what keeps it from being fetched is said there', async ({ page }) => {
  // Without npm nothing can be installed, and so nothing is fetched by a test.
  await using server = await startTestServer({ isDemo: true, env: { PATH: '', npm_execpath: '' } })
  await openStart(page, server.url)
  await page.getByTestId('demo-add-model').click()
  const local = page.getByTestId('local-model')
  await expect(local).toContainText('491 MB, licence Apache-2.0')
  await local.getByRole('button', { name: 'Download and run Qwen2.5 0.5B Instruct' }).click()
  await expect(local.getByRole('alert')).toContainText('npm is needed to install what runs the model')
  await expect(local.getByRole('button', { name: 'Download and run Qwen2.5 0.5B Instruct' })).toBeEnabled()
})

test('adding and looking after models is accessible, from a phone to a laptop', async ({ browser }, info) => {
  await using server = await startTestServer({ isDemo: true })
  server.provider.script(text('ok'))
  const context = await browser.newContext({ viewport: phone.viewport, ...phone.contextOptions })
  const page = await context.newPage()
  await openStart(page, server.url)
  await page.getByTestId('demo-add-model').click()
  const form = await typeProvider(page, 'http://127.0.0.1:1/v1')
  await form.getByTestId('save-provider').click()
  await expect(form.getByRole('alert')).not.toBeEmpty()
  await expectAccessibleAtEverySize(page, info, 'add-model')
  await typeInto(form.getByLabel('Address'), server.provider.baseUrl)
  await form.getByTestId('save-provider').click()
  await expect(page.getByTestId('add-model')).toHaveCount(0)

  await page.goto(`${server.url}/?settings=models`)
  await expect(page.getByTestId('provider')).toBeVisible()
  await expectAccessibleAtEverySize(page, info, 'model-settings')
  await page.goto(`${server.url}/admin/models`)
  await expectLive(page)
  await expect(page.getByTestId('provider')).toContainText('Key ends in 1234')
  await page.getByLabel('Only these').check()
  await typeInto(page.getByLabel('Instructions'), 'Be kind.')
  await typeInto(page.getByTestId('defaults-form').getByLabel('Temperature'), '0.5')
  await page.getByTestId('save-defaults').click()
  await expect(page.getByText('The defaults are saved.')).toBeVisible()
  await page.reload()
  await expect(page.getByTestId('defaults-form').getByLabel('Temperature')).toHaveValue('0.5')
  await page.getByTestId('remove-provider').click()
  await expectAccessibleAtEverySize(page, info, 'models-panel')
  await page.getByTestId('provider').getByRole('button', { name: 'Keep' }).click()
  await page.getByTestId('edit-provider').click()
  await expect(page.getByTestId('provider-form').getByLabel('API key')).toHaveValue('')
  await expectAccessibleAtEverySize(page, info, 'edit-provider')
  await context.close()
})
