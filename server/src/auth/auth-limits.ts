import type { BetterAuthOptions } from 'better-auth'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

/** How many requests one address (an IPv6 /64 network) may make to `/api/auth/*` within a minute. */
export interface AuthLimits {
  /** Tries of a password: sign-in, change of password. */
  readonly signIn: number
  /** New accounts: sign-up, guest upgrade. */
  readonly signUp: number
  /** New guests. */
  readonly guests: number
  /** Every other path: tokens, sign-out, the session. */
  readonly others: number
}

/** An office behind one address stays far below; guessing passwords does not. */
export const defaultAuthLimits: AuthLimits = { signIn: 60, signUp: 120, guests: 600, others: 1200 }

const seconds = 60

/**
 * Fixed windows per address and path. They are counted per node and in memory: stopping a flood needs no agreement
 * between nodes, and a database write for each attempt would help the flood. (better-auth's own stores count on until a
 * client has been idle for a whole window, which would stop an office that renews tokens steadily.)
 */
export function createAuthRateLimit(limits: AuthLimits): NonNullable<BetterAuthOptions['rateLimit']> {
  const limiters = new Map<number, RateLimiterMemory>()
  const limiterOf = (points: number): RateLimiterMemory => {
    const limiter = limiters.get(points) ?? new RateLimiterMemory({ points, duration: seconds })
    limiters.set(points, limiter)
    return limiter
  }
  const rule = (max: number) => ({ window: seconds, max })
  return {
    enabled: true,
    window: seconds,
    max: limits.others,
    customRules: {
      '/sign-in/anonymous': rule(limits.guests),
      '/sign-in/email': rule(limits.signIn),
      '/change-password': rule(limits.signIn),
      '/sign-up/email': rule(limits.signUp),
      '/guest/upgrade': rule(limits.signUp),
    },
    customStorage: {
      consume: async (key, { max }) => {
        try {
          await limiterOf(max).consume(key)
          return { allowed: true, retryAfter: null }
        } catch (refusal) {
          if (!(refusal instanceof RateLimiterRes)) throw refusal
          return { allowed: false, retryAfter: Math.ceil(refusal.msBeforeNext / 1000) }
        }
      },
    },
  }
}
