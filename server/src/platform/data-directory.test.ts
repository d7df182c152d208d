import { chmod, cp, mkdir, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createDataDirectory } from '../../testing/data-directory.ts'
import { createTemporaryDirectory } from '../../testing/temporary-directory.ts'
import { prepareDataDirectory } from './data-directory.ts'
import { DirectoryLockedError, lockDirectory } from './database/directory-lock.ts'
import { openPglite } from './database/open-pglite.ts'
import { StartError } from './start-error.ts'

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)

test('a directory that existed before stayed open to every user of the machine', async () => {
  await using directory = await createTemporaryDirectory()
  const pglite = join(directory.path, 'pglite')
  await mkdir(pglite)
  await chmod(directory.path, 0o755)
  await chmod(pglite, 0o755)
  await prepareDataDirectory(directory.path)
  expect([await modeOf(directory.path), await modeOf(pglite)]).toEqual(['700', '700'])
  const made = join(directory.path, 'new', 'data')
  await prepareDataDirectory(made)
  expect(await modeOf(made)).toBe('700')
})

test.runIf(process.platform === 'linux')('a DATA_DIR below /proc hung the start', async () => {
  await expect(prepareDataDirectory('/proc/holdfast/data')).rejects.toThrow(/^DATA_DIR: \/proc\/holdfast\/data cannot be made/u)
})

test('a copy of a directory in use is not in use: the lock names its directory', async () => {
  await using directory = await createTemporaryDirectory()
  await using parent = await createTemporaryDirectory()
  await using _held = await lockDirectory(directory.path, 0)
  await expect(lockDirectory(directory.path, 0)).rejects.toThrow(DirectoryLockedError)
  const copy = join(parent.path, 'copy')
  await cp(directory.path, copy, { recursive: true })
  const lock = await lockDirectory(copy, 1_000)
  await lock[Symbol.asyncDispose]()
})

test.each(['global/pg_control', 'PG_VERSION'])(
  'R11 a damaged %s is one line that says what to do, not 300 kB of code',
  async (file) => {
    await using directory = await createDataDirectory()
    await truncate(join(directory.path, 'pglite', file), 0)
    const error = await openPglite(directory.path).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(StartError)
    expect((error as Error).message).toMatch(
      /^DATA_DIR: the database in .* is damaged and cannot be opened\. .*put back a backup with "holdfast restore <file>"\.$/u,
    )
  },
)
