import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestApp } from '../../testing/create-test-app.ts'
import { text } from '../../testing/scripted-provider/index.ts'
import { createTemporaryDirectory } from '../../testing/temporary-directory.ts'
import { measureBundle } from './bundle-size.ts'
import { checkTypes, createNpmProject } from './npm-project.ts'
import { openSamplePage } from './sample-page.ts'
import { runProgram } from './run-program.ts'
import { readSample, readSizeLimits, root } from './samples.ts'

/** The example in the README under "Building on it". */
const example = /^## Building on it$[\s\S]*?^```js\n([\s\S]*?)^```$/mu.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1]
const { packageManager, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  packageManager: string
  devDependencies: Record<string, string>
}
const client = JSON.parse(readFileSync(join(root, 'client/package.json'), 'utf8')) as Record<
  'dependencies' | 'devDependencies',
  Record<string, string>
>

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

/** A project outside of the workspace in which pnpm has installed the four packages. */
let elsewhere: AsyncDisposable & { readonly path: string }
/** One in which npm has installed the client and no server, beside the oldest React and TypeScript that it is for. */
let clientAlone: AsyncDisposable & { readonly path: string }
/** The packed packages, by name. */
let packed: Readonly<Record<string, string>>

beforeAll(async () => {
  elsewhere = await createTemporaryDirectory()
  const tarballs = join(elsewhere.path, 'tarballs')
  await runProgram(process.execPath, [join(root, 'scripts/build.mjs'), '--packages'], { cwd: root })
  for (const name of names) await runPnpm(['pack', '--pack-destination', tarballs], join(root, name))
  packed = Object.fromEntries(
    readdirSync(tarballs).map((file) => [`@holdfast/${/holdfast-(\w+)/u.exec(file)?.[1] ?? ''}`, join(tarballs, file)]),
  )
  const files = Object.fromEntries(Object.entries(packed).map(([name, path]) => [name, `file:${path}`]))
  const tools = Object.fromEntries(['typescript', '@types/node'].map((name) => [name, devDependencies[name]]))
  const react = Object.fromEntries(
    ['react', 'react-dom', '@types/react', '@types/react-dom'].map((name) => [
      name,
      client.dependencies[name] ?? client.devDependencies[name],
    ]),
  )
  const project = { name: 'elsewhere', private: true, type: 'module', dependencies: { ...files, ...tools, ...react } }
  await writeFile(join(elsewhere.path, 'package.json'), JSON.stringify(project))
  // One flat folder, as npm makes it. None of the four is in a registry.
  const settings = {
    nodeLinker: 'hoisted',
    autoInstallPeers: false,
    // What our lockfile leaves out is no drift of versions: people who install the packages get it.
    overrides: { ...files, 'officeparser>tesseract.js': '-', 'officeparser>pdfjs-dist': '-' },
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
  await writeFile(join(elsewhere.path, 'chat.test.js'), readSample('chat.test.js'))
  await writeFile(join(elsewhere.path, 'chat.tsx'), readSample('chat.tsx'))
  await runPnpm(['install', '--no-frozen-lockfile', '--prefer-offline'], elsewhere.path)
  clientAlone = await createNpmProject(packed)
})
afterAll(async () => {
  await clientAlone?.[Symbol.asyncDispose]()
  await elsewhere?.[Symbol.asyncDispose]()
})

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
    return runProgram(process.execPath, ['--import', './hide-react.js', '--input-type=module', '--eval', print], {
      cwd: elsewhere.path,
    })
  }
  expect(await load('@holdfast/client')).toBe('function undefined\n')
  await expect(load('@holdfast/client/react')).rejects.toThrow('no React')
})

test('the dozen lines of the README run on plain node', async () => {
  expect(await runProgram(process.execPath, ['building-on-it.ts'], { cwd: elsewhere.path })).toContain('Hello')
})

test('they type-check, and a wrong input does not: the types of the router have arrived', async () => {
  const wrong = `${example}\nawait client.trpc.messages.send.mutate({ requestId: 1, content: 'Hello!' })\n`
  await writeFile(join(elsewhere.path, 'wrong.ts'), wrong)
  // Declarations of libraries are checked too, and not all of them are sound: only ours count.
  const errors = (await typeErrors()).filter((line) => /^(?:building-on-it|wrong|node_modules\/@holdfast\/\w+\/lib)/u.test(line))
  expect(errors).toEqual([expect.stringMatching(/^wrong\.ts.*Type 'number' is not assignable to type 'string'/u)])
})

test.each(names)('publint and "are the types wrong" find nothing in %s', async (name) => {
  const tarball = readFileSync(packed[`@holdfast/${name}`] ?? '')
  const { messages, pkg } = await publint({ pack: { tarball: toArrayBuffer(tarball) }, level: 'suggestion', strict: true })
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
  const checked = await checkPackage(createPackageFromTarballData(tarball))
  if (!checked.types) return expect.fail('there are no types')
  // The packages are ES modules: `require` gets them from Node 22 on, and older ways to resolve know no `exports`.
  const problems = checked.problems.filter(
    (problem) => !('resolutionKind' in problem && ['node10', 'node16-cjs'].includes(problem.resolutionKind)),
  )
  expect(problems).toEqual([])
})

describe('docs/DEVELOPERS.md', () => {
  const answer = 'Hello from a scripted model.'

  test('the program runs on Node, and on what Node 20 does not have yet', async () => {
    await using app = await createTestApp({ model: answer })
    const older = `
      delete globalThis.WebSocket
      delete globalThis.EventSource
      delete globalThis.navigator
      delete Promise.withResolvers
      delete Promise.try
      delete Object.groupBy
      delete Map.groupBy
      delete Array.fromAsync
      for (const name of ['union', 'intersection', 'difference', 'isSubsetOf']) delete Set.prototype[name]
      delete globalThis.Iterator`
    await writeFile(join(clientAlone.path, 'as-node-20.js'), older)
    for (const flags of [[], ['--import', './as-node-20.js']]) {
      const printed = await runProgram(process.execPath, [...flags, 'answer.js'], {
        cwd: clientAlone.path,
        env: { HOLDFAST_URL: app.url },
      })
      expect(printed).toBe(`${answer}\n1 conversation: Say hello\n`)
    }
  })

  test('the README of the package has the same program', () => {
    expect(readFileSync(join(root, 'client/README.md'), 'utf8')).toContain(readSample('answer.js'))
  })

  test('the page is built by Vite in a project of its own, and gets an answer in a browser', async () => {
    await using page = await openSamplePage(clientAlone.path)
    await using app = await createTestApp({ model: text(answer), env: { CORS_ORIGINS: page.origin } })
    const seen = await page.ask(app.url, 'What floats?')
    expect(seen).toEqual({ messages: ['What floats?', answer], titles: ['What floats?'], draft: '' })
  })

  test('the test runs', async () => {
    const printed = await runProgram(process.execPath, ['--test', 'chat.test.js'], { cwd: elsewhere.path })
    expect(printed).toContain('pass 1')
  })

  test.each(['bundler', 'node16'] as const)('the types resolve by %s, with TypeScript 5.9 as with ours', async (how) => {
    const options = { files: ['chat.tsx', 'typed.ts'], moduleResolution: how }
    const typed = `
      import { createHoldfastClient, type AppRouter } from '@holdfast/client'
      export type Router = AppRouter
      const client = createHoldfastClient({ url: '' })
      export const title: Promise<string | undefined> = client.trpc.conversations.list.query({}).then(({ items }) => items[0]?.title)
      // @ts-expect-error a request id is a string
      void client.trpc.messages.send.mutate({ requestId: 1, content: 'Hello' })`
    for (const { path } of [clientAlone, elsewhere]) {
      await writeFile(join(path, 'typed.ts'), typed)
      expect(await checkTypes(join(path, 'node_modules/typescript/bin/tsc'), path, options)).toBe('')
    }
  })

  test('the types cost the compiler no more than 2 s beyond a bare tRPC client', async () => {
    const toProject = async (name: string, code: string) => {
      await writeFile(join(clientAlone.path, `${name}.ts`), code)
      const compilerOptions = {
        module: 'esnext',
        moduleResolution: 'bundler',
        target: 'es2022',
        strict: true,
        skipLibCheck: true,
      }
      const config = { compilerOptions: { ...compilerOptions, types: [], noEmit: true }, files: [`${name}.ts`] }
      await writeFile(join(clientAlone.path, `tsconfig.${name}.json`), JSON.stringify(config))
    }
    await toProject(
      'bare',
      `import { createTRPCClient, httpBatchLink } from '@trpc/client'
      import { initTRPC } from '@trpc/server'
      const t = initTRPC.create()
      const router = t.router({ hello: t.procedure.query(() => 'Hello') })
      export const client = createTRPCClient<typeof router>({ links: [httpBatchLink({ url: '' })] })
      export const greeting: Promise<string> = client.hello.query()`,
    )
    await toProject(
      'ours',
      `import { createHoldfastClient } from '@holdfast/client'
      export const client = createHoldfastClient({ url: '' })
      export const list = client.trpc.conversations.list.query({})`,
    )
    // Processor time: how much else the machine does must not matter.
    const sayTime = "process.on('exit', () => console.log('CPU ' + process.cpuUsage().user))"
    const measure = async (name: string) => {
      const tsc = join(clientAlone.path, 'node_modules/typescript/bin/tsc')
      const args = ['--import', `data:text/javascript,${sayTime}`, tsc, '-p', `tsconfig.${name}.json`]
      const printed = await runProgram(process.execPath, args, { cwd: clientAlone.path })
      return Number(/CPU (\d+)/u.exec(printed)?.[1]) / 1_000_000
    }
    const bare = await measure('bare')
    expect((await measure('ours')) - bare).toBeLessThan(2)
  })

  test('what it costs in a bundle is within the limits, and the client brings no React and no whole zod along', async () => {
    const limits = readSizeLimits()
    expect(limits).toHaveLength(3)
    for (const { names: imported, limit } of limits) {
      const { gzipBytes, minifiedBytes, modules } = await measureBundle(clientAlone.path, imported)
      expect(gzipBytes, `${imported.join(', ')}: ${minifiedBytes} B, ${gzipBytes} B after gzip`).toBeLessThan(limit)
      expect(modules.filter((path) => /node_modules\/(?:react|react-dom|scheduler)\/|zod\/v4\/classic/u.test(path))).toEqual([])
      if (!imported.some((name) => name.startsWith('use'))) {
        expect(modules.filter((path) => path.includes('@holdfast/client/lib/react/'))).toEqual([])
      }
    }
  })
})

test('npm takes each package for publishing, with a provenance', async () => {
  for (const path of Object.values(packed)) {
    const args = ['publish', path, '--dry-run', '--provenance', '--access', 'public', '--json']
    const printed = JSON.parse(await runProgram('npm', args, { cwd: clientAlone.path })) as object
    const { files } = ('files' in printed ? printed : Object.values(printed)[0]) as { files: { path: string }[] }
    const outside = files
      .map((file) => file.path)
      .filter((name) => !/^(?:lib|migrations)\/|^(?:package\.json|README\.md|LICENSE)$/u.test(name))
    expect(outside).toEqual([])
  }
})

function typeErrors(): Promise<string[]> {
  const tsc = join(elsewhere.path, 'node_modules/typescript/bin/tsc')
  return runProgram(process.execPath, [tsc, '-p', '.', '--pretty', 'false'], { cwd: elsewhere.path }).then(
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
  return runProgram('npx', ['--yes', packageManager, ...args], { cwd })
}

function toArrayBuffer(bytes: Buffer): ArrayBuffer {
  return Uint8Array.from(bytes).buffer
}
