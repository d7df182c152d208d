import { expect, test, vi } from 'vitest'
import { createFailedSignIns } from '../auth/failed-sign-ins.ts'
import type { Database } from '../platform/database/database.ts'
import { checkCurrentPassword } from './current-password.ts'

const userId = '0197a000-0000-7000-8000-000000000000'
/** Of an account with a password. */
const database = {
  queries: { select: () => ({ from: () => ({ where: async () => [{ hash: 'a hash' }] }) }) },
} as unknown as Database

test('wrong passwords of somebody who is signed in make the next tries wait, and the right one ends that (attack A7)', async () => {
  let nowMs = 0
  const verify = vi.fn(async ({ password }: { password: string }) => password === 'right')
  const failedSignIns = createFailedSignIns(10, () => nowMs)
  const auth = { passwords: { verify, hash: async () => '' }, failedSignIns }
  const check = (password: string, id = userId) => checkCurrentPassword({ database, auth }, id, password)
  const wrong = { code: 'BAD_REQUEST', issues: [{ path: 'currentPassword' }] }

  for (let tries = 1; tries <= 5; tries += 1) await expect(check('wrong')).rejects.toMatchObject(wrong)
  verify.mockClear()
  await expect(check('right')).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS', reason: 'rate-limited', retryAfterMs: 1_000 })
  expect(verify, 'nothing is tried meanwhile').not.toHaveBeenCalled()
  await check('right', 'somebody else')
  nowMs = 1_000
  await check('right')
  await expect(check('wrong'), 'counted anew').rejects.toMatchObject(wrong)
  await check('right')

  for (let tries = 1; tries <= 10; tries += 1) {
    nowMs += 600_000 / 10
    await expect(check('wrong')).rejects.toMatchObject(wrong)
  }
  await expect(check('right')).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' })
  nowMs += 15 * 60_000
  await check('right')
})
