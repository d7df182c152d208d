import { expect, test } from 'vitest'
import { toFacts, toSteps, type Timeline } from './timeline-to-facts.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 29, 12, 0, seconds)).toISOString()
const call = {
  provider: 'p',
  model: 'm',
  cachedInputTokens: 0,
  estimated: false,
  costMicroUsd: 1,
  errorCode: null,
  inputTokens: 10,
  outputTokens: 5,
}
const timeline: Timeline = {
  messageId: '0197a000-0000-7000-8000-000000000000',
  status: 'completed',
  queuedAt: at(0),
  startedAt: at(1),
  firstTokenAt: at(3),
  endedAt: at(9),
  tokensPerSecond: 2,
  retries: 1,
  claims: 1,
  continuations: 0,
  costMicroUsd: 3,
  modelCalls: [
    { ...call, step: 0, state: 'failed', startedAt: at(1), endedAt: at(2), outputTokens: 0 },
    { ...call, step: 0, state: 'completed', startedAt: at(2), endedAt: at(4) },
    { ...call, step: 1, state: 'completed', startedAt: at(7), endedAt: at(9) },
  ],
  toolCalls: [
    { callId: 'a', step: 0, name: 'own', state: 'done', createdAt: at(4), startedAt: null, endedAt: at(5) },
    { callId: 'b', step: 0, name: 'other', state: 'denied', createdAt: at(4), startedAt: at(5), endedAt: at(7) },
  ],
}

test('times are counted from the question', () => {
  expect(toFacts(timeline)).toEqual({ beganAfterMs: 1_000, firstAfterMs: 3_000, tookMs: 9_000, isFirstForgotten: false })
})

test('a first token that is forgotten is told from one that has not come', () => {
  expect(toFacts({ ...timeline, firstTokenAt: null }).isFirstForgotten).toBe(true)
  expect(toFacts({ ...timeline, firstTokenAt: null, endedAt: null }).isFirstForgotten).toBe(false)
})

test('the calls of models and tools are one list in the order of their begin', () => {
  expect(toSteps(timeline).map(({ name, state, durationMs }) => [name, state, durationMs])).toEqual([
    ['m', 'failed', 1_000],
    ['m', null, 2_000],
    ['own', null, 1_000],
    ['other', 'denied', 2_000],
    ['m', null, 2_000],
  ])
})
