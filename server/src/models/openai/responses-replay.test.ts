import { expect, test } from 'vitest'
import { replayToItems } from './responses-replay.ts'

const message = (text: string) => ({ type: 'message', content: [{ type: 'output_text', text }] })
const reasoning = { type: 'reasoning', encrypted_content: 'sealed' }
const step = (content: string) => ({ role: 'assistant' as const, content, toolCalls: [] })

test('text, thoughts, text lost their encrypted reasoning: nothing stands between the texts of such a step', () => {
  const items = [reasoning, message('One.'), reasoning, message('Two.')]
  expect(replayToItems({ items }, step('One.Two.'))).toEqual(items)
  expect(replayToItems({ items }, step('One.\n\nTwo.'))).toEqual(items)
  for (const changed of ['One.', 'One.Two.Three.', 'Two.One.', '\n\nOne.Two.', 'One. Two.']) {
    expect(replayToItems({ items }, step(changed)), changed).toBeNull()
  }
})
