import type { LocalModelState } from '@holdfast/shared'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { exists } from '../platform/exists.ts'
import type { Logger } from '../platform/logger.ts'
import { badField, Refusal } from '../platform/refusal.ts'
import { installModel, type InstallDeps, type InstallProgress } from './install-model.ts'
import { describeUnsupported } from './install-runtime.ts'
import { LocalModelError } from './local-model-error.ts'
import { toLocalModelPlace } from './local-model-place.ts'
import { chooseModel, readChoice, writeChoice, type ModelChoice } from './model-choice.ts'
import { offeredModels, type OfferedModel } from './offered-models.ts'
import { registerModel, unregisterModels, type RegisterDeps } from './register-model.ts'
import { runModel, type RunningModel } from './run-model.ts'

/** The small open model that runs beside the server. */
export interface LocalModel extends AsyncDisposable {
  readonly state: () => LocalModelState
  /** Begins; the state says how it goes on, or why there can be no model here. @throws Refusal BAD_REQUEST, CONFLICT */
  readonly install: (name: string) => void
  /** Ends an installation. What has arrived is kept for the next one. */
  readonly cancel: () => Promise<void>
  /** Stops the model and removes it with all that was installed for it. @throws Refusal CONFLICT */
  readonly remove: () => Promise<void>
}

/** What tests put in the place of what is fetched. */
export interface LocalModelOverrides extends Partial<Pick<InstallDeps, 'installRuntime' | 'pauseMs'>> {
  readonly offered?: readonly OfferedModel[]
  /** The address of the engine's module. */
  readonly engine?: string
}

export interface LocalModelOptions extends RegisterDeps, LocalModelOverrides {
  readonly logger: Logger
  /** Null: there is none, and so no local model. */
  readonly dataDir: string | null
  /** Other nodes may have the database, too: they would not reach the model. */
  readonly isShared: boolean
  readonly modelHost: string
}

const llamaEngine = `./process/llama-engine${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`

/** Starts the model that was installed before, if there is one; nothing of this needs a network. */
export async function openLocalModel(options: LocalModelOptions): Promise<LocalModel> {
  const { logger, dataDir, isShared, offered = offeredModels, pauseMs } = options
  const engine = options.engine ?? new URL(llamaEngine, import.meta.url).href
  const place = toLocalModelPlace(dataDir ?? '.')
  const unsupported = isShared
    ? 'With Postgres, a server may have several nodes, and a model beside one of them is not reached by the others. Run Ollama or vLLM where all nodes reach it.'
    : dataDir === null
      ? 'This server has no directory for data.'
      : describeUnsupported()
  let choice: ModelChoice | null = null
  let running: RunningModel | null = null
  let installing: { name: string; progress: InstallProgress; abort: AbortController; done: Promise<void> } | null = null
  let problem: string | null = null
  let isClosed = false

  const run = (chosen: ModelChoice) => {
    choice = chosen
    const path = join(place.models, chosen.file)
    running = runModel({
      logger,
      order: { engine, model: chosen.model, modelPath: path, runtime: place.runtime, port: chosen.port, token: chosen.token },
      onReady: async (port) => {
        if (choice?.model !== chosen.model) return
        choice = { ...chosen, port }
        await writeChoice(place, choice)
        await registerModel(options, choice)
      },
      ...(pauseMs === undefined ? {} : { pauseMs }),
    })
  }
  const stop = async () => {
    const stopped = running
    running = null
    await stopped?.[Symbol.asyncDispose]()
  }

  const installNow = async (model: OfferedModel, signal: AbortSignal) => {
    await installModel(options, place, model, {
      signal,
      onProgress: (progress) => {
        if (installing) installing.progress = progress
      },
    })
    signal.throwIfAborted()
    const before = choice
    await stop()
    const chosen = chooseModel(before, model)
    await writeChoice(place, chosen)
    if (before !== null && before.file !== chosen.file) await rm(join(place.models, before.file), { force: true })
    if (!isClosed) run(chosen)
  }

  if (unsupported === null) {
    const found = await readChoice(place)
    if (found !== null && (await exists(join(place.models, found.file)))) run(found)
    else await unregisterModels(options)
  } else if (dataDir !== null) await unregisterModels(options)

  return {
    state: () => ({
      unsupported,
      offered: offered.map(({ name, title, about, bytes, licence, sha256 }) => ({ name, title, about, bytes, licence, sha256 })),
      installed: choice?.model ?? null,
      state: installing ? 'installing' : (running?.state() ?? 'none'),
      progress: installing ? { name: installing.name, ...installing.progress } : null,
      problem: problem ?? (running?.state() === 'failed' ? 'The model does not start. The log of the server says why.' : null),
    }),
    install(name) {
      const model = offered.find((one) => one.name === name)
      if (!model) throw badField('name', `must be one of ${offered.map((one) => one.name).join(', ')}`)
      if (unsupported !== null) return
      if (installing) throw new Refusal('CONFLICT', 'A model is being installed already')
      problem = null
      const abort = new AbortController()
      const done = installNow(model, abort.signal)
        .catch((error: unknown) => {
          if (abort.signal.aborted) return
          problem =
            error instanceof LocalModelError ? error.message : 'The model could not be installed. The log of the server says why.'
          logger.warn({ event: 'local-model-not-installed', model: name, err: error }, 'a local model could not be installed')
        })
        .finally(() => {
          installing = null
        })
      installing = { name, progress: { step: 'runtime', doneBytes: 0, totalBytes: null }, abort, done }
    },
    async cancel() {
      const stopped = installing
      stopped?.abort.abort(new Error('cancelled'))
      await stopped?.done
    },
    async remove() {
      if (installing) throw new Refusal('CONFLICT', 'A model is being installed: cancel that first')
      if (dataDir === null) return
      choice = null
      problem = null
      await stop()
      await unregisterModels(options)
      await rm(place.directory, { recursive: true, force: true })
    },
    async [Symbol.asyncDispose]() {
      isClosed = true
      installing?.abort.abort(new Error('the server stops'))
      await installing?.done
      await stop()
    },
  }
}
