import type { InputKind, Model } from '@holdfast/shared'
import { locale } from '../../i18n/locale.ts'
import type { Text } from '../../i18n/use-text.ts'
import { modelToName } from '../../lib/model-name.ts'
import { formatMicroUsd, formatWindow } from '../../ui/format-amount.ts'
import type { PickerItem } from '../../ui/picker-props.ts'

export interface ModelItem extends PickerItem {
  readonly input: readonly InputKind[]
}

/**
 * Entries of the model picker: by provider, each with what it takes besides text, its context size and price, which are marked when
 * unknown.
 */
export function modelsToPickerItems(models: readonly Model[], text: Text): ModelItem[] {
  return models.map((model) => ({
    id: model.id,
    label: model.demo ? text('composer.model.demo') : modelToName(model.id),
    group: model.provider,
    detail: model.demo
      ? text('model.demo.about')
      : [toInput(model, text), toWindow(model, text), toPrice(model, text)].filter((part) => part !== null).join(' · '),
    input: model.input,
  }))
}

const namedKinds = ['image', 'audio', 'pdf'] as const

function toInput({ input }: Model, text: Text): string | null {
  const kinds = namedKinds.filter((kind) => input.includes(kind)).map((kind) => text(`model.input.${kind}`))
  if (kinds.length === 0) return null
  return text('model.input', { kinds: new Intl.ListFormat(locale, { type: 'conjunction' }).format(kinds) })
}

function toWindow({ contextWindow }: Model, text: Text): string {
  return contextWindow === null
    ? text('model.window.unknown')
    : text('model.window', { size: formatWindow(contextWindow, locale) })
}

function toPrice({ inputMicroUsd, outputMicroUsd }: Model, text: Text): string {
  if (inputMicroUsd === null || outputMicroUsd === null) return text('model.price.unknown')
  if (inputMicroUsd === 0 && outputMicroUsd === 0) return text('model.price.free')
  return text('model.price', { input: formatMicroUsd(inputMicroUsd, locale), output: formatMicroUsd(outputMicroUsd, locale) })
}
