import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTemporaryDirectory } from '../temporary-directory.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const example = fileURLToPath(new URL('building-on-it.ts', import.meta.url))
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
  await cp(example, join(elsewhere.path, 'building-on-it.ts'))
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

test('a dozen lines run on plain node', async () => {
  const printed = await run(process.execPath, ['building-on-it.ts'], elsewhere.path)
  expect(printed).toBe('user: Hello!\nassistant: Hello to you, too.\n')
})

test('they type-check', async () => {
  expect(await run('npx', ['tsc', '-p', '.'], elsewhere.path)).toBe('')
})

test('a wrong input does not type-check: the types of the router have arrived', async () => {
  const wrong = `${readFileSync(example, 'utf8')}\nawait client.trpc.messages.send.mutate({ requestId: 1, content: 'Hello!' })\n`
  await writeFile(join(elsewhere.path, 'wrong.ts'), wrong)
  await expect(run('npx', ['tsc', '-p', '.'], elsewhere.path)).rejects.toThrow(/wrong\.ts.*TS2322.*number/su)
})

test('the README shows the same dozen lines', () => {
  const readme = join(root, 'README.md')
  const shown = existsSync(readme) ? readFileSync(readme, 'utf8') : ''
  expect(shown).toContain(`\`\`\`ts\n${readFileSync(example, 'utf8')}\`\`\``)
})

/** What a program prints. @throws with everything that it said */
function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    // The runner's own settings are nobody else's business: npm would take them for its configuration.
    const { PATH, HOME, npm_config_registry: registry } = process.env
    const env = { PATH, HOME, CI: 'true', ...(registry === undefined ? {} : { npm_config_registry: registry }) }
    execFile(program, args, { cwd, env, timeout: 240_000 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${error.message}\n${stdout}\n${stderr}`))
      else resolve(stdout)
    })
  })
}
