import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createTemporaryDirectory } from '../../../testing/temporary-directory.ts'
import { exists } from '../exists.ts'
import { findSwap, finishSwap, prepareIncoming, swapIncoming } from './directory-swap.ts'

/** What the directory has: the database, its secret, and the old database that is kept. */
async function look(dataDir: string) {
  const read = async (...path: string[]) => {
    const file = join(dataDir, ...path)
    return (await exists(file)) ? readFile(file, 'utf8') : null
  }
  return {
    database: await read('pglite', 'file'),
    secret: await read('auth-secret'),
    kept: await read('snapshots', 'kept', 'file'),
    incoming: await exists(join(dataDir, 'incoming')),
  }
}

async function prepare(dataDir: string): Promise<void> {
  await mkdir(join(dataDir, 'pglite'))
  await writeFile(join(dataDir, 'pglite', 'file'), 'old')
  await writeFile(join(dataDir, 'auth-secret'), 'old')
  const incoming = await prepareIncoming(dataDir)
  await mkdir(incoming.pglite)
  await writeFile(join(incoming.pglite, 'file'), 'new')
  await writeFile(incoming.secret, 'new')
}

const before = { database: 'old', secret: 'old', kept: null, incoming: false }
const after = { database: 'new', secret: 'new', kept: 'old', incoming: false }

test('a swap that is cut off at any step leaves the old database or the new one, each with its own secret', async () => {
  const seen: string[] = []
  for (let cut = 0; ; cut += 1) {
    await using directory = await createTemporaryDirectory()
    await prepare(directory.path)
    let step = 0
    const swap = swapIncoming(directory.path, 'kept', () => {
      if (step === cut) throw new Error('cut off')
      step += 1
    })
    const isCut = await swap.then(
      () => false,
      () => true,
    )
    const found = await findSwap(directory.path)
    // As every program does that opens the directory.
    await finishSwap(directory.path)
    await finishSwap(directory.path)
    const now = await look(directory.path)
    expect([before, after], `step ${cut}`).toContainEqual(now)
    expect(now, `step ${cut}`).toEqual(found === 'unfinished' ? before : after)
    seen.push(now.database ?? '')
    if (!isCut) break
  }
  expect(seen).toEqual(['old', 'new', 'new', 'new', 'new', 'new'])
})

test('a database that was only being prepared is removed, and one that is not to be kept is gone', async () => {
  await using directory = await createTemporaryDirectory()
  await prepare(directory.path)
  expect(await findSwap(directory.path)).toBe('unfinished')
  await finishSwap(directory.path)
  expect([await look(directory.path), await findSwap(directory.path)]).toEqual([before, null])
  const incoming = await prepareIncoming(directory.path)
  await mkdir(incoming.pglite)
  await swapIncoming(directory.path, null)
  expect(await readdir(join(directory.path, 'pglite'))).toEqual([])
  expect(await exists(join(directory.path, 'snapshots', 'kept'))).toBe(false)
  expect(await readFile(join(directory.path, 'auth-secret'), 'utf8')).toBe('old')
})
