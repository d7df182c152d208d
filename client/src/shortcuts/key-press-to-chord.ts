import { chordsOf, type Bindings } from './bindings.ts'
import { isPressed, type KeyPress } from './event-to-shortcut.ts'
import { isCharacterKey, shortcuts, type Chord, type ShortcutId } from './shortcut-list.ts'

/** `alone`: the key does something everywhere and needs one that is held. `taken`: the browser and every text field use it. */
export type ChordProblem = 'alone' | 'characters-off' | 'foreign' | 'taken'

const heldKeys = new Set(['Control', 'Shift', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'Fn', 'Dead', 'Process', 'Unidentified'])
/** With Ctrl or ⌘: copy, paste and their like, and what closes or leaves the page. */
const everywhere = new Set('acvxzytnwqrl')

/** The keys that are pressed, as a shortcut has them; null while none but Ctrl and its like is. */
export function keyPressToChord(event: KeyPress, isMac: boolean): Chord | null {
  if (heldKeys.has(event.key)) return null
  const letter = /^Key([A-Z])$/u.exec(event.code)?.[1]?.toLowerCase()
  const isLatin = /^[a-z]$/iu.test(event.key)
  const key = event.key.length === 1 ? (isLatin || letter === undefined ? event.key.toLowerCase() : letter) : event.key
  const mod = isMac ? event.metaKey : event.ctrlKey
  // Whether a sign needs Shift is the keyboard's business.
  const isSign = key.length === 1 && !/[a-z]/u.test(key) && !mod && !event.altKey
  return {
    key,
    ...(event.code === '' ? {} : { code: event.code }),
    ...(mod ? { mod } : {}),
    ...(event.shiftKey && !isSign ? { shift: true } : {}),
    ...(event.altKey ? { alt: true } : {}),
  }
}

/** Why these keys cannot be a shortcut; null: they can. */
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

/** The shortcut that these keys belong to already, other than `id`. */
export function findHolder(event: KeyPress, id: ShortcutId, isMac: boolean, changed: Bindings): ShortcutId | null {
  const isHolder = (other: ShortcutId) => other !== id && chordsOf(other, changed).some((chord) => isPressed(chord, event, isMac))
  return shortcuts.find((shortcut) => isHolder(shortcut.id))?.id ?? null
}
