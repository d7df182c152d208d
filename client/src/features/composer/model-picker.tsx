import type { Model } from '@holdfast/shared'
import { ChevronDown } from 'lucide-react'
import { useText } from '../../i18n/use-text.ts'

export interface ModelPickerProps {
  readonly models: readonly Model[]
  readonly model: string | null
  readonly onModel: (model: string) => void
}

/** Which model answers. The system's own list: it works with every keyboard, screen reader and phone. */
export function ModelPicker({ models, model, onModel }: ModelPickerProps) {
  const text = useText()
  const chosen =
    models.find((candidate) => candidate.id === model) ?? models.find((candidate) => candidate.isDefault) ?? models[0]
  if (!chosen) return null
  const name = (candidate: Model) => (candidate.demo ? text('composer.model.demo') : candidate.id)
  if (models.length === 1) return <span className="truncate px-2 text-xs text-faint">{name(chosen)}</span>
  return (
    <label className="relative flex min-w-0 items-center rounded-sm text-xs text-soft hover:bg-hover focus-within:outline-2 focus-within:outline-accent">
      <span className="sr-only">{text('composer.model')}</span>
      <select
        value={chosen.id}
        onChange={(event) => onModel(event.target.value)}
        className="h-8 max-w-52 min-w-0 appearance-none truncate bg-transparent pr-6 pl-2 outline-none touch:h-11 [&_option]:bg-raised [&_option]:text-ink"
        data-testid="model-picker"
      >
        {models.map((candidate) => (
          <option key={candidate.id} value={candidate.id}>
            {name(candidate)}
          </option>
        ))}
      </select>
      <ChevronDown size={13} aria-hidden className="pointer-events-none absolute right-1.5" />
    </label>
  )
}
