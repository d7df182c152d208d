import type { Page } from '@playwright/test'
import { follow } from '../../server/test/follow.ts'
import { tokensText } from '../../server/test/scripted-provider/index.ts'
import { release } from './house.ts'
import { countShownTokens, expectTokens } from './numbered-tokens.ts'
import {
  answers,
  chooseInMenu,
  composer,
  contentOf,
  expectLive,
  expectStatus,
  lastAnswer,
  messageIdOf,
  messages,
  questions,
  send,
  sidebarItem,
  stopButton,
} from './page-parts.ts'
import { expect, test } from './test.ts'

async function openBeside(page: Page): Promise<Page> {
  const second = await page.context().newPage()
  await second.goto(page.url())
  await expectLive(second)
  return second
}

async function readThread(page: Page): Promise<string[]> {
  return (await contentOf(messages(page)).allTextContents()).map((text) => text.trimEnd())
}

test('two tabs and a third client follow the same answer, and show the same', async ({ page, api }) => {
  const conversationId = await send(page, 'tokens 200 at 60')
  const second = await openBeside(page)
  const third = follow(api, conversationId)
  await expectTokens(lastAnswer(page), 20)
  await expectTokens(lastAnswer(second), 20)
  for (const tab of [page, second]) {
    await expectStatus(lastAnswer(tab), 'completed')
    expect(await countShownTokens(lastAnswer(tab))).toBe(200)
  }
  const messageId = await messageIdOf(lastAnswer(page))
  expect(await messageIdOf(lastAnswer(second))).toBe(messageId)
  const state = await third.until(() => third.message(messageId)?.status === 'completed')
  third.stop()
  expect(third.message(messageId)?.content).toBe(tokensText(200))
  expect(state.conversation?.messageCount).toBe(2)
})

test('what one tab sends, and what a script sends, appears in the other tab', async ({ page, api }) => {
  const conversationId = await send(page, 'say One')
  await expectStatus(lastAnswer(page), 'completed')
  const second = await openBeside(page)
  await send(second, 'say Two')
  await expect(contentOf(lastAnswer(page))).toHaveText('Two')
  await expect(answers(page)).toHaveCount(2)
  await api.messages.send.mutate({ requestId: crypto.randomUUID(), conversationId, content: 'say Three' })
  for (const tab of [page, second]) {
    await expect(answers(tab)).toHaveCount(3)
    await expectStatus(lastAnswer(tab), 'completed')
    expect(await readThread(tab)).toEqual(['say One', 'One', 'say Two', 'Two', 'say Three', 'Three'])
  }
})

test('both tabs send in the same moment: nothing is lost, and both show the same in the end', async ({ page, api }) => {
  const conversationId = await send(page, 'say One')
  await expectStatus(lastAnswer(page), 'completed')
  const second = await openBeside(page)
  await expectStatus(lastAnswer(second), 'completed')
  await composer(page).fill('say From the first tab')
  await composer(second).fill('say From the second tab')
  await Promise.all([composer(page).press('Enter'), composer(second).press('Enter')])
  for (const tab of [page, second]) await expectStatus(lastAnswer(tab), 'completed')
  await expect.poll(async () => (await api.messages.status.query({ conversationId })).hasActiveGeneration).toBe(false)
  const { messageCount } = await api.messages.list.query({ conversationId })
  expect(messageCount, 'two questions and two answers more').toBe(6)
  await page.reload()
  await second.reload()
  await expectStatus(lastAnswer(page), 'completed')
  await expectStatus(lastAnswer(second), 'completed')
  for (const tab of [page, second]) {
    const text = (await readThread(tab)).join('\n')
    const hasBoth = text.includes('say From the first tab') && text.includes('say From the second tab')
    // Side by side as versions of one turn, or one behind the other: either way both can be reached.
    if (!hasBoth) await expect(questions(tab).last().getByTestId('branch-switcher')).toContainText('/ 2')
  }
})

test('a new name reaches every tab, and the title of the page', async ({ page, api }) => {
  const conversationId = await send(page, 'say Hello')
  await expectStatus(lastAnswer(page), 'completed')
  const second = await openBeside(page)
  await chooseInMenu(page, conversationId, 'Rename')
  await page.getByRole('textbox', { name: 'Title' }).fill('A name of my own')
  await page.keyboard.press('Enter')
  for (const tab of [page, second]) {
    await expect(sidebarItem(tab, conversationId)).toContainText('A name of my own')
    await expect(tab.getByTestId('title')).toHaveText('A name of my own')
    await expect(tab).toHaveTitle('A name of my own · Holdfast')
  }
  expect((await api.conversations.get.query({ conversationId })).conversation.title).toBe('A name of my own')
  await page.reload()
  await expect(sidebarItem(page, conversationId)).toContainText('A name of my own')
})

test('a list that was read before a new name, and arrives after it, shows the new name', async ({ page, api }) => {
  const conversationId = await send(page, 'say One')
  await expectStatus(lastAnswer(page), 'completed')
  const held = Promise.withResolvers<void>()
  const wasRead = Promise.withResolvers<void>()
  await page.route(/\/trpc\/[^?]*conversations\.list/u, async (route) => {
    const response = await route.fetch()
    wasRead.resolve()
    await held.promise
    await route.fulfill({ response })
  })
  const heard = page
    .waitForEvent('websocket')
    .then((socket) => socket.waitForEvent('framereceived', ({ payload }) => String(payload).includes('Read too late')))
  await page.reload()
  await expectLive(page)
  await wasRead.promise
  await api.conversations.update.mutate({ conversationId, title: 'Read too late' })
  await heard
  held.resolve()
  await expect(sidebarItem(page, conversationId)).toContainText('Read too late')
})

test('going from one conversation to another fetches no list again', async ({ page, api }) => {
  const titles = ['The first', 'The second']
  for (const title of titles) {
    await page.getByTestId('new-conversation').click()
    const conversationId = await send(page, 'say Hello')
    await expectStatus(lastAnswer(page), 'completed')
    await api.conversations.update.mutate({ conversationId, title })
    await expect(sidebarItem(page, conversationId)).toContainText(title)
  }
  const fetched: string[] = []
  page.on('request', (request) => {
    if (/conversations\.list|tasks\.list/u.test(request.url())) fetched.push(request.url())
  })
  for (const title of [...titles, ...titles]) {
    await page.getByTestId('sidebar-item').getByRole('link', { name: title }).click()
    await expect(page).toHaveTitle(`${title} · Holdfast`)
    await expectStatus(lastAnswer(page), 'completed')
  }
  expect(fetched).toEqual([])
})

test('pinned in one tab, pinned in the other', async ({ page, api }) => {
  const conversationId = await send(page, 'say Hello')
  await expectStatus(lastAnswer(page), 'completed')
  const second = await openBeside(page)
  await chooseInMenu(page, conversationId, 'Pin')
  for (const tab of [page, second]) {
    await expect(tab.getByRole('region', { name: 'Pinned' }).getByTestId('sidebar-item')).toHaveCount(1)
  }
  expect((await api.conversations.get.query({ conversationId })).conversation.pinned).toBe(true)
  await chooseInMenu(second, conversationId, 'Unpin')
  for (const tab of [page, second]) await expect(tab.getByRole('region', { name: 'Pinned' })).toHaveCount(0)
})

test('moved to the trash in one tab while the other reads it, and brought back by Undo', async ({ page }) => {
  const conversationId = await send(page, 'say Keep me')
  await expectStatus(lastAnswer(page), 'completed')
  const second = await openBeside(page)
  await expect(contentOf(lastAnswer(second))).toHaveText('Keep me')
  await chooseInMenu(page, conversationId, 'Move to trash')
  for (const tab of [page, second]) await expect(sidebarItem(tab, conversationId)).toHaveCount(0)
  await expect(second.getByTestId('conversation-deleted')).toBeVisible()
  expect(new URL(page.url()).pathname).toBe('/')

  await page.getByTestId('toast').getByRole('button', { name: 'Undo' }).click()
  for (const tab of [page, second]) await expect(sidebarItem(tab, conversationId)).toBeVisible()
  await expect(contentOf(lastAnswer(second))).toHaveText('Keep me')
  await sidebarItem(page, conversationId).getByRole('link').click()
  await expect(contentOf(lastAnswer(page))).toHaveText('Keep me')
})

test('what is put into the trash elsewhere, or deleted for good, is so in a trash that was looked at before', async ({
  page,
  api,
}) => {
  const conversationId = await send(page, 'say Hello')
  await expectStatus(lastAnswer(page), 'completed')
  const trash = page.getByRole('link', { name: 'Trash' })
  const shelfItem = page.locator(`[data-testid=shelf-item][data-conversation-id="${conversationId}"]`)
  await trash.click()
  await expect(page.getByText('The trash is empty.')).toBeVisible()
  await page.getByTestId('new-conversation').click()
  await api.conversations.delete.mutate({ conversationId })
  await expect(sidebarItem(page, conversationId)).toHaveCount(0)
  await trash.click()
  await expect(shelfItem).toBeVisible()
  await api.conversations.delete.mutate({ conversationId, permanent: true })
  await expect(page.getByText('The trash is empty.')).toBeVisible()
})

test('the trash restores, and deletes for good', async ({ page, api }) => {
  const kept = await send(page, 'say Keep me')
  await expectStatus(lastAnswer(page), 'completed')
  await page.getByTestId('new-conversation').click()
  const gone = await send(page, 'say Delete me')
  await expectStatus(lastAnswer(page), 'completed')
  for (const id of [kept, gone]) {
    await chooseInMenu(page, id, 'Move to trash')
    await expect(sidebarItem(page, id)).toHaveCount(0)
  }
  await page.getByRole('link', { name: 'Trash' }).click()
  const shelfItem = (id: string) => page.locator(`[data-testid=shelf-item][data-conversation-id="${id}"]`)
  await shelfItem(kept).getByRole('button', { name: 'Restore' }).click()
  await expect(sidebarItem(page, kept)).toBeVisible()
  await shelfItem(gone).getByRole('button', { name: 'Delete for good' }).click()
  await page.getByTestId('delete-dialog').getByRole('button', { name: 'Delete for good' }).click()
  await expect(page.getByText('The trash is empty.')).toBeVisible()
  await page.goto(`${new URL(page.url()).origin}/c/${gone}`)
  await expect(page.getByTestId('conversation-missing')).toBeVisible()
  expect((await api.conversations.list.query({})).items.map(({ id }) => id)).toEqual([kept])
})

test('a conversation that is deleted in mid-answer stops costing anything', async ({ page, house }) => {
  const call = house.provider.calls
  const conversationId = await send(page, 'tokens 3000 at 50')
  await expectTokens(lastAnswer(page), 10)
  await chooseInMenu(page, conversationId, 'Move to trash')
  await expect(sidebarItem(page, conversationId)).toHaveCount(0)
  expect((await house.provider.closed(call)).byClient).toBe(true)
})

test('archived in one tab, gone from the list in both, and back by Undo', async ({ page }) => {
  const conversationId = await send(page, 'say Later')
  await expectStatus(lastAnswer(page), 'completed')
  const second = await openBeside(page)
  await chooseInMenu(page, conversationId, 'Archive')
  for (const tab of [page, second]) await expect(sidebarItem(tab, conversationId)).toHaveCount(0)
  await page.getByTestId('toast').getByRole('button', { name: 'Undo' }).click()
  for (const tab of [page, second]) await expect(sidebarItem(tab, conversationId)).toBeVisible()
})

test('a tab that was away for four turns sends: its message and every turn are there', async ({ page, context, api }) => {
  const conversationId = await send(page, 'say Start')
  await expectStatus(lastAnswer(page), 'completed')
  await context.setOffline(true)
  await expect(page.getByTestId('connection-state')).toHaveText('Offline')
  for (let turn = 1; turn <= 4; turn += 1) {
    await api.messages.complete.mutate({ requestId: crypto.randomUUID(), conversationId, content: `say Turn ${turn}` })
  }
  await composer(page).fill('say Written without knowing')
  await composer(page).press('Enter')
  await expect(questions(page).last()).toContainText('Not sent yet')
  await context.setOffline(false)
  await expect(contentOf(lastAnswer(page))).toHaveText('Written without knowing')

  // It answers what its writer saw, as a branch of its own; everything that was said meanwhile is on the other one.
  await expect.poll(async () => (await api.messages.list.query({ conversationId })).messageCount).toBe(12)
  const branches = questions(page).last().getByTestId('branch-switcher')
  await expect(branches).toContainText('2 / 2')
  await questions(page).last().hover()
  await branches.getByRole('button', { name: 'Previous version' }).click()
  await expect(answers(page)).toHaveCount(5)
  expect((await readThread(page)).filter((_, index) => index % 2 === 1)).toEqual([
    'Start',
    'Turn 1',
    'Turn 2',
    'Turn 3',
    'Turn 4',
  ])
})

test('the running mark and Stop are in every tab, also one that is opened later', async ({ page, house }) => {
  const conversationId = await send(page, 'tokens 60 at 100 hold after 30')
  await expectTokens(lastAnswer(page), 30)
  const later = await openBeside(page)
  for (const tab of [page, later]) {
    await expect(stopButton(tab)).toBeEnabled()
    await expect(sidebarItem(tab, conversationId)).toHaveAttribute('data-state', 'thinking')
  }
  await release(house)
  for (const tab of [page, later]) {
    await expectTokens(lastAnswer(tab), 60)
    await expect(stopButton(tab)).toHaveCount(0)
    await expect(sidebarItem(tab, conversationId)).toHaveAttribute('data-state', 'idle')
  }
})
