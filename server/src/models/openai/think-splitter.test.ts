import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createThinkSplitter } from './think-splitter.ts'

function split(chunks: readonly string[]): { text: string; reasoning: string } {
  const splitter = createThinkSplitter()
  const said = { text: '', reasoning: '' }
  for (const piece of [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.flush()]) {
    if (piece.type !== 'was-reasoning') said[piece.type] += piece.text
    else Object.assign(said, { text: '', reasoning: said.reasoning + said.text })
  }
  return said
}

function cut(text: string, sizes: readonly number[]): string[] {
  let start = 0
  const chunks = sizes.map((size) => text.slice(start, (start += size)))
  return [...chunks, text.slice(start)]
}

test.each([
  ['<think>hm</think>\n\nhi', { reasoning: 'hm', text: 'hi' }],
  ['\n <thinking>a <b> </think> c</thinking>hi', { reasoning: 'a <b> </think> c', text: 'hi' }],
  ['<think>\n\n hm\n</think>\n x', { reasoning: 'hm\n', text: 'x' }],
  [`${' '.repeat(70)}<think>x`, { reasoning: '', text: `${' '.repeat(70)}<think>x` }],
  ['<thought>hm', { reasoning: 'hm', text: '' }],
  ['<think></think>hi', { reasoning: '', text: 'hi' }],
  ['<think>hm</thin', { reasoning: 'hm</thin', text: '' }],
  ['hi <think>x</think>', { reasoning: '', text: 'hi <think>x</think>' }],
  ['<thin ice>', { reasoning: '', text: '<thin ice>' }],
  ['<', { reasoning: '', text: '<' }],
  ['  hi', { reasoning: '', text: '  hi' }],
  ['<think>a</think>b<think>c</think>', { reasoning: 'a', text: 'b<think>c</think>' }],
  ['B05 hm\n</think>\n\nYes', { reasoning: 'B05 hm\n', text: 'Yes' }],
  ['The user asks.</think>Yes', { reasoning: 'The user asks.', text: 'Yes' }],
  ['so I say yes </think> \n Yes', { reasoning: 'so I say yes ', text: 'Yes' }],
  ['a call comes next\n</thinking>', { reasoning: 'a call comes next\n', text: '' }],
  ['</think>\n\nYes </think>', { reasoning: '', text: 'Yes </think>' }],
  ['It ends with `</think>`.', { reasoning: '', text: 'It ends with `</think>`.' }],
  ['The </think> tag ends it', { reasoning: '', text: 'The </think> tag ends it' }],
  ['First <think>.\n</think>\nThen', { reasoning: '', text: 'First <think>.\n</think>\nThen' }],
  ['So:\n```\n</think>\n```\n', { reasoning: '', text: 'So:\n```\n</think>\n```\n' }],
  ['a < b </th', { reasoning: '', text: 'a < b </th' }],
])('%j is split the same way, however it is cut', (text, expected) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 40 }), (sizes) => {
      expect(split(cut(text, sizes))).toEqual(expected)
    }),
  )
})

test('an answer that does not think passes piece by piece, unchanged', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (chunks) => {
      fc.pre(!/^\s*<|<\/tho?[iu]/u.test(chunks.join('')))
      expect(split(chunks).text).toBe(chunks.join(''))
    }),
  )
  const splitter = createThinkSplitter()
  expect(splitter.push('h')).toEqual([{ type: 'text', text: 'h' }])
})
