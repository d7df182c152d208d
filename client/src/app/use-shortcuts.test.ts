import { expect, test } from 'vitest'
import { eventToShortcut } from './use-shortcuts.ts'

const press = (key: string, change: object = {}) =>
  eventToShortcut({ key, code: '', ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, target: null, ...change })

test.each([
  ['O', { code: 'KeyO', ctrlKey: true, shiftKey: true }, 'newConversation'],
  ['o', { code: 'KeyO', metaKey: true, shiftKey: true }, 'newConversation'],
  ['s', { code: 'KeyS', metaKey: true, shiftKey: true }, 'toggleSidebar'],
  ['P', { code: 'KeyP', ctrlKey: true, shiftKey: true }, 'togglePlanner'],
  ['Enter', { code: 'Enter', ctrlKey: true, altKey: true }, 'approve'],
  ['Backspace', { code: 'Backspace', metaKey: true, altKey: true }, 'deny'],
  ['Escape', {}, 'stop'],
  ['Escape', { shiftKey: true }, 'focusComposer'],
  ['/', {}, 'focusComposer'],
])('%s with %o', (key, change, expected) => {
  expect(press(key, change)).toBe(expected)
})

test.each([
  ['a', {}],
  ['o', { code: 'KeyO', ctrlKey: true }],
  ['Enter', { code: 'Enter', ctrlKey: true }],
  ['Backspace', { code: 'Backspace', altKey: true }],
  ['s', { code: 'KeyS', ctrlKey: true, altKey: true, shiftKey: true }],
  ['Escape', { altKey: true }],
  ['/', { ctrlKey: true }],
])('%s with %o is somebody else’s', (key, change) => {
  expect(press(key, change)).toBeNull()
})
