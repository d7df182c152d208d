import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ConfigError } from '../config/config.ts'
import { loadAuthSecret } from './auth-secret.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'holdfast-secret-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const load = (dataDir: string | null, authSecret: string | null = null) => loadAuthSecret({ dataDir, authSecret })

test('the first start makes a secret that only its owner can read, and every later one finds it (attack A6)', async () => {
  const dataDir = join(root, 'not', 'there', 'yet')
  const first = await load(dataDir)
  expect(Buffer.from(first, 'base64url')).toHaveLength(32)
  expect((await stat(join(dataDir, 'auth-secret'))).mode & 0o777).toBe(0o600)
  expect(await load(dataDir)).toBe(first)
})

test('two concurrent starts get the same secret', async () => {
  const secrets = await Promise.all([load(root), load(root), load(root)])
  const stored = (await readFile(join(root, 'auth-secret'), 'utf8')).trim()
  expect(secrets).toEqual([stored, stored, stored])
})

test('a start that finds the file before another has written it waits for that', async () => {
  const path = join(root, 'auth-secret')
  await writeFile(path, '')
  const loading = load(root)
  await writeFile(path, 'stored-secret-'.repeat(4))
  expect(await loading).toBe('stored-secret-'.repeat(4))
})

test('a file that others can read is closed to them', async () => {
  const secret = await load(root)
  await chmod(join(root, 'auth-secret'), 0o644)
  expect(await load(root)).toBe(secret)
  expect((await stat(join(root, 'auth-secret'))).mode & 0o777).toBe(0o600)
})

test('a configured secret wins and is stored nowhere', async () => {
  const configured = 'configured secret '.repeat(3)
  expect(await load(root, configured)).toBe(configured)
  await expect(stat(join(root, 'auth-secret'))).rejects.toThrow('ENOENT')
})

test('a short secret stops the start with a line that names where it is (attack A6)', async () => {
  await expect(load(root, 'too short')).rejects.toThrow(/^BETTER_AUTH_SECRET must have at least 32 characters$/u)
  await writeFile(join(root, 'auth-secret'), 'too short')
  await expect(load(root)).rejects.toThrow(/^DATA_DIR: the file auth-secret in it must have/u)
  await expect(load(root)).rejects.toThrow(ConfigError)
})

test('a secret that can be guessed stops the start: one of few different characters is as short as they are (attack A6)', async () => {
  await expect(load(root, 'x'.repeat(64))).rejects.toThrow(/^BETTER_AUTH_SECRET must have at least 8 different characters/u)
  await expect(load(root, '1234567'.repeat(8))).rejects.toThrow(ConfigError)
  expect(await load(root, '0123456789abcdef'.repeat(2))).toBe('0123456789abcdef'.repeat(2))
})

test('without a data directory each process has its own', async () => {
  expect(await load(null)).not.toBe(await load(null))
})
