import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import type { SealedRecord } from './record-hash.ts'

/** A file is not an export of the audit log. The message names the line. */
export class AuditFileError extends Error {
  override readonly name = 'AuditFileError'
}

const text = z.string().nullable()
const recordSchema = z.object({
  id: z.string(),
  seq: z.coerce.number().int().positive(),
  at: z.iso.datetime().transform((value) => new Date(value)),
  actorId: text,
  action: z.string(),
  targetType: text,
  targetId: text,
  address: text,
  details: z.record(z.string(), z.unknown()),
  hash: z.string(),
})
const names = Object.keys(recordSchema.shape)

/**
 * The records of an export, in the order of the file: CSV as the page of the administration gives it, or a JSON object a line with the same
 * names. Other columns are ignored. Records that had no place yet when the file was made are left out.
 * @throws AuditFileError
 */
export async function* readAuditExport(path: string): AsyncGenerator<SealedRecord> {
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY })
  let header: readonly string[] | null = null
  let number = 0
  for await (const rawLine of lines) {
    number += 1
    const line = number === 1 ? rawLine.replace(/^\uFEFF/u, '') : rawLine
    if (line.trim() === '') continue
    if (header === null && !line.startsWith('{')) {
      header = parseCsvLine(line, number)
      const missing = names.filter((name) => !header?.includes(name))
      if (missing.length > 0) throw new AuditFileError(`line ${number}: the column ${missing.join(', ')} is missing`)
      continue
    }
    const row = header === null ? parseJsonLine(line, number) : cellsToRow(header, parseCsvLine(line, number), number)
    if (row['seq'] === null || row['seq'] === '') continue
    const parsed = recordSchema.safeParse(row)
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      throw new AuditFileError(`line ${number}: ${issue?.path.join('.') ?? ''} cannot be read`)
    }
    yield parsed.data
  }
}

function cellsToRow(header: readonly string[], cells: readonly string[], number: number): Record<string, unknown> {
  if (cells.length !== header.length) throw new AuditFileError(`line ${number}: has ${cells.length} cells, not ${header.length}`)
  const row = Object.fromEntries(header.map((name, index) => [name, cells[index] || null]))
  return { ...row, details: parseJsonLine(row['details'] ?? '{}', number) }
}

function parseJsonLine(line: string, number: number): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(line))
  } catch {
    throw new AuditFileError(`line ${number}: is not JSON`)
  }
}

const cellPattern = /(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/gu

/** A record has no line breaks in its cells. A quote before a sign keeps spreadsheets from calculating, and is not part of the text. */
function parseCsvLine(line: string, number: number): string[] {
  const cells: string[] = []
  let end = 0
  for (const match of line.matchAll(cellPattern)) {
    if (match.index !== end) break
    end = match.index + match[0].length
    cells.push((match[1]?.replaceAll('""', '"') ?? match[2] ?? '').replace(/^'(?=[=+\-@\t\r])/u, ''))
  }
  if (end !== line.length) throw new AuditFileError(`line ${number}: is not CSV`)
  return cells
}
