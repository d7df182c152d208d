import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { errorToCode } from '../platform/error-codes.ts'
import type { Logger } from '../platform/logger.ts'
import { LocalModelError } from './local-model-error.ts'
import type { LocalModelPlace } from './local-model-place.ts'

const lockSchema = z.looseObject({
  packages: z.record(
    z.string(),
    z.looseObject({ version: z.string().optional(), optionalDependencies: z.record(z.string(), z.string()).optional() }),
  ),
})

/** The packages with the compiled program, by machine. */
const binaries: Readonly<Record<string, string>> = { 'linux-x64': 'linux-x64', 'linux-arm64': 'linux-arm64' }
const nameOfBinary = /^(?:node_modules\/)?@node-llama-cpp\/(.+)$/u

/** Why a model cannot run beside the server on this machine; null when it can. */
export function describeUnsupported(machine: { readonly platform: string; readonly arch: string } = process): string | null {
  if (`${machine.platform}-${machine.arch}` in binaries) return null
  return 'A model of its own runs on Linux with an x64 or arm64 processor only. On this machine, install Ollama or LM Studio: they are found by themselves.'
}

/**
 * Installs what runs models, with npm, in exactly the versions of the lock file, without running any script of a package. Nothing of
 * it is in the server's own packages. What is there already stays. @throws LocalModelError, or the reason of the signal
 */
export async function installRuntime(
  { logger }: { readonly logger: Logger },
  { directory, runtime }: LocalModelPlace,
  signal: AbortSignal,
): Promise<void> {
  const { manifest, lock } = await readPackages()
  if (
    (await readIfThere(join(runtime, 'package-lock.json'))) === lock &&
    (await readIfThere(join(runtime, 'installed'))) !== null
  )
    return
  const fresh = `${runtime}.new`
  const cache = join(directory, 'npm-cache')
  await rm(fresh, { recursive: true, force: true })
  await mkdir(fresh, { recursive: true, mode: 0o700 })
  await writeFile(join(fresh, 'package.json'), manifest)
  await writeFile(join(fresh, 'package-lock.json'), lock)
  try {
    await runNpm(logger, fresh, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--cache', cache], signal)
  } finally {
    await rm(cache, { recursive: true, force: true })
  }
  await writeFile(join(fresh, 'installed'), '')
  await rm(runtime, { recursive: true, force: true })
  await rename(fresh, runtime)
}

/** With the binary of this machine alone: each of the others takes 15 MB. */
async function readPackages(): Promise<{ manifest: string; lock: string }> {
  const read = (name: string) => readFile(new URL(`./runtime/${name}.json`, import.meta.url), 'utf8')
  const binary = binaries[`${process.platform}-${process.arch}`]
  const isForHere = (name: string) => {
    const found = nameOfBinary.exec(name)
    return found === null || found[1] === binary
  }
  const lock = lockSchema.parse(JSON.parse(await read('lock')))
  const packages = Object.entries(lock.packages)
    .filter(([path]) => isForHere(path))
    .map(([path, { optionalDependencies, ...entry }]) => {
      if (optionalDependencies === undefined) return [path, entry] as const
      const kept = Object.entries(optionalDependencies).filter(([name]) => isForHere(name))
      return [path, { ...entry, optionalDependencies: Object.fromEntries(kept) }] as const
    })
  return {
    manifest: await read('manifest'),
    lock: JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2),
  }
}

/** The npm that has started the server, or the one of the system. */
async function runNpm(logger: Logger, directory: string, args: readonly string[], signal: AbortSignal): Promise<void> {
  const { npm_execpath: started = '' } = process.env
  const [command, first] = started.endsWith('npm-cli.js') ? [process.execPath, [started]] : ['npm', []]
  // It asks for the tools of whoever starts it, not for the workspace that the server was started in.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) =>
      /^(?:PATH|HOME|https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|npm_config_(?:registry|userconfig|globalconfig|cafile|strict_ssl))$/iu.test(
        name,
      ),
    ),
  )
  const npm = spawn(command, [...first, ...args], { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe'], signal })
  let said = ''
  for (const stream of [npm.stdout, npm.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-4_000)
    })
  }
  try {
    const [code] = (await once(npm, 'close')) as [number | null]
    if (code === 0) return
  } catch (error) {
    signal.throwIfAborted()
    if (errorToCode(error) !== 'ENOENT') throw error
    throw new LocalModelError('npm is needed to install what runs the model, and is not on this machine.', { cause: error })
  }
  signal.throwIfAborted()
  logger.warn({ event: 'local-model-npm', said }, 'npm could not install what runs local models')
  throw new LocalModelError(
    'What runs the model could not be installed from the npm registry. Check that this machine reaches it, then try again. The log of the server has what npm said.',
  )
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errorToCode(error) === 'ENOENT') return null
    throw error
  }
}
