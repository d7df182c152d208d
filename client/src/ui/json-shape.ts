/** Chooses how a JSON value reads best. A value too large for a table stays JSON. */
export type JsonShape =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'fields'; readonly fields: readonly (readonly [name: string, value: string])[] }
  | {
      readonly kind: 'rows'
      readonly columns: readonly string[]
      readonly rows: readonly (readonly string[])[]
      readonly more: number
    }
  | { readonly kind: 'json'; readonly text: string }

const maxFields = 16
const maxColumns = 10
const maxRows = 30
const maxCellLength = 400

export function jsonToShape(value: unknown): JsonShape {
  if (typeof value === 'string') return { kind: 'text', text: value }
  if (Array.isArray(value)) return rowsToShape(value) ?? toJson(value)
  if (isFlat(value)) {
    const fields = Object.entries(value)
    if (fields.length > 0 && fields.length <= maxFields) {
      return { kind: 'fields', fields: fields.map(([name, field]) => [name, toCell(field)]) }
    }
  }
  return toJson(value)
}

/** A table with a row for each item. Empty columns are left out, columns of ids come last. */
function rowsToShape(values: readonly unknown[]): JsonShape | null {
  const rows = values.slice(0, maxRows)
  if (rows.length === 0 || !rows.every(isFlat)) return null
  const names = new Set(rows.flatMap((row) => Object.keys(row)))
  const filled = [...names].filter((name) =>
    rows.some((row) => row[name] !== null && row[name] !== undefined && row[name] !== ''),
  )
  const isForPrograms = (name: string) => rows.every((row) => isIdOrNothing(row[name]))
  const columns = [...filled.filter((name) => !isForPrograms(name)), ...filled.filter(isForPrograms)]
  if (columns.length === 0 || columns.length > maxColumns) return null
  return {
    kind: 'rows',
    columns,
    rows: rows.map((row) => columns.map((name) => toCell(row[name]))),
    more: values.length - rows.length,
  }
}

function isFlat(value: unknown): value is Readonly<Record<string, Cell>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isCell)
}

function isIdOrNothing(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'string' && /^[\da-f]{8}-[\da-f-]{27}$/iu.test(value))
}

type Cell = string | number | boolean | null

function isCell(value: unknown): value is Cell {
  if (typeof value === 'string') return value.length <= maxCellLength
  return value === null || typeof value === 'number' || typeof value === 'boolean'
}

function toCell(value: Cell | undefined): string {
  return value === null || value === undefined ? '–' : String(value)
}

function toJson(value: unknown): JsonShape {
  return { kind: 'json', text: JSON.stringify(value, null, 2) ?? String(value) }
}
