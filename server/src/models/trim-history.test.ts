import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ModelMessage } from './model.ts'
import { messagesToInput } from './openai/messages-to-input.ts'
import { messagesToWire } from './openai/messages-to-wire.ts'
import { trimHistory } from './trim-history.ts'

const system: ModelMessage = { role: 'system', content: 'Be brief.' }
const user = (content: string): ModelMessage => ({ role: 'user', content })
const assistant = (content: string, ...callIds: string[]): ModelMessage => ({
  role: 'assistant',
  content,
  toolCalls: callIds.map((callId) => ({ callId, name: 'list', args: '{}' })),
})
const result = (callId: string, content: string): ModelMessage => ({ role: 'tool', callId, content })
/** A token for each ten characters, and one for each message. */
const countTokens = (messages: readonly ModelMessage[]) => messages.map(({ content }) => 1 + Math.ceil(content.length / 10))
const trim = (messages: readonly ModelMessage[], budgetTokens: number, keptTurns = 1) =>
  trimHistory({ messages, tokens: countTokens(messages), budgetTokens, keptTurns })

const conversation = [
  system,
  user('one'.padEnd(100)),
  assistant('', 'a'),
  result('a', 'A'.repeat(50)),
  assistant('first'.padEnd(100)),
  user('two'.padEnd(100)),
  assistant('second'.padEnd(100)),
  user('three'.padEnd(100)),
]

describe('a history', () => {
  test('that fits stays as it is', () => {
    const trimmed = trim(conversation, 1000)
    expect(trimmed).toMatchObject({ leftOutTurns: 0, cutResults: 0, fits: true })
    expect(trimmed.messages).toBe(conversation)
  })

  test('loses its oldest turns, never a part of one', () => {
    expect(trim(conversation, 50)).toMatchObject({ messages: [system, ...conversation.slice(5)], leftOutTurns: 1, fits: true })
    expect(trim(conversation, 20)).toMatchObject({ messages: [system, conversation[7]], leftOutTurns: 2, fits: true })
  })

  test('has no gaps: what is before a turn that does not fit goes too', () => {
    const messages = [user('small'), user('large'.padEnd(1000)), user('last')]
    expect(trim(messages, 20)).toMatchObject({ messages: [user('last')], leftOutTurns: 2 })
  })

  test('keeps what has to stay even where it is too much, and says so', () => {
    expect(trim(conversation, 5)).toMatchObject({ messages: [system, conversation[7]], leftOutTurns: 2, fits: false })
    expect(trim(conversation, 20, 2).messages).toEqual([system, ...conversation.slice(5)])
    expect(trim([system], 0)).toMatchObject({ messages: [system], leftOutTurns: 0, fits: false })
    expect(trim([], 0)).toMatchObject({ messages: [], fits: true })
  })

  test('loses the ends of long results before a turn', () => {
    const messages = [user('list'), assistant('', 'a'), result('a', '0123456789'.repeat(1000)), assistant('There.'), user('and?')]
    const trimmed = trim(messages, 400)
    expect(trimmed).toMatchObject({ leftOutTurns: 0, cutResults: 1, fits: true })
    const cut = trimmed.messages[2]?.content ?? ''
    expect(cut).toMatch(/^(?:0123456789)+\d*… \(cut: 10000 characters in all\)$/u)
    expect(cut.length).toBeGreaterThan(500)
    expect(trimmed.messages.filter((_, index) => index !== 2)).toEqual(messages.filter((_, index) => index !== 2))
  })

  test('loses the ends of the results of the turn that it is in, the longest most', () => {
    const messages = [user('list'), assistant('', 'a', 'b'), result('a', 'A'.repeat(9000)), result('b', 'B'.repeat(450))]
    const trimmed = trim(messages, 200)
    expect(trimmed).toMatchObject({ cutResults: 1, fits: true, leftOutTurns: 0 })
    expect(trimmed.messages[3]).toEqual(messages[3])
  })

  test('loses what tools gave before their results, the oldest first', () => {
    const picture = (fileId: string) => {
      const read = async () => ''
      return {
        type: 'media',
        kind: 'image',
        fileId,
        name: fileId,
        about: '',
        mediaType: 'image/png',
        key: fileId,
        tokens: 960,
        read,
      } as const
    }
    const withPicture = (callId: string): ModelMessage =>
      ({ ...result(callId, 'seen'), files: [picture(callId)] }) as ModelMessage
    const messages = [user('look'), assistant('', 'a', 'b'), withPicture('a'), withPicture('b')]
    const tokens = [5, 5, 1_005, 1_005]
    const trimmed = trimHistory({ messages, tokens, budgetTokens: 1_200 })
    expect(trimmed).toMatchObject({ fits: true, tokens: 1_020, leftOutTurns: 0 })
    expect(trimmed.messages).toEqual([...messages.slice(0, 2), { ...messages[2], files: [] }, messages[3]])
  })

  test('is not cut inside of a character', () => {
    for (let length = 500; length < 520; length += 1) {
      const messages = [user('x'), assistant('', 'a'), result('a', `${'a'.repeat(length)}${'👩'.repeat(2000)}`)]
      expect(trim(messages, 120).messages.every(({ content }) => content.isWellFormed())).toBe(true)
    }
  })
})

describe('any history', () => {
  const step = fc.record({
    calls: fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 3 }),
    text: fc.integer({ min: 0, max: 500 }),
  })
  const turn = fc.record({ asks: fc.integer({ min: 1, max: 500 }), steps: fc.array(step, { maxLength: 4 }) })
  const history = fc
    .record({ isInstructed: fc.boolean(), turns: fc.array(turn, { minLength: 1, maxLength: 8 }) })
    .map(({ isInstructed, turns }) => {
      let calls = 0
      return [
        ...(isInstructed ? [system] : []),
        ...turns.flatMap(({ asks, steps }) => [
          user('u'.repeat(asks)),
          ...steps.flatMap(({ calls: lengths, text }) => {
            const ids = lengths.map(() => `call-${(calls += 1)}`)
            return [assistant('t'.repeat(text), ...ids), ...ids.map((id, index) => result(id, 'r'.repeat(lengths[index] ?? 0)))]
          }),
        ]),
      ]
    })

  test('stays valid: instructions and the last turn, no gap, every call with its result', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 0, max: 6000 }), fc.integer({ min: 1, max: 3 }), (messages, budget, keptTurns) => {
        const trimmed = trim(messages, budget, keptTurns)
        const keys = (list: readonly ModelMessage[]) => list.map((message) => JSON.stringify({ ...message, content: '' }))
        const instructions = messages.filter(({ role }) => role === 'system').length
        const kept = trimmed.messages.length - instructions
        expect(keys(trimmed.messages)).toEqual([
          ...keys(messages.slice(0, instructions)),
          ...keys(messages).slice(messages.length - kept),
        ])
        const countTurns = (list: readonly ModelMessage[]) => list.filter(({ role }) => role === 'user').length
        expect(trimmed.messages[instructions]?.role).toBe('user')
        expect(trimmed.leftOutTurns).toBe(countTurns(messages) - countTurns(trimmed.messages))
        expect(countTurns(trimmed.messages)).toBeGreaterThanOrEqual(Math.min(keptTurns, countTurns(messages)))
        expect(trimmed.fits).toBe(trimmed.tokens <= budget)
        if (trimmed.fits) expect(sum(countTokens(trimmed.messages))).toBeLessThanOrEqual(budget + trimmed.messages.length)
        for (const [index, message] of trimmed.messages.entries()) {
          const original = messages[messages.length - trimmed.messages.length + index]
          if (index >= instructions && message.content !== original?.content) expect(message.role).toBe('tool')
        }
      }),
    )
  })

  test('goes over the wire whole, through either API', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 0, max: 6000 }), (messages, budget) => {
        const { messages: left } = trim(messages, budget)
        const wire = messagesToWire(left)
        const asked = wire.flatMap((message) =>
          message.role === 'assistant' ? (message.tool_calls ?? []).map(({ id }) => id) : [],
        )
        expect(wire.flatMap((message) => (message.role === 'tool' ? message.tool_call_id : []))).toEqual(asked)
        expect(JSON.stringify(wire)).not.toContain('cancelled')
        const { input } = messagesToInput(left)
        const idsOf = (type: string) => input.flatMap((item) => (item.type === type && 'call_id' in item ? [item.call_id] : []))
        expect(idsOf('function_call_output').toSorted()).toEqual(idsOf('function_call').toSorted())
        expect(JSON.stringify(input)).not.toContain('cancelled')
      }),
    )
  })
})

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
