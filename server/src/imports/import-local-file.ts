import type { RoomDeps } from '../limits/check-room.ts'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Id, Import } from '@holdfast/shared'
import { v5 as uuidv5 } from 'uuid'
import type { ImportJobs } from '../generation/store/generation-jobs.ts'
import { cancelImport } from './commands/cancel-import.ts'
import { startImport } from './commands/start-import.ts'
import { getImport } from './queries/get-import.ts'
import { runImport, type RunImportDeps } from './run-import.ts'

const progressMs = 250
const namespace = '9d3c1c0e-6c3b-4d53-9c36-0a4f5f0a8c11'

export type ImportLocalDeps = RunImportDeps & RoomDeps

/**
 * Imports a file of this machine for a user, in this process and without a copy of it: yields the import as it grows, and at its end. One
 * that is cut off is begun again by a repeat, which adds what is missing.
 * @param signal ends it between two items of the file
 * @throws Refusal for a file of another kind
 */
export async function* importLocalFile(
  deps: ImportLocalDeps,
  userId: Id,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<Import> {
  const { size: bytes } = await stat(path)
  const file = {
    name: basename(path),
    bytes,
    open: async (range?: { start: number; end: number }) => createReadStream(path, range),
    // A disk that fails throws where it is read.
    throwIfLost: () => {},
  }
  const importFiles = { ...deps.importFiles, open: async () => file }
  // Runs here: nobody else has the file.
  const jobs: ImportJobs = { enqueueImport: async () => {} }
  const { id } = await startImport({ ...deps, importFiles, jobs }, userId, { fileId: uuidv5(path, namespace) })
  let isRunning = true
  const running = runImport({ ...deps, importFiles }, id, signal).finally(() => (isRunning = false))
  running.catch(() => {})
  while (isRunning) {
    await Promise.race([running.catch(() => {}), pause()])
    yield await getImport(deps, userId, { importId: id })
  }
  await running
  // What was read last may be older than the end.
  yield await getImport(deps, userId, { importId: id })
  // Nobody else has the file: without this process it would stay a running import that nobody runs.
  if (signal.aborted) await cancelImport(deps, userId, { importId: id })
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, progressMs)
  })
}
