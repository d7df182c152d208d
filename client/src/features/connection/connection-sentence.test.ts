import { expect, test } from 'vitest'
import { createI18n } from '../../i18n/i18n.ts'
import { connectionToSentence } from './connection-sentence.ts'

const i18n = createI18n()
const say = (status: Parameters<typeof connectionToSentence>[0], isAnswerRunning: boolean, seconds: number | null) => {
  const sentence = connectionToSentence(status, { isAnswerRunning, seconds })
  return sentence && i18n._(sentence.id, sentence.values)
}

test('a working connection has no sentence', () => {
  expect([say('live', true, null), say('connecting', true, null)]).toEqual([null, null])
})

test('the sentence says what happened, what is safe, and when the next retry is', () => {
  expect(say('reconnecting', true, 4)).toBe('Connection lost. Everything so far is saved. Retrying in 4 s.')
  expect(say('reconnecting', false, 4)).toBe('Connection lost. Everything you sent is saved. Retrying in 4 s.')
  expect(say('offline', true, null)).toBe(
    'You are offline. Everything so far is saved. Messages you write are sent when you are back online.',
  )
})

test('there is no countdown while a retry is running', () => {
  expect(say('reconnecting', true, 0)).toBe('Connection lost. Everything so far is saved. Retrying now.')
  expect(say('reconnecting', false, null)).toBe('Connection lost. Everything you sent is saved. Retrying now.')
})
