import { useText } from '../../i18n/use-text.ts'
import { Picker } from '../../ui/picker.tsx'
import type { PickerItem } from '../../ui/picker-props.ts'

export interface ModelPickerProps {
  readonly items: readonly PickerItem[]
  /** Null: the first of the list, which is the server's default. */
  readonly model: string | null
  readonly onModel: (model: string) => void
  /** A message about provider lists that could not be read. */
  readonly warning: string | null
  /** Adds a model. Undefined: the user may not. */
  readonly onAdd?: (() => void) | undefined
}

/** The model picker of the composer. */
export function ModelPicker({ items, model, onModel, warning, onAdd }: ModelPickerProps) {
  const text = useText()
  const picked = items.find(({ id }) => id === model)
  const shown = picked ?? (model === null ? items[0] : undefined)
  if (items.length === 0) return null
  if (items.length === 1 && (model === null || picked)) {
    return (
      <span
        className="min-w-0 truncate px-2 text-xs text-faint short:max-w-14 short:sm:max-w-24"
        title={shown?.detail ?? undefined}
      >
        {shown?.label}
      </span>
    )
  }
  return (
    <Picker
      label={text('composer.model')}
      items={items}
      value={shown?.id ?? model}
      onValue={onModel}
      note={onAdd || warning !== null ? <PickerNote warning={warning} onAdd={onAdd} /> : null}
      testId="model-picker"
      className="inline-flex h-8 max-w-60 min-w-0 items-center short:max-w-14 short:sm:max-w-24 gap-1 rounded-sm px-2 text-xs text-soft hover:bg-hover hover:text-ink data-popup-open:bg-hover touch:h-11"
    />
  )
}

function PickerNote({ warning, onAdd }: Pick<ModelPickerProps, 'warning' | 'onAdd'>) {
  const text = useText()
  return (
    <>
      {warning}
      {onAdd && (
        <button
          type="button"
          className="block font-medium text-accent-strong underline underline-offset-2 touch:min-h-11"
          onClick={onAdd}
        >
          {text('demo.add')}
        </button>
      )}
    </>
  )
}
