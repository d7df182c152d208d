import { expect, test } from 'vitest'
import { errorToCodes } from './error-codes.ts'

function toError(code: unknown, cause?: unknown): Error {
  return Object.assign(new Error('no', { cause }), { code })
}

test('codes come from the outside in, through causes and the first of several errors', () => {
  const refused = new AggregateError([toError('ECONNREFUSED'), toError('ENETUNREACH')])
  expect(errorToCodes(toError('OUTER', new Error('between', { cause: refused })))).toEqual(['OUTER', 'ECONNREFUSED'])
})

test.each([null, 'text', new Error('plain'), toError(20)])('without a string code there is none (%s)', (error) => {
  expect(errorToCodes(error)).toEqual([])
})

test('skipped errors are passed through, not stopped at', () => {
  expect(errorToCodes(toError('SDK', toError('EPIPE')), (error) => 'code' in error && error.code === 'SDK')).toEqual(['EPIPE'])
})
