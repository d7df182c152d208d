import type { Page } from '@playwright/test'
import { typeInto } from './type-into.ts'
import { expectAccessibleAtEverySize, phone } from './expect-accessible.ts'
import { startTestServer } from './test-server.ts'
import { expectLive } from './page-parts.ts'
import { expect, test } from './test.ts'

async function openSettings(page: Page, section: 'tokens' | 'tools'): Promise<void> {
  await page.goto(new URL(`/?settings=${section}`, page.url()).href)
  await expectLive(page)
  await expect(page.getByTestId(section === 'tokens' ? 'token-settings' : 'tool-settings')).toBeVisible()
}

async function makeToken(page: Page, name: string, scopes: readonly ('MCP' | 'API')[]): Promise<string> {
  await page.getByTestId('new-token').click()
  const form = page.getByTestId('new-token-form')
  await typeInto(form.getByLabel('Name'), name)
  for (const scope of ['MCP', 'API'] as const) {
    await form.getByRole('checkbox', { name: new RegExp(`^${scope}`, 'u') }).setChecked(scopes.includes(scope))
  }
  await form.getByLabel('Valid for').selectOption('30 days')
  await page.getByTestId('make-token').click()
  await expect(page.getByTestId('made-token')).toBeVisible()
  return await page.getByTestId('token-text').innerText()
}

test('a token can be created, is shown once, works within its scope, and can be revoked', async ({ page, context, server }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await openSettings(page, 'tokens')
  await expect(page.getByText('No tokens yet.')).toBeVisible()
  const token = await makeToken(page, 'Script', ['API', 'MCP'])
  expect(token).toMatch(/^pat_/u)
  await expect(page.getByRole('heading', { name: '“Script” is ready' })).toBeFocused()
  await page.getByRole('button', { name: 'Copy: Token' }).click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(token)

  const config = JSON.parse(await page.getByTestId('snippet-mcp-config').innerText()) as {
    mcpServers: { holdfast: { url: string; headers: Record<string, string> } }
  }
  const { url, headers } = config.mcpServers.holdfast
  const initialize = () =>
    fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
      }),
    })
  expect((await initialize()).status, 'what is pasted into an MCP client works').toBe(200)
  const line = await page.getByTestId('snippet-api-line').innerText()
  const [, address = '', header = ''] = /^curl (\S+) --header "Authorization: ([^"]+)"$/u.exec(line) ?? []
  const info = () => fetch(address, { headers: { authorization: header } })
  expect((await info()).status, 'what is pasted into a shell works').toBe(200)
  await expect(page.getByTestId('snippet-mcp-line')).toContainText(`--cli ${server.url}/mcp`)

  await page.getByTestId('token-done').click()
  await expect(page.getByRole('heading', { name: 'Access tokens' })).toBeFocused()
  await expect(page.getByTestId('settings')).not.toContainText(token)
  const row = page.getByTestId('token')
  await expect(row).toContainText('Script')
  await expect(row).toContainText(token.slice(0, 10))
  await expect(row).toContainText('API, MCP')
  await expect(row).toContainText(/Expires \w{3} \d/u)
  await expect(row).toContainText('Last used')
  await page.reload()
  await expect(row).toContainText('Script')
  await expect(page.getByTestId('settings')).not.toContainText(token)

  await row.getByRole('button', { name: 'Revoke Script' }).click()
  await row.getByRole('button', { name: 'Keep' }).click()
  await row.getByRole('button', { name: 'Revoke Script' }).click()
  await row.getByTestId('revoke').click()
  await expect(page.getByTestId('token')).toHaveCount(0)
  await expect(page.getByTestId('toast')).toContainText('“Script” was revoked.')
  expect((await info()).status).toBe(401)
  expect((await initialize()).status).toBe(401)
})

test('a token has the selected scopes, and only their snippets are shown', async ({ page, server }) => {
  await openSettings(page, 'tokens')
  const token = await makeToken(page, 'Editor', ['MCP'])
  await expect(page.getByTestId('snippet-mcp-config')).toBeVisible()
  await expect(page.getByTestId('snippet-api-line')).toHaveCount(0)
  const answer = await fetch(`${server.url}/trpc/system.info`, { headers: { authorization: `Bearer ${token}` } })
  expect(answer.ok).toBe(false)
})

test('a token requires a name and a scope', async ({ page }) => {
  await openSettings(page, 'tokens')
  await page.getByTestId('new-token').click()
  await expect(page.getByTestId('make-token')).toBeDisabled()
  await typeInto(page.getByTestId('new-token-form').getByLabel('Name'), 'x')
  await expect(page.getByTestId('make-token')).toBeEnabled()
  await page.getByTestId('new-token-form').getByRole('checkbox', { name: /^MCP/u }).uncheck()
  await expect(page.getByTestId('make-token')).toBeDisabled()
})

test('a lost response does not create a second token', async ({ page, api }) => {
  await openSettings(page, 'tokens')
  await page.getByTestId('new-token').click()
  await typeInto(page.getByTestId('new-token-form').getByLabel('Name'), 'Once')
  await page.route('**/trpc/tokens.create*', async (route) => {
    await route.fetch()
    await route.abort('connectionreset')
  })
  await page.getByTestId('make-token').click()
  await expect(page.getByRole('alert').filter({ hasText: 'The server did not respond' })).toBeVisible()
  await page.unroute('**/trpc/tokens.create*')
  await page.getByTestId('make-token').click()
  await expect(page.getByTestId('made-token')).toBeVisible()
  expect((await api.tokens.list.query()).items.map(({ name }) => name)).toEqual(['Once'])
})

test('the settings list the assistant’s tools, and which of them ask first', async ({ page }) => {
  await openSettings(page, 'tools')
  const tool = (name: string) => page.getByTestId('tool').filter({ has: page.getByText(name, { exact: true }) })
  await expect(page.getByTestId('tool')).toHaveCount(12)
  await expect(tool('Delete task')).toContainText('needs approval')
  await expect(tool('List tasks')).toContainText('read-only')
  await tool('Add task').getByText('Add task', { exact: true }).click()
  await expect(tool('Add task')).toContainText('add_task')
  await expect(page.getByTestId('no-mcp-servers')).toBeVisible()
})

test('an unreachable tool server is shown as unreachable', async ({ browser }) => {
  await using server = await startTestServer({ env: { MCP_SERVER_URL: 'http://127.0.0.1:9/mcp' } })
  const page = await browser.newPage()
  await page.goto(`${server.url}/?settings=tools`)
  await expect(page.locator('[data-testid=tool-source][data-state=failed]')).toContainText('unreachable')
  await expect(page.getByTestId('tool'), 'ours are there all the same').toHaveCount(12)
  await page.screenshot({ path: test.info().outputPath('tools.png') })
  await page.close()
})

test.describe('from a phone to a laptop', () => {
  test.use(phone)

  test('axe finds no violation in the settings of tokens and tools', async ({ page, api }, info) => {
    await api.tokens.create.mutate({ name: 'Old script', scopes: ['api'], expiresInDays: null })
    await openSettings(page, 'tokens')
    await page.getByTestId('new-token').click()
    await page.getByTestId('token').getByRole('button', { name: 'Revoke Old script' }).click()
    await expectAccessibleAtEverySize(page, info, 'tokens')
    await typeInto(page.getByTestId('new-token-form').getByLabel('Name'), 'Editor')
    await page.getByTestId('make-token').click()
    await expect(page.getByTestId('made-token')).toBeVisible()
    await expectAccessibleAtEverySize(page, info, 'made')
    await openSettings(page, 'tools')
    await expectAccessibleAtEverySize(page, info, 'tools')
  })
})
