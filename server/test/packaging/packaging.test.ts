import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTemporaryDirectory } from '../temporary-directory.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
/** What the README shows under "Building on it". */
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

/** A project of somebody else's, outside of the workspace, that has installed the four packages. */
let elsewhere: AsyncDisposable & { readonly path: string }

beforeAll(async () => {
  elsewhere = await createTemporaryDirectory()
  const tarballs = join(elsewhere.path, 'tarballs')
  await run(process.execPath, [join(root, '.launch/build.mjs'), '--packages'], root)
  for (const name of ['shared', 'drizzle', 'server', 'client']) {
    await run('npx', ['--yes', packageManager, 'pack', '--pack-destination', tarballs], join(root, name))
  }
  await writeFile(join(elsewhere.path, 'package.json'), JSON.stringify({ name: 'elsewhere', private: true, type: 'module' }))
  await writeFile(join(elsewhere.path, 'tsconfig.json'), JSON.stringify(tsconfig))
  await writeFile(join(elsewhere.path, 'building-on-it.ts'), example ?? '')
  const tools = ['typescript', '@types/node'].map((name) => `${name}@${devDependencies[name]}`)
  const types = `@types/react@${client.devDependencies['@types/react']}`
  const packed = readdirSync(tarballs).map((file) => join(tarballs, file))
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...packed, ...tools, types], elsewhere.path)
})
afterAll(() => elsewhere[Symbol.asyncDispose]())

test('the packages hold JavaScript and declarations, and no source of ours', () => {
  for (const name of ['shared', 'drizzle', 'server', 'client']) {
    const files = readdirSync(join(elsewhere.path, 'node_modules/@holdfast', name), { recursive: true, encoding: 'utf8' })
    const sources = files.filter((file) => /\.tsx?$/u.test(file) && !file.endsWith('.d.ts'))
    expect(sources, name).toEqual([])
    expect(
      files.some((file) => file.endsWith('.js')),
      name,
    ).toBe(true)
  }
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

/** What a program prints. @throws with everything that it said */
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
 * What a person's shell would hand on. The runner's own settings are nobody else's business: npm would take them for its
 * configuration. Certificates and proxies stay: without them a package registry may not be reachable.
 */
function environmentOfAShell(): NodeJS.ProcessEnv {
  const isTheRunners = /^(?:npm_|node_options$|node_env$|node_v8_coverage$|vitest|vite_|test_|init_cwd$)/iu
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => name === 'npm_config_registry' || !isTheRunners.test(name)),
  )
}
