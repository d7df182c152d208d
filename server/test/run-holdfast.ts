import { Writable } from 'node:stream'
import { environmentToConfig } from '../src/config/config.ts'
import { runCli } from '../src/cli/run-cli.ts'
import type { OnProgress } from '../src/backup/progress.ts'
import { createLogger } from '../src/platform/logger.ts'

export interface CliRun {
  readonly code: number
  readonly out: string
  readonly err: string
  /** What `--json` printed. */
  readonly json: () => unknown
}

/** Runs a command of the program in this process, with nothing of this environment. */
export async function runHoldfast(
  env: Readonly<Record<string, string>>,
  args: readonly string[],
  onProgress?: OnProgress,
): Promise<CliRun> {
  const out = createSink()
  const err = createSink()
  const code = await runCli(args, {
    streams: { out: out.stream, err: err.stream },
    logger: createLogger('silent'),
    readConfig: () => environmentToConfig(env),
    ...(onProgress ? { onProgress } : {}),
  })
  return { code, out: out.text(), err: err.text(), json: () => JSON.parse(out.text()) as unknown }
}

function createSink() {
  const chunks: string[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString())
      done()
    },
  })
  return { stream, text: () => chunks.join('') }
}
