import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createI18n } from '../../../i18n/i18n.ts'
import type { Text } from '../../../i18n/use-text.ts'
import { errorToWords, failureKinds, failureToTitle } from './failure-words.ts'

const i18n = createI18n()
const text: Text = (id, values) => i18n._(id, values)

const readSource = (path: string) => readFileSync(new URL(`../../../../../server/src/${path}`, import.meta.url), 'utf8')
const readCodes = (path: string, pattern: RegExp) => [...readSource(path).matchAll(pattern)].flatMap(([, code]) => code ?? [])
const serverCodes = [
  ...readCodes('models/model-error.ts', /^ {2}'?([a-z-]+)'?: '(?:none|network|provider|settings|request|ours)',$/gmu),
  ...readCodes('generation/queue/claim-generation.ts', /code: '([a-z-]+)'/gu),
  ...readCodes('generation/ending/conclude-answer.ts', /code: '([a-z-]+)'/gu),
  // Answers of earlier versions have it.
  'tool-outcome-unknown',
].filter((code) => code !== 'aborted')

test('every error code of the server has a sentence and advice', () => {
  expect(serverCodes.length).toBeGreaterThan(18)
  for (const code of serverCodes) {
    const { title, advice } = errorToWords({ code, message: 'What the server says.', provider: 'OpenAI', tries: 3 }, text)
    expect(title, code).toMatch(/^[A-Z].*\.$/u)
    expect(title, code).not.toContain('{')
    if (code !== 'interrupted') expect(advice ?? 'nothing', code).toMatch(/^[A-Z].*\.$/u)
  }
  expect(Object.keys(failureKinds).filter((code) => !serverCodes.includes(code))).toEqual([])
})

test('the fault is attributed as the server reports it: to the provider, the network, the settings, the question, or us', () => {
  const faults = Object.fromEntries(
    [
      ...readSource('models/model-error.ts').matchAll(/^ {2}'?([a-z-]+)'?: '(none|network|provider|settings|request|ours)',$/gmu),
    ].map(([, code, fault]) => [code, fault]),
  )
  delete faults['aborted']
  const shown = Object.fromEntries(Object.keys(faults).map((code) => [code, failureKinds[code]?.fault]))
  expect(shown).toEqual(faults)
})

test('the provider and the number of attempts are named; a single attempt is not counted', () => {
  expect(errorToWords({ code: 'provider-timeout', message: '', provider: 'OpenAI', tries: 3 }, text).title).toBe(
    'OpenAI did not respond in time (3 attempts).',
  )
  expect(failureToTitle('provider-timeout', { provider: 'OpenAI' }, text)).toBe('OpenAI did not respond in time.')
  expect(failureToTitle('provider-timeout', {}, text)).toBe('The model provider did not respond in time.')
})

test('a budget that is used up is shown in the words of the server, which say when there is more', () => {
  const message = 'Your tokens for today are used up. Try again after 2026-11-30 00:00 UTC'
  expect(errorToWords({ code: 'budget-exceeded', message }, text)).toEqual({
    fault: 'request',
    title: `${message}.`,
    advice: null,
  })
})

test('an unknown code is shown with the message of the server', () => {
  expect(errorToWords({ code: 'from-the-future', message: 'Something new' }, text)).toEqual({
    fault: 'ours',
    title: 'Something new.',
    advice: null,
  })
  expect(errorToWords(null, text).title).not.toBe('')
})
