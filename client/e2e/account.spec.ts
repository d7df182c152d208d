import type { BrowserContext, Page } from '@playwright/test'
import { createApiClient } from './api-client.ts'
import {
  composer,
  contentOf,
  expectLive,
  expectStatus,
  lastAnswer,
  openStart,
  questions,
  send,
  sidebarItem,
} from './page-parts.ts'
import { typeInto } from './type-into.ts'
import { expectTokens } from './numbered-tokens.ts'
import { expect, test } from './test.ts'

const password = 'a long enough password'

async function openAccount(page: Page): Promise<void> {
  await page.getByTestId('open-settings').click()
  await expect(page.getByRole('dialog', { name: 'Settings' })).toBeVisible()
}

async function createAccount(page: Page, email: string): Promise<void> {
  await openAccount(page)
  await typeInto(page.getByLabel('Name'), 'Robin')
  await typeInto(page.getByLabel('Email'), email)
  await typeInto(page.getByLabel('Password'), password)
  await page.getByTestId('credentials-submit').click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(page.getByTestId('open-settings')).toContainText('Robin')
}

async function signOut(page: Page): Promise<void> {
  await openAccount(page)
  await page.getByTestId('sign-out').click()
  await expect(page.getByTestId('open-settings')).toContainText('Guest')
}

async function signIn(page: Page, email: string, word = password): Promise<void> {
  await openAccount(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Sign in', exact: true }).click()
  await typeInto(page.getByLabel('Email'), email)
  await typeInto(page.getByLabel('Password'), word)
  await page.getByTestId('credentials-submit').click()
}

test('a guest who opens the settings by their address is offered a new account, not a sign-in', async ({ browser, server }) => {
  const context = await browser.newContext()
  const visitor = await context.newPage()
  await visitor.goto(`${server.url}/?settings=account`)
  await expect(visitor.getByText('You are a guest')).toBeVisible()
  await expect(visitor.getByLabel('Name')).toBeVisible()
  await context.close()
})

/** The settings of somebody whose session as a guest begins when they say so. */
async function openBeforeGuest(context: BrowserContext, url: string) {
  const visitor = await context.newPage()
  const held = Promise.withResolvers<undefined>()
  await visitor.route('**/api/auth/sign-in/anonymous', async (route) => {
    await held.promise
    await route.continue()
  })
  await visitor.goto(`${url}/?settings=account`)
  const beginGuest = async () => {
    held.resolve(undefined)
    await expect(visitor.getByText('You are a guest')).toBeVisible()
  }
  return { visitor, beginGuest }
}

test('what somebody has typed into the sign-in form stays there when their session as a guest begins', async ({
  browser,
  server,
}) => {
  const context = await browser.newContext()
  const { visitor, beginGuest } = await openBeforeGuest(context, server.url)
  await typeInto(visitor.getByLabel('Email'), 'robin@example.org')
  await beginGuest()
  await expect(visitor.getByLabel('Email')).toHaveValue('robin@example.org')
  await expect(visitor.getByTestId('credentials-submit')).toHaveText('Sign in')
  await context.close()
})

test('the sign-in form turned into that of a new account under the hand of somebody who had only clicked into it', async ({
  browser,
  server,
}) => {
  const context = await browser.newContext()
  const { visitor, beginGuest } = await openBeforeGuest(context, server.url)
  await visitor.getByTestId('credentials-submit').click()
  await beginGuest()
  await expect(visitor.getByTestId('credentials-submit')).toHaveText('Sign in')
  await context.close()
})

test('a guest who creates an account keeps every conversation; signing out hides them, signing in brings them back (attack D10)', async ({
  page,
  browser,
  server,
}) => {
  const email = `${crypto.randomUUID()}@example.org`
  const conversationId = await send(page, 'say Written as a guest')
  await expectStatus(lastAnswer(page), 'completed')
  await createAccount(page, email)
  await expect(contentOf(lastAnswer(page))).toHaveText('Written as a guest')
  await expect(sidebarItem(page, conversationId)).toBeVisible()
  await expectLive(page)
  await send(page, 'say Written with an account')
  await expect(contentOf(lastAnswer(page))).toHaveText('Written with an account')

  await signOut(page)
  await expect(sidebarItem(page, conversationId)).toHaveCount(0)
  await page.goto(`${server.url}/c/${conversationId}`)
  await expect(page.getByTestId('conversation-missing')).toBeVisible()
  await page.goto(server.url)
  await send(page, 'say Somebody else now')
  await expectStatus(lastAnswer(page), 'completed')

  await signIn(page, email)
  await expect(page.getByTestId('open-settings')).toContainText('Robin')
  await sidebarItem(page, conversationId).getByRole('link').click()
  await expect(contentOf(lastAnswer(page))).toHaveText('Written with an account')
  await expect(page.getByTestId('sidebar-item')).toHaveCount(1)

  const elsewhere = await browser.newPage()
  await openStart(elsewhere, server.url)
  await signIn(elsewhere, email)
  await expect(sidebarItem(elsewhere, conversationId)).toBeVisible()
  await elsewhere.close()
})

test('who signs out leaves no draft on the device that the server has; signing in brings it back (F13)', async ({
  page,
  context,
  server,
}) => {
  const email = `${crypto.randomUUID()}@example.org`
  await createAccount(page, email)
  await typeInto(composer(page), 'half a secret thought')
  await using api = await createApiClient(server.url, context)
  await expect
    .poll(async () => (await api.client.drafts.get.query({ conversationId: null })).content)
    .toBe('half a secret thought')
  const onDevice = () => page.evaluate(() => JSON.stringify(Object.entries(localStorage)))
  await expect.poll(onDevice).toContain('half a secret thought')
  await signOut(page)
  await expect.poll(onDevice).not.toContain('secret')
  await expect(composer(page)).toHaveValue('')
  await signIn(page, email)
  await expect(page.getByTestId('open-settings')).toContainText('Robin')
  await expect(composer(page)).toHaveValue('half a secret thought')
})

test('an answer continues without a gap while the guest creates an account (attack B6)', async ({ page }) => {
  await send(page, 'tokens 400 at 50')
  await expectTokens(lastAnswer(page), 10)
  await createAccount(page, `${crypto.randomUUID()}@example.org`)
  await expectTokens(lastAnswer(page), 400)
  await expectStatus(lastAnswer(page), 'completed')
})

test('a wrong password shows an error, and nothing changes', async ({ page }) => {
  const email = `${crypto.randomUUID()}@example.org`
  await createAccount(page, email)
  await signOut(page)
  await signIn(page, email, 'not the password')
  await expect(page.getByRole('alert')).toBeVisible()
  await expect(page.getByRole('alert')).not.toContainText(/stack|SQL|at /u)
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('open-settings')).toContainText('Guest')
})

test('when the session ends elsewhere, the page says so, keeps unsent text, and sends it after the sign-in', async ({
  page,
  context,
  server,
}) => {
  const email = `${crypto.randomUUID()}@example.org`
  await createAccount(page, email)
  await send(page, 'say Hello')
  await expectStatus(lastAnswer(page), 'completed')
  const response = await context.request.post(`${server.url}/api/auth/sign-out`, { data: {}, headers: { origin: server.url } })
  expect(response.ok()).toBe(true)
  await expect(page.getByTestId('signed-out-notice')).toBeVisible()
  await typeInto(composer(page), 'say Still mine')
  await composer(page).press('Enter')
  await expect(questions(page).last()).toContainText('It will be sent when you sign in.')
  await page.getByTestId('signed-out-notice').getByRole('button', { name: 'Sign in' }).click()
  await typeInto(page.getByLabel('Email'), email)
  await typeInto(page.getByLabel('Password'), password)
  await page.getByTestId('credentials-submit').click()
  await expect(contentOf(lastAnswer(page))).toHaveText('Still mine')
  await expect(page.getByTestId('signed-out-notice')).toHaveCount(0)
  await expect(questions(page)).toHaveCount(2)
})
