import type { Model } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { english, type TextId } from '../../i18n/english.ts'
import type { Text } from '../../i18n/use-text.ts'
import { modelsToPickerItems } from './models-to-picker-items.ts'

const text = ((id: TextId, values: Record<string, unknown> = {}) =>
  english[id].replaceAll(/\{(\w+)\}/gu, (_, name: string) => String(values[name]))) as Text

const model = (change: Partial<Model>): Model => ({
  id: 'm',
  provider: 'OpenAI',
  demo: false,
  isDefault: false,
  contextWindow: 128_000,
  inputMicroUsd: 150_000,
  outputMicroUsd: 600_000,
  ...change,
})

test.each([
  [{}, '128k · $0.15 in / $0.60 out per 1M'],
  [{ contextWindow: null }, 'context size unknown · $0.15 in / $0.60 out per 1M'],
  [{ inputMicroUsd: null, outputMicroUsd: null }, '128k · price unknown'],
  [{ outputMicroUsd: null }, '128k · price unknown'],
  [{ contextWindow: 8192, inputMicroUsd: 0, outputMicroUsd: 0 }, '8k · free'],
])('a model says what fits in and what it costs, and what nobody knows: %o', (change, detail) => {
  expect(modelsToPickerItems([model(change)], text)).toEqual([{ id: 'm', label: 'm', group: 'OpenAI', detail }])
})

test('the demo is called what it is', () => {
  const [item] = modelsToPickerItems([model({ id: 'demo-rules', provider: 'Demo', demo: true })], text)
  expect(item).toMatchObject({ label: 'Demo, not an AI', group: 'Demo' })
  expect(item?.detail).not.toMatch(/\$|unknown/u)
})
