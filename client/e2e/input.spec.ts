import type { Page } from '@playwright/test'
import { release } from './house.ts'
import { expectTokens } from './numbered-tokens.ts'
import {
  answers,
  composer,
  contentOf,
  expectLive,
  expectStatus,
  lastAnswer,
  questions,
  send,
  sendButton,
  stopButton,
} from './page-parts.ts'
import { expect, test } from './test.ts'

test.use({ permissions: ['clipboard-read', 'clipboard-write'] })

const long = Array.from({ length: 400 }, (_, index) => `line ${index + 1} of a log`).join('\n')

async function paste(page: Page, text: string, keys = 'ControlOrMeta+V'): Promise<void> {
  await page.evaluate((value) => navigator.clipboard.writeText(value), text)
  await composer(page).focus()
  await page.keyboard.press(keys)
}

const chip = (page: Page) => page.getByTestId('pasted-chip')

/** An answer that is held, and messages behind it. */
async function openQueue(page: Page, behind: readonly string[]): Promise<string> {
  const conversationId = await send(page, 'tokens 60 at 100 hold after 40')
  await expectTokens(lastAnswer(page), 40)
  for (const content of behind) {
    await composer(page).fill(content)
    await composer(page).press('Enter')
    await expect(contentOf(questions(page).last())).toHaveText(content)
  }
  await expect(answers(page)).toHaveCount(1 + behind.length)
  return conversationId
}

test('a long text that is pasted becomes a chip: to look into, to put into the field, to remove', async ({ page }) => {
  await composer(page).fill('What is in here?')
  await paste(page, 'short')
  await expect(composer(page)).toHaveValue('What is in here?short')
  await paste(page, long)
  await expect(composer(page)).toHaveValue('What is in here?short')
  await expect(chip(page)).toContainText(`${long.length.toLocaleString('en')} characters`)
  await chip(page)
    .getByRole('button', { name: /^Pasted text/u })
    .click()
  await expect(page.getByRole('region', { name: 'Pasted text' })).toContainText('line 399 of a log')
  await page.reload()
  await expect(chip(page), 'it is part of the draft').toBeVisible()
  await expect(composer(page)).toHaveValue('What is in here?short')
  await chip(page).getByTestId('pasted-remove').click()
  await expect(chip(page)).toHaveCount(0)
  await paste(page, long)
  await chip(page).getByTestId('pasted-inline').click()
  await expect(chip(page)).toHaveCount(0)
  await expect(composer(page)).toHaveValue(`What is in here?short\n\n${long}`)
  await composer(page).fill('')
  await paste(page, long, 'ControlOrMeta+Shift+V')
  await expect(composer(page), 'with Shift it goes into the field').toHaveValue(long)
  await expect(chip(page)).toHaveCount(0)
})

test('a pasted text is sent as a quotation below what was typed, and counts', async ({ page, api }) => {
  await composer(page).fill('say Got it')
  await paste(page, long)
  await expect(chip(page)).toBeVisible()
  await paste(page, 'x'.repeat(5_001))
  await expect(chip(page)).toHaveCount(2)
  await expect(page.getByText(/Too long by [\d,]+ characters: shorten it/u)).toBeVisible()
  await expect(sendButton(page)).toBeDisabled()
  await composer(page).press('Enter')
  await expect(chip(page), 'nothing is lost').toHaveCount(2)
  await chip(page).last().getByTestId('pasted-remove').click()
  await sendButton(page).click()
  await page.waitForURL('**/c/*')
  await expectStatus(lastAnswer(page), 'completed')
  await expect(composer(page)).toHaveValue('')
  await expect(chip(page)).toHaveCount(0)
  const { items } = await api.conversations.list.query({})
  const { messages } = await api.messages.list.query({ conversationId: items[0]?.id ?? '' })
  expect(messages[0]?.content).toBe(`say Got it\n\n\`\`\`pasted\n${long}\n\`\`\``)
})

test('what waits for its turn can be edited and discarded; the rest keeps its place', async ({ page, house }) => {
  const calls = house.provider.calls
  await openQueue(page, ['say Second', 'say Third', 'say Fourth'])
  await answers(page).nth(2).getByTestId('withdraw-discard').click()
  await expect(questions(page)).toHaveCount(3)
  await expect(page.getByText('say Third')).toHaveCount(0)
  await answers(page).nth(1).getByTestId('withdraw-edit').click()
  await expect(composer(page)).toHaveValue('say Second')
  await expect(composer(page)).toBeFocused()
  await expect(questions(page)).toHaveCount(2)
  await composer(page).fill('say Second, in other words')
  await composer(page).press('Enter')
  await release(house)
  await expect(contentOf(lastAnswer(page))).toHaveText('Second, in other words')
  expect((await contentOf(answers(page)).allTextContents()).slice(1)).toEqual(['Fourth', 'Second, in other words'])
  expect(house.provider.calls - calls, 'only what was left was asked').toBe(3)
})

test('Stop gives back what was queued behind: it is in the field, to be sent again', async ({ page, api }) => {
  const conversationId = await openQueue(page, ['say Second', 'say Third'])
  await composer(page).fill('half a thought')
  await stopButton(page).click()
  await expectStatus(answers(page).first(), 'cancelled')
  await expect(composer(page)).toHaveValue('say Second\n\nsay Third\n\nhalf a thought')
  await expect(questions(page)).toHaveCount(1)
  await expect(answers(page)).toHaveCount(1)
  await page.reload()
  await expect(composer(page)).toHaveValue('say Second\n\nsay Third\n\nhalf a thought')
  await composer(page).fill('say Second')
  await composer(page).press('Enter')
  await expect(contentOf(lastAnswer(page))).toHaveText('Second')
  expect((await api.messages.list.query({ conversationId })).messageCount).toBe(4)
})

test('what another device stopped before its turn stays in sight, and can be asked anew or taken back', async ({ page, api }) => {
  const conversationId = await openQueue(page, ['say Second', 'say Third'])
  const { generatingMessageIds } = await api.messages.status.query({ conversationId })
  await api.messages.cancel.mutate({ messageId: generatingMessageIds.at(-1) ?? '' })
  await expectStatus(answers(page).first(), 'cancelled')
  await expect(contentOf(questions(page))).toHaveText([/tokens/u, 'say Second', 'say Third'])
  await expect(lastAnswer(page)).toContainText('Stopped. Nothing had been written.')
  await lastAnswer(page).getByTestId('withdraw-edit').click()
  await expect(composer(page)).toHaveValue('say Third')
  await expect(questions(page)).toHaveCount(2)
  await lastAnswer(page).getByTestId('regenerate').click()
  await expect(contentOf(lastAnswer(page))).toHaveText('Second')
})

test('a draft is on the next device when I get there, and follows an edit back', async ({
  page,
  browser,
  house,
  context,
  api,
}) => {
  const conversationId = await send(page, 'say Hello')
  await expectStatus(lastAnswer(page), 'completed')
  await composer(page).fill('begun on the laptop')
  const onServer = async () => (await api.drafts.get.query({ conversationId })).content
  await expect.poll(onServer).toBe('begun on the laptop')
  const phone = await browser.newContext({ storageState: { cookies: await context.cookies(), origins: [] } })
  const there = await phone.newPage()
  await there.goto(`${house.url}/c/${conversationId}`)
  await expect(composer(there)).toHaveValue('begun on the laptop')
  await composer(there).fill('begun on the laptop, ended on the phone')
  // Another conversation is opened at once, without a pause.
  await there.keyboard.press('ControlOrMeta+Shift+O')
  await expect(there).toHaveURL(`${house.url}/`)
  await expect.poll(onServer).toBe('begun on the laptop, ended on the phone')
  await page.reload()
  await expect(composer(page)).toHaveValue('begun on the laptop, ended on the phone')
  await phone.close()
})

test('a draft is its writer’s: another account on this browser does not see it, and it is back after signing in again', async ({
  page,
}) => {
  const email = `${crypto.randomUUID()}@example.org`
  const password = 'a long enough password'
  await page.getByTestId('open-settings').click()
  await page.getByLabel('Name').fill('Robin')
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByTestId('credentials-submit').click()
  await expect(page.getByTestId('open-settings')).toContainText('Robin')
  await composer(page).fill('a private thought')
  await page.getByTestId('open-settings').click()
  await page.getByTestId('sign-out').click()
  await expect(page.getByTestId('open-settings')).toContainText('Guest')
  await expectLive(page)
  await expect(composer(page)).toHaveValue('')
  await page.reload()
  await expectLive(page)
  await expect(composer(page)).toHaveValue('')
  await composer(page).fill('a guest was here')
  await page.getByTestId('open-settings').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByTestId('credentials-submit').click()
  await expect(page.getByTestId('open-settings')).toContainText('Robin')
  await expect(composer(page)).toHaveValue('a private thought')
})
