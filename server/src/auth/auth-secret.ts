import { randomBytes } from 'node:crypto'
import { chmod, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigError, type Config } from '../config/config.ts'
import { prepareDataDirectory } from '../platform/data-directory.ts'
import { toDataDirectoryError } from '../platform/start-error.ts'

const minLength = 32
/** Of random text, even of hexadecimal digits, practically none has fewer. */
const minDifferent = 8

/**
 * The secret that signs the cookies and encrypts the private keys: the configured one, or the file `auth-secret` in the data directory,
 * which the first start creates. Losing it ends every session. Without a data directory it lives as long as the process.
 *
 * @throws ConfigError when the configured or the stored secret is shorter than 32 characters, or of too few different ones.
 */
export async function loadAuthSecret(config: Pick<Config, 'authSecret' | 'dataDir'>): Promise<string> {
  if (config.authSecret !== null) return checkLength(config.authSecret, 'BETTER_AUTH_SECRET')
  if (config.dataDir === null) return makeSecret()
  await prepareDataDirectory(config.dataDir)
  const path = join(config.dataDir, 'auth-secret')
  try {
    const secret = makeSecret()
    await writeFile(path, secret, { flag: 'wx', mode: 0o600 })
    return secret
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw toDataDirectoryError(error, config.dataDir)
  }
  const { mode } = await stat(path)
  if ((mode & 0o077) !== 0) await chmod(path, 0o600)
  return checkLength(await readSecret(path), 'DATA_DIR: the file auth-secret in it')
}

/** Waits at most a second for another process that has created the file but not written it yet. */
async function readSecret(path: string): Promise<string> {
  for (let attempt = 0; ; attempt += 1) {
    const secret = (await readFile(path, 'utf8')).trim()
    if (secret !== '' || attempt === 20) return secret
    await sleep(50)
  }
}

function makeSecret(): string {
  return randomBytes(32).toString('base64url')
}

function checkLength(secret: string, name: string): string {
  if (secret.length < minLength) throw new ConfigError(`${name} must have at least ${minLength} characters`)
  if (new Set(secret).size < minDifferent) {
    throw new ConfigError(`${name} must have at least ${minDifferent} different characters: it can be guessed`)
  }
  return secret
}
