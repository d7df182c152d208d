import type { Me } from '@holdfast/shared'

const nearPercent = 80

/** The budget of which the most is used, from 80 % on; null where there is enough left of each. `percent`: at most 100, rounded down. */
export function findNearBudget({
  limits,
  usage,
}: Pick<Me, 'limits' | 'usage'>): { readonly kind: 'tokens' | 'money' | 'files'; readonly percent: number } | null {
  const percentOf = (used: number, limit: number | null) =>
    limit === null || limit === 0 ? 0 : Math.min(100, Math.floor((used / limit) * 100))
  const tokens = percentOf(usage.tokensToday, limits.tokensPerDay)
  const money = percentOf(usage.microUsdThisMonth, limits.microUsdPerMonth)
  const files = percentOf(usage.bytesStored, limits.bytesStored)
  const percent = Math.max(tokens, money, files)
  if (percent < nearPercent) return null
  return { kind: percent === tokens ? 'tokens' : percent === money ? 'money' : 'files', percent }
}
