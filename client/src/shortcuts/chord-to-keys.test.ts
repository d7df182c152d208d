import { expect, test } from 'vitest'
import { chordToAria, chordToText } from './chord-to-keys.ts'
import { shortcutList } from './shortcut-list.ts'

const [approve] = shortcutList.approve.chords
const [start] = shortcutList.newConversation.chords

test('keys have the names of the keyboard', () => {
  expect(chordToText(start, false)).toBe('Ctrl+Shift+O')
  expect(chordToText(start, true)).toBe('⇧⌘O')
  expect(chordToText(approve, false)).toBe('Ctrl+Alt+Enter')
  expect(chordToText(approve, true)).toBe('⌥⌘↩')
})

test('keys are formatted for aria-keyshortcuts', () => {
  expect(chordToAria(start, false)).toBe('Control+Shift+O')
  expect(chordToAria(approve, true)).toBe('Meta+Alt+Enter')
})
