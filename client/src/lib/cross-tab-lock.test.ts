import { afterEach, expect, test, vi } from 'vitest'
import { withCrossTabLock } from './cross-tab-lock.ts'

afterEach(() => vi.unstubAllGlobals())

function stubLocks(request: (name: string, task: () => Promise<unknown>) => Promise<unknown>): void {
  vi.stubGlobal('document', {})
  vi.stubGlobal('navigator', { locks: { request } })
}

test('where the browser refuses locks because cookies are blocked, the task runs without one', async () => {
  stubLocks(() => Promise.reject(new DOMException('The operation is insecure.', 'SecurityError')))
  expect(await withCrossTabLock('a', async () => 'done')).toBe('done')
})

test('a task that fails while it has the lock is not run again', async () => {
  stubLocks((_, task) => task())
  const task = vi.fn(() => Promise.reject(new Error('no answer')))
  await expect(withCrossTabLock('a', task)).rejects.toThrow('no answer')
  expect(task).toHaveBeenCalledTimes(1)
})
