import { expect, test, vi } from 'vitest'
import { retryWhenLost } from './retry-when-lost.ts'

function fail(code: string): Error {
  return new Error('the query failed', { cause: Object.assign(new Error('lost'), { code }) })
}

test.each(['CONNECTION_CLOSED', '57P01', 'EPIPE', 'ECONNREFUSED'])(
  'a read is repeated while the connection is lost (%s)',
  async (code) => {
    const read = vi.fn<() => Promise<string>>().mockResolvedValue('answer')
    read.mockRejectedValueOnce(fail(code)).mockRejectedValueOnce(fail(code))
    expect(await retryWhenLost(read, new AbortController().signal)).toBe('answer')
    expect(read).toHaveBeenCalledTimes(3)
  },
)

test('it is not repeated for another error, for longer than its patience, or after the reader has left', async () => {
  const { signal } = new AbortController()
  const other = vi.fn<() => Promise<string>>().mockRejectedValue(fail('23505'))
  await expect(retryWhenLost(other, signal)).rejects.toThrow('the query failed')
  const lost = vi.fn<() => Promise<string>>().mockRejectedValue(fail('57P01'))
  await expect(retryWhenLost(lost, signal, 0)).rejects.toThrow('the query failed')
  await expect(retryWhenLost(lost, AbortSignal.abort())).rejects.toThrow('the query failed')
  expect([other.mock.calls.length, lost.mock.calls.length]).toEqual([1, 2])
})
