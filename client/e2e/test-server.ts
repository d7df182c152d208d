import { createDataDirectory } from '../../server/testing/data-directory.ts'
import { createScriptedProvider, type ScriptedProvider } from '../../server/testing/scripted-provider/index.ts'
import { startServerProcess, type ServerProcess } from '../../server/testing/server-process.ts'

/** A server in a process of its own with a database on disk, and a model provider that the test scripts. */
export interface TestServer extends AsyncDisposable {
  readonly url: string
  readonly provider: ScriptedProvider
  readonly process: ServerProcess
  /** Ends the server as a power cut would. */
  readonly kill: () => Promise<void>
  /** Starts it again on the same port with the same data. */
  readonly start: () => Promise<void>
}

export interface TestServerOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Without a key and an address of a model, as on the first day. */
  readonly isDemo?: boolean
}

export async function startTestServer({ env = {}, isDemo = false }: TestServerOptions = {}): Promise<TestServer> {
  await using stack = new AsyncDisposableStack()
  const directory = stack.use(await createDataDirectory())
  const provider = stack.use(await createScriptedProvider())
  const model: Record<string, string> = isDemo ? {} : { OPENAI_BASE_URL: provider.baseUrl, OPENAI_MODEL: 'scripted-1' }
  const start = (more: Readonly<Record<string, string>> = {}) =>
    startServerProcess({ DATA_DIR: directory.path, ...model, ...env, ...more })
  let current = await start()
  const { url } = current
  stack.defer(async () => await current[Symbol.asyncDispose]())
  const startAgain = async () => {
    current = await start({ PORT: new URL(url).port })
  }
  const opened = stack.move()
  return {
    url,
    provider,
    get process() {
      return current
    },
    kill: async () => {
      await current.end('SIGKILL')
    },
    start: startAgain,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** Lets the answers continue that `hold` has stopped. */
export async function release(server: TestServer): Promise<void> {
  await fetch(server.provider.baseUrl.replace('/v1', '/control/release'), { method: 'POST' })
}
