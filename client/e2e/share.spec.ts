import { expectAccessible, expectAccessibleAtEverySize, phone, sizes } from './expect-accessible.ts'
import { expectStatus, lastAnswer, send } from './page-parts.ts'
import { scriptedTest as test } from './scripted-test.ts'
import { text } from '../../server/testing/scripted-provider/index.ts'
import { expect } from './test.ts'

const answer = [
  'It is **blue**, as `scattering` says.',
  '# Why',
  '| colour | length |\n| - | - |\n| blue | 450 nm |',
  '```ts\nconst colour = "blue"\n```',
  '- [x] seen\n- [ ] measured',
].join('\n\n')

test.describe('from a phone to a laptop', () => {
  test.use(phone)

  test('a conversation is shared by clicks, read without an account and without scripts, and continued as a copy', async ({
    page,
    browser,
    scripted,
  }, info) => {
    scripted.provider.script(text(answer))
    await send(page, 'Why is the sky <b>blue</b>?')
    await expectStatus(lastAnswer(page), 'completed')
    await page.getByTestId('open-sidebar').click()
    const item = page.getByTestId('sidebar-item').first()
    await item.hover()
    await item.getByRole('button', { name: /^Actions for/u }).click()
    await page.getByRole('menuitem', { name: 'Share…' }).click()
    const dialog = page.getByTestId('share-dialog')
    await dialog.getByTestId('share-expiry').selectOption('7')
    await dialog.getByTestId('share-create').click()
    const url = (await dialog.getByTestId('share-url').textContent())?.trim() ?? ''
    expect(url).toMatch(/\/share\/[\w-]{43}$/u)
    await expectAccessibleAtEverySize(page, info, 'share-dialog')
    await page.screenshot({ path: info.outputPath('dialog.png') })

    const address = new URL(new URL(url).pathname, page.url()).href
    const context = await browser.newContext({ ...phone, javaScriptEnabled: false })
    const reader = await context.newPage()
    await reader.goto(address)
    await expect(reader.getByText('Why is the sky <b>blue</b>?')).toBeVisible()
    await expect(reader.getByRole('cell', { name: '450 nm' })).toBeVisible()
    expect(await context.cookies()).toEqual([])
    await reader.screenshot({ path: info.outputPath('page.png'), fullPage: true })
    await reader.emulateMedia({ colorScheme: 'dark' })
    await reader.screenshot({ path: info.outputPath('page-dark.png'), fullPage: true })
    await context.close()

    const other = await (await browser.newContext(phone)).newPage()
    await other.goto(address)
    for (const size of sizes) {
      await other.setViewportSize(size)
      expect(await other.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
      await expectAccessible(other, info, `shared-page-${size.width}`)
    }
    await other.getByRole('link', { name: 'Continue in Holdfast' }).click()
    await other.getByTestId('continue-share').click()
    await expect(lastAnswer(other)).toContainText('It is blue')
    await other.context().close()

    await dialog.getByTestId('share-revoke').click()
    await expect(dialog.getByTestId('share')).toHaveCount(0)
    expect((await page.request.get(address)).status()).toBe(404)
  })
})
