import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTemporaryDirectory } from '../../testing/temporary-directory.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
/** The example in the README under "Building on it". */
const example = /^## Building on it$[\s\S]*?^```js\n([\s\S]*?)^```$/mu.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1]
const { packageManager, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  packageManager: string
  devDependencies: Record<string, string>
}
const client = JSON.parse(readFileSync(join(root, 'client/package.json'), 'utf8')) as { devDependencies: Record<string, string> }

const tsconfig = {
  compilerOptions: {
    strict: true,
    target: 'es2024',
    module: 'nodenext',
    lib: ['es2024', 'esnext', 'dom'],
    types: ['node'],
    noEmit: true,
  },
}

const names = ['shared', 'drizzle', 'server', 'client']

/** A project outside of the workspace that has installed the four packages. */
let elsewhere: AsyncDisposable & { readonly path: string }

beforeAll(async () => {
  elsewhere = await createTemporaryDirectory()
  const tarballs = join(elsewhere.path, 'tarballs')
  await run(process.execPath, [join(root, 'scripts/build.mjs'), '--packages'], root)
  for (const name of names) await runPnpm(['pack', '--pack-destination', tarballs], join(root, name))
  const packed = Object.fromEntries(
    readdirSync(tarballs).map((file) => [`@holdfast/${/holdfast-(\w+)/u.exec(file)?.[1] ?? ''}`, `file:tarballs/${file}`]),
  )
  const tools = Object.fromEntries(['typescript', '@types/node'].map((name) => [name, devDependencies[name]]))
  const types = { '@types/react': client.devDependencies['@types/react'] }
  const project = { name: 'elsewhere', private: true, type: 'module', dependencies: { ...packed, ...tools, ...types } }
  await writeFile(join(elsewhere.path, 'package.json'), JSON.stringify(project))
  // One flat folder, as npm makes it. None of the four is in a registry.
  const settings = {
    nodeLinker: 'hoisted',
    autoInstallPeers: false,
    // What our lockfile leaves out is no drift of versions: people who install the packages get it.
    overrides: { ...packed, 'officeparser>tesseract.js': '-', 'officeparser>pdfjs-dist': '-' },
    strictDepBuilds: false,
    minimumReleaseAge: 0,
  }
  await writeFile(join(elsewhere.path, 'pnpm-workspace.yaml'), JSON.stringify(settings))
  // pnpm prefers the versions that a lockfile names: the test does not depend on what was released since.
  const lockfile = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')
  const [, version, packages] = /^(lockfileVersion: .*)$[\s\S]*?^(packages:$[\s\S]*)/mu.exec(lockfile) ?? []
  await writeFile(join(elsewhere.path, 'pnpm-lock.yaml'), `${version}\n\nimporters:\n\n  .: {}\n\n${packages}`)
  await writeFile(join(elsewhere.path, 'tsconfig.json'), JSON.stringify(tsconfig))
  await writeFile(join(elsewhere.path, 'building-on-it.ts'), example ?? '')
  await runPnpm(['install', '--no-frozen-lockfile', '--prefer-offline'], elsewhere.path)
})
afterAll(() => elsewhere[Symbol.asyncDispose]())

test('the packages hold JavaScript and declarations, and no source of ours', () => {
  for (const name of names) {
    const files = readdirSync(join(elsewhere.path, 'node_modules/@holdfast', name), { recursive: true, encoding: 'utf8' }).filter(
      (file) => !file.split(sep).includes('node_modules'),
    )
    const sources = files.filter((file) => /\.tsx?$/u.test(file) && !file.endsWith('.d.ts'))
    expect(sources, name).toEqual([])
    expect(
      files.some((file) => file.endsWith('.js')),
      name,
    ).toBe(true)
  }
})

test('everything that was installed has the version of our lockfile', () => {
  const pinned = new Set(lockedPackages(root))
  const others = lockedPackages(elsewhere.path).filter((name) => !pinned.has(name) && !name.startsWith('@holdfast/'))
  expect(others).toEqual([])
})

test('the client can be imported where React is not installed; its hooks cannot', async () => {
  // A dependency may bring React along: this makes it missing.
  const hide = `
    import { registerHooks } from 'node:module'
    const resolve = (name, context, next) => {
      if (/^react(?:-dom)?(?:\\/|$)/.test(name)) throw new Error('no React')
      return next(name, context)
    }
    registerHooks({ resolve })`
  await writeFile(join(elsewhere.path, 'hide-react.js'), hide)
  const load = (name: string) => {
    const print = `const { createHoldfastClient, useConversation } = await import('${name}')
      console.log(typeof createHoldfastClient, typeof useConversation)`
    return run(process.execPath, ['--import', './hide-react.js', '--input-type=module', '--eval', print], elsewhere.path)
  }
  expect(await load('@holdfast/client')).toBe('function undefined\n')
  await expect(load('@holdfast/client/react')).rejects.toThrow('no React')
})

test('the dozen lines of the README run on plain node', async () => {
  expect(await run(process.execPath, ['building-on-it.ts'], elsewhere.path)).toContain('Hello')
})

test('they type-check, and a wrong input does not: the types of the router have arrived', async () => {
  const wrong = `${example}\nawait client.trpc.messages.send.mutate({ requestId: 1, content: 'Hello!' })\n`
  await writeFile(join(elsewhere.path, 'wrong.ts'), wrong)
  // Declarations of libraries are checked too, and not all of them are sound: only ours count.
  const errors = (await typeErrors()).filter((line) => /^(?:building-on-it|wrong|node_modules\/@holdfast\/\w+\/lib)/u.test(line))
  expect(errors).toEqual([expect.stringMatching(/^wrong\.ts.*Type 'number' is not assignable to type 'string'/u)])
})

function typeErrors(): Promise<string[]> {
  const tsc = join(elsewhere.path, 'node_modules/typescript/bin/tsc')
  return run(process.execPath, [tsc, '-p', '.', '--pretty', 'false'], elsewhere.path).then(
    () => [],
    (error: unknown) => String(error).split('\n'),
  )
}

/** The packages of a lockfile, as `name@version`. */
function lockedPackages(folder: string): string[] {
  const lockfile = readFileSync(join(folder, 'pnpm-lock.yaml'), 'utf8')
  const packages = /^packages:$([\s\S]*?)^snapshots:$/mu.exec(lockfile)?.[1] ?? ''
  return [...packages.matchAll(/^ {2}'?(?<name>@?[^\s'@][^@\n]*@[^'\n]+?)'?:$/gmu)].map(({ groups }) => groups?.['name'] ?? '')
}

function runPnpm(args: readonly string[], cwd: string): Promise<string> {
  return run('npx', ['--yes', packageManager, ...args], cwd)
}

/** The output of a program. @throws with all of its output */
function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...environmentOfAShell(), CI: 'true' }
    execFile(program, args, { cwd, env, timeout: 240_000 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${error.message}\n${stdout}\n${stderr}`))
      else resolve(stdout)
    })
  })
}

/**
 * The environment without the settings of the test runner and of npm, which the programs would take for their own. Certificates and proxies stay: without them a package registry may not be reachable.
 */
function environmentOfAShell(): NodeJS.ProcessEnv {
  const isTheRunners = /^(?:npm_|node_options$|node_env$|node_v8_coverage$|vitest|vite_|test_|init_cwd$)/iu
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => name === 'npm_config_registry' || !isTheRunners.test(name)),
  )
}
