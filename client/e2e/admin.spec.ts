import type { Browser, BrowserContext } from '@playwright/test'
import { expectAccessible } from './expect-accessible.ts'
import { sharedByFile } from './shared-by-file.ts'
import { startTestServer } from './test-server.ts'
import { expect, test as base } from './test.ts'
import { typeInto } from './type-into.ts'

interface Owned {
  readonly url: string
  /** The session of its first visitor, who is its administrator. */
  readonly cookie: { readonly name: string; readonly value: string }
}

const test = base.extend<{ readonly owned: Owned }>({
  owned: sharedByFile(async (use) => {
    await using server = await startTestServer()
    const answer = await fetch(`${server.url}/api/auth/sign-in/anonymous`, { method: 'POST' })
    const [pair = ''] = (answer.headers.getSetCookie()[0] ?? '').split(';', 1)
    const [name = '', value = ''] = pair.split('=')
    await use({ url: server.url, cookie: { name, value: decodeURIComponent(value) } })
  }),
})

async function openAsOwner(browser: Browser, { url, cookie }: Owned, viewport?: { width: number; height: number }) {
  const context: BrowserContext = await browser.newContext(viewport ? { viewport, reducedMotion: 'reduce' } : {})
  await context.addCookies([{ ...cookie, url }])
  return { context, page: await context.newPage() }
}

test('the owner of a server invites somebody, who is out at once when they are disabled, and gone when they are deleted', async ({
  browser,
  owned,
}, info) => {
  const { context, page } = await openAsOwner(browser, owned)
  await page.goto(owned.url)
  await page.getByTestId('open-settings').click()
  await page.getByTestId('open-admin').click()
  await expect(page.getByRole('heading', { name: 'Administration' })).toBeVisible()
  await expect(page.getByText('Nobody here can read a conversation.')).toBeVisible()

  await page.getByTestId('admin-people').click()
  await page.getByTestId('invite').click()
  await page.getByTestId('create-invite').click()
  await expect(page.getByRole('heading', { name: 'An invitation' })).toBeFocused()
  const link = new URL(await page.getByTestId('link-text').innerText())
  await expect(page.getByTestId('open-invites')).toContainText('Whoever has the link')
  await expectAccessible(page, info, 'people')
  await page.getByTestId('link-done').click()

  const theirs = await browser.newContext()
  const visitor = await theirs.newPage()
  await visitor.goto(`${owned.url}${link.pathname}`)
  await expect(visitor.getByRole('heading', { name: 'You are invited' })).toBeVisible()
  await expectAccessible(visitor, info, 'invitation')
  await typeInto(visitor.getByLabel('Name'), 'Sam')
  await typeInto(visitor.getByLabel('Email'), 'sam@example.org')
  await typeInto(visitor.getByLabel('Password'), 'a long enough password')
  await visitor.getByTestId('credentials-submit').click()
  await expect(visitor.getByTestId('open-settings')).toContainText('Sam')
  expect(new URL(visitor.url()).pathname).toBe('/')
  await visitor.getByTestId('open-settings').click()
  await expect(visitor.getByTestId('session-list')).toContainText('This browser')
  await expect(visitor.getByTestId('open-admin')).toHaveCount(0)
  await visitor.goto(`${owned.url}/admin`)
  await expect(visitor.getByTestId('admin-refused')).toBeVisible()
  await visitor.goto(owned.url)
  await expect(visitor.getByTestId('open-settings')).toContainText('Sam')

  await typeInto(page.getByRole('searchbox'), 'sam@')
  const row = page.getByTestId('person').filter({ hasText: 'sam@example.org' })
  await expect(page.getByTestId('person')).toHaveCount(1)
  // By keyboard alone.
  await row.getByRole('button', { name: 'Actions for Sam' }).press('Enter')
  await page.getByRole('menuitem', { name: 'Disable' }).press('Enter')
  await expect(row).toContainText('Disabled')
  await expect(visitor.getByTestId('signed-out-notice')).toBeVisible()

  await row.getByRole('button', { name: 'Actions for Sam' }).press('Enter')
  await page.getByRole('menuitem', { name: 'Delete' }).press('Enter')
  const confirm = page.getByTestId('delete-person-confirm')
  await expect(confirm).toBeDisabled()
  await typeInto(page.getByLabel('Type sam@example.org to confirm'), 'sam@example.org')
  await confirm.press('Enter')
  await expect(page.getByText('Nobody found.')).toBeVisible()
  await theirs.close()
  await context.close()
})

test('on a phone the area and the account fit the screen and are free of axe violations', async ({ browser, owned }, info) => {
  const { context, page } = await openAsOwner(browser, owned, { width: 390, height: 844 })
  for (const panel of ['people', 'server']) {
    await page.goto(`${owned.url}/admin/${panel}`)
    await expect(page.getByTestId(`${panel}-panel`)).toBeVisible()
    await expectAccessible(page, info, `admin-${panel}`)
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(width, panel).toBeLessThanOrEqual(390)
  }
  const saved = page.waitForResponse((response) => response.url().includes('admin.settings.update'))
  await page.getByRole('checkbox', { name: 'People may add API keys of their own' }).check()
  await saved
  await page.reload()
  await expect(page.getByRole('checkbox', { name: 'People may add API keys of their own' })).toBeChecked()

  await page.goto(`${owned.url}/?settings=account`)
  await page.getByTestId('make-recovery-code').click()
  await expect(page.getByTestId('recovery-code')).toHaveText(/^(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}$/u)
  await page.getByTestId('delete-account').click()
  await expectAccessible(page, info, 'account-of-a-guest')
  await context.close()
})

test('what is kept is shown, and for how long is set; keys of their own are where administrators find them', async ({
  browser,
  owned,
}, info) => {
  const { context, page } = await openAsOwner(browser, owned)
  await page.goto(`${owned.url}/admin/storage`)
  await expect(page.getByTestId('storage-facts')).toContainText(/Database.*MB.*Files.*Left on the disk.*B/su)
  const trash = page.getByLabel('Deleted conversations and plans')
  await typeInto(trash, '0')
  await expect(page.getByTestId('retention-form').getByRole('alert')).toContainText('from 1 to 36,500')
  await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled()
  await expectAccessible(page, info, 'storage')
  await typeInto(trash, '14')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('The times are saved.')).toBeVisible()
  await page.reload()
  await expect(trash).toHaveValue('14')

  await page.goto(`${owned.url}/admin/server`)
  await page.getByLabel('People may add API keys of their own').check()
  await page.goto(`${owned.url}/admin/models`)
  await expect(page.getByRole('region', { name: 'My keys' })).toContainText('No providers have been added yet.')
  await context.close()
})
