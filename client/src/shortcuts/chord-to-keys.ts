import type { Chord } from './shortcut-list.ts'

const macNames: Readonly<Record<string, string>> = {
  Enter: '↩',
  Backspace: '⌫',
  Escape: 'Esc',
  ArrowUp: '↑',
  ArrowDown: '↓',
}
const otherNames: Readonly<Record<string, string>> = { Escape: 'Esc', ArrowUp: '↑', ArrowDown: '↓' }

/** The names of the keys on this kind of keyboard, modifiers first, e.g. `['Ctrl', 'Shift', 'O']`. */
export function chordToKeys(chord: Chord, isMac: boolean): string[] {
  const names = isMac ? macNames : otherNames
  const key = names[chord.key] ?? (chord.key.length === 1 ? chord.key.toUpperCase() : chord.key)
  const held = isMac
    ? [chord.alt && '⌥', chord.shift && '⇧', chord.mod && '⌘']
    : [chord.mod && 'Ctrl', chord.alt && 'Alt', chord.shift && 'Shift']
  return [...held.filter((name) => typeof name === 'string'), key]
}

export function chordToText(chord: Chord, isMac: boolean): string {
  return chordToKeys(chord, isMac).join(isMac ? '' : '+')
}

/** The keys as a value of `aria-keyshortcuts` (WAI-ARIA 1.2, 6.6). */
export function chordToAria(chord: Chord, isMac: boolean): string {
  const held = [chord.mod && (isMac ? 'Meta' : 'Control'), chord.alt && 'Alt', chord.shift && 'Shift']
  const key = chord.key.length === 1 ? chord.key.toUpperCase() : chord.key
  return [...held.filter((name) => typeof name === 'string'), key].join('+')
}
