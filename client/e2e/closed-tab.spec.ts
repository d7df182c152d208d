import { tokensText } from '../../server/test/scripted-provider/index.ts'
import { countShownTokens, expectTokens, watchTokens } from './numbered-tokens.ts'
import {
  answers,
  composer,
  expectLive,
  expectStatus,
  lastAnswer,
  messageIdOf,
  openStart,
  send,
  sidebarItem,
} from './page-parts.ts'
import { release } from './house.ts'
import { setHidden } from './set-hidden.ts'
import { expect, test } from './test.ts'

const total = 300

test('the tab is closed in mid-answer and opened again: the answer went on meanwhile', async ({ page, context, api, house }) => {
  const conversationId = await send(page, `tokens ${total} at 60 hold after 280`)
  const shown = await expectTokens(lastAnswer(page), 20)
  const messageId = await messageIdOf(lastAnswer(page))
  await page.close()
  const content = async () => (await api.messages.content.query({ messageId })).content
  await expect
    .poll(async () => (await content()).length, { message: 'it goes on without any page' })
    .toBeGreaterThan(tokensText(shown + 100).length)

  const reopened = await context.newPage()
  const watched = await watchTokens(reopened, total)
  await reopened.goto(`${house.url}/c/${conversationId}`)
  expect(await expectTokens(lastAnswer(reopened), shown + 100)).toBeLessThanOrEqual(280)
  await release(house)
  await expectStatus(lastAnswer(reopened), 'completed')
  expect(await countShownTokens(lastAnswer(reopened))).toBe(total)
  expect(await watched.faults()).toEqual([])
  expect(await content()).toBe(tokensText(total))
})

test('an answer that ends while all tabs are closed is there, and marked as unread, the next time', async ({
  page,
  context,
  api,
  house,
}) => {
  const conversationId = await send(page, `tokens 80 at 40`)
  await expectTokens(lastAnswer(page), 5)
  const messageId = await messageIdOf(lastAnswer(page))
  await page.close()
  await expect.poll(async () => (await api.messages.status.query({ conversationId })).hasActiveGeneration).toBe(false)
  expect(await api.messages.content.query({ messageId })).toMatchObject({ status: 'completed', content: tokensText(80) })

  const reopened = await context.newPage()
  await openStart(reopened, house.url)
  await expect(sidebarItem(reopened, conversationId)).toHaveAttribute('data-unread', 'true')
  await sidebarItem(reopened, conversationId).getByRole('link').click()
  await expectTokens(lastAnswer(reopened), 80)
  await expect(sidebarItem(reopened, conversationId)).toHaveAttribute('data-unread', 'false')
  // It was looked at: it is read, for every device.
  await expect.poll(async () => (await api.conversations.get.query({ conversationId })).conversation.unread).toBe(false)
})

test('another conversation shows that it is being written, then that there is something to read', async ({
  page,
  context,
  house,
}) => {
  const running = await send(page, 'tokens 60 at 100 hold after 40')
  await expectTokens(lastAnswer(page), 10)
  const second = await context.newPage()
  await openStart(second, house.url)

  await page.getByTestId('new-conversation').click()
  await send(page, 'say Meanwhile')
  await expectStatus(lastAnswer(page), 'completed')
  await page.getByTestId('open-settings').click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.press('Escape')
  for (const tab of [page, second]) {
    await expect(sidebarItem(tab, running)).toHaveAttribute('data-state', 'thinking')
    await expect(sidebarItem(tab, running)).toContainText('(answer is being written)')
    await expect(sidebarItem(tab, running)).toHaveAttribute('data-unread', 'false')
  }
  await release(house)
  for (const tab of [page, second]) {
    await expect(sidebarItem(tab, running)).toHaveAttribute('data-unread', 'true')
    await expect(sidebarItem(tab, running)).toHaveAttribute('data-state', 'idle')
    await expect(sidebarItem(tab, running)).toContainText('(unread)')
  }
  await sidebarItem(page, running).getByRole('link').click()
  await expectTokens(lastAnswer(page), 60)
  for (const tab of [page, second]) await expect(sidebarItem(tab, running)).toHaveAttribute('data-unread', 'false')
})

test('a page in the background marks its title and its icon when the answer is there, until it is looked at', async ({
  page,
  house,
}) => {
  await send(page, 'tokens 60 at 100 hold after 40')
  await expectTokens(lastAnswer(page), 40)
  await expect(page).toHaveTitle(/· Holdfast$/u)
  await setHidden(page, true)
  await release(house)
  await expect(page).toHaveTitle(/^● /u)
  await expect(page.locator('link[rel=icon]')).toHaveAttribute('href', '/favicon-done.svg')
  await expectStatus(lastAnswer(page), 'completed')
  await setHidden(page, false)
  await expect(page).not.toHaveTitle(/^●/u)
  await expect(page.locator('link[rel=icon]')).toHaveAttribute('href', '/favicon.svg')
})

test('several conversations are answered at the same time, each with its own text', async ({ page, api, house }) => {
  const ids: string[] = []
  for (const count of [150, 160, 170, 180]) {
    ids.push(await send(page, `tokens ${count} at 50 hold after 100`))
    await expect(answers(page)).toHaveCount(1)
    await page.getByTestId('new-conversation').click()
    await expect(composer(page)).toBeVisible()
  }
  for (const id of ids) await expect(sidebarItem(page, id)).toHaveAttribute('data-state', 'thinking')
  await release(house)
  for (const [index, id] of ids.entries()) {
    await sidebarItem(page, id).getByRole('link').click()
    await page.waitForURL(`**/c/${id}`)
    await expectTokens(lastAnswer(page), 1)
    await expectTokens(lastAnswer(page), 150 + 10 * index)
    await expectStatus(lastAnswer(page), 'completed')
    const { messages } = await api.messages.list.query({ conversationId: id })
    expect(messages.at(-1)?.content).toBe(tokensText(150 + 10 * index))
  }
  await expectLive(page)
})
