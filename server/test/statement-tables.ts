import { getTableColumns, getTableName, is } from 'drizzle-orm'
import { PgTable } from 'drizzle-orm/pg-core'
import { schema } from '@holdfast/drizzle'

/** Tables whose rows belong to a user or to a conversation. What all users share (settings, providers, keys) is copied to each part. */
const owned = new Set<string>(
  Object.values(schema)
    .filter((table) => is(table, PgTable))
    .filter(
      (table) =>
        getTableName(table) === 'conversations' ||
        'userId' in getTableColumns(table) ||
        'conversationId' in getTableColumns(table),
    )
    .map((table) => getTableName(table)),
)

/** The first verb that changes something, or `select`. */
export function verbOf(statement: string): string {
  return /\b(?:insert|update(?=\s+"?[a-z_]+"?\s+(?:\w+\s+)?set)|delete)\b/iu.exec(statement)?.[0].toLowerCase() ?? 'select'
}

/** The tables with rows of people that a statement reads or writes. */
export function tablesOf(statement: string): string[] {
  const found = [...statement.matchAll(/\b(?:from|join|into|update)\s+"?([a-z_]+)"?(?![."\w(])/giu)].map(([, name = '']) => name)
  return [...new Set(found.filter((name) => owned.has(name)))].toSorted()
}
