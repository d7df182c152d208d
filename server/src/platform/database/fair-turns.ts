import type { PGlite } from '@electric-sql/pglite'

/**
 * PGlite works in the thread that asks it, and its promises resolve without the event loop turning: a chain of queries keeps every
 * socket waiting until its end. So the loop turns once after each query and before each transaction. Inside a transaction nothing
 * waits: it holds the only connection.
 *
 * Transactions queue here, and only the first of them at the database: a single statement, such as the one that puts all answers'
 * words on disk, waits for one transaction at most, however many answers end at the same time.
 *
 * `transactions`: how many run or wait now.
 */
export function withFairTurns(pglite: PGlite): { readonly pglite: PGlite; readonly transactions: () => number } {
  let lastTransaction: Promise<unknown> = Promise.resolve()
  let open = 0
  const fair = new Proxy(pglite, {
    get: (target, name) => {
      if (name === 'query') {
        return (async (...args) => {
          try {
            return await target.query(...args)
          } finally {
            await turn()
          }
        }) satisfies PGlite['query']
      }
      if (name === 'transaction') {
        return (async (work) => {
          open += 1
          const begin = async () => {
            await turn()
            return target.transaction(work)
          }
          const transaction = lastTransaction.then(begin, begin)
          lastTransaction = transaction
          return transaction.finally(() => {
            open -= 1
          })
        }) satisfies PGlite['transaction']
      }
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  return { pglite: fair, transactions: () => open }
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
