import type { UsageSums } from './usage-words.ts'

export interface CsvRow extends UsageSums {
  readonly name: string
}

const columns = [
  'calls',
  'inputTokens',
  'cachedInputTokens',
  'outputTokens',
  'estimatedCalls',
  'costUsd',
  'callsWithoutPrice',
] as const

/** A table as programs for tables read it (RFC 4180). Where no price is known, the cost is empty: unknown is not 0. */
export function usageToCsv(title: string, rows: readonly CsvRow[]): string {
  const lines = rows.map((row) => [
    toCell(row.name),
    row.calls,
    row.inputTokens,
    row.cachedInputTokens,
    row.outputTokens,
    row.estimatedCalls,
    row.calls > row.unknownCostCalls ? (row.costMicroUsd / 1_000_000).toFixed(6) : '',
    row.unknownCostCalls,
  ])
  return [[title, ...columns], ...lines].map((line) => `${line.join(',')}\r\n`).join('')
}

/** What begins like a formula would be one in a table: titles are text that anybody may have written. */
function toCell(name: string): string {
  const harmless = /^[=+\-@\t\r]/u.test(name) ? `'${name}` : name
  return /[",\r\n]/u.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
