import type { Text } from '../../i18n/use-text.ts'
import { formatMicroUsd } from '../../ui/format-amount.ts'

/** What calls have used together, as the server adds it up. */
export interface UsageSums {
  readonly calls: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cachedInputTokens: number
  readonly costMicroUsd: number
  readonly unknownCostCalls: number
  readonly estimatedCalls: number
}

/** What it cost: `$1.20`, `at least $1.20` where some calls have no known price, `unknown` where none has. Never 0 for unknown. */
export function toCost({ calls, costMicroUsd, unknownCostCalls }: UsageSums, text: Text): string {
  if (unknownCostCalls === 0) return formatMicroUsd(costMicroUsd, 'en')
  if (unknownCostCalls >= calls) return text('usage.cost.unknown')
  return text('usage.cost.at-least', { cost: formatMicroUsd(costMicroUsd, 'en') })
}

/** Whether there is a sum at all. */
export function hasKnownCost({ calls, unknownCostCalls }: UsageSums): boolean {
  return calls > unknownCostCalls
}

export function toCount(count: number): string {
  return new Intl.NumberFormat('en').format(count)
}

/** `12 Nov` or, in full, `Thursday, 12 November 2026`. */
export function toDayName(day: string, length: 'short' | 'long'): string {
  const options: Intl.DateTimeFormatOptions =
    length === 'short' ? { day: 'numeric', month: 'short' } : { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }
  return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`))
}
