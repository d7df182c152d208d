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
  return {
    pglite: watchStatements(pglite, ({ text }) => void statements?.push(text)),
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

export interface WatchedStatement {
  readonly text: string
  readonly parameters: unknown
  /** Its rows as JSON, and how many rows it gave or changed: none if it failed. */
  readonly result: Promise<{ readonly json: string; readonly count: number }>
}

/** The same database, which tells of every statement when it is sent. The job queue's own are left out. */
export function watchStatements(pglite: PGlite, onStatement: (statement: WatchedStatement) => void): PGlite {
  const watch = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get: (of, name) => {
        const value: unknown = Reflect.get(of, name, of)
        if (typeof value !== 'function') return value
        if (name === 'query' || name === 'exec') {
          return (text: string, ...rest: unknown[]) => {
            const answer: unknown = value.call(of, text, ...rest)
            if (!/\bpgboss\b/u.test(text)) onStatement({ text, parameters: rest[0], result: toResult(answer) })
            return answer
          }
        }
        if (name === 'transaction') return (work: (tx: object) => unknown) => value.call(of, (tx: object) => work(watch(tx)))
        return value.bind(of)
      },
    })
  return watch(pglite)
}

async function toResult(answer: unknown): WatchedStatement['result'] {
  try {
    const { rows = [], affectedRows = 0 } = (await answer) as { rows?: readonly unknown[]; affectedRows?: number }
    return { json: JSON.stringify(rows), count: Math.max(rows.length, affectedRows) }
  } catch {
    // The product gets the error.
    return { json: '[]', count: 0 }
  }
}
