import { chordToKeys } from '../../shortcuts/chord-to-keys.ts'
import { isMac } from '../../shortcuts/platform.ts'
import type { Chord } from '../../shortcuts/shortcut-list.ts'

/** Keys, as written on the keyboard. */
export function KeyCaps({ chord }: { readonly chord: Chord }) {
  return (
    <span className="flex gap-0.5">
      {chordToKeys(chord, isMac).map((name) => (
        <kbd
          key={name}
          className="grid h-6 min-w-6 place-items-center rounded-sm border border-line-strong bg-paper px-1.5 font-sans text-xs text-soft"
        >
          {name}
        </kbd>
      ))}
    </span>
  )
}
