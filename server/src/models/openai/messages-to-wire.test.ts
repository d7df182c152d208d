import { describe, expect, test } from 'vitest'
import type { ModelMessage } from '../model.ts'
import { messagesToWire } from './messages-to-wire.ts'

const call = (callId: string, args = '{"x":1}') => ({ callId, name: 'add', args })
const wireCall = (id: string, args = '{"x":1}') => ({ id, type: 'function', function: { name: 'add', arguments: args } })

describe('a conversation on the wire', () => {
  test('keeps its messages in order, also two of one role', () => {
    const messages: ModelMessage[] = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'one' },
      { role: 'user', content: 'two' },
      { role: 'assistant', content: 'three', toolCalls: [] },
    ]
    expect(messagesToWire(messages)).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'one' },
      { role: 'user', content: 'two' },
      { role: 'assistant', content: 'three' },
    ])
  })

  test('pairs each call with one result, right behind its message and in the order of the calls', () => {
    const messages: ModelMessage[] = [
      { role: 'assistant', content: '', toolCalls: [call('a'), call('b')] },
      { role: 'tool', callId: 'b', content: 'B' },
      { role: 'user', content: 'and?' },
      { role: 'tool', callId: 'a', content: 'A' },
    ]
    expect(messagesToWire(messages)).toEqual([
      { role: 'assistant', content: null, tool_calls: [wireCall('call00001'), wireCall('call00002')] },
      { role: 'tool', tool_call_id: 'call00001', content: 'A' },
      { role: 'tool', tool_call_id: 'call00002', content: 'B' },
      { role: 'user', content: 'and?' },
    ])
  })

  test('has a result for a call that never got one, and no result without a call', () => {
    const messages: ModelMessage[] = [
      { role: 'tool', callId: 'z', content: 'Z' },
      { role: 'assistant', content: 'I add.', toolCalls: [call('a')] },
      { role: 'user', content: 'stop' },
    ]
    expect(messagesToWire(messages)).toEqual([
      { role: 'assistant', content: 'I add.', tool_calls: [wireCall('call00001')] },
      { role: 'tool', tool_call_id: 'call00001', content: '{"error":"cancelled"}' },
      { role: 'user', content: 'stop' },
    ])
  })

  test('tells apart calls of two answers that have the same id', () => {
    const messages: ModelMessage[] = [
      { role: 'assistant', content: '', toolCalls: [call('a')] },
      { role: 'tool', callId: 'a', content: 'first' },
      { role: 'assistant', content: '', toolCalls: [call('a')] },
      { role: 'tool', callId: 'a', content: 'second' },
    ]
    const results = messagesToWire(messages).filter((message) => message.role === 'tool')
    expect(results).toEqual([
      { role: 'tool', tool_call_id: 'call00001', content: 'first' },
      { role: 'tool', tool_call_id: 'call00002', content: 'second' },
    ])
  })

  test('leaves out an answer that has neither text nor calls', () => {
    expect(messagesToWire([{ role: 'assistant', content: '', toolCalls: [] }])).toEqual([])
  })

  test('has arguments that are JSON of an object, whatever the model wrote', () => {
    const messages: ModelMessage[] = [{ role: 'assistant', content: '', toolCalls: [call('a', '{"x"'), call('b', '[1]')] }]
    const [assistant] = messagesToWire(messages)
    expect(assistant).toMatchObject({ tool_calls: [wireCall('call00001', '{}'), wireCall('call00002', '{}')] })
  })

  test('gives back what the provider wants back', () => {
    const extra = { extra_content: { google: { thought_signature: 'sig' } } }
    const [assistant] = messagesToWire([{ role: 'assistant', content: '', toolCalls: [{ ...call('a'), extra }] }])
    expect(assistant).toMatchObject({ tool_calls: [{ ...wireCall('call00001'), ...extra }] })
  })

  test('is Unicode: a lone surrogate becomes U+FFFD, everything else stays', () => {
    expect(messagesToWire([{ role: 'user', content: 'a\u0000 \ud83d 👩‍👧' }])).toEqual([
      { role: 'user', content: 'a\u0000 \ufffd 👩‍👧' },
    ])
  })
})
