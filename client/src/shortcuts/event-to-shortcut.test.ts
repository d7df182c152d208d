import { expect, test } from 'vitest'
import { eventToShortcut, type KeyPlace, type KeyPress } from './event-to-shortcut.ts'
import { shortcuts, type Chord } from './shortcut-list.ts'

const press = (key: string, change: Partial<KeyPress> = {}, place: Partial<KeyPlace> = {}) =>
  eventToShortcut(
    { key, code: '', ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...change },
    { isMac: false, focus: 'page', isUnderOverlay: false, allowsCharacterKeys: true, bindings: {}, ...place },
  )

test.each([
  ['O', { code: 'KeyO', ctrlKey: true, shiftKey: true }, 'newConversation'],
  ['s', { code: 'KeyS', ctrlKey: true, shiftKey: true }, 'toggleSidebar'],
  ['b', { code: 'KeyB', ctrlKey: true }, 'toggleSidebar'],
  ['P', { code: 'KeyP', ctrlKey: true, shiftKey: true }, 'togglePlanner'],
  ['k', { code: 'KeyK', ctrlKey: true }, 'openPalette'],
  ['f', { code: 'KeyF', ctrlKey: true }, 'findInConversation'],
  ['.', { code: 'Period', ctrlKey: true }, 'openSettings'],
  [',', { code: 'Comma', ctrlKey: true }, 'openSettings'],
  ['/', { code: 'Slash', ctrlKey: true }, 'showShortcuts'],
  ['C', { code: 'KeyC', ctrlKey: true, shiftKey: true }, 'copyLastAnswer'],
  [':', { code: 'Semicolon', ctrlKey: true, shiftKey: true }, 'copyLastCode'],
  ['r', { code: 'KeyR', altKey: true }, 'regenerate'],
  ['ArrowUp', { code: 'ArrowUp', altKey: true }, 'previousMessage'],
  ['ArrowDown', { code: 'ArrowDown', altKey: true }, 'nextMessage'],
  ['Backspace', { code: 'Backspace', ctrlKey: true, shiftKey: true }, 'deleteConversation'],
  ['Enter', { code: 'Enter', ctrlKey: true, altKey: true }, 'approve'],
  ['Backspace', { code: 'Backspace', ctrlKey: true, altKey: true }, 'deny'],
  ['Escape', {}, 'stop'],
  ['Escape', { shiftKey: true }, 'focusComposer'],
  ['/', {}, 'focusComposer'],
  ['?', { shiftKey: true }, 'showShortcuts'],
])('%s with %o', (key, change, expected) => {
  expect(press(key, change)).toBe(expected)
})

test.each([
  ['a', {}],
  ['o', { code: 'KeyO', ctrlKey: true }],
  ['r', { code: 'KeyR', ctrlKey: true }],
  ['Enter', { code: 'Enter', ctrlKey: true }],
  ['Backspace', { code: 'Backspace', altKey: true }],
  ['s', { code: 'KeyS', ctrlKey: true, altKey: true, shiftKey: true }],
  ['Escape', { altKey: true }],
  ['ArrowUp', {}],
])('%s with %o is not a shortcut', (key, change) => {
  expect(press(key, change)).toBeNull()
})

test('on a Mac, ⌘ is the main modifier, and Ctrl stays with text fields', () => {
  const mac = { isMac: true }
  expect(press('k', { code: 'KeyK', metaKey: true }, mac)).toBe('openPalette')
  expect(press('k', { code: 'KeyK', ctrlKey: true }, mac)).toBeNull()
  expect(press('k', { code: 'KeyK', metaKey: true })).toBeNull()
})

test('the typed character counts, wherever the layout has it', () => {
  // Dvorak: O is where others have S.
  expect(press('O', { code: 'KeyS', ctrlKey: true, shiftKey: true })).toBe('newConversation')
  // A German keyboard writes / with Shift and 7.
  expect(press('/', { code: 'Digit7', ctrlKey: true, shiftKey: true })).toBe('showShortcuts')
  expect(press('/', { code: 'Digit7', shiftKey: true })).toBe('focusComposer')
})

test('the physical position counts on a layout without the letter', () => {
  // Russian: щ is where others have O.
  expect(press('Щ', { code: 'KeyO', ctrlKey: true, shiftKey: true })).toBe('newConversation')
  // Option makes another sign of R.
  expect(press('®', { code: 'KeyR', altKey: true }, { isMac: true })).toBe('regenerate')
})

test('a character is text in text fields, and nothing while character keys are off', () => {
  expect(press('/', {}, { focus: 'text' })).toBeNull()
  expect(press('?', { shiftKey: true }, { focus: 'empty-composer' })).toBeNull()
  expect(press('/', {}, { allowsCharacterKeys: false })).toBeNull()
  expect(press('?', { shiftKey: true }, { allowsCharacterKeys: false })).toBeNull()
  expect(press('Escape', {}, { allowsCharacterKeys: false }), 'not a character').toBe('stop')
  expect(press('®', { code: 'KeyR', altKey: true }, { isMac: true, focus: 'text' })).toBeNull()
})

test('Escape belongs to an open menu', () => {
  expect(press('Escape', {}, { isUnderOverlay: true })).toBeNull()
  expect(press('Escape', { shiftKey: true }, { isUnderOverlay: true })).toBe('focusComposer')
})

test('Arrow Up edits the last message only from the empty composer', () => {
  expect(press('ArrowUp', {}, { focus: 'empty-composer' })).toBe('editLastMessage')
  expect(press('ArrowUp', {}, { focus: 'text' })).toBeNull()
})

test('no two shortcuts have the same keys', () => {
  const keys = shortcuts.flatMap(({ chords, inEmptyComposer, isListedOnly }) =>
    chords.map((chord: Chord) => JSON.stringify([chord, inEmptyComposer ?? false, isListedOnly ?? false])),
  )
  expect(new Set(keys).size).toBe(keys.length)
})
