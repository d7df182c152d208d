import type { Database } from '../../server/src/database/database.ts'
import { openPglite } from '../../server/src/database/open-pglite.ts'
import { createDataDirectory } from '../../server/test/data-directory.ts'
import { createScriptedProvider, type ScriptedProvider } from '../../server/test/scripted-provider/index.ts'
import { startServerProcess, type ServerProcess } from '../../server/test/server-process.ts'

/** A whole Holdfast: the server as its own process with a database on disk, and a provider that does what a test tells it. */
export interface House extends AsyncDisposable {
  readonly url: string
  readonly provider: ScriptedProvider
  readonly server: ServerProcess
  /** Ends the server as a power cut would, and starts it again on the same port with the same data. */
  readonly kill: () => Promise<void>
  readonly start: () => Promise<void>
  /** Ends the server in peace, does something to its database, and starts it again. */
  readonly whileDown: <Result>(act: (database: Database) => Promise<Result>) => Promise<Result>
}

export interface HouseOptions {
  readonly env?: Readonly<Record<string, string>>
  /** No key and no address of a model, as on somebody's first day. */
  readonly isDemo?: boolean
}

export async function openHouse({ env = {}, isDemo = false }: HouseOptions = {}): Promise<House> {
  await using stack = new AsyncDisposableStack()
  const directory = stack.use(await createDataDirectory())
  const provider = stack.use(await createScriptedProvider())
  const model: Record<string, string> = isDemo ? {} : { OPENAI_BASE_URL: provider.baseUrl, OPENAI_MODEL: 'scripted-1' }
  const start = (more: Readonly<Record<string, string>> = {}) =>
    startServerProcess({ DATA_DIR: directory.path, ...model, ...env, ...more })
  let server = await start()
  const { url } = server
  stack.defer(async () => await server[Symbol.asyncDispose]())
  const startAgain = async () => {
    server = await start({ PORT: new URL(url).port })
  }
  const opened = stack.move()
  return {
    url,
    provider,
    get server() {
      return server
    },
    kill: async () => {
      await server.end('SIGKILL')
    },
    start: startAgain,
    whileDown: async (act) => {
      await server.end('SIGTERM')
      const database = await openPglite(directory.path)
      try {
        return await act(database)
      } finally {
        await database.close()
        await startAgain()
      }
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** Answers that `hold` go on. */
export async function release(house: House): Promise<void> {
  await fetch(house.provider.baseUrl.replace('/v1', '/control/release'), { method: 'POST' })
}
