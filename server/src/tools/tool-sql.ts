import { sql } from 'drizzle-orm'
import { executeRows, type Queries } from '../platform/database/database.ts'

export type SqlValue = string | number | bigint | boolean | Date | Uint8Array | null

/** Runs one statement and gives its rows. Values become parameters, never a part of the statement. */
export type Sql = <Row extends object = Record<string, unknown>>(
  statement: TemplateStringsArray,
  ...values: readonly SqlValue[]
) => Promise<Row[]>

const transactionControl =
  /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*(?:begin|start|commit|end|rollback|abort|savepoint|release|prepare)\b/iu

/**
 * Statements in a transaction that belongs to its caller.
 * @param isOver whether the transaction may be used no more: its connection may be in another one by then.
 */
export function createSql(queries: Queries, isOver: () => boolean): Sql {
  return async <Row extends object>(statement: TemplateStringsArray, ...values: readonly SqlValue[]) => {
    if (isOver()) throw new Error('`sql` was used after its transaction had ended: await each statement')
    if (transactionControl.test(statement[0] ?? '')) {
      throw new Error('`sql` refuses statements that begin or end a transaction: it belongs to Holdfast')
    }
    const parts = values.map((value) => (value instanceof Date ? value.toISOString() : value))
    return (await executeRows(queries, sql(statement, ...parts))) as Row[]
  }
}
