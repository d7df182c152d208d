import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Logger } from '../../platform/logger.ts'
import type { ExaminedFile, FileToExamine } from './examined-file.ts'
import { FileRefusal } from './file-refusal.ts'

/**
 * Examines uploads in a process of its own: a decoder that crashes, or is ended in the middle of its work, takes nothing else along, and
 * none of the server's secrets are in its environment.
 */
export interface FileExaminer extends AsyncDisposable {
  /** One at a time: a second call waits for the first. @throws FileRefusal for a file that is not taken, whatever it did to the process */
  examine(file: FileToExamine): Promise<ExaminedFile>
}

/** A file that takes longer is refused: a damaged or malicious one may keep a decoder busy without end. */
const defaultTimeoutMs = 120_000
const maxHeapMegabytes = 1_024
/** What programs and their libraries need to start. */
const environmentNames = ['PATH', 'HOME', 'TMPDIR', 'LD_LIBRARY_PATH', 'NODE_COMPILE_CACHE', 'SystemRoot']

type Answer = { readonly examined: ExaminedFile } | { readonly refusal: string; readonly cause: string | null }

export function createFileExaminer(deps: { readonly logger: Logger; readonly timeoutMs?: number }): FileExaminer {
  const { logger, timeoutMs = defaultTimeoutMs } = deps
  let current: ChildProcess | null = null
  let last: Promise<unknown> = Promise.resolve()
  let isClosed = false

  const getProcess = (): ChildProcess => {
    if (current) return current
    const program = new URL(`./examiner-process${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)
    const started = fork(fileURLToPath(program), [], {
      execArgv: ['--disable-warning=ExperimentalWarning', `--max-old-space-size=${maxHeapMegabytes}`],
      env: readEnvironment(),
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    // Its end is noticed where an answer is waited for.
    started.on('error', () => undefined)
    started.once('exit', () => {
      if (current === started) current = null
    })
    current = started
    return started
  }

  const stop = async () => {
    const stopped = current
    current = null
    if (!stopped || stopped.exitCode !== null || stopped.signalCode !== null) return
    const ended = once(stopped, 'exit')
    stopped.kill('SIGKILL')
    await ended
  }

  const examineNow = async (file: FileToExamine): Promise<ExaminedFile> => {
    if (isClosed) throw new Error('the examiner of files is closed')
    const examining = getProcess()
    const end = new AbortController()
    const limit = setTimeout(() => end.abort(), timeoutMs)
    keepAlive(examining, true)
    try {
      const answered = once(examining, 'message', { signal: end.signal }) as Promise<[Answer]>
      const died = once(examining, 'exit', { signal: end.signal })
      died.catch(() => undefined)
      // A process that has just ended takes no message; its end is waited for.
      examining.send(file, () => undefined)
      const answer = await Promise.race([answered.then(([message]) => message), died.then(() => null)])
      if (answer === null) throw new Error('the process ended')
      if ('examined' in answer) return answer.examined
      logger.info({ event: 'file-refused', reason: answer.refusal, cause: answer.cause }, 'a file was refused')
      throw new FileRefusal(answer.refusal)
    } catch (error) {
      if (error instanceof FileRefusal || isClosed) throw error
      const isLate = end.signal.aborted
      logger.warn({ event: 'file-examination-failed', isLate, err: error }, 'a file could not be examined')
      await stop()
      throw new FileRefusal(
        isLate
          ? 'The file takes too long to examine.'
          : 'The file could not be examined: it needs too much memory, or is damaged.',
        { cause: error },
      )
    } finally {
      clearTimeout(limit)
      end.abort()
      keepAlive(examining, false)
    }
  }

  return {
    examine(file) {
      const result = last.then(() => examineNow(file))
      last = result.catch(() => undefined)
      return result
    },
    async [Symbol.asyncDispose]() {
      isClosed = true
      await stop()
    },
  }
}

/** A process that only waits for the next file does not keep the server alive. */
function keepAlive(examining: ChildProcess, isNeeded: boolean): void {
  for (const one of [examining, examining.channel]) {
    if (isNeeded) one?.ref()
    else one?.unref()
  }
}

function readEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    environmentNames.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  )
}
