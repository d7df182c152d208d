import { chordsOf, type Bindings } from './bindings.ts'
import { isCharacterKey, shortcuts, type Chord, type Shortcut, type ShortcutId } from './shortcut-list.ts'

export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>

export interface KeyPlace {
  readonly isMac: boolean
  /** Where the focus is. */
  readonly focus: 'page' | 'text' | 'empty-composer'
  /** Something lies over the page, e.g. a menu: Escape is its key. */
  readonly isUnderOverlay: boolean
  readonly allowsCharacterKeys: boolean
  /** The shortcuts that have other keys on this device. */
  readonly bindings: Bindings
}

/** What a key means here; null: it is somebody else's. */
export function eventToShortcut(event: KeyPress, place: KeyPlace): ShortcutId | null {
  const isAsked = (shortcut: (typeof shortcuts)[number]) =>
    chordsOf(shortcut.id, place.bindings).some((chord) => isMeant(shortcut, chord, event, place))
  return shortcuts.find(isAsked)?.id ?? null
}

function isMeant(shortcut: Shortcut, chord: Chord, event: KeyPress, place: KeyPlace): boolean {
  if (shortcut.isListedOnly || !isPressed(chord, event, place.isMac)) return false
  if (shortcut.inEmptyComposer) return place.focus === 'empty-composer'
  if (isCharacterKey(chord)) return place.allowsCharacterKeys && place.focus === 'page'
  // Option and a letter write a sign on a Mac.
  if (chord.alt && !chord.mod && chord.key.length === 1 && place.isMac) return place.focus !== 'text'
  if (chord.key === 'Escape' && !chord.shift) return !place.isUnderOverlay
  return true
}

/** Whether these are the keys that are pressed. */
export function isPressed(chord: Chord, event: KeyPress, isMac: boolean): boolean {
  const isMod = isMac ? event.metaKey : event.ctrlKey
  const isOther = isMac ? event.ctrlKey : event.metaKey
  if (isOther || isMod !== (chord.mod ?? false) || event.altKey !== (chord.alt ?? false)) return false
  const isSign = chord.key.length === 1 && !/[a-z]/u.test(chord.key)
  // Where a sign needs Shift to be written depends on the keyboard.
  if (event.shiftKey !== (chord.shift ?? false) && !(isSign && event.shiftKey && event.key === chord.key)) return false
  return isKey(chord, event)
}

/** The key that says so, wherever it is; where a keyboard has no such key, the one in its place. */
function isKey({ key, code }: Chord, event: KeyPress): boolean {
  if (event.key === key || event.key.toLowerCase() === key) return true
  const writesLatin = /^[a-z]$/iu.test(event.key)
  return code !== undefined && event.code === code && !writesLatin
}
