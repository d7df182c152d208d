import type { PGlite } from '@electric-sql/pglite'

/**
 * PGlite works in the thread that asks it, and its promises resolve without the event loop turning: a chain of queries keeps every
 * socket waiting until its end. So each query and each transaction lets the loop turn once before its first statement. Inside a
 * transaction nothing waits: it holds the only connection.
 *
 * Transactions queue here, and only the first of them at the database: a single statement, the one that puts all answers' words on
 * disk, waits for one transaction at most, however many answers end at the same time.
 */
export function withFairTurns(pglite: PGlite): PGlite {
  let lastTransaction: Promise<unknown> = Promise.resolve()
  return new Proxy(pglite, {
    get: (target, name) => {
      if (name === 'query') return (async (...args) => turn().then(() => target.query(...args))) satisfies PGlite['query']
      if (name === 'transaction') {
        return (async (work) => {
          const begin = () =>
            target.transaction(async (tx) => {
              await turn()
              return work(tx)
            })
          const transaction = lastTransaction.then(begin, begin)
          lastTransaction = transaction
          return transaction
        }) satisfies PGlite['transaction']
      }
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
