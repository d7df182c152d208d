import { expect, test } from 'vitest'
import { answerParametersInput, mergeParameters } from './answer-parameters.ts'
import { conversationsUpdateInput } from './procedures/conversations.ts'
import { serverSettingsSchema } from './server-settings.ts'

test.each([
  { temperature: 0, topP: 0, maxOutputTokens: 1, reasoningEffort: 'none' },
  { temperature: 2, topP: 1, maxOutputTokens: 1_000_000, reasoningEffort: 'xhigh' },
  { temperature: null, topP: null, maxOutputTokens: null, reasoningEffort: null },
  {},
])('parameters within their ranges are taken: %j', (parameters) => {
  expect(answerParametersInput.parse(parameters)).toEqual(parameters)
})

test.each([
  ['temperature', -0.1, 'must be a number from 0 to 2'],
  ['temperature', 2.01, 'must be a number from 0 to 2'],
  ['temperature', '1', 'must be a number from 0 to 2'],
  ['temperature', Number.NaN, 'must be a number from 0 to 2'],
  ['topP', 1.5, 'must be a number from 0 to 1'],
  ['maxOutputTokens', 0, 'must be a whole number from 1 to 1000000'],
  ['maxOutputTokens', 1.5, 'must be a whole number from 1 to 1000000'],
  ['maxOutputTokens', 1_000_001, 'must be a whole number from 1 to 1000000'],
  ['reasoningEffort', 'extreme', 'must be one of none, minimal, low, medium, high, xhigh, max'],
])('%s %s is refused by its name', (name, value, message) => {
  const conversationId = '0191e4f0-0000-7000-8000-000000000001'
  const { error } = conversationsUpdateInput.safeParse({ conversationId, parameters: { [name]: value } })
  expect(error?.issues.map((issue) => [issue.path, issue.message])).toEqual([[['parameters', name], message]])
})

test('an unknown parameter is refused', () => {
  expect(answerParametersInput.safeParse({ top_p: 1 }).success).toBe(false)
})

test('of several layers the first value of each field counts, 0 among them; null is none', () => {
  expect(
    mergeParameters({ temperature: 0, topP: null }, null, undefined, { temperature: 1, topP: 0.5, maxOutputTokens: 9 }, {}),
  ).toEqual({ temperature: 0, topP: 0.5, maxOutputTokens: 9 })
  expect(mergeParameters()).toEqual({})
})

test('defaults that were stored before there were parameters have none', () => {
  expect(serverSettingsSchema.shape.defaults.parse({ model: null, instructions: '', tools: null }).parameters).toEqual({})
})
