import { expect, test } from 'vitest'
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
