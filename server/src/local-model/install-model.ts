import { join } from 'node:path'
import type { Logger } from '../platform/logger.ts'
import { downloadFile } from './download-file.ts'
import { installRuntime } from './install-runtime.ts'
import { takeInstallLock } from './install-lock.ts'
import type { LocalModelPlace } from './local-model-place.ts'
import type { OfferedModel } from './offered-models.ts'

export interface InstallProgress {
  readonly step: 'runtime' | 'download' | 'check'
  readonly doneBytes: number
  /** Null: it is not known. */
  readonly totalBytes: number | null
}

export interface InstallDeps {
  readonly logger: Logger
  /** The address of the host of models, such as https://huggingface.co. */
  readonly modelHost: string
  /** Installs what runs models. */
  readonly installRuntime?: typeof installRuntime
  readonly pauseMs?: number
}

/** Gets all that a model needs to run without a network. @throws LocalModelError for a person, or the reason of the signal */
export async function installModel(
  deps: InstallDeps,
  place: LocalModelPlace,
  model: OfferedModel,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (progress: InstallProgress) => void },
): Promise<void> {
  const { modelHost, installRuntime: install = installRuntime, pauseMs } = deps
  await using _lock = await takeInstallLock(place)
  onProgress({ step: 'runtime', doneBytes: 0, totalBytes: null })
  await install(deps, place, signal)
  const { path, file, bytes, sha256 } = model
  await downloadFile(
    { url: `${modelHost.replace(/\/+$/u, '')}/${path}`, path: join(place.models, file), bytes, sha256 },
    {
      signal,
      onProgress: (progress) => onProgress({ ...progress, totalBytes: bytes }),
      ...(pauseMs === undefined ? {} : { pauseMs }),
    },
  )
}
