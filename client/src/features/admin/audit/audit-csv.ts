import type { AuditRecord } from '@holdfast/shared'
import { toCsvCell } from '../../../lib/csv-cell.ts'

const columns = [
  'seq',
  'at',
  'actorName',
  'actorId',
  'action',
  'targetType',
  'targetId',
  'address',
  'details',
  'hash',
  'id',
] as const satisfies readonly (keyof AuditRecord)[]

/**
 * Records as CSV, in the order of the chain, with everything that their hashes are made of: `holdfast audit verify FILE` reads it. Records
 * without a place come last.
 */
export function auditToCsv(records: readonly AuditRecord[]): string {
  const ordered = records.toSorted((a, b) => (a.seq ?? Number.MAX_SAFE_INTEGER) - (b.seq ?? Number.MAX_SAFE_INTEGER))
  const lines = ordered.map((record) =>
    columns.map((name) => toCsvCell(name === 'details' ? JSON.stringify(record.details) : String(record[name] ?? ''))).join(','),
  )
  return [columns.join(','), ...lines].map((line) => `${line}\r\n`).join('')
}
