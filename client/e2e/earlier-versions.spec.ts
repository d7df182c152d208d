import type { Page } from '@playwright/test'
import { expectAccessible } from './expect-accessible.ts'
import { answers, conversationIdOf, expectStatus, lastAnswer, messages, questions, send } from './page-parts.ts'
import { expect, test } from './test.ts'

async function choose(page: Page, index: number, name: string): Promise<void> {
  const message = messages(page).nth(index)
  await message.hover()
  await message.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name, exact: true }).click()
}

test('what the model saw is shown in the details of an answer, step by step, with its proof', async ({ page }, info) => {
  await send(page, 'tool list_tasks {"status":"all"}')
  await expectStatus(lastAnswer(page), 'completed')
  await choose(page, 1, 'Details')
  const details = page.getByTestId('answer-details')
  await details.getByRole('button', { name: 'What the model saw' }).click()
  await expect(details.getByTestId('request-matches')).toContainText('byte by byte')
  const turns = details.getByRole('list').getByRole('listitem')
  await expect(turns.filter({ hasText: 'tool list_tasks' }).first()).toBeVisible()
  await expect(details.getByRole('button', { name: 'Step 2' })).toHaveAttribute('aria-pressed', 'true')
  const ofSecond = await turns.count()
  await details.getByRole('button', { name: 'Step 1' }).click()
  await expect(details.getByRole('button', { name: 'Step 1' })).toHaveAttribute('aria-pressed', 'true')
  await expect.poll(() => turns.count()).toBeLessThan(ofSecond)
  await expectAccessible(page, info, 'sent-request')
  await details.getByRole('button', { name: 'Back to the details' }).click()
  await expect(details.getByText('Asked', { exact: true })).toBeVisible()
})

test('an earlier version is looked at, and continued as a copy', async ({ page }, info) => {
  await send(page, 'say one')
  await expectStatus(lastAnswer(page), 'completed')
  await send(page, 'say two')
  await expect(answers(page)).toHaveCount(2)
  await expectStatus(lastAnswer(page), 'completed')
  await choose(page, 1, 'Delete')
  await page.getByTestId('confirm-delete').click()
  await expect(messages(page)).toHaveCount(3)
  const original = conversationIdOf(page)
  await page.getByRole('button', { name: 'Conversation settings' }).click()
  await page.getByRole('button', { name: 'Earlier versions' }).click()
  const versions = page.getByTestId('earlier-versions')
  await expect(versions.getByRole('button', { name: /^Question/u })).toHaveCount(2)
  await expectAccessible(page, info, 'earlier-versions')
  await versions.getByRole('button', { name: /^Before a message was deleted/u }).click()
  await expect(versions.getByTestId('earlier-message')).toHaveText([/say one/u, /one/u, /say two/u, /two/u])
  await expectAccessible(page, info, 'earlier-version')
  await versions.getByRole('button', { name: 'All moments' }).click()
  await versions.getByRole('button', { name: /^Answer complete.*one$/u }).click()
  await expect(versions.getByTestId('earlier-message')).toHaveCount(2)
  await versions.getByRole('button', { name: 'Continue from here as a copy' }).click()
  await expect(versions).toHaveCount(0)
  await expect(questions(page)).toHaveText([/say one/u])
  await expect(answers(page)).toHaveCount(1)
  expect(conversationIdOf(page)).not.toBe(original)
})
