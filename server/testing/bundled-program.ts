import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Plugin } from 'rolldown'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The programs that tests start again and again: each start would resolve, read and compile some 1500 modules. */
const programs = [
  'server/src/main.ts',
  'server/test/crashing-main.ts',
  'server/test/crashing-import-main.ts',
  'server/test/crashing-holdfast.ts',
].map((path) => join(root, path))

/** What a bundle depends on. The versions of all packages are in the lockfile. */
const sources = [
  ...programs,
  ...['server/src', 'server/testing/bundled-program.ts', 'shared/src', 'drizzle/src', 'pnpm-lock.yaml'].map((path) =>
    join(root, path),
  ),
]

/** Inside the package, so that what stays outside of the bundle is found. */
const cache = join(root, 'server', 'node_modules', '.cache')
const prefix = 'bundled-programs-'
const dayMs = 24 * 60 * 60 * 1000

let bundle: Promise<string> | undefined

/**
 * The same program with everything that it imports in a few files, which starts with half of the work. It is bundled when a source has
 * changed, which takes 3 s; other programs are given back as they are, and so are all with `TEST_SERVER_SOURCES=1`, for a debugger.
 */
export async function bundledProgram(program: string): Promise<string> {
  if (process.env['TEST_SERVER_SOURCES'] === '1' || !programs.includes(program)) return program
  bundle ??= findBundle()
  return join(await bundle, `${nameOf(program)}.js`)
}

async function findBundle(): Promise<string> {
  const folder = join(cache, prefix + (await hashSources()))
  if (existsSync(folder)) return folder
  await removeOldBundles()
  const draft = `${folder}.${randomUUID()}`
  await writeBundle(draft)
  try {
    // Renamed whole: another process never starts half of it.
    await rename(draft, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error
    await rm(draft, { recursive: true, force: true })
  }
  return folder
}

async function writeBundle(dir: string): Promise<void> {
  const { rolldown } = await import('rolldown')
  const build = await rolldown({
    input: Object.fromEntries(programs.map((program) => [nameOf(program), program])),
    platform: 'node',
    // They load files that lie beside them, or only a developer's server needs them.
    external: [/^@electric-sql\/pglite/u, /^sharp$/u, /^heic-decode$/u, /\/dev-page\.ts$/u],
    plugins: [keepAddresses],
    logLevel: 'silent',
  })
  await build.write({ dir, format: 'esm', footer: ({ isEntry }) => (isEntry ? keepCompiledCode : '') })
  await build.close()
}

/** Every module finds what lies beside its source, wherever its code is. */
const keepAddresses: Plugin = {
  name: 'keep-addresses',
  transform: {
    filter: { code: /import\.meta\.(?:url|dirname|filename)|__dirname|__filename/u },
    handler: (code, id) => {
      const file = JSON.stringify(id)
      const folder = JSON.stringify(dirname(id))
      return code
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href))
        .replaceAll(/\bimport\.meta\.dirname\b|\b__dirname\b/gu, folder)
        .replaceAll(/\bimport\.meta\.filename\b|\b__filename\b/gu, file)
    },
  },
}

/** Node keeps compiled code at the end of a process, to which these do not come: tests kill them. */
const keepCompiledCode = `(await import('node:module')).flushCompileCache()\n`

function nameOf(program: string): string {
  return relative(root, program).replaceAll(/[/\\]/gu, '-').replace(/\.ts$/u, '')
}

async function hashSources(): Promise<string> {
  const hash = createHash('sha256')
  for (const path of sources) {
    for (const file of (await stat(path)).isDirectory() ? await listSources(path) : [path]) {
      hash.update(relative(root, file)).update(await readFile(file))
    }
  }
  return hash.digest('hex').slice(0, 16)
}

async function listSources(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true })
  return entries
    .filter((entry) => /\.(?:ts|json)$/u.test(entry) && !entry.endsWith('.test.ts'))
    .toSorted()
    .map((entry) => join(folder, entry))
}

/** Those of another checkout's run may be in use; no run takes a day. */
async function removeOldBundles(): Promise<void> {
  const names = existsSync(cache) ? await readdir(cache) : []
  for (const path of names.filter((name) => name.startsWith(prefix)).map((name) => join(cache, name))) {
    if (Date.now() - (await stat(path)).mtimeMs > dayMs) await rm(path, { recursive: true, force: true })
  }
}
