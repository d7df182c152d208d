import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Logger } from '../platform/logger.ts'
import type { ProcessOrder, ProcessReport } from './process/process-messages.ts'

export interface RunningModel extends AsyncDisposable {
  readonly state: () => 'starting' | 'running' | 'failed'
}

export interface RunModelOptions {
  readonly logger: Logger
  readonly order: ProcessOrder
  /** The model answers at this port now. */
  readonly onReady: (port: number) => Promise<void>
  /** Before the first restart, in milliseconds; doubled with each one that failed, up to half a minute. */
  readonly pauseMs?: number
}

const maxPauseMs = 30_000
/** A large model on a slow disk. */
const startDeadlineMs = 300_000
/** After so many starts that failed it is said to have failed; it is still tried. */
const failedStarts = 3

const environmentNames = ['PATH', 'HOME', 'TMPDIR', 'LD_LIBRARY_PATH', 'SystemRoot']

/** Runs a model in a process of its own and starts it again whenever it ends, until it is disposed of. */
export function runModel({ logger, order, onReady, pauseMs = 250 }: RunModelOptions): RunningModel {
  let current: ChildProcess | null = null
  let state: ReturnType<RunningModel['state']> = 'starting'
  let fruitless = 0
  let port = order.port
  let timer: NodeJS.Timeout | null = null
  let isClosed = false

  const start = () => {
    const program = new URL(`./process/model-process${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)
    const started = fork(fileURLToPath(program), [], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: readEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    current = started
    let said = ''
    started.stderr?.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-2_000)
    })
    const deadline = setTimeout(() => started.kill('SIGKILL'), startDeadlineMs)
    started.on('error', (error) => logger.warn({ event: 'local-model-process', err: error }, 'the process of the local model'))
    started.once('message', (report) => {
      clearTimeout(deadline)
      ;({ port } = report as ProcessReport)
      onReady(port).then(
        () => {
          if (current !== started) return
          fruitless = 0
          state = 'running'
          logger.info({ event: 'local-model-ready', model: order.model, port, processId: started.pid }, 'the local model answers')
        },
        (error: unknown) => {
          logger.error({ event: 'local-model-unregistered', err: error }, 'the local model could not be registered')
          started.kill('SIGKILL')
        },
      )
    })
    started.once('exit', (code, signal) => {
      clearTimeout(deadline)
      if (current === started) current = null
      if (isClosed) return
      fruitless += 1
      state = fruitless >= failedStarts ? 'failed' : 'starting'
      logger.warn(
        { event: 'local-model-ended', code, signal, said },
        'the process of the local model has ended; starting it again',
      )
      timer = setTimeout(start, Math.min(maxPauseMs, pauseMs * 2 ** (fruitless - 1)))
    })
    started.send({ ...order, port } satisfies ProcessOrder, () => undefined)
  }
  start()

  return {
    state: () => state,
    async [Symbol.asyncDispose]() {
      isClosed = true
      if (timer) clearTimeout(timer)
      const stopped = current
      if (!stopped || stopped.exitCode !== null || stopped.signalCode !== null) return
      const ended = once(stopped, 'exit')
      // It has nothing to save.
      stopped.kill('SIGKILL')
      await ended
    },
  }
}

function readEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    environmentNames.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  )
}
