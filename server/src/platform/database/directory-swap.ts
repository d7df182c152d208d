import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { errorToCode } from '../error-codes.ts'
import { exists } from '../exists.ts'
import { syncDirectory, syncFile, syncNames } from '../sync-files.ts'

const readySchema = z.object({ keepAs: z.string().nullable() })

/** Where a database is prepared that will take the place of the one in the data directory. */
export interface IncomingData {
  readonly pglite: string
  /** A secret that comes with the database; optional. */
  readonly secret: string
}

function toPaths(dataDir: string) {
  const incoming = join(dataDir, 'incoming')
  return {
    incoming,
    pglite: join(incoming, 'pglite'),
    secret: join(incoming, 'auth-secret'),
    replaced: join(incoming, 'replaced'),
    ready: join(incoming, 'ready'),
  }
}

/** An empty place for a database that is being prepared. The directory's lock is held. */
export async function prepareIncoming(dataDir: string): Promise<IncomingData> {
  const { incoming, pglite, secret } = toPaths(dataDir)
  await rm(incoming, { recursive: true, force: true })
  await mkdir(incoming, { recursive: true, mode: 0o700 })
  return { pglite, secret }
}

/**
 * Puts the prepared database in the place of the one that is there. From the moment at which `ready` is on the disk it is the new one: a
 * crash after it is finished by {@link finishSwap}, one before it leaves the old one.
 * @param keepAs the name of the old database in `snapshots`; null: it is removed
 * @param onStep called between the steps, for tests that end the process there
 */
export async function swapIncoming(dataDir: string, keepAs: string | null, onStep: () => void = () => {}): Promise<void> {
  const { incoming, pglite, ready } = toPaths(dataDir)
  await chmod(pglite, 0o700)
  await syncDirectory(incoming)
  onStep()
  const draft = `${ready}.new`
  await writeFile(draft, JSON.stringify({ keepAs }), { mode: 0o600 })
  await syncFile(draft)
  await rename(draft, ready)
  await syncNames(incoming)
  onStep()
  await finishSwap(dataDir, onStep)
}

/** Finishes a swap that was cut off, and removes what was only being prepared. Harmless when there is neither. The lock is held. */
export async function finishSwap(dataDir: string, onStep: () => void = () => {}): Promise<void> {
  const paths = toPaths(dataDir)
  const ready = await readReady(paths.ready)
  if (ready) {
    if (await exists(paths.pglite)) {
      const current = join(dataDir, 'pglite')
      if (await exists(current)) {
        const snapshots = join(dataDir, 'snapshots')
        await mkdir(snapshots, { recursive: true, mode: 0o700 })
        await rename(current, ready.keepAs === null ? paths.replaced : join(snapshots, ready.keepAs))
        onStep()
      }
      await rename(paths.pglite, current)
      onStep()
    }
    if (await exists(paths.secret)) await rename(paths.secret, join(dataDir, 'auth-secret'))
    await syncNames(dataDir)
    onStep()
    // Without this file the rest is rubbish, wherever the removal stops.
    await rm(paths.ready)
  }
  await rm(paths.incoming, { recursive: true, force: true })
}

/** Whether a swap was cut off, or a database was only being prepared, as a crash leaves it; null: neither. */
export async function findSwap(dataDir: string): Promise<'ready' | 'unfinished' | null> {
  const { incoming, ready } = toPaths(dataDir)
  if (await readReady(ready)) return 'ready'
  return (await exists(incoming)) ? 'unfinished' : null
}

async function readReady(path: string): Promise<z.output<typeof readySchema> | null> {
  try {
    return readySchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    if (errorToCode(error) === 'ENOENT') return null
    throw error
  }
}
