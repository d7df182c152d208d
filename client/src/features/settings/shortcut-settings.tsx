import { useText } from '../../i18n/use-text.ts'
import { allowCharacterKeys, characterKeys } from '../../shortcuts/character-keys.ts'
import { chordToKeys } from '../../shortcuts/chord-to-keys.ts'
import { isMac } from '../../shortcuts/platform.ts'
import { isCharacterKey, shortcuts, type Chord, type Shortcut } from '../../shortcuts/shortcut-list.ts'
import { useStore } from '../../use-store.ts'

const groups = ['page', 'conversation', 'answer', 'composer'] as const

/** Every shortcut with its keys, as they are on this device, and the switch for those that are a single character. */
export function ShortcutSettings({ isInColumns = false }: { readonly isInColumns?: boolean }) {
  const text = useText()
  const allowsCharacterKeys = useStore(characterKeys)
  return (
    <div className="space-y-6">
      <div className={isInColumns ? 'gap-x-10 sm:columns-2' : ''}>
        {groups.map((group) => (
          <section key={group} className="mb-6 break-inside-avoid last:mb-0" aria-label={text(`shortcuts.group.${group}`)}>
            <h3 className="text-xs font-medium text-faint">{text(`shortcuts.group.${group}`)}</h3>
            <dl className="mt-1 divide-y divide-line/70">
              {shortcuts
                .filter((shortcut) => shortcut.group === group)
                .map((shortcut) => (
                  <div
                    key={shortcut.id}
                    className="flex items-center justify-between gap-4 py-1.5 text-sm"
                    data-testid="shortcut"
                  >
                    <dt className="min-w-0">{text(shortcut.label)}</dt>
                    <dd className="flex shrink-0 flex-wrap items-center justify-end gap-x-1.5 gap-y-1">
                      {toShown(shortcut, allowsCharacterKeys).map((chord, index) => (
                        <Keys key={index} chord={chord} isFirst={index === 0} />
                      ))}
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
      <label className="flex cursor-pointer items-start gap-2.5 border-t border-line pt-4 text-sm">
        <input
          type="checkbox"
          className="mt-0.5 size-4 accent-accent"
          checked={allowsCharacterKeys}
          onChange={(event) => allowCharacterKeys(event.target.checked)}
          data-testid="character-keys"
        />
        <span>
          {text('shortcuts.character-keys')}
          <span className="block text-xs text-faint">{text('shortcuts.character-keys.about')}</span>
        </span>
      </label>
    </div>
  )
}

function toShown({ chords }: Shortcut, allowsCharacterKeys: boolean): Chord[] {
  return chords.filter((chord) => allowsCharacterKeys || !isCharacterKey(chord))
}

function Keys({ chord, isFirst }: { readonly chord: Chord; readonly isFirst: boolean }) {
  const text = useText()
  return (
    <>
      {!isFirst && <span className="text-xs text-faint">{text('shortcuts.or')}</span>}
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
    </>
  )
}
