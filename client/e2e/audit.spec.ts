import { readFile } from 'node:fs/promises'
import { expectAccessible, sizes } from './expect-accessible.ts'
import { startTestServer } from './test-server.ts'
import { openStart } from './page-parts.ts'
import { expect, test } from './test.ts'

test('the audit log shows who did what, verifies itself, is filtered and downloaded, and axe finds no violation', async ({
  browser,
}, info) => {
  // The first visitor of a server is its administrator.
  await using server = await startTestServer()
  const context = await browser.newContext()
  const page = await context.newPage()
  await openStart(page, server.url)
  await page.goto(`${server.url}/admin/server`)
  await page.getByRole('checkbox', { name: 'People may add API keys of their own' }).click()
  await page.getByTestId('admin-audit').click()
  const records = page.getByTestId('audit-record')
  await expect(records.first()).toContainText('Settings changed')
  await expect(records.filter({ hasText: 'Guest arrived' })).toHaveCount(1)
  await expect(page.getByTestId('audit-chain')).toContainText(/Verified up to record \d|no records yet/u)

  await page.getByTestId('audit-action').selectOption({ label: 'Guest arrived' })
  await expect(records).toHaveCount(1)
  await records.getByRole('button', { name: 'Show only Guest' }).click()
  await expect(page.getByRole('button', { name: 'Show everybody, not only Guest' })).toBeVisible()
  await page.getByRole('button', { name: 'Clear' }).click()
  await expect(records.first()).toContainText('Settings changed')

  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download as CSV' }).click()])
  expect(file.suggestedFilename()).toBe('audit.csv')
  const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n')
  expect(lines[0]).toBe('seq,at,actorName,actorId,action,targetType,targetId,address,details,hash,id')
  expect(lines.length - 1).toBe(await records.count())

  for (const size of sizes) {
    await page.setViewportSize(size)
    await expectAccessible(page, info, `audit-${size.width}`)
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  }
  await context.close()
})
