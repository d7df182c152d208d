import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ContentHold } from '../files/storage/content-hold.ts'
import type { ControlHandler } from '../platform/control/control-server.ts'
import { makeServersCopy } from './data-source.ts'

/**
 * What a server with an embedded database does for a program that makes a backup:
 * - `hold` keeps the bytes of files until the program leaves.
 * - `copy` copies the database while everybody waits, a moment, and removes the copy when the program leaves.
 */
export async function createBackupHandlers(deps: {
  readonly dataDir: string
  readonly copyFiles: (target: string) => Promise<void>
  readonly hold: ContentHold
}): Promise<Record<'hold' | 'copy', ControlHandler>> {
  // A crash may have left copies; nobody else makes any here.
  await rm(join(deps.dataDir, 'copies'), { recursive: true, force: true })
  return {
    async *hold(_input, signal) {
      using _ = deps.hold.hold()
      yield { isHeld: true }
      await aborted(signal)
    },
    async *copy(_input, signal) {
      await using copy = await makeServersCopy(deps.dataDir, deps.copyFiles)
      yield { path: copy.path }
      await aborted(signal)
    },
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
