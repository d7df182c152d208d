import type { BetterAuthOptions } from 'better-auth'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

/** The limits on requests from one address (an IPv6 /64 network) to `/api/auth/*` within a minute, and on failures of one account. */
export interface AuthLimits {
  /** Tries of a password: sign-in, change of password. */
  readonly signIn: number
  /** Wrong passwords for one account within 15 minutes, from all addresses together. */
  readonly failedSignIns: number
  /** New accounts: sign-up, guest upgrade. */
  readonly signUp: number
  /** New guests. */
  readonly guests: number
  /** New guests within 24 hours, from one address and from all together. Null: no limit. */
  readonly guestsPerDay: { readonly perAddress: number; readonly inAll: number } | null
  /** Requests to reset a password. */
  readonly resets: number
  /** Links and codes that let somebody in: set-up, invitations, resets, recovery codes. */
  readonly links: number
  /** Every other path: tokens, sign-out, the session. */
  readonly others: number
}

/** Enough for an office behind one address, too little for guessing passwords. */
export const defaultAuthLimits: AuthLimits = {
  signIn: 60,
  failedSignIns: 10,
  signUp: 120,
  guests: 600,
  guestsPerDay: { perAddress: 100, inAll: 5_000 },
  resets: 20,
  links: 30,
  others: 1200,
}

const seconds = 60
const daySeconds = 24 * 60 * 60
const guestPath = '/sign-in/anonymous'

/**
 * Fixed windows per address and path, counted per node in memory: stopping a flood needs no agreement between nodes, and a database write
 * for each attempt would amplify it. (better-auth's own stores keep counting until a client has been idle for a whole window, which would
 * block an office that renews tokens steadily.)
 */
export function createAuthRateLimit(limits: AuthLimits): NonNullable<BetterAuthOptions['rateLimit']> {
  const limiters = new Map<number, RateLimiterMemory>()
  const limiterOf = (points: number): RateLimiterMemory => {
    const limiter = limiters.get(points) ?? new RateLimiterMemory({ points, duration: seconds })
    limiters.set(points, limiter)
    return limiter
  }
  const daily = limits.guestsPerDay && {
    address: new RateLimiterMemory({ points: limits.guestsPerDay.perAddress, duration: daySeconds }),
    all: new RateLimiterMemory({ points: limits.guestsPerDay.inAll, duration: daySeconds }),
  }
  const rule = (max: number) => ({ window: seconds, max })
  return {
    enabled: true,
    window: seconds,
    max: limits.others,
    customRules: {
      [guestPath]: rule(limits.guests),
      '/sign-in/email': rule(limits.signIn),
      '/sign-in/social': rule(limits.signIn),
      '/link-social': rule(limits.signIn),
      '/callback/*': rule(limits.signIn),
      '/change-password': rule(limits.signIn),
      '/sign-up/email': rule(limits.signUp),
      '/guest/upgrade': rule(limits.signUp),
      '/reset/request': rule(limits.resets),
      '/guest/recover': rule(limits.links),
      '/guest/code': rule(limits.links),
      '/setup': rule(limits.links),
      '/invite/look': rule(limits.links),
      '/invite/accept': rule(limits.links),
      '/reset': rule(limits.links),
      '/two-factor/*': rule(limits.links),
      '/passkey/*': rule(limits.signIn),
    },
    customStorage: {
      consume: async (key, { max }) => {
        try {
          await limiterOf(max).consume(key)
          if (daily && key.endsWith(guestPath)) {
            await daily.address.consume(key)
            await daily.all.consume('all')
          }
          return { allowed: true, retryAfter: null }
        } catch (refusal) {
          if (!(refusal instanceof RateLimiterRes)) throw refusal
          return { allowed: false, retryAfter: Math.ceil(refusal.msBeforeNext / 1000) }
        }
      },
    },
  }
}
