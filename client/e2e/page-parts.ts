import { expect, type Locator, type Page } from '@playwright/test'
import { typeInto } from './type-into.ts'

/** Locators for the parts of the page that a user sees and uses. */

export const composer = (page: Page): Locator => page.getByTestId('composer-input')
export const sendButton = (page: Page): Locator => page.getByTestId('composer-send')
export const stopButton = (page: Page): Locator => page.getByTestId('composer-stop')
export const connectionState = (page: Page): Locator => page.getByTestId('connection-state')
export const messages = (page: Page): Locator => page.getByTestId('message')
export const questions = (page: Page): Locator => page.locator('[data-testid=message][data-role=user]')
export const answers = (page: Page): Locator => page.locator('[data-testid=message][data-role=assistant]')
export const lastAnswer = (page: Page): Locator => answers(page).last()
export const contentOf = (message: Locator): Locator => message.getByTestId('message-content')
export const sidebarItem = (page: Page, conversationId: string): Locator =>
  page.locator(`[data-testid=sidebar-item][data-conversation-id="${conversationId}"]`)

/** Opens the start page and waits until it hears from the server. */
export async function openStart(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await expectLive(page)
}

export async function expectLive(page: Page): Promise<void> {
  await expect(connectionState(page)).toHaveAttribute('data-state', 'live')
}

/** Writes and presses Enter; gives the id of the conversation that the address then names. */
export async function send(page: Page, content: string): Promise<string> {
  await typeInto(composer(page), content)
  await composer(page).press('Enter')
  await expect(composer(page)).toHaveValue('')
  await page.waitForURL('**/c/*')
  return conversationIdOf(page)
}

export function conversationIdOf(page: Page): string {
  const id = /\/c\/([0-9a-f-]{36})/u.exec(page.url())?.[1]
  if (id === undefined) throw new Error(`no conversation is open at ${page.url()}`)
  return id
}

export async function messageIdOf(message: Locator): Promise<string> {
  return (await message.getAttribute('data-message-id')) ?? ''
}

export async function expectStatus(message: Locator, status: string): Promise<void> {
  await expect(message).toHaveAttribute('data-status', status)
}

/** The menu of a conversation in the sidebar. */
export async function chooseInMenu(page: Page, conversationId: string, action: string): Promise<void> {
  const item = sidebarItem(page, conversationId)
  await item.hover()
  await item.getByRole('button', { name: /^Actions for/u }).click()
  await page.getByRole('menuitem', { name: action }).click()
}

/** Chooses the dark theme in the settings; it is still there after a reload. */
export async function chooseDarkTheme(page: Page): Promise<void> {
  await page.getByTestId('open-settings').click()
  await page.getByRole('button', { name: 'Appearance' }).click()
  await page.getByText('Dark', { exact: true }).click()
  await page.keyboard.press('Escape')
  await page.reload()
  await expectLive(page)
  expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark')
}
