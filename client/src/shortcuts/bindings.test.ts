import { afterEach, expect, test } from 'vitest'
import { bindings, changeChords, chordsOf, parseBindings, resetAllChords } from './bindings.ts'
import { eventToShortcut, type KeyPlace, type KeyPress } from './event-to-shortcut.ts'
import { findHolder, findProblem, keyPressToChord } from './key-press-to-chord.ts'
import { shortcutHint, withHint } from './hint.ts'

afterEach(resetAllChords)

const plain: KeyPress = { key: '', code: '', ctrlKey: false, metaKey: false, shiftKey: false, altKey: false }
const jPressed = { ...plain, key: 'j', code: 'KeyJ', ctrlKey: true }
const place: KeyPlace = { isMac: false, focus: 'page', isUnderOverlay: false, allowsCharacterKeys: true, bindings: {} }
const now = (): KeyPlace => ({ ...place, bindings: bindings.get() })
const record = (event: Partial<KeyPress>, isMac = false) => keyPressToChord({ ...plain, ...event }, isMac)
const problemOf = (event: Partial<KeyPress>, allowsCharacterKeys = true) => {
  const chord = record(event)
  return chord && findProblem({ ...plain, ...event }, chord, { isMac: false, allowsCharacterKeys })
}

test('changed keys replace the default keys of a shortcut', () => {
  const chord = keyPressToChord(jPressed, false)
  if (!chord) throw new Error('nothing was pressed')
  changeChords('openPalette', [chord])
  expect(eventToShortcut(jPressed, now())).toBe('openPalette')
  expect(eventToShortcut({ ...plain, key: 'k', code: 'KeyK', ctrlKey: true }, now())).toBeNull()
  expect(shortcutHint('openPalette')).toBe('Ctrl+J')
  changeChords('openPalette', null)
  expect(eventToShortcut(jPressed, now())).toBeNull()
  expect(eventToShortcut({ ...plain, key: 'k', code: 'KeyK', ctrlKey: true }, now())).toBe('openPalette')
})

test('a shortcut without keys is off, and has no hint', () => {
  changeChords('openPalette', [])
  expect(eventToShortcut({ ...plain, key: 'k', code: 'KeyK', ctrlKey: true }, now())).toBeNull()
  expect(shortcutHint('openPalette')).toBeUndefined()
  expect(withHint('Search', 'openPalette')).toBe('Search')
})

test('a conflict with default or changed keys of another shortcut is found', () => {
  expect(findHolder({ ...plain, key: 'b', code: 'KeyB', ctrlKey: true }, 'openPalette', false, {})).toBe('toggleSidebar')
  expect(findHolder({ ...plain, key: 'k', code: 'KeyK', ctrlKey: true }, 'openPalette', false, {})).toBeNull()
  expect(findHolder(jPressed, 'openPalette', false, { toggleSidebar: [{ key: 'j', mod: true }] })).toBe('toggleSidebar')
  // Shift and ; write a colon on this keyboard.
  expect(findHolder({ ...plain, key: ':', code: 'Semicolon', ctrlKey: true, shiftKey: true }, 'stop', false, {})).toBe(
    'copyLastCode',
  )
})

test.each([
  [
    { key: 'j', code: 'KeyJ', ctrlKey: true },
    { key: 'j', code: 'KeyJ', mod: true },
  ],
  [
    { key: 'J', code: 'KeyJ', ctrlKey: true, shiftKey: true },
    { key: 'j', code: 'KeyJ', mod: true, shift: true },
  ],
  [
    { key: 'щ', code: 'KeyO', ctrlKey: true },
    { key: 'o', code: 'KeyO', mod: true },
  ],
  [
    { key: '#', code: 'Digit3', shiftKey: true },
    { key: '#', code: 'Digit3' },
  ],
  [
    { key: 'F2', code: 'F2' },
    { key: 'F2', code: 'F2' },
  ],
  [{ key: 'Control', code: 'ControlLeft', ctrlKey: true }, null],
])('%o is stored as %o, and matches when pressed again', (event, chord) => {
  expect(record(event)).toEqual(chord)
  if (chord) expect(eventToShortcut({ ...plain, ...event }, { ...place, bindings: { openPalette: [chord] } })).toBe('openPalette')
})

test('on a Mac, ⌘ is the main modifier, and Option does not change the letter', () => {
  expect(record({ key: 'j', code: 'KeyJ', metaKey: true }, true)).toEqual({ key: 'j', code: 'KeyJ', mod: true })
  expect(record({ key: '∆', code: 'KeyJ', altKey: true }, true)).toEqual({ key: 'j', code: 'KeyJ', alt: true })
})

test.each([
  [{ key: 'Enter', code: 'Enter' }, 'alone'],
  [{ key: 'ArrowUp', code: 'ArrowUp', shiftKey: true }, 'alone'],
  [{ key: 'c', code: 'KeyC', ctrlKey: true }, 'taken'],
  [{ key: 'j', code: 'KeyJ', metaKey: true }, 'foreign'],
  [{ key: 'j', code: 'KeyJ', ctrlKey: true }, null],
  [{ key: 'j', code: 'KeyJ' }, null],
  [{ key: 'Escape', code: 'Escape', shiftKey: true }, null],
])('%o: %s', (event, problem) => {
  expect(problemOf(event)).toBe(problem)
})

test('a single character is not a shortcut while character keys are off', () => {
  expect(problemOf({ key: 'j', code: 'KeyJ' }, false)).toBe('characters-off')
})

test('unreadable and unknown stored keys are ignored', () => {
  expect(parseBindings(null)).toEqual({})
  expect(parseBindings('{"openPalette":')).toEqual({})
  expect(parseBindings('{"openPalette":"k"}')).toEqual({})
  expect(parseBindings('{"flyAway":[{"key":"f"}],"stop":[]}')).toEqual({ stop: [] })
  expect(chordsOf('stop', parseBindings('{"stop":[]}'))).toEqual([])
})
