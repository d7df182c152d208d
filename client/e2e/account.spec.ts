import type { Page } from '@playwright/test'
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
import { expectTokens } from './numbered-tokens.ts'
import { expect, test } from './test.ts'

const password = 'a long enough password'

async function openAccount(page: Page): Promise<void> {
  await page.getByTestId('open-settings').click()
  await expect(page.getByRole('dialog', { name: 'Settings' })).toBeVisible()
}

async function createAccount(page: Page, email: string): Promise<void> {
  await openAccount(page)
  await page.getByLabel('Name').fill('Robin')
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(password)
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
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(word)
  await page.getByTestId('credentials-submit').click()
}

test('a guest who comes to the settings by their address is offered a new account, not a sign-in', async ({ browser, house }) => {
  const context = await browser.newContext()
  const visitor = await context.newPage()
  await visitor.goto(`${house.url}/?settings=account`)
  await expect(visitor.getByText('You are a guest')).toBeVisible()
  await expect(visitor.getByLabel('Name')).toBeVisible()
  await context.close()
})

test('a guest who makes an account keeps every conversation; signing out hides them, signing in brings them back', async ({
  page,
  browser,
  house,
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
  await page.goto(`${house.url}/c/${conversationId}`)
  await expect(page.getByTestId('conversation-missing')).toBeVisible()
  await page.goto(house.url)
  await send(page, 'say Somebody else now')
  await expectStatus(lastAnswer(page), 'completed')

  await signIn(page, email)
  await expect(page.getByTestId('open-settings')).toContainText('Robin')
  await sidebarItem(page, conversationId).getByRole('link').click()
  await expect(contentOf(lastAnswer(page))).toHaveText('Written with an account')
  await expect(page.getByTestId('sidebar-item')).toHaveCount(1)

  const elsewhere = await browser.newPage()
  await openStart(elsewhere, house.url)
  await signIn(elsewhere, email)
  await expect(sidebarItem(elsewhere, conversationId)).toBeVisible()
  await elsewhere.close()
})

test('an account is made in mid-answer: the answer goes on without a gap', async ({ page }) => {
  await send(page, 'tokens 400 at 50')
  await expectTokens(lastAnswer(page), 10)
  await createAccount(page, `${crypto.randomUUID()}@example.org`)
  await expectTokens(lastAnswer(page), 400)
  await expectStatus(lastAnswer(page), 'completed')
})

test('a wrong password is refused with a sentence, and nothing changes', async ({ page }) => {
  const email = `${crypto.randomUUID()}@example.org`
  await createAccount(page, email)
  await signOut(page)
  await signIn(page, email, 'not the password')
  await expect(page.getByRole('alert')).toBeVisible()
  await expect(page.getByRole('alert')).not.toContainText(/stack|SQL|at /u)
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('open-settings')).toContainText('Guest')
})

test('the session ends elsewhere: the page says so, keeps what was written, and sends it after the sign-in', async ({
  page,
  context,
  house,
}) => {
  const email = `${crypto.randomUUID()}@example.org`
  await createAccount(page, email)
  await send(page, 'say Hello')
  await expectStatus(lastAnswer(page), 'completed')
  const response = await context.request.post(`${house.url}/api/auth/sign-out`, { data: {}, headers: { origin: house.url } })
  expect(response.ok()).toBe(true)
  await expect(page.getByTestId('signed-out-notice')).toBeVisible()
  await composer(page).fill('say Still mine')
  await composer(page).press('Enter')
  await expect(questions(page).last()).toContainText('It will go out when you are signed in.')
  await page.getByTestId('signed-out-notice').getByRole('button', { name: 'Sign in' }).click()
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByTestId('credentials-submit').click()
  await expect(contentOf(lastAnswer(page))).toHaveText('Still mine')
  await expect(page.getByTestId('signed-out-notice')).toHaveCount(0)
  await expect(questions(page)).toHaveCount(2)
})
