import { describe, expect, test } from 'vitest'
import { canFollow, isActive, isContinuable, isTerminal, messageStatuses, type MessageStatus } from './index.ts'

/** The whole matrix, written out: what may follow what. */
const allowed: Record<MessageStatus, readonly MessageStatus[]> = {
  queued: ['generating', 'cancelled', 'error'],
  generating: ['queued', 'waiting', 'completed', 'cancelled', 'error', 'interrupted'],
  waiting: ['queued', 'generating', 'cancelled', 'error', 'interrupted'],
  completed: ['queued', 'generating'],
  cancelled: ['queued', 'generating'],
  error: ['queued', 'generating'],
  interrupted: ['queued', 'generating'],
}

describe('a status follows another', () => {
  const pairs = messageStatuses.flatMap((from) => messageStatuses.map((to) => [from, to] as const))
  test.each(pairs)('%s → %s as the table says', (from, to) => {
    expect(canFollow(from, to)).toBe(allowed[from].includes(to))
  })

  test('to an end from everywhere that is active, and from no end to another', () => {
    for (const from of messageStatuses) {
      const ends = messageStatuses.filter((to) => isTerminal(to) && canFollow(from, to))
      expect(ends.length > 0).toBe(isActive(from))
    }
  })
})

test('a status is either active or terminal', () => {
  expect(messageStatuses.filter(isActive)).toEqual(['queued', 'generating', 'waiting'])
  expect(messageStatuses.filter(isTerminal)).toEqual(['completed', 'cancelled', 'error', 'interrupted'])
})

test.each([
  ['interrupted', '', true],
  ['interrupted', 'half', true],
  ['error', 'half', true],
  ['error', '', false],
  ['cancelled', 'half', true],
  ['cancelled', '', false],
  ['completed', 'all', false],
  ['queued', 'half', false],
  ['generating', 'half', false],
  ['waiting', 'half', false],
] as const)('%s with "%s" can continue: %s', (status, content, expected) => {
  expect(isContinuable({ status, content })).toBe(expected)
})

test.each(['error', 'cancelled'] as const)(
  '%s with a picture of the model alone can continue, with one of a tool it cannot',
  (status) => {
    expect(isContinuable({ status, content: '', parts: [{ type: 'file' }] })).toBe(true)
    expect(isContinuable({ status, content: '', parts: [{ type: 'tool-call' }, { type: 'file', callId: 'a' }] })).toBe(false)
    expect(isContinuable({ status, content: '', parts: [] })).toBe(false)
  },
)

test.each([
  ['cut-at-limit', { kind: 'cut-at-limit', outputTokens: 10 }, true],
  ['stopped-after-steps', { kind: 'stopped-after-steps', steps: 8 }, true],
  ['results-cut', { kind: 'results-cut', count: 1 }, false],
] as const)('a completed answer with the note %s can continue: %s', (_kind, note, expected) => {
  expect(isContinuable({ status: 'completed', content: '', notes: [note] })).toBe(expected)
})

test('an answer that a budget has stopped can be continued, even before its first word', () => {
  expect(isContinuable({ status: 'error', content: '', error: { code: 'budget-exceeded' } })).toBe(true)
  expect(isContinuable({ status: 'error', content: '', error: { code: 'provider-quota' } })).toBe(false)
})
