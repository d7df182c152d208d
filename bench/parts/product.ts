import { fileURLToPath } from 'node:url'
import { createPostgresDatabase } from '../../server/testing/create-postgres-database.ts'
import { createScriptedProvider, completion, type ScriptedProvider } from '../../server/testing/scripted-provider/index.ts'
import { startServerProcess, type ServerProcess } from '../../server/testing/server-process.ts'
import { createTemporaryDirectory } from '../../server/testing/temporary-directory.ts'
import { openSql, startPostgres } from '../../server/test/postgres/start-postgres.ts'

export type Kind = 'pglite' | 'postgres'

/** The server in processes of their own, as people run it, on the database of a kind, and a scripted provider in this process. */
export interface Product extends AsyncDisposable {
  readonly servers: readonly ServerProcess[]
  readonly provider: ScriptedProvider
  /** Null on PGlite. */
  readonly sql: ReturnType<typeof openSql> | null
}

const main = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url))

export async function startProduct(kind: Kind, nodes = 1): Promise<Product> {
  await using stack = new AsyncDisposableStack()
  const provider = stack.use(await createScriptedProvider())
  provider.scriptCompletion(completion('A title'))
  const env: Record<string, string> = {
    OPENAI_BASE_URL: provider.baseUrl,
    OPENAI_MODEL: 'scripted-1',
    BETTER_AUTH_SECRET: 'a secret that is only used in benches, 32+ characters',
  }
  let sql: Product['sql'] = null
  if (kind === 'pglite') env['DATA_DIR'] = stack.use(await createTemporaryDirectory()).path
  else {
    const postgres = stack.use(await startPostgres({ settings: ['fsync=on'] }))
    env['DATABASE_URL'] = await createPostgresDatabase(postgres.url)
    const opened = openSql(env['DATABASE_URL'])
    stack.defer(() => opened.end({ timeout: 5 }))
    sql = opened
  }
  const servers: ServerProcess[] = []
  for (let index = 0; index < (kind === 'pglite' ? 1 : nodes); index += 1)
    servers.push(stack.use(await startServerProcess(env, main)))
  const opened = stack.move()
  return { servers, provider, sql, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}
