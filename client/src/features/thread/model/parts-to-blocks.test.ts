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
        : block.type === 'files'
          ? block.files.map(({ name }) => name)
          : block.part.text,
  )

test('consecutive calls are one block, and text between them makes two', () => {
  expect(toShape([text('First'), call('a'), call('b'), text('then'), call('c')])).toEqual(['First', ['a', 'b'], 'then', ['c']])
})

test('an empty part does not separate calls', () => {
  expect(toShape([call('a'), text(' \n'), { type: 'reasoning', text: '' }, call('b'), text('')])).toEqual([['a', 'b']])
})

test('a question stands alone among the calls of its step', () => {
  expect(toShape([call('a'), call('b', 'waiting'), call('c', 'pending')])).toEqual([['a'], 'ask b', ['c']])
})

test('a tool call asks for no approval once the answer has ended', () => {
  expect(toShape([call('a'), call('b', 'waiting')], false)).toEqual([['a', 'b']])
})

test('an answered question stays in place until the one beside it is answered, so that the next Delete does not slide under the pointer', () => {
  const asked = (callId: string, state: ToolCallState): Part =>
    ({ ...call(callId, state), question: `Delete ${callId}?` }) as Part
  expect(toShape([asked('a', 'pending'), asked('b', 'waiting')])).toEqual(['ask a', 'ask b'])
  expect(toShape([asked('a', 'waiting'), asked('b', 'denied')])).toEqual(['ask a', 'ask b'])
  expect(toShape([asked('a', 'pending'), asked('b', 'denied')])).toEqual([['a', 'b']])
  expect(toShape([asked('a', 'denied'), text('It stays.'), asked('b', 'waiting')])).toEqual([['a'], 'It stays.', 'ask b'])
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

test('pictures stand where they came, and those that follow each other together', () => {
  const file = (name: string): Part => ({ type: 'file', fileId: name, name, mediaType: 'image/png', bytes: 1 })
  const parts = [text('Look:'), file('a.png'), text(' '), file('b.png'), call('k'), file('c.png'), text('Done.')]
  expect(toShape(parts)).toEqual(['Look:', ['a.png', 'b.png'], ['k'], ['c.png'], 'Done.'])
})
