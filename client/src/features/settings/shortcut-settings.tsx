import '../../i18n/later-english.ts'
import { useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { sendKey } from '../../preferences/preferences.ts'
import { bindings, chordsOf, resetAllChords, type Bindings } from '../../shortcuts/bindings.ts'
import { characterKeys } from '../../shortcuts/character-keys.ts'
import { shortcuts, type Chord, type ShortcutId } from '../../shortcuts/shortcut-list.ts'
import { Button } from '../../ui/button.tsx'
import { useStore } from '../../lib/use-store.ts'
import { ShortcutRow } from './shortcut-row.tsx'

const groups = ['page', 'conversation', 'answer', 'composer'] as const

/** All shortcuts with their keys on this device, which can be changed, turned off and reset. */
export function ShortcutSettings({ isInColumns = false }: { readonly isInColumns?: boolean }) {
  const text = useText()
  const allowsCharacterKeys = useStore(characterKeys)
  const changed = useStore(bindings)
  const enterStartsLine = useStore(sendKey) === 'mod-enter'
  const [editing, setEditing] = useState<ShortcutId | null>(null)
  return (
    <div className="space-y-6">
      <div className={isInColumns ? 'gap-x-10 sm:columns-2' : ''}>
        {groups.map((group) => (
          <section key={group} className="mb-6 break-inside-avoid last:mb-0" aria-label={text(`shortcuts.group.${group}`)}>
            <h3 className="text-xs font-medium text-faint">{text(`shortcuts.group.${group}`)}</h3>
            <ul className="mt-1 divide-y divide-line/70">
              {shortcuts
                .filter((shortcut) => shortcut.group === group)
                .map((shortcut) => (
                  <ShortcutRow
                    key={shortcut.id}
                    shortcut={shortcut}
                    chords={toShown(shortcut.id, changed, enterStartsLine)}
                    allowsCharacterKeys={allowsCharacterKeys}
                    isEditing={editing === shortcut.id}
                    onEdit={setEditing}
                  />
                ))}
            </ul>
          </section>
        ))}
      </div>
      <div className="flex flex-wrap items-start justify-between gap-4 border-t border-line pt-4">
        <label className="flex min-w-56 flex-1 cursor-pointer items-start gap-2.5 text-sm">
          <input
            type="checkbox"
            className="mt-0.5 size-4 accent-accent"
            checked={allowsCharacterKeys}
            onChange={(event) => characterKeys.set(event.target.checked)}
            data-testid="character-keys"
          />
          <span>
            {text('shortcuts.character-keys')}
            <span className="block text-xs text-faint">{text('shortcuts.character-keys.about')}</span>
          </span>
        </label>
        {Object.keys(changed).length > 0 && (
          <Button
            size="small"
            onClick={() => {
              setEditing(null)
              resetAllChords()
            }}
            data-testid="reset-all-keys"
          >
            {text('shortcuts.reset-all')}
          </Button>
        )}
      </div>
    </div>
  )
}

/** The keys to send and to insert a line break are a setting of their own. */
function toShown(id: ShortcutId, changed: Bindings, enterStartsLine: boolean): readonly Chord[] {
  if (enterStartsLine && id === 'send') return [{ key: 'Enter', mod: true }]
  if (enterStartsLine && id === 'newLine') return [{ key: 'Enter' }, { key: 'Enter', shift: true }]
  return chordsOf(id, changed)
}
