import { chordsOf } from './bindings.ts'
import { chordToAria, chordToText } from './chord-to-keys.ts'
import { isMac } from './platform.ts'
import type { ShortcutId } from './shortcut-list.ts'

/** What stands beside the name of a button, e.g. `Ctrl+Shift+O`. Undefined for a shortcut that is switched off. */
export function shortcutHint(id: ShortcutId): string | undefined {
  const [first] = chordsOf(id)
  return first && chordToText(first, isMac)
}

/** The value of `aria-keyshortcuts`. */
export function shortcutAria(id: ShortcutId): string | undefined {
  const chords = chordsOf(id)
  return chords.length === 0 ? undefined : chords.map((chord) => chordToAria(chord, isMac)).join(' ')
}

/** The name of a button and its keys, for when it is pointed at. */
export function withHint(label: string, id: ShortcutId): string {
  const hint = shortcutHint(id)
  return hint === undefined ? label : `${label} (${hint})`
}
