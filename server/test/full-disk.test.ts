import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPglite } from '../src/platform/database/open-pglite.ts'
import { createTestUser } from '../testing/create-test-app.ts'
import { createScriptedProvider } from '../testing/scripted-provider/index.ts'
import { runServerToItsEnd, startServerProcess } from '../testing/server-process.ts'
import { ask, send } from './send.ts'

/** Real faults: file systems of their own, which only root may mount, and only Linux has. */
const canMount = process.platform === 'linux' && process.getuid?.() === 0 && tryMount()
const root = mkdtempSync(join(tmpdir(), 'holdfast-faults-'))
const whole = join(root, 'whole')

beforeAll(async () => {
  const database = await openPglite(whole)
  await database.close()
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** A small disk, gone with `using`. */
function mountDisk(megabytes: number): Disposable & { readonly path: string; readonly change: (options: string) => void } {
  const path = mkdtempSync(join(root, 'disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path])
  return {
    path,
    change: (options) => void execFileSync('mount', ['-o', `remount,${options}`, path]),
    [Symbol.dispose]: () => void execFileSync('umount', ['-l', path]),
  }
}

function tryMount(): boolean {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path], { stdio: 'ignore' })
    execFileSync('umount', [path])
    return true
  } catch {
    return false
  } finally {
    rmSync(path, { recursive: true, force: true })
  }
}

function fill(path: string): string {
  const filler = join(path, 'filler')
  const { bavail, bsize } = statfsSync(path)
  try {
    writeFileSync(filler, Buffer.alloc(bavail * bsize))
  } catch {
    // A little less than the whole fits.
  }
  return filler
}

const noRoom = /^DATA_DIR: there is no room left for \S+\. Make room on its disk, or choose another directory\.$/u

/** Where a server cannot start it says one line, which names DATA_DIR and what to do. */
async function expectLine(dataDir: string, pattern: RegExp): Promise<void> {
  const { code, output } = await runServerToItsEnd({ DATA_DIR: dataDir, OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' })
  expect(code).toBe(1)
  expect(output.trim().split('\n')).toEqual([expect.stringMatching(pattern)])
}

const damages: Readonly<Record<string, (pglite: string) => void>> = {
  'a control file of noise': (pglite) => writeFileSync(join(pglite, 'global', 'pg_control'), randomBytes(8_192)),
  'an empty control file': (pglite) => truncateSync(join(pglite, 'global', 'pg_control')),
  'a write-ahead log of noise': (pglite) => {
    for (const name of walFiles(pglite)) writeFileSync(name, randomBytes(16 * 1024 * 1024))
  },
  'no write-ahead log': (pglite) => {
    for (const name of walFiles(pglite)) rmSync(name)
  },
}

function walFiles(pglite: string): string[] {
  const folder = join(pglite, 'pg_wal')
  return readdirSync(folder).flatMap((name) => (/^[0-9A-F]{24}$/u.test(name) ? join(folder, name) : []))
}

test.for(Object.keys(damages))('R11 a damaged database is one line that points to restore: %s', async (name) => {
  const dataDir = mkdtempSync(join(root, 'damaged-'))
  cpSync(whole, dataDir, { recursive: true })
  damages[name]?.(join(dataDir, 'pglite'))
  await expect(openPglite(dataDir)).rejects.toThrow(
    /^DATA_DIR: the database in \S+ is damaged and cannot be opened\. .*holdfast restore <file>"\.$/u,
  )
})

test.runIf(canMount)(
  'R11 a read-only disk, and one that is full at the start, are one line, and mend with the disk',
  async () => {
    using disk = mountDisk(100)
    const dataDir = join(disk.path, 'data')
    disk.change('ro')
    await expectLine(dataDir, /^DATA_DIR: \S+ is on a file system that is read-only\. Choose/u)
    disk.change('rw')
    // Enough for the lock, not for a database.
    disk.change('size=4m')
    await expect(openPglite(dataDir)).rejects.toThrow(noRoom)
    disk.change('size=200m')
    const database = await openPglite(dataDir)
    expect(existsSync(join(dataDir, 'pglite.unfinished'))).toBe(false)
    await database.close()
    fill(disk.path)
    await expect(openPglite(dataDir)).rejects.toThrow(noRoom)
  },
)

test.runIf(canMount)(
  '[X12] R11 a disk that is full while the server runs refuses sends as storage-full, is not ready, and mends',
  async () => {
    using disk = mountDisk(200)
    cpSync(whole, disk.path, { recursive: true })
    await using provider = await createScriptedProvider()
    await using server = await startServerProcess({
      DATA_DIR: disk.path,
      OPENAI_BASE_URL: provider.baseUrl,
      OPENAI_MODEL: 'scripted-1',
    })
    const readiness = async () => (await fetch(`${server.url}/health/ready`)).status
    const user = await createTestUser(server.url)
    const { conversationId } = await ask(user, 'say one')
    const filler = fill(disk.path)
    expect(await readiness()).toBe(503)
    // Some fit into what the database has set aside; text that does not compress uses it up.
    const refusal = await sendUntilRefused(user)
    expect(refusal).toMatchObject({ data: { code: 'INTERNAL_SERVER_ERROR', reason: 'storage-full' } })
    expect(String(refusal)).toMatch(/The disk of the server is full\. Nothing was changed\./u)
    rmSync(filler)
    await expect.poll(readiness).toBe(200)
    await expect.poll(() => ask(user, 'say two', { conversationId }).then(({ response }) => response, String)).toBe('two')
  },
)

async function sendUntilRefused(user: Parameters<typeof send>[0]): Promise<unknown> {
  for (let tries = 0; tries < 2_000; tries += 1) {
    try {
      await send(user, `say ${randomBytes(7_000).toString('base64')}`)
    } catch (error) {
      return error
    }
  }
  throw new Error('everything was accepted')
}
