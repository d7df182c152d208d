import { chordsOf, type Bindings } from './bindings.ts'
import { isCharacterKey, shortcuts, type Chord, type Shortcut, type ShortcutId } from './shortcut-list.ts'

export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>

export interface KeyPlace {
  readonly isMac: boolean
  /** The kind of element that has the focus. */
  readonly focus: 'page' | 'text' | 'empty-composer'
  /** An overlay such as a menu is open, which handles Escape itself. */
  readonly isUnderOverlay: boolean
  readonly allowsCharacterKeys: boolean
  /** Changed keys on this device. */
  readonly bindings: Bindings
}

/** The shortcut for a key event; null if there is none. */
export function eventToShortcut(event: KeyPress, place: KeyPlace): ShortcutId | null {
  const isAsked = (shortcut: (typeof shortcuts)[number]) =>
    chordsOf(shortcut.id, place.bindings).some((chord) => isMeant(shortcut, chord, event, place))
  return shortcuts.find(isAsked)?.id ?? null
}

function isMeant(shortcut: Shortcut, chord: Chord, event: KeyPress, place: KeyPlace): boolean {
  if (shortcut.isListedOnly || !isPressed(chord, event, place.isMac)) return false
  if (shortcut.inEmptyComposer) return place.focus === 'empty-composer'
  if (isCharacterKey(chord)) return place.allowsCharacterKeys && place.focus === 'page'
  // Option and a letter type a symbol on a Mac.
  if (chord.alt && !chord.mod && chord.key.length === 1 && place.isMac) return place.focus !== 'text'
  if (chord.key === 'Escape' && !chord.shift) return !place.isUnderOverlay
  return true
}

/** Whether the event matches the keys. */
export function isPressed(chord: Chord, event: KeyPress, isMac: boolean): boolean {
  const isMod = isMac ? event.metaKey : event.ctrlKey
  const isOther = isMac ? event.ctrlKey : event.metaKey
  if (isOther || isMod !== (chord.mod ?? false) || event.altKey !== (chord.alt ?? false)) return false
  const isSign = chord.key.length === 1 && !/[a-z]/u.test(chord.key)
  // Whether a symbol needs Shift depends on the keyboard layout.
  if (event.shiftKey !== (chord.shift ?? false) && !(isSign && event.shiftKey && event.key === chord.key)) return false
  return isKey(chord, event)
}

/** Matches the typed character, or the physical position on layouts without that character. */
function isKey({ key, code }: Chord, event: KeyPress): boolean {
  if (event.key === key || event.key.toLowerCase() === key) return true
  const writesLatin = /^[a-z]$/iu.test(event.key)
  return code !== undefined && event.code === code && !writesLatin
}
