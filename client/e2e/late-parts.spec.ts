import { composer, contentOf, expectStatus, lastAnswer, send } from './page-parts.ts'
import { expectTokens } from './numbered-tokens.ts'
import { release } from './test-server.ts'
import { expect, test } from './test.ts'
import { typeInto } from './type-into.ts'

const scripts = /\/assets\/[^?]+\.js/u

test('a part of the page that could not be loaded is there by itself as soon as it can be', async ({ page }) => {
  await page.waitForLoadState('networkidle')
  await page.route(scripts, (route) => route.abort())
  await page.getByTestId('open-settings').click()
  await expect(page.getByTestId('failed-part')).toContainText('This part of the page could not be loaded.')
  await page.unroute(scripts)
  await expect(page.getByRole('dialog', { name: 'Settings' })).toBeVisible()
  await expect(page.getByTestId('failed-part')).toHaveCount(0)
})

test('a part that nobody asked for waits without a notice', async ({ page, server }) => {
  await page.evaluate(() => {
    const seen = Object.assign(window, { failedParts: 0 })
    new MutationObserver(() => {
      seen.failedParts += document.querySelectorAll('[data-testid=failed-part]').length
    }).observe(document.body, { childList: true, subtree: true })
  })
  const notices = () => page.evaluate(() => (window as unknown as { failedParts: number }).failedParts)
  await send(page, 'tokens 60 at 100 hold after 40')
  await expectTokens(lastAnswer(page), 40)
  const refused = page.waitForEvent('requestfailed')
  await page.route(scripts, (route) => route.abort())
  await typeInto(composer(page), 'and be brief')
  await refused
  await page.unroute(scripts)
  await expect(page.getByTestId('composer-steer')).toBeVisible()
  expect(await notices(), 'nothing was said about it').toBe(0)
  await release(server)
  await expectStatus(lastAnswer(page), 'completed')
  await expect(contentOf(lastAnswer(page))).toContainText('t60')
})
