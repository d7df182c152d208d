import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { TestUser } from '../testing/create-test-app.ts'
import { testPassword } from './every-procedure.ts'

/** Makes an account of a guest; its session goes on, under another cookie. */
export async function giveAccount(url: string, guest: TestUser): Promise<void> {
  const answer = await fetch(`${url}/api/auth/guest/upgrade`, {
    method: 'POST',
    headers: { cookie: guest.cookie, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Robin', email: `${randomUUID()}@example.com`, password: testPassword }),
  })
  expect(answer.status).toBe(200)
  Object.assign(guest, {
    cookie: answer.headers
      .getSetCookie()
      .map((line) => line.split(';', 1)[0])
      .join('; '),
  })
}

/** A new token for the session of a user: one lives for minutes. Undefined when the session has ended. */
export async function renewToken(url: string, { cookie }: Pick<TestUser, 'cookie'>): Promise<string | undefined> {
  const answer = await fetch(`${url}/api/auth/token`, { headers: { cookie } })
  return ((await answer.json()) as { token?: string }).token
}
