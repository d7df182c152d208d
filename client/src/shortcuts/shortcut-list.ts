import type { TextId } from '../i18n/english/index.ts'

/** A key with its modifiers. `mod` is ⌘ on a Mac and Ctrl elsewhere. */
export interface Chord {
  /** The character that the key types, letters in lower case, or its name, e.g. `Enter`. */
  readonly key: string
  /** Physical position, for keyboards without Latin letters and for modifiers that change the character. */
  readonly code?: string
  readonly mod?: boolean
  readonly shift?: boolean
  readonly alt?: boolean
}

export type ShortcutGroup = 'page' | 'conversation' | 'answer' | 'composer'

export interface Shortcut {
  readonly group: ShortcutGroup
  readonly label: TextId
  readonly chords: readonly Chord[]
  /** Works only while the message field has the focus and is empty. */
  readonly inEmptyComposer?: boolean
  /** Handled elsewhere in the page with fixed keys, and only listed here. */
  readonly isListedOnly?: boolean
}

const letter = (key: string): Pick<Chord, 'key' | 'code'> => ({ key, code: `Key${key.toUpperCase()}` })

/** All shortcuts: the key handler, the tooltips of buttons and the settings read this list. */
export const shortcutList = {
  openPalette: { group: 'page', label: 'shortcut.palette', chords: [{ ...letter('k'), mod: true }] },
  newConversation: { group: 'page', label: 'new-conversation', chords: [{ ...letter('o'), mod: true, shift: true }] },
  focusComposer: {
    group: 'page',
    label: 'shortcut.focus-composer',
    chords: [{ key: 'Escape', shift: true }, { key: '/' }],
  },
  toggleSidebar: {
    group: 'page',
    label: 'shortcut.sidebar',
    chords: [
      { ...letter('s'), mod: true, shift: true },
      { ...letter('b'), mod: true },
    ],
  },
  togglePlanner: { group: 'page', label: 'shortcut.planner', chords: [{ ...letter('p'), mod: true, shift: true }] },
  openSettings: {
    group: 'page',
    label: 'settings',
    chords: [
      { key: '.', code: 'Period', mod: true },
      { key: ',', code: 'Comma', mod: true },
    ],
  },
  showShortcuts: {
    group: 'page',
    label: 'shortcut.help',
    chords: [{ key: '/', code: 'Slash', mod: true }, { key: '?' }],
  },
  findInConversation: { group: 'conversation', label: 'shortcut.find', chords: [{ ...letter('f'), mod: true }] },
  previousMessage: { group: 'conversation', label: 'shortcut.previous-message', chords: [{ key: 'ArrowUp', alt: true }] },
  nextMessage: { group: 'conversation', label: 'shortcut.next-message', chords: [{ key: 'ArrowDown', alt: true }] },
  firstMessage: { group: 'conversation', label: 'shortcut.first-message', chords: [{ key: 'Home' }], isListedOnly: true },
  lastMessage: { group: 'conversation', label: 'shortcut.last-message', chords: [{ key: 'End' }], isListedOnly: true },
  deleteConversation: {
    group: 'conversation',
    label: 'conversation.trash',
    chords: [{ key: 'Backspace', mod: true, shift: true }],
  },
  stop: { group: 'answer', label: 'shortcut.stop', chords: [{ key: 'Escape' }] },
  copyLastAnswer: { group: 'answer', label: 'shortcut.copy-answer', chords: [{ ...letter('c'), mod: true, shift: true }] },
  copyLastCode: {
    group: 'answer',
    label: 'shortcut.copy-code',
    chords: [{ key: ';', code: 'Semicolon', mod: true, shift: true }],
  },
  regenerate: { group: 'answer', label: 'shortcut.regenerate', chords: [{ ...letter('r'), alt: true }] },
  approve: { group: 'answer', label: 'shortcut.approve', chords: [{ key: 'Enter', mod: true, alt: true }] },
  deny: { group: 'answer', label: 'shortcut.deny', chords: [{ key: 'Backspace', mod: true, alt: true }] },
  send: {
    group: 'composer',
    label: 'composer.send',
    chords: [{ key: 'Enter' }, { key: 'Enter', mod: true }],
    isListedOnly: true,
  },
  newLine: { group: 'composer', label: 'shortcut.new-line', chords: [{ key: 'Enter', shift: true }], isListedOnly: true },
  attachFiles: { group: 'composer', label: 'files.attach', chords: [{ ...letter('u'), mod: true }] },
  editLastMessage: {
    group: 'composer',
    label: 'shortcut.edit-last',
    chords: [{ key: 'ArrowUp' }],
    inEmptyComposer: true,
  },
  pasteInline: {
    group: 'composer',
    label: 'shortcut.paste-inline',
    chords: [{ ...letter('v'), mod: true, shift: true }],
    isListedOnly: true,
  },
} as const satisfies Record<string, Shortcut>

export type ShortcutId = keyof typeof shortcutList

export const shortcuts: readonly (Shortcut & { readonly id: ShortcutId })[] = Object.entries(shortcutList).map(
  ([id, shortcut]) => ({ ...(shortcut as Shortcut), id: id as ShortcutId }),
)

/** Whether the keys are a single character that works everywhere, which dictation can trigger by accident. */
export function isCharacterKey({ key, mod, alt }: Chord): boolean {
  return key.length === 1 && !mod && !alt
}
