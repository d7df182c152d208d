import { expect, test } from 'vitest'
import { toMessage } from '../../../../test/fake-log-server.ts'
import { hasGrown } from './has-grown.ts'

const question = toMessage('question')
const answer = toMessage('answer', { role: 'assistant' })
const second = toMessage('second')
const secondAnswer = toMessage('second-answer', { role: 'assistant' })

test('an answer that had ended when it first arrived is news if the conversation has only grown at its end', () => {
  expect(hasGrown([question], [question, answer])).toBe(true)
  expect(hasGrown([question, answer], [question, answer, second, secondAnswer])).toBe(true)
  expect(hasGrown([question, answer, toMessage('unsent')], [question, answer, second, secondAnswer])).toBe(true)
})

test('opening a conversation, loading earlier messages or switching the branch is not news', () => {
  expect(hasGrown([], [question, answer])).toBe(false)
  expect(hasGrown([second, secondAnswer], [question, answer, second, secondAnswer])).toBe(false)
  expect(hasGrown([question, answer], [question, toMessage('other-answer', { role: 'assistant' })])).toBe(false)
})
