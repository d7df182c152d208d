import { chordToAria, chordToText } from './chord-to-keys.ts'
import { isMac } from './platform.ts'
import { shortcutList, type Chord, type ShortcutId } from './shortcut-list.ts'

/** What stands beside the name of a button, e.g. `Ctrl+Shift+O`. */
export function shortcutHint(id: ShortcutId): string {
  const [first] = shortcutList[id].chords as readonly [Chord, ...Chord[]]
  return chordToText(first, isMac)
}

/** The value of `aria-keyshortcuts`. */
export function shortcutAria(id: ShortcutId): string {
  return shortcutList[id].chords.map((chord) => chordToAria(chord, isMac)).join(' ')
}

/** The name of a button and its keys, for when it is pointed at. */
export function withHint(label: string, id: ShortcutId): string {
  return `${label} (${shortcutHint(id)})`
}
