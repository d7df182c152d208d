import { locale } from '../../i18n/locale.ts'
import type { Text } from '../../i18n/use-text.ts'
import { formatMicroUsd } from '../../ui/format-amount.ts'
import { formatDate } from '../../ui/format-time.ts'

/** The total usage of several calls, as summed by the server. */
export interface UsageSums {
  readonly calls: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cachedInputTokens: number
  readonly costMicroUsd: number
  readonly unknownCostCalls: number
  readonly estimatedCalls: number
}

/** The cost: `$1.20`, `at least $1.20` when the price of some calls is unknown, `unknown` when all are. Never 0 for unknown. */
export function toCost({ calls, costMicroUsd, unknownCostCalls }: UsageSums, text: Text): string {
  if (unknownCostCalls === 0) return formatMicroUsd(costMicroUsd, locale)
  if (unknownCostCalls >= calls) return text('usage.cost.unknown')
  return text('usage.cost.at-least', { cost: formatMicroUsd(costMicroUsd, locale) })
}

/** Whether the cost of at least one call is known. */
export function hasKnownCost({ calls, unknownCostCalls }: UsageSums): boolean {
  return calls > unknownCostCalls
}

export function toCount(count: number): string {
  return new Intl.NumberFormat(locale).format(count)
}

/** `Nov 12` or, in full, `Thursday, November 12, 2026`, as the locale writes it. */
export function toDayName(day: string, length: 'short' | 'long'): string {
  const isThisYear = length === 'short'
  return formatDate(new Date(`${day}T00:00:00Z`), { locale, length, isThisYear, timeZone: 'UTC' })
}
