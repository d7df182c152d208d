import type { Logger } from '../platform/logger.ts'
import type { Budget } from './check-budget.ts'
import { toDay, toMonth } from './usage-periods.ts'
import type { ScopeUsage, UsageScope } from './usage-counters.ts'

/** From this share of a budget on, the operator is warned. */
const nearShare = 0.8
const maxRemembered = 10_000

/** Warns once for each budget and period: `limit-near` with the scope, the limit and what is used. */
export interface NearLimits {
  readonly look: (budgets: readonly Budget[], usage: Record<UsageScope, ScopeUsage>, now: Date) => void
  /** The same for the room of files, once a day. */
  readonly lookAtFiles: (scope: UsageScope, used: number, most: number, now: Date) => void
}

export function createNearLimits(logger: Logger): NearLimits {
  /** Of this node: each of several nodes warns once. */
  const warned = new Set<string>()
  const warnOnce = (scope: UsageScope, limit: string, period: string, used: number, most: number) => {
    const key = `${scope} ${limit} ${period} ${most}`
    if (most <= 0 || used < most * nearShare || warned.has(key)) return
    if (warned.size >= maxRemembered) warned.clear()
    warned.add(key)
    logger.warn({ event: 'limit-near', scope, limit, period, used, most }, 'a budget is nearly used up')
  }
  return {
    look: (budgets, usage, now) => {
      for (const { scope, limits } of budgets) {
        const used = usage[scope]
        if (!used) continue
        const { tokensPerDay, microUsdPerMonth } = limits
        if (tokensPerDay !== null) warnOnce(scope, 'tokensPerDay', toDay(now).name, used.tokensToday, tokensPerDay)
        if (microUsdPerMonth !== null) {
          warnOnce(scope, 'microUsdPerMonth', toMonth(now).name, used.microUsdThisMonth, microUsdPerMonth)
        }
      }
    },
    lookAtFiles: (scope, used, most, now) => warnOnce(scope, 'bytesStored', toDay(now).name, used, most),
  }
}
