import type { Page } from '@playwright/test'
import { typeInto } from './type-into.ts'
import { expectAccessible, expectAccessibleAtEverySize, phone } from './expect-accessible.ts'
import {
  answers,
  chooseInMenu,
  composer,
  connectionState,
  contentOf,
  expectLive,
  expectStatus,
  lastAnswer,
  openStart,
  questions,
  send,
  sidebarItem,
} from './page-parts.ts'
import { startTestServer } from './test-server.ts'
import { expect, test } from './test.ts'

const long = Array.from({ length: 400 }, (_, index) => `line ${index + 1} of a log`).join('\n')

async function pasteLong(page: Page): Promise<void> {
  await composer(page).evaluate((field, text) => {
    const data = new DataTransfer()
    data.setData('text/plain', text)
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
  }, long)
  await page.getByTestId('pasted-chip').getByRole('button').first().click()
}

test.describe('from a phone to a laptop', () => {
  test.use(phone)

  test('axe finds no violation in queued, stopped, pasted and unsent messages', async ({ page, context }, info) => {
    await send(page, 'tokens 100 at 50 hang after 30')
    await expect(contentOf(lastAnswer(page))).toContainText('t30')
    await typeInto(composer(page), 'say Next')
    await composer(page).press('Enter')
    await expect(answers(page)).toHaveCount(2)
    await expect(page.getByTestId('queued')).toBeVisible()
    await pasteLong(page)
    await expectAccessibleAtEverySize(page, info, 'queue-and-chip')
    await page.getByTestId('composer-stop').click()
    await expectStatus(lastAnswer(page), 'cancelled')
    await expect(composer(page)).toHaveValue(/^say Next/u)
    await typeInto(composer(page), '')
    await page.getByTestId('pasted-remove').click()
    await context.setOffline(true)
    await expect(page.getByTestId('connection-notice')).toBeVisible()
    await typeInto(composer(page), 'say Later')
    await page.getByTestId('composer-send').click()
    await expect(questions(page).last().getByTestId('unsent-edit')).toBeVisible()
    await expectAccessibleAtEverySize(page, info, 'offline-and-unsent')
    await context.setOffline(false)
  })

  test('axe finds no violation in the settings, in a confirmation, and in empty states', async ({ page, server }, info) => {
    const conversationId = await send(page, 'say Hello')
    await expectStatus(lastAnswer(page), 'completed')
    for (const [section, part] of [
      ['models', 'model-settings'],
      ['tools', 'tool-settings'],
      ['tokens', 'token-settings'],
      ['writing', 'writing-settings'],
      ['appearance', 'appearance-settings'],
    ] as const) {
      await page.goto(`${server.url}/c/${conversationId}?settings=${section}`)
      await expect(page.getByRole('dialog', { name: 'Settings' }).getByTestId(part)).toBeVisible()
      await expectAccessibleAtEverySize(page, info, `settings-${section}`)
    }
    await page.goto(`${server.url}/c/${conversationId}`)
    await expectStatus(lastAnswer(page), 'completed')
    await page.keyboard.press('ControlOrMeta+Shift+Backspace')
    await expect(page.getByTestId('confirm-trash')).toBeVisible()
    await expectAccessibleAtEverySize(page, info, 'trash-question')
    await page.goto(`${server.url}/`)
    await expectLive(page)
    await expectAccessibleAtEverySize(page, info, 'start-with-recent')
    await page.goto(`${server.url}/c/0198c0de-0000-7000-8000-000000000000`)
    await expect(page.getByTestId('conversation-missing')).toBeVisible()
    await expectAccessibleAtEverySize(page, info, 'missing')
  })
})

test('the first Tab offers a link past the conversations to the composer', async ({ page }) => {
  // Tab starts before all content of the page.
  await page.evaluate(() => {
    document.body.tabIndex = -1
    document.body.focus()
  })
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to message box' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(composer(page)).toBeFocused()
  await send(page, 'say Hello')
  await expectStatus(lastAnswer(page), 'completed')
  await page.getByRole('link', { name: 'Skip to last answer' }).focus()
  await page.keyboard.press('Enter')
  await expect(lastAnswer(page)).toBeFocused()
})

test('deleting an item moves the focus to its neighbour, and closing a dialog restores the focus', async ({ page }) => {
  const first = await send(page, 'say One')
  await expectStatus(lastAnswer(page), 'completed')
  const ids = [first]
  for (const word of ['Two', 'Three']) {
    await page.keyboard.press('ControlOrMeta+Shift+O')
    await expect(page).toHaveURL(/\/$/u)
    ids.push(await send(page, `say ${word}`))
    await expect(contentOf(lastAnswer(page))).toHaveText(word)
  }
  const [one = '', two = '', three = ''] = ids
  // The newest conversation is on top, and open.
  await chooseInMenu(page, two, 'Move to trash')
  await expect(sidebarItem(page, two)).toHaveCount(0)
  await expect(sidebarItem(page, one).getByRole('link')).toBeFocused()
  await chooseInMenu(page, one, 'Archive')
  await expect(sidebarItem(page, three).getByRole('link')).toBeFocused()
  await page.getByTestId('open-settings').focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'Settings' })).toBeVisible()
  for (let presses = 0; presses < 20; presses += 1) {
    await page.keyboard.press('Tab')
    // The focus guards at the edges of a dialog pass the focus on.
    const focused = page.locator('[role=dialog] :focus, [role=dialog]:focus')
    await expect(focused, 'the focus stays in the dialog').toHaveCount(1, { timeout: 5_000 })
  }
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('open-settings')).toBeFocused()
})

test('a screen reader announces the start and the end of an answer, but not its text', async ({ page }) => {
  await page.evaluate(() => {
    const said: string[] = []
    Object.assign(window, { said })
    const look = () => {
      for (const region of document.querySelectorAll('[aria-live=polite], [aria-live=assertive], [role=status], [role=alert]')) {
        const words = region.textContent.trim()
        if (words !== '' && !said.includes(words)) said.push(words)
      }
    }
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true })
  })
  await send(page, 'tokens 60 at 100')
  await expectStatus(lastAnswer(page), 'completed')
  await expect(page.getByText('Answer complete, 60 words')).toBeAttached()
  const said = await page.evaluate(() => (window as unknown as { said: string[] }).said)
  expect(said).toContain('Answer started')
  expect(said.filter((words) => /\bt\d+\b/u.test(words))).toEqual([])
  await expect(page.getByRole('log')).toHaveAttribute('aria-live', 'off')

  await page.keyboard.press('ControlOrMeta+.')
  await page.getByRole('button', { name: 'Reading and writing' }).click()
  await page.getByRole('radio', { name: 'The whole answer, once it is complete' }).check()
  await page.keyboard.press('Escape')
  await send(page, 'say **All** of it')
  await expect(page.getByText('Answer complete. All of it', { exact: true })).toBeAttached()
  await page.keyboard.press('ControlOrMeta+.')
  await page.getByRole('button', { name: 'Reading and writing' }).click()
  await page.getByRole('radio', { name: 'Nothing', exact: true }).check()
  await page.keyboard.press('Escape')
  await send(page, 'say Silence')
  await expect(contentOf(lastAnswer(page))).toHaveText('Silence')
  await expectStatus(lastAnswer(page), 'completed')
  await expect(page.getByText('Answer complete. All of it', { exact: true }), 'nothing came after it').toBeAttached()
})

test('from 320 to 2560 pixels, and at 200 % on a laptop, nothing is cut off and the composer is visible', async ({
  page,
  server,
}) => {
  const conversationId = await send(
    page,
    `say # A title\n\n| one | two | three | four | five |\n|---|---|---|---|---|\n| ${'wide '.repeat(12)} | b | c | d | e |\n\n\`\`\`\n${'x'.repeat(300)}\n\`\`\`\n\n${'long'.repeat(60)}`,
  )
  await expectStatus(lastAnswer(page), 'completed')
  for (const [width, height] of [
    [320, 640],
    [360, 740],
    [640, 400],
    [768, 1024],
    [1920, 1080],
    [2560, 1440],
  ] as const) {
    await page.setViewportSize({ width, height })
    for (const path of [`/c/${conversationId}`, '/', '/planner', '/trash', `/c/${conversationId}?settings=shortcuts`]) {
      await page.goto(`${server.url}${path}`)
      await expectLive(page)
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect(overflow, `${path} at ${width} pixels`).toBeLessThanOrEqual(0)
    }
    await page.goto(`${server.url}/c/${conversationId}`)
    await expect(composer(page)).toBeInViewport({ ratio: 1 })
    await expect(page.getByTestId('composer-send')).toBeInViewport({ ratio: 1 })
  }
})

test('every state is visible in forced colours', async ({ page, server }) => {
  await page.emulateMedia({ forcedColors: 'active' })
  await send(page, 'tokens 100 at 50 hang after 30')
  await expect(contentOf(lastAnswer(page))).toContainText('t30')
  const line = lastAnswer(page).locator('.pulse-line')
  const look = (property: string) => line.evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property)
  expect(await look('background-color')).toBe(await page.evaluate(() => getComputedStyle(document.body).color))
  const border = await page.getByTestId('composer-send').evaluate((button) => getComputedStyle(button).borderTopStyle)
  expect(border, 'a button has an edge').toBe('solid')
  const turn = await contentOf(questions(page)).evaluate((text) => getComputedStyle(text.parentElement ?? text).borderTopStyle)
  expect(turn, 'what a person wrote has one, too').toBe('solid')
  await page.goto(`${server.url}/?settings=appearance`)
  const outline = (name: string) =>
    page.locator('label', { hasText: name }).evaluate((label) => getComputedStyle(label).outlineStyle)
  await expect(page.getByTestId('appearance-settings')).toBeVisible()
  expect([await outline('System'), await outline('Dark')], 'what is chosen can be told').toEqual(['solid', 'none'])
  await page.keyboard.press('Escape')
  await page.keyboard.press('ControlOrMeta+K')
  const entry = page.getByTestId('palette').locator('[data-highlighted]')
  await expect(entry).toHaveCount(1)
  await expect(entry, 'what Enter would choose, too').toHaveCSS('outline-style', 'solid')
})

test('nothing moves for users who prefer reduced motion', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await send(page, 'tokens 100 at 50 hang after 30')
  await expect(contentOf(lastAnswer(page))).toContainText('t30')
  const moving = await page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === 'running').length)
  expect(moving).toBe(0)
})

test('axe finds no violation in an interrupted answer', async ({ browser }, info) => {
  await using server = await startTestServer({ env: { AUTO_CONTINUE: 'off' } })
  const context = await browser.newContext({ reducedMotion: 'reduce' })
  const page = await context.newPage()
  await openStart(page, server.url)
  await send(page, 'tokens 100 at 50 hang after 30')
  await expect(contentOf(lastAnswer(page))).toContainText('t30')
  await server.kill()
  await expect(connectionState(page)).toHaveText('Reconnecting')
  await expect(page.getByTestId('connection-notice')).toBeVisible()
  await expectAccessible(page, info, 'reconnecting')
  await server.start()
  await expectStatus(lastAnswer(page), 'interrupted')
  await expectAccessible(page, info, 'interrupted')
  await context.close()
})
