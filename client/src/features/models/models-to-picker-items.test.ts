import type { Model } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { english, type TextId } from '../../i18n/english/index.ts'
import type { Text } from '../../i18n/use-text.ts'
import { findOtherModel } from './find-other-model.ts'
import { modelsToPickerItems } from './models-to-picker-items.ts'

const text = ((id: TextId, values: Record<string, unknown> = {}) =>
  english[id].replaceAll(/\{(\w+)\}/gu, (_, name: string) => String(values[name]))) as Text

const model = (change: Partial<Model>): Model => ({
  id: 'm',
  name: 'm',
  provider: 'OpenAI',
  demo: false,
  isDefault: false,
  input: ['text'],
  contextWindow: 128_000,
  inputMicroUsd: 150_000,
  outputMicroUsd: 600_000,
  ...change,
})

test.each([
  [{}, '128k · $0.15 in / $0.60 out per 1M'],
  [{ contextWindow: null }, 'context window unknown · $0.15 in / $0.60 out per 1M'],
  [{ inputMicroUsd: null, outputMicroUsd: null }, '128k · price unknown'],
  [{ outputMicroUsd: null }, '128k · price unknown'],
  [{ contextWindow: 8192, inputMicroUsd: 0, outputMicroUsd: 0 }, '8k · free'],
  [{ input: ['text', 'image'] }, 'takes pictures · 128k · $0.15 in / $0.60 out per 1M'],
  [{ input: ['text', 'image', 'audio', 'pdf'] }, 'takes pictures, audio, and PDF · 128k · $0.15 in / $0.60 out per 1M'],
] as readonly (readonly [Partial<Model>, string])[])(
  'a model shows what it takes, its context size and price, or that they are unknown: %o',
  (change, detail) => {
    expect(modelsToPickerItems([model(change)], text)).toEqual([
      { id: 'm', label: 'm', group: 'OpenAI', detail, input: model(change).input },
    ])
  },
)

test('the demo model is labelled as a demo', () => {
  const [item] = modelsToPickerItems([model({ id: 'demo-rules', provider: 'Demo', demo: true })], text)
  expect(item).toMatchObject({ label: 'Demo, not an AI', group: 'Demo' })
  expect(item?.detail).not.toMatch(/\$|unknown/u)
})

test('for a model that takes no pictures one that does is offered, of the same provider first', () => {
  const items = modelsToPickerItems(
    [
      model({ id: 'text-only' }),
      model({ id: 'elsewhere', provider: 'Gemini', input: ['text', 'image', 'audio'] }),
      model({ id: 'sees', input: ['text', 'image'] }),
    ],
    text,
  )
  const [current] = items
  if (!current) throw new Error('no model')
  expect(findOtherModel(items, current, new Set(['image']))?.id).toBe('sees')
  expect(findOtherModel(items, current, new Set(['image', 'audio']))?.id).toBe('elsewhere')
  expect(findOtherModel(items.slice(0, 1), current, new Set(['image']))).toBeUndefined()
})
