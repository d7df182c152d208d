import { APIError } from 'better-auth/api'
import { hashPassword, verifyPassword } from 'better-auth/crypto'

/** A hash takes a core for a sixth of a second: two at a time leave room for the rest of the server. */
const maxAtOnce = 2
const maxWaiting = 32

export interface PasswordHashing {
  readonly hash: (password: string) => Promise<string>
  readonly verify: (input: { hash: string; password: string }) => Promise<boolean>
}

/** better-auth's own hashing, two at a time. @throws APIError TOO_MANY_REQUESTS when 32 wait already */
export function createPasswordHashing(): PasswordHashing {
  let running = 0
  const waiting: (() => void)[] = []
  async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (running < maxAtOnce) running += 1
    else {
      if (waiting.length >= maxWaiting) {
        const body = { code: 'TOO_MANY_REQUESTS', message: 'Too many people sign in at the same time. Try again in a moment' }
        throw new APIError('TOO_MANY_REQUESTS', body, { 'x-retry-after': '5' })
      }
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
      })
    }
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
  return {
    hash: (password) => inTurn(() => hashPassword(password)),
    verify: (input) => inTurn(() => verifyPassword(input)),
  }
}
