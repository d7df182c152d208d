import { typeInto } from './type-into.ts'
import { expectAccessibleAtEverySize, phone } from './expect-accessible.ts'
import {
  answers,
  composer,
  contentOf,
  expectLive,
  expectStatus,
  lastAnswer,
  questions,
  send,
  sidebarItem,
} from './page-parts.ts'
import { expect, test } from './test.ts'

test.use({ permissions: ['clipboard-read', 'clipboard-write'] })

const clipboard = (page: Parameters<typeof composer>[0]) => page.evaluate(() => navigator.clipboard.readText())

test('? lists every shortcut, Escape closes the list and restores the focus', async ({ page }) => {
  await page.getByTestId('new-conversation').focus()
  await page.keyboard.press('?')
  const list = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await expect(list.getByTestId('shortcut').filter({ hasText: 'New conversation' })).toContainText('CtrlShiftO')
  await expect(list.getByTestId('shortcut').filter({ hasText: 'Stop the answer' })).toContainText('Esc')
  await page.keyboard.press('Escape')
  await expect(list).toHaveCount(0)
  await expect(page.getByTestId('new-conversation')).toBeFocused()
  await composer(page).focus()
  await page.keyboard.type('why? a/b')
  await expect(composer(page), 'in a text they are characters').toHaveValue('why? a/b')
  await page.keyboard.press('ControlOrMeta+/')
  await expect(list).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(composer(page)).toBeFocused()
})

test('single-character shortcuts can be turned off, and stay off', async ({ page }) => {
  await page.getByTestId('new-conversation').focus()
  await page.keyboard.press('/')
  await expect(composer(page)).toBeFocused()
  await page.keyboard.press('ControlOrMeta+.')
  const settings = page.getByRole('dialog', { name: 'Settings' })
  await settings.getByRole('button', { name: 'Shortcuts' }).click()
  await settings.getByTestId('character-keys').uncheck()
  await page.keyboard.press('Escape')
  await page.reload()
  await page.getByTestId('new-conversation').focus()
  await page.keyboard.press('/')
  await page.keyboard.press('?')
  await expect(page.getByTestId('new-conversation')).toBeFocused()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.keyboard.press('Shift+Escape')
  await expect(composer(page), 'the others go on').toBeFocused()
})

test('the keys of a shortcut can be changed, report conflicts, and can be disabled and reset', async ({ page }) => {
  const sidebar = page.getByRole('navigation', { name: 'Conversations' })
  const palette = page.getByRole('dialog', { name: 'Search and commands' })
  const row = page.locator('[data-shortcut=openPalette]')
  const editor = page.getByTestId('shortcut-editor')
  await page.keyboard.press('ControlOrMeta+/')
  await row.getByTestId('change-keys').click()
  await editor.getByTestId('record-keys').press('Enter')
  await page.keyboard.press('ControlOrMeta+J')
  await expect(row).toContainText('CtrlKorCtrlJ')
  await editor.getByTestId('record-keys').press('Enter')
  await page.keyboard.press('ControlOrMeta+B')
  await expect(editor.getByTestId('shortcut-conflict')).toContainText('Ctrl+B is already used for “Show or hide conversations”.')
  await editor.getByRole('button', { name: 'Use it here instead' }).click()
  await editor.getByRole('button', { name: 'Remove Ctrl+K' }).click()
  await editor.getByTestId('record-keys').press('Enter')
  await page.keyboard.press('Escape')
  await expect(editor, 'Escape ended the recording, not the dialog').toBeVisible()
  await page.keyboard.press('Escape')
  await expect(editor).toHaveCount(0)

  await page.reload()
  await expectLive(page)
  await page.keyboard.press('ControlOrMeta+K')
  await page.keyboard.press('ControlOrMeta+J')
  await expect(palette).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('ControlOrMeta+B')
  await expect(palette).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(sidebar).toBeVisible()

  await page.keyboard.press('ControlOrMeta+/')
  await row.getByTestId('change-keys').click()
  await editor.getByRole('button', { name: 'Remove Ctrl+J' }).click()
  await editor.getByRole('button', { name: 'Remove Ctrl+B' }).click()
  await expect(row).toContainText('off')
  await page.getByTestId('reset-all-keys').click()
  await expect(row).toContainText('CtrlK')
  await page.keyboard.press('Escape')
  await page.keyboard.press('ControlOrMeta+B')
  await expect(sidebar).toHaveCount(0)
})

test('shortcuts toggle the sidebar and the planner', async ({ page }) => {
  const sidebar = page.getByRole('navigation', { name: 'Conversations' })
  await page.keyboard.press('ControlOrMeta+Shift+S')
  await expect(sidebar).toHaveCount(0)
  await page.keyboard.press('ControlOrMeta+B')
  await expect(sidebar).toBeVisible()
  await page.keyboard.press('ControlOrMeta+Shift+P')
  await expect(page.getByTestId('toggle-planner')).toHaveAttribute('aria-expanded', 'true')
})

test('shortcuts copy the last answer or its last code, regenerate it, and edit the last question', async ({ page }) => {
  await send(page, 'say Look:\n\n```js\nconst x = 1\n```\n\n```js\nconst y = 2\n```')
  await expectStatus(lastAnswer(page), 'completed')
  await page.keyboard.press('ControlOrMeta+Shift+;')
  await expect(page.getByTestId('toast')).toContainText('Code copied.')
  expect(await clipboard(page)).toBe('const y = 2')
  await page.keyboard.press('ControlOrMeta+Shift+C')
  await expect(page.getByText('Answer copied.')).toBeVisible()
  expect(await clipboard(page)).toContain('Look:\n\n```js\nconst x = 1')
  await page.keyboard.press('Alt+R')
  await expect(lastAnswer(page).getByTestId('branch-switcher')).toContainText('2 / 2')
  await expectStatus(lastAnswer(page), 'completed')

  await typeInto(composer(page), 'not empty')
  await page.keyboard.press('ArrowUp')
  await expect(page.getByTestId('edit-input')).toHaveCount(0)
  await typeInto(composer(page), '')
  await page.keyboard.press('ArrowUp')
  await expect(page.getByTestId('edit-input')).toBeFocused()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('say Otherwise')
  await page.keyboard.press('Enter')
  await expect(contentOf(lastAnswer(page))).toHaveText('Otherwise')
  await expect(questions(page).getByTestId('branch-switcher')).toContainText('2 / 2')
})

test('Escape closes overlays first, and only then stops the answer', async ({ page }) => {
  await send(page, 'tokens 3000 at 40')
  await expect(contentOf(lastAnswer(page))).toContainText('t5')
  await page.keyboard.press('ControlOrMeta+/')
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expectStatus(lastAnswer(page), 'generating')
  await page.keyboard.press('Escape')
  await expectStatus(lastAnswer(page), 'cancelled')
})

test('a shortcut moves a conversation to the trash after a confirmation, and Undo restores it', async ({ page, server }) => {
  const conversationId = await send(page, 'say Keep me')
  await expectStatus(lastAnswer(page), 'completed')
  await page.keyboard.press('ControlOrMeta+Shift+Backspace')
  const question = page.getByRole('dialog', { name: 'Move to trash?' })
  await question.getByRole('button', { name: 'Keep' }).click()
  await expect(question).toHaveCount(0)
  await expect(answers(page)).toHaveCount(1)
  await page.keyboard.press('ControlOrMeta+Shift+Backspace')
  await question.getByTestId('confirm-trash').click()
  await expect(page).toHaveURL(`${server.url}/`)
  await expect(composer(page), 'one can go on at once').toBeFocused()
  await expect(sidebarItem(page, conversationId)).toHaveCount(0)
  await page.getByTestId('toast').getByRole('button', { name: 'Undo' }).click()
  await expect(sidebarItem(page, conversationId)).toBeVisible()
})

test.describe('from a phone to a laptop', () => {
  test.use(phone)

  test('axe finds no violation in the list of shortcuts and its page in the settings', async ({ page, server }, info) => {
    await page.keyboard.press('ControlOrMeta+/')
    await expect(page.getByTestId('shortcut').first()).toBeVisible()
    await page.getByTestId('change-keys').first().click()
    await expect(page.getByTestId('shortcut-editor')).toBeVisible()
    await expectAccessibleAtEverySize(page, info, 'shortcuts')
    await page.keyboard.press('Escape')
    await page.goto(`${server.url}/?settings=shortcuts`)
    await expect(page.getByTestId('shortcut').first()).toBeVisible()
    await expectAccessibleAtEverySize(page, info, 'settings-shortcuts')
  })
})
