import { chmod, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { findSwap, finishSwap } from '../platform/database/directory-swap.ts'
import { lockDirectory } from '../platform/database/directory-lock.ts'
import { exists } from '../platform/exists.ts'
import type { Finding } from './finding.ts'

const gibibyte = 1024 ** 3
/** The embedded database refuses to write below 16 MiB; a gigabyte is a day's warning. */
const littleRoomBytes = gibibyte
const noRoomBytes = 64 * 1024 * 1024

/** The data directory: who may read it, the secret in it, what a crash has left there, and the room on its disk. */
export async function checkDirectory(
  dataDir: string,
  options: { isEmbedded: boolean; hasSecretSetting: boolean },
): Promise<Finding[]> {
  if (!(await exists(dataDir))) {
    const why = 'The server makes it when it starts.'
    return [
      {
        check: 'directory',
        severity: 'note',
        what: `There is no data directory ${dataDir}.`,
        why,
        mend: 'Start the server, or check DATA_DIR.',
      },
    ]
  }
  return [
    ...(await checkModes(dataDir)),
    ...(await checkSecret(dataDir, options)),
    ...(options.isEmbedded ? await checkLeftovers(dataDir) : []),
    ...(await checkRoom(dataDir)),
  ]
}

async function checkModes(dataDir: string): Promise<Finding[]> {
  const paths = [dataDir, join(dataDir, 'pglite'), join(dataDir, 'auth-secret'), join(dataDir, 'files')]
  const findings: Finding[] = []
  for (const path of paths) {
    if (process.platform === 'win32' || !(await exists(path))) continue
    const stats = await stat(path)
    if ((stats.mode & 0o077) === 0) continue
    const mode = stats.isDirectory() ? 0o700 : 0o600
    findings.push({
      check: path.endsWith('auth-secret') ? 'secret-mode' : 'directory-mode',
      severity: 'error',
      what: `${path} is open to other users of this machine (mode ${(stats.mode & 0o777).toString(8)}).`,
      why: 'They could read conversations, or sign in as anybody.',
      mend: `chmod ${mode.toString(8)} ${path}`,
      fix: { needs: 'directory', run: () => chmod(path, mode) },
    })
  }
  return findings
}

async function checkSecret(dataDir: string, { hasSecretSetting }: { hasSecretSetting: boolean }): Promise<Finding[]> {
  const path = join(dataDir, 'auth-secret')
  if (hasSecretSetting || !(await exists(path))) return []
  const { size } = await stat(path)
  if (size >= 32) return []
  return [
    {
      check: 'secret-short',
      severity: 'error',
      what: `${path} has ${size} bytes; a secret has at least 32.`,
      why: 'The server does not start with it.',
      mend: 'Put back the file from a backup. Without it, remove the file: everybody has to sign in again, and stored keys are lost.',
    },
  ]
}

async function checkLeftovers(dataDir: string): Promise<Finding[]> {
  const swap = await findSwap(dataDir)
  if (swap === null) return []
  const run = async () => {
    await using _ = await lockDirectory(dataDir)
    await finishSwap(dataDir)
  }
  const isReady = swap === 'ready'
  return [
    {
      check: 'restore-unfinished',
      severity: isReady ? 'warning' : 'note',
      what: isReady ? 'A restored database is about to take its place.' : 'A restore was cut off before it changed anything.',
      why: isReady ? 'The program was ended between two renames.' : 'What it had prepared takes room on the disk.',
      mend: 'The next start of the server, or "holdfast doctor --fix", finishes it or removes it.',
      fix: { needs: 'directory', run },
    },
  ]
}

async function checkRoom(dataDir: string): Promise<Finding[]> {
  const { bavail, bsize } = await statfs(dataDir)
  const free = bavail * bsize
  if (free >= littleRoomBytes) return []
  return [
    {
      check: 'disk-room',
      severity: free < noRoomBytes ? 'error' : 'warning',
      what: `There are ${Math.floor(free / 1024 / 1024)} MiB left on the disk of ${dataDir}.`,
      why: 'Without room the server refuses messages and files.',
      mend: 'Make room on the disk, or move the data to a larger one.',
    },
  ]
}
