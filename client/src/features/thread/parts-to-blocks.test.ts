import type { Part, ToolCallPart, ToolCallState } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { partsToBlocks } from './parts-to-blocks.ts'

const text = (content: string): Part => ({ type: 'text', text: content })
const call = (callId: string, state: ToolCallState = 'done'): ToolCallPart => ({
  type: 'tool-call',
  callId,
  name: 'add_task',
  args: {},
  state,
})

const toShape = (parts: readonly Part[], isAsking = true) =>
  partsToBlocks(parts, isAsking).map((block) =>
    block.type === 'tools'
      ? block.calls.map(({ callId }) => callId)
      : block.type === 'approval'
        ? `ask ${block.call.callId}`
        : block.part.text,
  )

test('calls that follow each other are one block, text between them makes two', () => {
  expect(toShape([text('First'), call('a'), call('b'), text('then'), call('c')])).toEqual(['First', ['a', 'b'], 'then', ['c']])
})

test('a part that shows nothing separates nothing', () => {
  expect(toShape([call('a'), text(' \n'), { type: 'reasoning', text: '' }, call('b'), text('')])).toEqual([['a', 'b']])
})

test('a question stands alone among the calls of its step', () => {
  expect(toShape([call('a'), call('b', 'waiting'), call('c', 'pending')])).toEqual([['a'], 'ask b', ['c']])
})

test('nobody is asked any more once the answer has ended', () => {
  expect(toShape([call('a'), call('b', 'waiting')], false)).toEqual([['a', 'b']])
})

test('a block keeps its key while the answer grows', () => {
  const keys = (parts: readonly Part[]) => partsToBlocks(parts, true).map(({ key }) => key)
  const before = keys([text('First'), call('a')])
  expect(keys([text('First'), call('a'), call('b'), text('then')]).slice(0, 2)).toEqual(before)
})

test('only the part that grows is last', () => {
  const blocks = partsToBlocks([text('First'), call('a'), text('then')], true)
  expect(blocks.map((block) => 'isLast' in block && block.isLast)).toEqual([false, false, true])
})
