import type { Id, Limits } from '@holdfast/shared'
import type { Refusal } from '../platform/refusal.ts'
import { hasBudget } from './effective-limits.ts'
import { moneyUsedUp, tokensUsedUp, type LimitOwner } from './limit-refusals.ts'
import { toDay, toMonth } from './usage-periods.ts'
import type { ScopeUsage, UsageScope } from './usage-counters.ts'

/** A budget that is to be checked: whose, and what it allows. */
export interface Budget {
  readonly scope: UsageScope
  readonly limits: Limits
}

/** The budgets that hold for a person, without those that limit nothing. */
export function toBudgets(userId: Id, own: Limits, server: Limits): Budget[] {
  return [
    { scope: userId, limits: own },
    { scope: 'server', limits: server },
  ].filter(({ limits }) => hasBudget(limits))
}

/** Null: there is something left, as far as calls that have ended tell. */
export function findSpentBudget(budgets: readonly Budget[], usage: Record<UsageScope, ScopeUsage>, now: Date): Refusal | null {
  for (const { scope, limits } of budgets) {
    const used = usage[scope]
    if (!used) continue
    const owner: LimitOwner = scope === 'server' ? 'server' : 'person'
    const { tokensPerDay, microUsdPerMonth } = limits
    if (tokensPerDay !== null && used.tokensToday >= tokensPerDay) return tokensUsedUp(tokensPerDay, owner, toDay(now), now)
    if (microUsdPerMonth !== null && used.microUsdThisMonth >= microUsdPerMonth) {
      return moneyUsedUp(microUsdPerMonth, owner, toMonth(now), now)
    }
  }
  return null
}

/** Whether calls that run may use up the rest: then another one has to wait until it is known what they have used. */
export function isRestReserved(budgets: readonly Budget[], usage: Record<UsageScope, ScopeUsage>): boolean {
  return budgets.some(({ scope, limits: { tokensPerDay, microUsdPerMonth } }) => {
    const used = usage[scope]
    if (!used) return false
    return (
      (tokensPerDay !== null && used.tokensToday + used.reservedTokens >= tokensPerDay) ||
      (microUsdPerMonth !== null && used.microUsdThisMonth + used.reservedMicroUsd >= microUsdPerMonth)
    )
  })
}
