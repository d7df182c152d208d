import { expect, test, vi } from 'vitest'
import { createCallLimits } from '../../platform/call-limits.ts'
import type { Deps } from './deps.ts'
import { createCallerFactory, procedure, router } from './procedures.ts'

function createHarness(failures: readonly string[]) {
  const codes = [...failures]
  const step = vi.fn(() => {
    const code = codes.shift()
    if (code !== undefined) throw new Error('the query failed', { cause: Object.assign(new Error('lost'), { code }) })
    return 'answer'
  })
  const warn = vi.fn()
  const deps = {
    callLimits: createCallLimits({ pointsPerMinute: 1_000 }),
    clock: { now: () => new Date() },
    logger: { warn },
  } as unknown as Deps
  const test = router({ read: procedure.query(() => step()), write: procedure.mutation(() => step()) })
  const user = { id: 'ada', sessionId: 's', expiresAt: null }
  const call = createCallerFactory(test)({ deps, user, socket: null, address: null, requestId: 'test' })
  return { call, step, warn }
}

test.each(['CONNECTION_CLOSED', 'CONNECTION_SILENT', '57P01'])(
  'R3 a query whose connection to the database is lost (%s) is tried once more',
  async (code) => {
    const { call, step, warn } = createHarness([code])
    expect(await call.read()).toBe('answer')
    expect(step).toHaveBeenCalledTimes(2)
    expect(warn).toHaveBeenCalledWith(expect.objectContaining({ event: 'query-retried', path: 'read' }), expect.any(String))
  },
)

test('R3 and only once, only for a lost connection, and never a command, which may have run', async () => {
  const twice = createHarness(['CONNECTION_CLOSED', 'CONNECTION_CLOSED'])
  await expect(twice.call.read()).rejects.toMatchObject({ code: 'INTERNAL_SERVER_ERROR' })
  expect(twice.step).toHaveBeenCalledTimes(2)
  const other = createHarness(['23505'])
  await expect(other.call.read()).rejects.toMatchObject({ code: 'INTERNAL_SERVER_ERROR' })
  const command = createHarness(['CONNECTION_CLOSED'])
  await expect(command.call.write()).rejects.toMatchObject({ code: 'INTERNAL_SERVER_ERROR' })
  expect([other.step.mock.calls.length, command.step.mock.calls.length]).toEqual([1, 1])
})
