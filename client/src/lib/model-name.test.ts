import { toAddedPrefix } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { modelToName } from './model-name.ts'

test('the mark of an added provider is left out, and nothing else', () => {
  const prefix = toAddedPrefix({ kind: 'lm-studio', id: '0191d0a0-7c00-7000-8000-0123456789ab' })
  expect(modelToName(`${prefix}openai/gpt-oss-20b`)).toBe('openai/gpt-oss-20b')
  for (const model of ['gpt-4.1-mini', 'openai/gpt-4.1', 'qwen3:8b']) expect(modelToName(model)).toBe(model)
})
