import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { bundledProgram } from './bundled-program.ts'

/** A server in a process of its own, to be killed. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string
  readonly pid: number
  /** Everything it printed so far. */
  readonly output: () => string
  /** Sends a signal and waits for the end; gives the exit code, null after a signal. */
  readonly end: (signal: NodeJS.Signals) => Promise<number | null>
  readonly exited: Promise<number | null>
}

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const readyPattern = /Holdfast is ready: (\S+)/u

/** Starts `main.ts`, or another program that prints the same line; resolves when it prints its address. @throws with its output when it ends before. */
export async function startServerProcess(env: Readonly<Record<string, string>>, program = main): Promise<ServerProcess> {
  const child = spawnServer(env, await bundledProgram(program))
  let output = ''
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      const found = readyPattern.exec(output)?.[1]
      if (found) resolve(found)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    void exited.then((code) => reject(new Error(`the server ended with ${code}: ${output}`)))
  })
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    return exited
  }
  return {
    url,
    pid: child.pid ?? 0,
    output: () => output,
    end,
    exited,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) await end('SIGKILL')
    },
  }
}

/** Starts `main.ts` where it is expected to refuse; resolves with the exit code and what it printed. */
export async function runServerToItsEnd(env: Readonly<Record<string, string>>): Promise<{ code: number | null; output: string }> {
  const child = spawnServer(env, await bundledProgram(main))
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const [code] = (await once(child, 'exit')) as [number | null]
  return { code, output }
}

function spawnServer(env: Readonly<Record<string, string>>, program: string): ChildProcess {
  // Compiled code is kept from one start to the next, as `npm start` does.
  const { PATH = '', HOME = '', NODE_COMPILE_CACHE = '', TEST_SERVER_V8_FLAG } = process.env
  const flags = ['--disable-warning=ExperimentalWarning', ...(TEST_SERVER_V8_FLAG ? [TEST_SERVER_V8_FLAG] : [])]
  return spawn(process.execPath, [...flags, program], {
    env: {
      PATH,
      HOME,
      NODE_COMPILE_CACHE,
      LOG_LEVEL: 'warn',
      PORT: '0',
      MESSAGES_PER_MINUTE: '100000',
      CALLS_PER_MINUTE: '100000000',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}
