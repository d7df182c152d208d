import { addPage, applyEvent, emptyConversationState, pathTo, type ConversationEvent, type Message } from '@holdfast/shared'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toConversation, toMessage } from '../../../test/fake-log-server.ts'
import { createPathReader } from './path-reader.ts'

const begin = (messages: Message[]) =>
  addPage({ ...emptyConversationState, conversation: toConversation('c') }, { messages, nextCursor: null })
const apply = (state: ReturnType<typeof begin>, event: ConversationEvent) =>
  applyEvent(state, { seq: state.cursor + 1, at: '2026-01-01T00:00:00.000Z', event })

test('a path that stayed the same keeps its identity; a growing answer is the only thing that changes', () => {
  const read = createPathReader()
  const state = begin([
    toMessage('q'),
    toMessage('a', { parentId: 'q', role: 'assistant', status: 'generating', parts: [], content: '' }),
  ])
  const first = read(state, 'a')
  expect(read({ ...state, retries: {} }, 'a')).toBe(first)
  const grown = apply(state, { type: 'text-delta', messageId: 'a', part: 0, offset: 0, text: 'Hi' })
  const second = read(grown, 'a')
  expect(second).not.toBe(first)
  expect(second[0]).toBe(first[0])
  expect(second[1]?.content).toBe('Hi')
})

test('the reader always returns the path of the state', () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f']
  const step = fc.record({ kind: fc.constantFrom('delta', 'end', 'restart', 'remove', 'look'), id: fc.constantFrom(...ids) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const read = createPathReader()
      let state = begin(
        ids.map((id, index) =>
          toMessage(id, {
            parentId: ids[index - 1] ?? null,
            role: 'assistant',
            status: index > 2 ? 'generating' : 'completed',
            parts: [],
            content: '',
          }),
        ),
      )
      let leafId = 'f'
      for (const { kind, id } of steps) {
        const message = state.running[id] ?? state.settled[id]
        if (kind === 'look') leafId = id
        if (kind === 'delta' && message) {
          const offset = message.content.length
          state = apply(state, { type: 'text-delta', messageId: id, part: 0, offset, text: 'x' })
        }
        if (kind === 'end') state = apply(state, { type: 'generation-ended', messageId: id, status: 'completed', usage: null })
        if (kind === 'restart') state = apply(state, { type: 'generation-queued', messageId: id })
        if (kind === 'remove' && message) {
          state = apply(state, { type: 'message-removed', messageId: id, parentId: message.parentId, siblingIds: [] })
        }
        expect(read(state, leafId)).toEqual(pathTo(state, leafId))
      }
    }),
  )
})
