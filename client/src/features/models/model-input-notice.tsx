import { EyeOff } from 'lucide-react'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { findOtherModel } from './find-other-model.ts'
import type { ModelItem } from './models-to-picker-items.ts'

export interface ModelInputNoticeProps {
  readonly items: readonly ModelItem[]
  /** Null: the first of the list. */
  readonly model: string | null
  /** The kinds of the attached files. */
  readonly kinds: ReadonlySet<'image' | 'audio'>
  readonly onModel: (model: string) => void
}

/** Says before a message is sent that its model does not take all of it, and offers one that does. */
export function ModelInputNotice({ items, model, kinds, onModel }: ModelInputNoticeProps) {
  const text = useText()
  const current = items.find(({ id }) => id === model) ?? (model === null ? items[0] : undefined)
  if (!current) return null
  const unseen = [...kinds].filter((kind) => !current.input.includes(kind))
  if (unseen.length === 0) return null
  const other = findOtherModel(items, current, kinds)
  return (
    <div
      className="flex basis-full flex-wrap items-center gap-x-2 gap-y-1 px-4 pt-1.5 text-xs text-warm-ink"
      role="status"
      data-testid="model-blind"
    >
      <EyeOff size={14} aria-hidden className="shrink-0" />
      <span className="min-w-40 flex-1">
        {text('files.model-blind', { model: current.label, kinds: unseen.length === 1 ? (unseen[0] ?? '') : 'both' })}
      </span>
      {other && (
        <Button size="small" onClick={() => onModel(other.id)} data-testid="use-other-model">
          {text('files.use-model', { model: other.label })}
        </Button>
      )}
    </div>
  )
}
