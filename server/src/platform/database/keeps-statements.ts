import postgres, { type Sql } from 'postgres'

/** What the server says to a statement that it does not know, and a pooler to one that it will not pass on. */
const isUnknown = (error: unknown) => error instanceof postgres.PostgresError

/**
 * Whether a connection keeps the statements that are prepared on it from one transaction to the next. Behind a pooler that hands every
 * transaction to another connection it does not. Two connections take turns, because a pooler that has one client gives it the same
 * connection each time: what the first has prepared, it uses while the second holds the connection on which it did.
 * @param open a client of one connection, not opened yet
 */
export async function keepsStatements(open: () => Sql): Promise<boolean> {
  await using stack = new AsyncDisposableStack()
  const [first, second] = [open(), open()]
  stack.defer(() => first.end({ timeout: 5 }))
  stack.defer(() => second.end({ timeout: 5 }))
  await second`select 1`
  try {
    await first.unsafe('prepare holdfast_probe as select 1')
    return await second.begin(async (held) => {
      await held`select 1`
      await first.begin((tx) => tx.unsafe('execute holdfast_probe'))
      await first.unsafe('deallocate holdfast_probe')
      return true
    })
  } catch (error) {
    if (isUnknown(error)) return false
    throw error
  }
}
