import type { PGlite } from '@electric-sql/pglite'

interface RecordedStatements {
  /** The same database: everything that goes through it is recorded between `start` and `stop`. */
  readonly pglite: PGlite
  readonly start: () => void
  readonly stop: () => readonly string[]
}

/** Records the text of every statement that the product sends, inside and outside of transactions. The job queue's own are left out. */
export function recordStatements(pglite: PGlite): RecordedStatements {
  let statements: string[] | null = null
  const note = (text: string) => {
    if (!/\bpgboss\b/u.test(text)) statements?.push(text)
  }
  const watch = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get: (of, name) => {
        const value: unknown = Reflect.get(of, name, of)
        if (typeof value !== 'function') return value
        if (name === 'query' || name === 'exec') {
          return (statement: string, ...rest: unknown[]) => {
            note(statement)
            return value.call(of, statement, ...rest)
          }
        }
        if (name === 'transaction') return (work: (tx: object) => unknown) => value.call(of, (tx: object) => work(watch(tx)))
        return value.bind(of)
      },
    })
  return {
    pglite: watch(pglite),
    start: () => {
      statements = []
    },
    stop: () => {
      const found = statements ?? []
      statements = null
      return found
    },
  }
}
