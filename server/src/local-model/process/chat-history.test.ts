import { expect, test } from 'vitest'
import { messagesToHistory } from './chat-history.ts'
import type { ChatMessage } from './engine.ts'

const message = (role: ChatMessage['role'], content: string, more: Partial<ChatMessage> = {}): ChatMessage => ({
  role,
  content,
  toolCalls: [],
  toolCallId: null,
  ...more,
})

test('a call of a tool holds its result, and what the model said between two questions is one item', () => {
  expect(
    messagesToHistory([
      message('system', 'Be brief.'),
      message('user', 'What time is it?'),
      message('assistant', 'I look.', { toolCalls: [{ id: 'c1', name: 'clock', arguments: '{"zone":"UTC"}' }] }),
      message('tool', '{"time":"12:00"}', { toolCallId: 'c1' }),
      message('assistant', 'Noon.'),
      message('user', 'Thanks.'),
    ]),
  ).toEqual([
    { type: 'system', text: 'Be brief.' },
    { type: 'user', text: 'What time is it?' },
    {
      type: 'model',
      response: ['I look.', { type: 'functionCall', name: 'clock', params: { zone: 'UTC' }, result: { time: '12:00' } }, 'Noon.'],
    },
    { type: 'user', text: 'Thanks.' },
    { type: 'model', response: [] },
  ])
})

test('an answer that was begun is written on, and arguments that are no JSON are kept as they are', () => {
  const history = messagesToHistory([
    message('user', 'Go on.'),
    message('assistant', 'It was', { toolCalls: [{ id: 'c1', name: 'look', arguments: 'oops' }] }),
  ])
  expect(history).toEqual([
    { type: 'user', text: 'Go on.' },
    { type: 'model', response: ['It was', { type: 'functionCall', name: 'look', params: 'oops', result: '' }] },
  ])
})
