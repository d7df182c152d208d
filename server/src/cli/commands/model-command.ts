import { rm } from 'node:fs/promises'
import type { LocalModelState } from '@holdfast/shared'
import type { Command } from 'commander'
import { installModel } from '../../local-model/install-model.ts'
import { describeUnsupported } from '../../local-model/install-runtime.ts'
import { LocalModelError } from '../../local-model/local-model-error.ts'
import type { LocalModelRequest } from '../../local-model/local-model-handler.ts'
import { toLocalModelPlace } from '../../local-model/local-model-place.ts'
import { chooseModel, readChoice, writeChoice } from '../../local-model/model-choice.ts'
import { offeredModels } from '../../local-model/offered-models.ts'
import { callServer } from '../../platform/control/control-client.ts'
import { useProxy } from '../../platform/use-proxy.ts'
import { CommandFailed, runCommand, type CliContext, type CommandRun, type CommonOptions } from '../cli-context.ts'
import { describeBytes } from '../output.ts'

export function addModelCommand(program: Command, context: CliContext): void {
  const model = program
    .command('model')
    .description('fetches a small open model that runs beside the server, without a key or an account; the server may run')
  model
    .command('list')
    .description('lists the models that can be fetched, and says which one is there')
    .option('--json', 'print the result as JSON')
    .action((options: CommonOptions) =>
      runCommand(context, options, async ({ config, output }) => {
        const choice = await readChoice(toLocalModelPlace(config.dataDir))
        const items = offeredModels.map(({ name, title, about, bytes, licence, sha256 }) => ({
          name,
          title,
          about,
          bytes,
          licence,
          sha256,
          isInstalled: choice?.model === name,
        }))
        output.result(
          { items },
          items.flatMap(({ name, title, about, bytes, licence, sha256, isInstalled }) => [
            `${name}  ${title}, ${describeBytes(bytes)}, ${licence}${isInstalled ? ' (installed)' : ''}`,
            `  ${about}`,
            `  SHA-256 ${sha256}`,
          ]),
        )
      }),
    )
  model
    .command('install')
    .description('fetches a model and what runs it, or the rest of it after a cut')
    .argument('<name>', 'as "model list" gives it')
    .option('--json', 'print the result as JSON')
    .action((name: string, options: CommonOptions) => runCommand(context, options, (given) => install(context, given, name)))
  model
    .command('remove')
    .description('removes the model and what ran it')
    .option('--json', 'print the result as JSON')
    .action((options: CommonOptions) =>
      runCommand(context, options, async ({ config, output }) => {
        const state = await askServer(config, { do: 'remove' }, () => undefined)
        const { directory } = toLocalModelPlace(config.dataDir)
        if (state === null) await rm(directory, { recursive: true, force: true })
        output.result({ isRemoved: true }, ['The model is removed.'])
      }),
    )
}

/** By the running server, which uses it at once, or here for its next start. */
async function install({ logger }: CliContext, { config, output, onProgress }: CommandRun, name: string): Promise<void> {
  const model = offeredModels.find((one) => one.name === name)
  if (!model)
    throw new LocalModelError(`There is no model ${name}. There are: ${offeredModels.map((one) => one.name).join(', ')}.`)
  if (config.databaseUrl !== null) {
    throw new LocalModelError(
      'A model beside the server needs the embedded database. With Postgres, run Ollama or vLLM where all nodes reach it.',
    )
  }
  const unsupported = describeUnsupported()
  if (unsupported !== null) throw new LocalModelError(unsupported)
  const tell = (progress: Pick<NonNullable<LocalModelState['progress']>, 'step' | 'doneBytes' | 'totalBytes'>) =>
    onProgress({
      what: stepNames[progress.step],
      done: toMegabytes(progress.doneBytes),
      total: progress.totalBytes === null ? null : toMegabytes(progress.totalBytes),
    })
  const state = await askServer(config, { do: 'install', name }, ({ progress }) => {
    if (progress) tell(progress)
  })
  if (state !== null) {
    if (state.state !== 'running') {
      output.result({ isInstalled: false, problem: state.problem }, [state.problem ?? 'The model was not installed.'])
      throw new CommandFailed()
    }
    output.result({ isInstalled: true, isRunning: true, model: name }, [
      `${model.title} answers now, for everyone who uses this server.`,
    ])
    return
  }
  if (config.hasProxy) await useProxy()
  const place = toLocalModelPlace(config.dataDir)
  const stopped = new AbortController()
  const stop = () => stopped.abort(new LocalModelError('Stopped. What has arrived is kept: the same command continues.'))
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    await installModel({ logger, modelHost: config.localModelUrl }, place, model, { signal: stopped.signal, onProgress: tell })
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
  await writeChoice(place, chooseModel(await readChoice(place), model))
  output.result({ isInstalled: true, isRunning: false, model: name }, [
    `${model.title} is installed. It answers when the server is started.`,
  ])
}

const stepNames = { runtime: 'The program that runs it', download: 'Model, MB', check: 'Check, MB' }

function toMegabytes(bytes: number): number {
  return Math.round(bytes / 1_000_000)
}

/** Null: no server runs on this data directory. Otherwise the last state. */
async function askServer(
  { dataDir, databaseUrl }: CommandRun['config'],
  request: LocalModelRequest,
  onState: (state: LocalModelState) => void,
): Promise<LocalModelState | null> {
  using call = databaseUrl === null ? await callServer(dataDir, 'local-model', request) : null
  if (!call) return null
  let last: LocalModelState | null = null
  for await (const value of call.values) {
    last = value as LocalModelState
    onState(last)
  }
  return last
}
