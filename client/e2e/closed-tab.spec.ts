import { tokensText } from '../../server/testing/scripted-provider/index.ts'
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
import { release } from './test-server.ts'
import { setHidden } from './set-hidden.ts'
import { expect, test } from './test.ts'

const total = 300

test('an answer continues while the tab is closed', async ({ page, context, api, server }) => {
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
  await reopened.goto(`${server.url}/c/${conversationId}`)
  expect(await expectTokens(lastAnswer(reopened), shown + 100)).toBeLessThanOrEqual(280)
  await release(server)
  await expectStatus(lastAnswer(reopened), 'completed')
  expect(await countShownTokens(lastAnswer(reopened))).toBe(total)
  expect(await watched.faults()).toEqual([])
  expect(await content()).toBe(tokensText(total))
})

test('an answer that ends while all tabs are closed is there on the next visit, marked as unread', async ({
  page,
  context,
  api,
  server,
}) => {
  const conversationId = await send(page, `tokens 80 at 40`)
  await expectTokens(lastAnswer(page), 5)
  const messageId = await messageIdOf(lastAnswer(page))
  await page.close()
  await expect.poll(async () => (await api.messages.status.query({ conversationId })).hasActiveGeneration).toBe(false)
  expect(await api.messages.content.query({ messageId })).toMatchObject({ status: 'completed', content: tokensText(80) })

  const reopened = await context.newPage()
  await openStart(reopened, server.url)
  await expect(sidebarItem(reopened, conversationId)).toHaveAttribute('data-unread', 'true')
  await sidebarItem(reopened, conversationId).getByRole('link').click()
  await expectTokens(lastAnswer(reopened), 80)
  await expect(sidebarItem(reopened, conversationId)).toHaveAttribute('data-unread', 'false')
  // The answer was seen, so it is read on every device.
  await expect.poll(async () => (await api.conversations.get.query({ conversationId })).conversation.unread).toBe(false)
})

test('the list shows that another conversation is being answered, then that it is unread', async ({ page, context, server }) => {
  const running = await send(page, 'tokens 60 at 100 hold after 40')
  await expectTokens(lastAnswer(page), 10)
  const second = await context.newPage()
  await openStart(second, server.url)

  await page.getByTestId('new-conversation').click()
  await send(page, 'say Meanwhile')
  await expectStatus(lastAnswer(page), 'completed')
  await page.getByTestId('open-settings').click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.press('Escape')
  for (const tab of [page, second]) {
    await expect(sidebarItem(tab, running)).toHaveAttribute('data-state', 'thinking')
    await expect(sidebarItem(tab, running)).toContainText('(answer in progress)')
    await expect(sidebarItem(tab, running)).toHaveAttribute('data-unread', 'false')
  }
  await release(server)
  for (const tab of [page, second]) {
    await expect(sidebarItem(tab, running)).toHaveAttribute('data-unread', 'true')
    await expect(sidebarItem(tab, running)).toHaveAttribute('data-state', 'idle')
    await expect(sidebarItem(tab, running)).toContainText('(unread)')
  }
  await sidebarItem(page, running).getByRole('link').click()
  await expectTokens(lastAnswer(page), 60)
  for (const tab of [page, second]) await expect(sidebarItem(tab, running)).toHaveAttribute('data-unread', 'false')
})

test('a page in the background marks its title and icon when an answer ends, until it is visible again', async ({
  page,
  server,
}) => {
  await send(page, 'tokens 60 at 100 hold after 40')
  await expectTokens(lastAnswer(page), 40)
  await expect(page).toHaveTitle(/· Holdfast$/u)
  await setHidden(page, true)
  await release(server)
  await expect(page).toHaveTitle(/^● /u)
  await expect(page.locator('link[rel=icon]')).toHaveAttribute('href', '/favicon-done.svg')
  await expectStatus(lastAnswer(page), 'completed')
  await setHidden(page, false)
  await expect(page).not.toHaveTitle(/^●/u)
  await expect(page.locator('link[rel=icon]')).toHaveAttribute('href', '/favicon.svg')
})

test('several conversations are answered at the same time, each with its own text', async ({ page, api, server }) => {
  const ids: string[] = []
  for (const count of [150, 160, 170, 180]) {
    ids.push(await send(page, `tokens ${count} at 50 hold after 100`))
    await expect(answers(page)).toHaveCount(1)
    await page.getByTestId('new-conversation').click()
    await expect(composer(page)).toBeVisible()
  }
  for (const id of ids) await expect(sidebarItem(page, id)).toHaveAttribute('data-state', 'thinking')
  await release(server)
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
