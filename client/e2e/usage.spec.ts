import { readFile } from 'node:fs/promises'
import { typeDate } from './type-into.ts'
import { httpError, text, tokens } from '../../server/testing/scripted-provider/index.ts'
import { expectAccessible, expectAccessibleAtEverySize, phone, sizes } from './expect-accessible.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import { contentOf, expectStatus, lastAnswer, openStart, send } from './page-parts.ts'
import { sharedByFile } from './shared-by-file.ts'
import { expect, test as base } from './test.ts'

/** One model with a price, one without; a title is never asked for. */
const test = base.extend<{ readonly billedServer: TestServer }>({
  billedServer: sharedByFile(async (use) => {
    await using server = await startTestServer({ env: { MODEL_PRICE_JSON: '{"scripted-1":{"input":2.5,"output":10}}' } })
    server.provider.scriptCompletion(httpError(401))
    server.provider.script(async (reply) => {
      const answer = reply.request.lastUserText.startsWith('stop')
        ? tokens(100, { perSecond: 40 })
        : text('Paid.', { usage: { prompt_tokens: 12_000, completion_tokens: 300 } })
      await answer(reply)
    })
    await use(server)
  }),
})

test('usage is counted by day, model and conversation; unknown prices and estimated counts are labelled', async ({
  page,
  billedServer,
}) => {
  await openStart(page, billedServer.url)
  await page.getByRole('link', { name: 'Usage' }).click()
  await expect(page.getByTestId('usage-empty')).toContainText('Every model call is counted here')
  await page.getByRole('link', { name: 'Ask something' }).click()
  const conversationId = await send(page, 'What does it cost?')
  await expectStatus(lastAnswer(page), 'completed')
  await page.getByTestId('model-picker').click()
  await page.getByRole('option', { name: 'scripted-2' }).click()
  await expect(page.getByTestId('model-picker')).toContainText('scripted-2')
  await send(page, 'stop')
  await expect(contentOf(lastAnswer(page))).toContainText('t5')
  await page.getByTestId('composer-stop').click()
  await expectStatus(lastAnswer(page), 'cancelled')

  await page.getByRole('link', { name: 'Usage' }).click()
  const totals = page.getByTestId('usage-totals')
  await expect(totals).toContainText('at least $0.03')
  await expect(totals).toContainText(/[1-9] calls? without a known price/u)
  await expect(totals).toContainText(/% estimated/u)
  const models = page.getByTestId('usage-models')
  await expect(models.getByRole('row', { name: /^scripted-2/u })).toContainText('unknown')
  await expect(models.getByRole('row', { name: /^scripted-1/u })).toContainText(/12,0\d\d/u)
  const link = page.getByTestId('usage-conversations').getByRole('link', { name: 'What does it cost?' })
  await expect(link).toHaveAttribute('href', `/c/${conversationId}`)

  const chart = page.getByRole('slider', { name: 'Cost per day' })
  await chart.focus()
  await expect(chart).toHaveAttribute('aria-valuetext', /: at least \$0\.03/u)
  await page.keyboard.press('ArrowLeft')
  await expect(chart).toHaveAttribute('aria-valuetext', /: no usage$/u)
  await page.keyboard.press('Home')
  await expect(chart).toHaveAttribute('aria-valuenow', '0')

  await page.getByRole('button', { name: '7 days' }).click()
  await expect(page).toHaveURL(/days=7/u)
  await expect(chart).toHaveAttribute('aria-valuemax', '6')
  await page.getByRole('button', { name: 'Custom' }).click()
  await typeDate(page.getByLabel('From', { exact: true }), '2020-01-01')
  await typeDate(page.getByLabel('To', { exact: true }), '2020-01-31')
  await expect(page.getByTestId('usage-empty')).toBeVisible()
  await page.reload()
  await expect(page.getByTestId('usage-empty')).toBeVisible()
  await page.getByRole('button', { name: '30 days' }).click()
  await expect(totals).toBeVisible()

  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download as CSV: By model' }).click()
  const file = await (await download).path()
  const lines = (await readFile(file, 'utf8')).trim().split('\r\n')
  expect(lines[0]).toContain('usage-by-model,calls')
  expect(lines.find((line) => line.startsWith('scripted-1'))).toMatch(/^scripted-1,\d+,\d+,0,\d+,\d+,0\.0\d+,/u)
  expect(
    lines.find((line) => line.startsWith('scripted-2')),
    'no price: an empty cell',
  ).toMatch(/,,\d+$/u)

  await link.click()
  await expect(page).toHaveURL(new RegExp(conversationId, 'u'))
})

test('usage without known prices never shows a cost of zero', async ({ page }) => {
  await send(page, 'say hello')
  await expectStatus(lastAnswer(page), 'completed')
  await page.getByRole('link', { name: 'Usage' }).click()
  await expect(page.getByTestId('usage-totals')).toContainText('unknown')
  await expect(page.getByText('No price is known for these models.')).toBeVisible()
  await expect(page.getByTestId('usage-page')).not.toContainText('$0.00')
})

test.describe('from a phone to a laptop', () => {
  test.use(phone)
  test('axe finds no violation in the usage page, when empty and in print', async ({ page, billedServer }, info) => {
    await page.goto(`${billedServer.url}/usage`)
    await expect(page.getByTestId('usage-empty')).toBeVisible()
    await expectAccessibleAtEverySize(page, info, 'usage-empty')
    await openStart(page, billedServer.url)
    await send(page, 'What does it cost?')
    await expectStatus(lastAnswer(page), 'completed')
    await page.goto(`${billedServer.url}/usage?days=90`)
    await expect(page.getByTestId('usage-token-chart').locator('rect').first()).toBeAttached()
    for (const size of sizes) {
      await page.setViewportSize(size)
      await expectAccessible(page, info, `usage-${size.width}`)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(size.width)
    }
    await page.emulateMedia({ media: 'print' })
    await expect(page.getByRole('button', { name: '7 days' })).toBeHidden()
    await expect(page.getByTestId('usage-totals')).toBeVisible()
    await page.screenshot({ path: info.outputPath('usage-print.png'), fullPage: true })
  })
})
