import type { Limits } from '@holdfast/shared'

/** What a person types for each limit; empty is no limit. */
export type LimitTexts = Readonly<Record<keyof Limits, string>>

/** How many of the server's units are one of the unit that is typed: dollars and megabytes. */
const units: Readonly<Record<keyof Limits, number>> = {
  messagesPerMinute: 1,
  concurrentGenerations: 1,
  tokensPerDay: 1,
  microUsdPerMonth: 1_000_000,
  bytesStored: 1_000_000,
  stepsPerAnswer: 1,
}

/** In the order in which they are shown. */
export const limitKeys = Object.keys(units) as readonly (keyof Limits)[]

export function limitsToTexts(limits: Limits): LimitTexts {
  const texts = limitKeys.map((key) => {
    const limit = limits[key]
    return [key, limit === null ? '' : String(limit / units[key])]
  })
  return Object.fromEntries(texts) as LimitTexts
}

/** One field. Undefined: it is not a number that a limit can be. A point and a comma both begin a fraction. */
export function textToLimit(key: keyof Limits, text: string): number | null | undefined {
  const typed = text.trim().replace(',', '.')
  if (typed === '') return null
  if (!(units[key] === 1 ? /^\d+$/u : /^\d+(\.\d+)?$/u).test(typed)) return undefined
  const limit = Math.round(Number(typed) * units[key])
  return Number.isSafeInteger(limit) ? limit : undefined
}

/** All fields of one kind of people; null when one of them is wrong. */
export function textsToLimits(texts: LimitTexts): Limits | null {
  const limits = limitKeys.map((key) => [key, textToLimit(key, texts[key])] as const)
  return limits.some(([, limit]) => limit === undefined) ? null : (Object.fromEntries(limits) as Limits)
}
