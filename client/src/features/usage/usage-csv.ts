import { toCsvCell } from '../../lib/csv-cell.ts'
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
    toCsvCell(row.name),
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
