import type { Database, Queries } from '../../server/src/platform/database/database.ts'

/** As the driver words a connection that has closed under a statement. */
function connectionLost(): Error {
  return Object.assign(new Error('write CONNECTION_CLOSED (chaos)'), { code: 'CONNECTION_CLOSED' })
}

/**
 * A database whose connection breaks now and then under a statement or a transaction: before it has run, or after it has committed, so
 * that whoever asked for it does not know. `rate`: how often, from 0 to 1.
 */
export function withLostConnections(database: Database, random: () => number, rate: () => number): Database {
  const lose = <Result>(run: () => Promise<Result>): Promise<Result> => {
    const fate = random()
    if (fate >= rate()) return run()
    if (fate < rate() / 2) return Promise.reject(connectionLost())
    return run().then(() => Promise.reject(connectionLost()))
  }
  const queries = new Proxy(database.queries, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target)
      if (name === 'execute') return (...args: Parameters<Queries['execute']>) => lose(async () => target.execute(...args))
      if (name === 'transaction') return (...args: Parameters<Queries['transaction']>) => lose(() => target.transaction(...args))
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return { ...database, queries, close: async () => {} }
}
