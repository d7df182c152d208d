import type { Message } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { isCutOff, readCutOffText } from './build-request.ts'

type Part = Message['parts'][number]

const text = (words: string): Part => ({ type: 'text', text: words })
const thought: Part = { type: 'reasoning', text: 'Go on.', durationMs: 1 }
const remark: Part = {
  type: 'remark',
  remarkId: 'r1',
  text: 'Say the last sentence again.',
  authorId: 'ada',
  createdAt: '2026-01-01T00:00:00.000Z',
}

test('the words of an answer that was cut off twice are all of them, also before its thoughts', () => {
  expect(readCutOffText({ parts: [text('It was the best '), thought, text('of times, ')] })).toBe('It was the best of times, ')
})

test('what a model says after a remark may be what it said before', () => {
  const parts = [text('It was the best of times.'), remark]
  expect([isCutOff({ parts }), readCutOffText({ parts })]).toEqual([false, null])
  expect(readCutOffText({ parts: [...parts, text('It was')] })).toBe('It was')
})
