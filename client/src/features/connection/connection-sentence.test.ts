import { expect, test } from 'vitest'
import { createI18n } from '../../i18n/i18n.ts'
import { connectionToSentence } from './connection-sentence.ts'

const i18n = createI18n()
const say = (status: Parameters<typeof connectionToSentence>[0], isAnswerRunning: boolean, seconds: number | null) => {
  const sentence = connectionToSentence(status, { isAnswerRunning, seconds })
  return sentence && i18n._(sentence.id, sentence.values)
}

test('when all is well nothing is said', () => {
  expect([say('live', true, null), say('connecting', true, null)]).toEqual([null, null])
})

test('what happened, what is safe, and when it is tried again', () => {
  expect(say('reconnecting', true, 4)).toBe('Connection lost. Everything up to here is saved. Trying again in 4 s.')
  expect(say('reconnecting', false, 4)).toBe('Connection lost. Everything sent is saved. Trying again in 4 s.')
  expect(say('offline', true, null)).toBe(
    'You are offline. Everything up to here is saved, and what you write is kept and goes out when you are back.',
  )
})

test('a try that is under way is not counted down to', () => {
  expect(say('reconnecting', true, 0)).toBe('Connection lost. Everything up to here is saved. Trying again now.')
  expect(say('reconnecting', false, null)).toBe('Connection lost. Everything sent is saved. Trying again now.')
})
