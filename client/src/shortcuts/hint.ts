import { chordsOf } from './bindings.ts'
import { chordToAria, chordToText } from './chord-to-keys.ts'
import { isMac } from './platform.ts'
import type { ShortcutId } from './shortcut-list.ts'

/** The keys for a button's tooltip, e.g. `Ctrl+Shift+O`; undefined for a shortcut that is turned off. */
export function shortcutHint(id: ShortcutId): string | undefined {
  const [first] = chordsOf(id)
  return first && chordToText(first, isMac)
}

/** The value of `aria-keyshortcuts`. */
export function shortcutAria(id: ShortcutId): string | undefined {
  const chords = chordsOf(id)
  return chords.length === 0 ? undefined : chords.map((chord) => chordToAria(chord, isMac)).join(' ')
}

/** A tooltip with the name of a button and its keys. */
export function withHint(label: string, id: ShortcutId): string {
  const hint = shortcutHint(id)
  return hint === undefined ? label : `${label} (${hint})`
}
