import { Pencil } from 'lucide-react'
import { useText } from '../../i18n/use-text.ts'
import { isCharacterKey, type Chord, type Shortcut, type ShortcutId } from '../../shortcuts/shortcut-list.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { KeyCaps } from './key-caps.tsx'
import { ShortcutEditor } from './shortcut-editor.tsx'

export interface ShortcutRowProps {
  readonly shortcut: Shortcut & { readonly id: ShortcutId }
  /** Its current keys. */
  readonly chords: readonly Chord[]
  readonly allowsCharacterKeys: boolean
  readonly isEditing: boolean
  /** Called with null when editing ends. */
  readonly onEdit: (id: ShortcutId | null) => void
}

/** A shortcut and its keys, with an editor while it is open. */
export function ShortcutRow({ shortcut, chords, allowsCharacterKeys, isEditing, onEdit }: ShortcutRowProps) {
  const text = useText()
  const label = text(shortcut.label)
  const shown = chords.filter((chord) => allowsCharacterKeys || !isCharacterKey(chord))
  return (
    <li className="py-1.5 text-sm" data-testid="shortcut" data-shortcut={shortcut.id}>
      <div className="flex items-center justify-between gap-3">
        <span className="min-w-26">{label}</span>
        <span className="flex items-center gap-1.5">
          <span className="flex flex-wrap items-center justify-end gap-x-1.5 gap-y-1">
            {shown.map((chord, index) => (
              <span key={JSON.stringify(chord)} className="flex items-center gap-1.5">
                {index > 0 && <span className="text-xs text-faint">{text('shortcuts.or')}</span>}
                <KeyCaps chord={chord} />
              </span>
            ))}
            {shown.length === 0 && <span className="text-xs text-faint">{text('shortcuts.off')}</span>}
          </span>
          {shortcut.isListedOnly ? (
            <span aria-hidden className="size-6 shrink-0 touch:size-11" />
          ) : (
            <IconButton
              label={text('shortcuts.change', { what: label })}
              aria-expanded={isEditing}
              onClick={() => onEdit(isEditing ? null : shortcut.id)}
              size="tiny"
              data-testid="change-keys"
            >
              <Pencil size={12} aria-hidden />
            </IconButton>
          )}
        </span>
      </div>
      {isEditing && <ShortcutEditor id={shortcut.id} label={label} chords={chords} onDone={() => onEdit(null)} />}
    </li>
  )
}
