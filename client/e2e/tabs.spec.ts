import type { Page } from '@playwright/test'
import { typeInto } from './type-into.ts'
import { follow } from '../../server/test/follow.ts'
import { tokensText } from '../../server/testing/scripted-provider/index.ts'
import { release } from './test-server.ts'
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

test('two tabs and a third client follow the same answer, and show the same text', async ({ page, api }) => {
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

test('messages that one tab or a script sends appear in the other tab', async ({ page, api }) => {
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

test('when both tabs send at the same moment, nothing is lost, and both end up with the same messages', async ({ page, api }) => {
  const conversationId = await send(page, 'say One')
  await expectStatus(lastAnswer(page), 'completed')
  const second = await openBeside(page)
  await expectStatus(lastAnswer(second), 'completed')
  await typeInto(composer(page), 'say From the first tab')
  await typeInto(composer(second), 'say From the second tab')
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
    // The messages may be versions of one turn or follow each other: either way both can be reached.
    if (!hasBoth) await expect(questions(tab).last().getByTestId('branch-switcher')).toContainText('/ 2')
  }
})

test('a name that is typed key by key is saved completely, and appears in every tab and in the page title', async ({
  page,
  api,
}) => {
  const conversationId = await send(page, 'say Hello')
  await expectStatus(lastAnswer(page), 'completed')
  const second = await openBeside(page)
  await chooseInMenu(page, conversationId, 'Rename')
  // The text of the field is selected, so typing replaces it.
  await page.getByRole('textbox', { name: 'Title' }).pressSequentially('A name of my own')
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

test('a list that was read before a rename, and arrives after it, shows the new name', async ({ page, api }) => {
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

test('switching between conversations does not refetch the lists', async ({ page, api }) => {
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

test('pinning a conversation in one tab pins it in the other', async ({ page, api }) => {
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

test('a conversation can be moved to the trash in one tab while the other reads it, and restored with Undo', async ({ page }) => {
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

test('a trash that was opened before shows what was moved there, or deleted permanently, elsewhere', async ({ page, api }) => {
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

test('conversations in the trash can be restored, and deleted permanently', async ({ page, api }) => {
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
  await shelfItem(gone).getByRole('button', { name: 'Delete permanently' }).click()
  await page.getByTestId('delete-dialog').getByRole('button', { name: 'Delete permanently' }).click()
  await expect(page.getByText('The trash is empty.')).toBeVisible()
  await page.goto(`${new URL(page.url()).origin}/c/${gone}`)
  await expect(page.getByTestId('conversation-missing')).toBeVisible()
  expect((await api.conversations.list.query({})).items.map(({ id }) => id)).toEqual([kept])
})

test('deleting a conversation in mid-answer stops the request to the provider', async ({ page, server }) => {
  const call = server.provider.calls
  const conversationId = await send(page, 'tokens 3000 at 50')
  await expectTokens(lastAnswer(page), 10)
  await chooseInMenu(page, conversationId, 'Move to trash')
  await expect(sidebarItem(page, conversationId)).toHaveCount(0)
  expect((await server.provider.closed(call)).byClient).toBe(true)
})

test('archiving in one tab removes a conversation from the list in both, and Undo restores it', async ({ page }) => {
  const conversationId = await send(page, 'say Later')
  await expectStatus(lastAnswer(page), 'completed')
  const second = await openBeside(page)
  await chooseInMenu(page, conversationId, 'Archive')
  for (const tab of [page, second]) await expect(sidebarItem(tab, conversationId)).toHaveCount(0)
  await page.getByTestId('toast').getByRole('button', { name: 'Undo' }).click()
  for (const tab of [page, second]) await expect(sidebarItem(tab, conversationId)).toBeVisible()
})

test('after a tab misses four turns and sends a message, that message and every turn are there', async ({
  page,
  context,
  api,
}) => {
  const conversationId = await send(page, 'say Start')
  await expectStatus(lastAnswer(page), 'completed')
  await context.setOffline(true)
  await expect(page.getByTestId('connection-state')).toHaveText('Offline')
  for (let turn = 1; turn <= 4; turn += 1) {
    await api.messages.complete.mutate({ requestId: crypto.randomUUID(), conversationId, content: `say Turn ${turn}` })
  }
  await typeInto(composer(page), 'say Written without knowing')
  await composer(page).press('Enter')
  await expect(questions(page).last()).toContainText('Not sent yet')
  await context.setOffline(false)
  await expect(contentOf(lastAnswer(page))).toHaveText('Written without knowing')

  // The message is on a branch below the last message that the tab knew; the newer turns are on the other branch.
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

test('the running indicator and Stop are in every tab, also one that is opened later', async ({ page, server }) => {
  const conversationId = await send(page, 'tokens 60 at 100 hold after 30')
  await expectTokens(lastAnswer(page), 30)
  const later = await openBeside(page)
  for (const tab of [page, later]) {
    await expect(stopButton(tab)).toBeEnabled()
    await expect(sidebarItem(tab, conversationId)).toHaveAttribute('data-state', 'thinking')
  }
  await release(server)
  for (const tab of [page, later]) {
    await expectTokens(lastAnswer(tab), 60)
    await expect(stopButton(tab)).toHaveCount(0)
    await expect(sidebarItem(tab, conversationId)).toHaveAttribute('data-state', 'idle')
  }
})
