import type { OnProgress } from '../backup/progress.ts'
import type { DataPlace } from '../backup/data-source.ts'
import type { Config } from '../config/config.ts'
import type { Logger } from '../platform/logger.ts'
import { createOutput, type Output, type Streams } from './output.ts'

/** What every command gets. */
export interface CliContext {
  readonly streams: Streams
  readonly logger: Logger
  /** The settings of the server, read when a command needs them: `--help` works without. @throws ConfigError */
  readonly readConfig: () => Config & { readonly dataDir: string }
  /** Hears of every step, too: tests end the process there. */
  readonly onProgress?: OnProgress
}

export interface CommandRun {
  readonly config: Config & { readonly dataDir: string }
  readonly place: DataPlace
  readonly hasSecretSetting: boolean
  readonly output: Output
  readonly onProgress: OnProgress
}

/** The options that every command has. */
export interface CommonOptions {
  readonly json?: true
}

/** A command did not do what it was asked, and has said why: the exit code is 1. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
}

/** Reads the settings and runs a command. */
export async function runCommand(
  context: CliContext,
  options: CommonOptions,
  run: (given: CommandRun) => Promise<void>,
): Promise<void> {
  const config = context.readConfig()
  const output = createOutput(options.json === true, context.streams)
  const onProgress: OnProgress = (step) => {
    output.onProgress(step)
    context.onProgress?.(step)
  }
  const { databaseUrl, dataDir, storage } = config
  try {
    await run({
      config,
      place: { databaseUrl, dataDir, storage },
      hasSecretSetting: config.authSecret !== null,
      output,
      onProgress,
    })
  } finally {
    output.stop()
  }
}
