import type { Page } from '@playwright/test'
import { typeInto } from './type-into.ts'
import { release } from './test-server.ts'
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
    await typeInto(composer(page), content)
    await composer(page).press('Enter')
    await expect(contentOf(questions(page).last())).toHaveText(content)
  }
  await expect(answers(page)).toHaveCount(1 + behind.length)
  return conversationId
}

test('a long pasted text becomes a chip that can be previewed, inserted into the composer, and removed', async ({ page }) => {
  await typeInto(composer(page), 'What is in here?')
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
  await typeInto(composer(page), '')
  await paste(page, long, 'ControlOrMeta+Shift+V')
  await expect(composer(page), 'with Shift it goes into the field').toHaveValue(long)
  await expect(chip(page)).toHaveCount(0)
})

test('a pasted text is sent as a quotation below the typed text, and as a file where it does not fit', async ({ page, api }) => {
  await typeInto(composer(page), 'say Got it')
  await paste(page, long)
  await expect(chip(page)).toBeVisible()
  await paste(page, 'x'.repeat(5_001))
  await expect(page.getByTestId('file-chip'), 'what does not fit is a file').toContainText('Pasted text.txt')
  await expect(chip(page)).toHaveCount(1)
  await page.getByTestId('file-remove').click()
  await expect(page.getByTestId('file-chip')).toHaveCount(0)
  await sendButton(page).click()
  await page.waitForURL('**/c/*')
  await expectStatus(lastAnswer(page), 'completed')
  await expect(composer(page)).toHaveValue('')
  await expect(chip(page)).toHaveCount(0)
  const { items } = await api.conversations.list.query({})
  const { messages } = await api.messages.list.query({ conversationId: items[0]?.id ?? '' })
  expect(messages[0]?.content).toBe(`say Got it\n\n\`\`\`pasted\n${long}\n\`\`\``)
})

test('queued messages can be edited and discarded; the others keep their place', async ({ page, server }) => {
  const calls = server.provider.calls
  await openQueue(page, ['say Second', 'say Third', 'say Fourth'])
  await answers(page).nth(2).getByTestId('withdraw-discard').click()
  await expect(questions(page)).toHaveCount(3)
  await expect(page.getByText('say Third')).toHaveCount(0)
  await answers(page).nth(1).getByTestId('withdraw-edit').click()
  await expect(composer(page)).toHaveValue('say Second')
  await expect(composer(page)).toBeFocused()
  await expect(questions(page)).toHaveCount(2)
  await typeInto(composer(page), 'say Second, in other words')
  await composer(page).press('Enter')
  await release(server)
  await expect(contentOf(lastAnswer(page))).toHaveText('Second, in other words')
  expect((await contentOf(answers(page)).allTextContents()).slice(1)).toEqual(['Fourth', 'Second, in other words'])
  expect(server.provider.calls - calls, 'only what was left was asked').toBe(3)
})

test('Stop moves queued messages back into the composer', async ({ page, api }) => {
  const conversationId = await openQueue(page, ['say Second', 'say Third'])
  await typeInto(composer(page), 'half a thought')
  await stopButton(page).click()
  await expectStatus(answers(page).first(), 'cancelled')
  await expect(composer(page)).toHaveValue('say Second\n\nsay Third\n\nhalf a thought')
  await expect(questions(page)).toHaveCount(1)
  await expect(answers(page)).toHaveCount(1)
  await page.reload()
  await expect(composer(page)).toHaveValue('say Second\n\nsay Third\n\nhalf a thought')
  await typeInto(composer(page), 'say Second')
  await composer(page).press('Enter')
  await expect(contentOf(lastAnswer(page))).toHaveText('Second')
  expect((await api.messages.list.query({ conversationId })).messageCount).toBe(4)
})

test('a queued message that another device stopped stays visible, and can be sent again or taken back', async ({ page, api }) => {
  const conversationId = await openQueue(page, ['say Second', 'say Third'])
  const { generatingMessageIds } = await api.messages.status.query({ conversationId })
  await api.messages.cancel.mutate({ messageId: generatingMessageIds.at(-1) ?? '' })
  await expectStatus(answers(page).first(), 'cancelled')
  await expect(contentOf(questions(page))).toHaveText([/tokens/u, 'say Second', 'say Third'])
  await expect(lastAnswer(page)).toContainText('Stopped before anything was written.')
  await lastAnswer(page).getByTestId('withdraw-edit').click()
  await expect(composer(page)).toHaveValue('say Third')
  await expect(questions(page)).toHaveCount(2)
  await lastAnswer(page).getByTestId('regenerate').click()
  await expect(contentOf(lastAnswer(page))).toHaveText('Second')
})

test('[D2] a draft appears on another device, and an edit there comes back', async ({ page, browser, server, context, api }) => {
  const conversationId = await send(page, 'say Hello')
  await expectStatus(lastAnswer(page), 'completed')
  await typeInto(composer(page), 'begun on the laptop')
  const onServer = async () => (await api.drafts.get.query({ conversationId })).content
  await expect.poll(onServer).toBe('begun on the laptop')
  const phone = await browser.newContext({ storageState: { cookies: await context.cookies(), origins: [] } })
  const there = await phone.newPage()
  await there.goto(`${server.url}/c/${conversationId}`)
  await expect(composer(there)).toHaveValue('begun on the laptop')
  await typeInto(composer(there), 'begun on the laptop, ended on the phone')
  // Another conversation is opened immediately, without a pause.
  await there.keyboard.press('ControlOrMeta+Shift+O')
  await expect(there).toHaveURL(`${server.url}/`)
  await expect.poll(onServer).toBe('begun on the laptop, ended on the phone')
  await page.reload()
  await expect(composer(page)).toHaveValue('begun on the laptop, ended on the phone')
  await phone.close()
})

test('a draft is private: another account in this browser does not see it, and it is back after signing in again', async ({
  page,
}) => {
  const email = `${crypto.randomUUID()}@example.org`
  const password = 'a long enough password'
  await page.getByTestId('open-settings').click()
  await typeInto(page.getByLabel('Name'), 'Robin')
  await typeInto(page.getByLabel('Email'), email)
  await typeInto(page.getByLabel('Password'), password)
  await page.getByTestId('credentials-submit').click()
  await expect(page.getByTestId('open-settings')).toContainText('Robin')
  await typeInto(composer(page), 'a private thought')
  await page.getByTestId('open-settings').click()
  await page.getByTestId('sign-out').click()
  await expect(page.getByTestId('open-settings')).toContainText('Guest')
  await expectLive(page)
  await expect(composer(page)).toHaveValue('')
  await page.reload()
  await expectLive(page)
  await expect(composer(page)).toHaveValue('')
  await typeInto(composer(page), 'a guest was here')
  await page.getByTestId('open-settings').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign in', exact: true }).click()
  await typeInto(page.getByLabel('Email'), email)
  await typeInto(page.getByLabel('Password'), password)
  await page.getByTestId('credentials-submit').click()
  await expect(page.getByTestId('open-settings')).toContainText('Robin')
  await expect(composer(page)).toHaveValue('a private thought')
})
