import { expect, test } from 'vitest'
import { parametersToTexts, textsToParameters, textToNumber } from './parameter-texts.ts'

test('what is shown for parameters gives the same parameters again', () => {
  const parameters = { temperature: 0.7, topP: 0, maxOutputTokens: 800, reasoningEffort: 'high' } as const
  const texts = parametersToTexts(parameters)
  expect(texts).toEqual({ temperature: '0.7', topP: '0', maxOutputTokens: '800', reasoningEffort: 'high' })
  expect(textsToParameters(texts)).toEqual(parameters)
  expect(textsToParameters(parametersToTexts({ temperature: null }))).toEqual({})
})

test('a small number that a program has set can be saved again', () => {
  const parameters = { temperature: 1e-7, topP: 2.5e-8, maxOutputTokens: 100_000 }
  const texts = parametersToTexts(parameters)
  expect(texts).toMatchObject({ temperature: '0.0000001', maxOutputTokens: '100000' })
  expect(textsToParameters(texts)).toEqual(parameters)
})

test.each([
  ['temperature', ' 1,5 ', 1.5],
  ['temperature', '.5', 0.5],
  ['temperature', '2', 2],
  ['temperature', '2.01', undefined],
  ['temperature', '-1', undefined],
  ['temperature', '1e0', undefined],
  ['temperature', 'warm', undefined],
  ['temperature', '', null],
  ['topP', '1.1', undefined],
  ['maxOutputTokens', '0', undefined],
  ['maxOutputTokens', '1.5', undefined],
  ['maxOutputTokens', '1000000', 1_000_000],
  ['maxOutputTokens', '1000001', undefined],
] as const)('%s: "%s" is %s', (name, text, value) => {
  expect(textToNumber(name, text)).toBe(value)
})

test('one wrong field keeps all from being saved', () => {
  expect(textsToParameters({ ...parametersToTexts({}), topP: 'x' })).toBeNull()
})
