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

/** Writes a table as CSV (RFC 4180). An unknown cost is an empty cell, not 0. */
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

/** Quotes a cell, and defuses text that a spreadsheet would run as a formula: titles may come from anyone. */
function toCell(name: string): string {
  const harmless = /^[=+\-@\t\r]/u.test(name) ? `'${name}` : name
  return /[",\r\n]/u.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
