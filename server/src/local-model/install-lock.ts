import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { errorToCode } from '../platform/error-codes.ts'
import { LocalModelError } from './local-model-error.ts'
import type { LocalModelPlace } from './local-model-place.ts'

/** Only one program installs at a time. A lock whose process is gone was left by a crash. @throws LocalModelError when another one does */
export async function takeInstallLock({ directory }: LocalModelPlace): Promise<AsyncDisposable> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, 'installing.lock')
  if (!(await tryLock(path))) {
    const owner = Number(await readFile(path, 'utf8').catch(() => ''))
    if (owner !== process.pid && isAlive(owner)) throw busy()
    await rm(path, { force: true })
    if (!(await tryLock(path))) throw busy()
  }
  return { [Symbol.asyncDispose]: async () => await rm(path, { force: true }) }
}

async function tryLock(path: string): Promise<boolean> {
  try {
    await using file = await open(path, 'wx', 0o600)
    await file.writeFile(String(process.pid))
    return true
  } catch (error) {
    if (errorToCode(error) === 'EEXIST') return false
    throw error
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorToCode(error) === 'EPERM'
  }
}

function busy(): LocalModelError {
  return new LocalModelError('Another program is installing a model at the moment. Wait until it has ended.')
}
