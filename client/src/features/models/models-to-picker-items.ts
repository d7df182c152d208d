import type { Model } from '@holdfast/shared'
import type { Text } from '../../i18n/use-text.ts'
import { formatMicroUsd, formatWindow } from '../../ui/format-amount.ts'
import type { PickerItem } from '../../ui/picker.tsx'

/** Models as they are picked: by provider, each with what fits in and what it costs. What is unknown is said to be. */
export function modelsToPickerItems(models: readonly Model[], text: Text): PickerItem[] {
  return models.map((model) => ({
    id: model.id,
    label: model.demo ? text('composer.model.demo') : model.id,
    group: model.provider,
    detail: model.demo ? text('model.demo.about') : `${toWindow(model, text)} · ${toPrice(model, text)}`,
  }))
}

function toWindow({ contextWindow }: Model, text: Text): string {
  return contextWindow === null ? text('model.window.unknown') : text('model.window', { size: formatWindow(contextWindow, 'en') })
}

function toPrice({ inputMicroUsd, outputMicroUsd }: Model, text: Text): string {
  if (inputMicroUsd === null || outputMicroUsd === null) return text('model.price.unknown')
  if (inputMicroUsd === 0 && outputMicroUsd === 0) return text('model.price.free')
  return text('model.price', { input: formatMicroUsd(inputMicroUsd, 'en'), output: formatMicroUsd(outputMicroUsd, 'en') })
}
