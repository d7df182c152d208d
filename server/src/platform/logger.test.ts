import { expect, test } from 'vitest'
import { createSecretMask } from './hide-secrets.ts'
import { createLogger } from './logger.ts'

function logged(err: unknown): unknown {
  const lines: string[] = []
  createLogger('info', { write: (line) => lines.push(line) }).error({ event: 'test', err }, 'failed')
  return JSON.parse(lines.join(''))
}

test('a failed query is logged by its code, table and place, as the driver or its wrapper throws it, and never with its words (attack I2)', () => {
  const facts = { code: '23505', constraint_name: 'one', table_name: 'messages', detail: 'secret words' }
  const raw = Object.assign(new Error('secret words\nin two lines'), { query: 'secret words', ...facts })
  const wrapper = Object.assign(new Error('Failed query: secret words', { cause: raw }), { query: 'secret words', params: [] })
  for (const error of [raw, wrapper]) {
    const line = logged(error)
    expect(line).toMatchObject({ err: { code: '23505', constraint: 'one', table: 'messages' } })
    expect(line).toMatchObject({ err: { stack: expect.stringContaining('logger.test.ts') } })
    expect(JSON.stringify(line)).not.toContain('secret words')
    expect(JSON.stringify(line)).not.toContain('in two lines')
  }
})

test('a text that is not JSON is not quoted, although its parser does so', () => {
  let error: unknown
  try {
    JSON.parse('secret words')
  } catch (thrown) {
    error = thrown
  }
  expect(String(error)).toContain('secret wor')
  expect(JSON.stringify(logged(error))).not.toContain('secret wor')
})

test('secrets of the settings are masked wherever they stand', () => {
  const lines: string[] = []
  const logger = createLogger('info', { write: (line) => lines.push(line) }, createSecretMask(['a-secret-key']))
  logger.info({ event: 'test', said: 'wrong key: a-secret-key' }, 'a-secret-key was refused')
  expect(JSON.parse(lines.join(''))).toMatchObject({ event: 'test', said: 'wrong key: ***', msg: '*** was refused' })
})
