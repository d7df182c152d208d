import { chordsOf, type Bindings } from './bindings.ts'
import { isPressed, type KeyPress } from './event-to-shortcut.ts'
import { isCharacterKey, shortcuts, type Chord, type ShortcutId } from './shortcut-list.ts'

/** `alone`: the key needs a modifier. `taken`: the browser or text fields use it. */
export type ChordProblem = 'alone' | 'characters-off' | 'foreign' | 'taken'

const heldKeys = new Set(['Control', 'Shift', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'Fn', 'Dead', 'Process', 'Unidentified'])
/** Keys that are reserved with Ctrl or ⌘: editing commands, and those that close or leave the page. */
const everywhere = new Set('acvxzytnwqrl')

/** The pressed keys as a chord; null while only modifiers are pressed. */
export function keyPressToChord(event: KeyPress, isMac: boolean): Chord | null {
  if (heldKeys.has(event.key)) return null
  const letter = /^Key([A-Z])$/u.exec(event.code)?.[1]?.toLowerCase()
  const isLatin = /^[a-z]$/iu.test(event.key)
  const key = event.key.length === 1 ? (isLatin || letter === undefined ? event.key.toLowerCase() : letter) : event.key
  const mod = isMac ? event.metaKey : event.ctrlKey
  // Whether a symbol needs Shift depends on the keyboard layout.
  const isSign = key.length === 1 && !/[a-z]/u.test(key) && !mod && !event.altKey
  return {
    key,
    ...(event.code === '' ? {} : { code: event.code }),
    ...(mod ? { mod } : {}),
    ...(event.shiftKey && !isSign ? { shift: true } : {}),
    ...(event.altKey ? { alt: true } : {}),
  }
}

/** Why the keys cannot be a shortcut; null if they can. */
export function findProblem(
  event: KeyPress,
  chord: Chord,
  place: { readonly isMac: boolean; readonly allowsCharacterKeys: boolean },
): ChordProblem | null {
  if (place.isMac ? event.ctrlKey : event.metaKey) return 'foreign'
  const { key, mod = false, shift = false, alt = false } = chord
  if (isCharacterKey(chord)) return place.allowsCharacterKeys ? null : 'characters-off'
  const isFunctionKey = /^F\d{1,2}$/u.test(key)
  if (!mod && !alt && !isFunctionKey && !(key === 'Escape' && shift)) return 'alone'
  return mod && !alt && !shift && everywhere.has(key) ? 'taken' : null
}

/** Another shortcut than `id` that has these keys already. */
export function findHolder(event: KeyPress, id: ShortcutId, isMac: boolean, changed: Bindings): ShortcutId | null {
  const isHolder = (other: ShortcutId) => other !== id && chordsOf(other, changed).some((chord) => isPressed(chord, event, isMac))
  return shortcuts.find((shortcut) => isHolder(shortcut.id))?.id ?? null
}
