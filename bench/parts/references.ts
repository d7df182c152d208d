import { fileURLToPath } from 'node:url'
import { connectBare } from '../../server/bench/bare-trpc-client.ts'
import { startServerProcess, type ServerProcess } from '../../server/testing/server-process.ts'
import { createTemporaryDirectory } from '../../server/testing/temporary-directory.ts'
import { openPglite } from '../../server/src/platform/database/open-pglite.ts'
import type { Kind, Product } from './product.ts'
import { timeEach } from './report.ts'

const bareServer = fileURLToPath(new URL('../../server/bench/bare-trpc-server.ts', import.meta.url))

export function startBareServer(): Promise<ServerProcess> {
  return startServerProcess({}, bareServer)
}

/** Milliseconds of single commits of one small row, one after the other, on the same kind of database. */
export async function timeBareCommits(kind: Kind, product: Product | null, times: number): Promise<number[]> {
  if (kind === 'postgres' && product?.sql) {
    const { sql } = product
    await sql`create table if not exists bare_rows (id bigint generated always as identity, payload text)`
    return timeEach(times, () => sql`insert into bare_rows (payload) values (${'x'.repeat(64)})`)
  }
  await using directory = await createTemporaryDirectory()
  const database = await openPglite(directory.path)
  try {
    const { executeSql } = database.boss()
    await executeSql('create table bare_rows (id bigint generated always as identity, payload text)')
    return await timeEach(times, () => executeSql('insert into bare_rows (payload) values ($1)', ['x'.repeat(64)]))
  } finally {
    await database.close()
  }
}

/** How old tokens are when a client gets them, in milliseconds: `streams` subscriptions with `readers` each, and nothing else. */
export async function timeBareTokens(
  server: ServerProcess,
  input: { streams: number; readers: number; perSecond: number; seconds: number },
): Promise<{ ages: number[]; tokens: number }> {
  const clients = Array.from({ length: Math.min(50, input.streams * input.readers) }, () => connectBare(server.url))
  const ages: number[] = []
  let tokens = 0
  const count = input.perSecond * input.seconds
  await Promise.all(
    Array.from({ length: input.streams * input.readers }, async (_, index) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const subscription = clients[index % clients.length]?.client.tokens.subscribe(
        { perSecond: input.perSecond, count },
        {
          onData: ({ data }) => {
            const now = performance.timeOrigin + performance.now()
            for (const made of data.made) ages.push(now - made)
            tokens += 1
          },
          onComplete: () => resolve(),
          onError: reject,
        },
      )
      await promise
      subscription?.unsubscribe()
    }),
  )
  await Promise.all(clients.map((client) => client.close()))
  return { ages, tokens }
}
