import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, utimes } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createTemporaryDirectory } from '../../testing/temporary-directory.ts'
import { createWorkDirectory, removeLeftDirectories } from './work-directory.ts'

let directory: Awaited<ReturnType<typeof createTemporaryDirectory>>
beforeEach(async () => {
  directory = await createTemporaryDirectory()
  vi.stubEnv('TMPDIR', directory.path)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await directory[Symbol.asyncDispose]()
})

/** A process that has made a work directory with something in it, and goes on. */
async function startWorker(): Promise<{ path: string; kill: () => Promise<void> }> {
  const module = new URL('work-directory.ts', import.meta.url).href
  const program = `const { createWorkDirectory } = await import(${JSON.stringify(module)})
    const path = await createWorkDirectory()
    await (await import('node:fs/promises')).writeFile(path + '/file', 'half of it')
    process.stdout.write(path)
    setInterval(() => {}, 1_000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [path] = (await once(child.stdout, 'data')) as [Buffer]
  return {
    path: path.toString(),
    kill: async () => {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

test('kill -9 left the work directories of imports behind: those of processes that are gone are removed, no others', async () => {
  const own = await createWorkDirectory()
  const foreign = `${directory.path}/holdfast-work-00000000-1-abcdef`
  const other = `${directory.path}/other`
  for (const path of [foreign, other]) await mkdir(path)
  const worker = await startWorker()
  expect(await removeLeftDirectories()).toBe(0)
  expect(existsSync(`${worker.path}/file`)).toBe(true)
  await worker.kill()
  expect(await removeLeftDirectories()).toBe(1)
  expect([worker.path, own, foreign, other].map((path) => existsSync(path))).toEqual([false, true, true, true])
})

test('a process that got the number of one that was killed removes what that one left', async () => {
  const [left, own] = [await createWorkDirectory(), await createWorkDirectory()]
  const before = new Date(Date.now() - process.uptime() * 1_000 - 60_000)
  await utimes(left, before, before)
  expect(await removeLeftDirectories()).toBe(1)
  expect([left, own].map((path) => existsSync(path))).toEqual([false, true])
})
