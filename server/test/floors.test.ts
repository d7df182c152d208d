import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
const { floors } = (await import(join(root, 'scripts/floors.mjs'))) as { floors: Record<string, string[][]> }

interface Planted {
  readonly title: string
  readonly from: string
  readonly to: string
  /** The code of the planted line; by default an import of `to`. */
  readonly code?: string
  /** The rule that must find it; null: it is allowed. */
  readonly rule: string | null
}

/** A file of an entry: inside it where it is a folder. */
function fileOf(place: string, entry: string, name: string): string {
  if (entry === '*') return `${place}/${name}.ts`
  return /\.\w+$/u.test(entry) ? `${place}/${entry}` : `${place}/${entry}/${name}.ts`
}

const codeFile = /\.tsx?$/u
const isCode = (entry: string) => !entry.includes('.') || codeFile.test(entry)

/** An upward import between every two neighbouring floors, and one between every two neighbours on a floor. */
const upward: Planted[] = Object.entries(floors).flatMap(([place, list]) =>
  list.flatMap((floor, index) => {
    const plant = (entry: string, other: string) => ({
      title: `${place}: ${entry} imports ${other}`,
      from: fileOf(place, entry, `from-${entry}-to-${other}`.replaceAll(/[^a-z-]/gu, '')),
      to: fileOf(place, other, 'target'),
      rule: `${place}/${entry} stays on its floor`,
    })
    const above = list[index - 1] ?? []
    return floor
      .filter(isCode)
      .flatMap((entry) => [
        ...above.filter(isCode).map((other) => plant(entry, other)),
        ...floor.filter((other) => other !== entry && isCode(other)).map((other) => plant(entry, other)),
      ])
  }),
)

const outside = (title: string, from: string, name: string, rule: string | null, code = `import '${name}'`): Planted => ({
  title,
  from,
  to: name,
  code,
  rule,
})

const others: Planted[] = [
  outside('shared imports a Node module', 'shared/src/a.ts', 'node:fs', 'shared knows only zod'),
  outside('shared imports another library', 'shared/src/b.ts', 'react', 'shared knows only zod'),
  outside('shared imports zod', 'shared/src/c.ts', 'zod', null),
  outside('drizzle imports tRPC', 'drizzle/src/schema/a.ts', '@trpc/server', 'drizzle holds tables and migrations'),
  outside(
    'a use case imports express',
    'server/src/conversations/commands/a.ts',
    'express',
    'only the edge knows its transports',
  ),
  outside('the log imports tRPC', 'server/src/event-log/a.ts', '@trpc/server', 'only the edge knows its transports'),
  outside('a router imports tRPC', 'server/src/api/routers/a.ts', '@trpc/server', null),
  outside('a router queries', 'server/src/api/routers/b.ts', 'drizzle-orm/pg-core', 'a router only connects'),
  outside(
    'the server imports the test kit',
    'server/src/app/a.ts',
    '../../testing/target.ts',
    'nothing that is shipped needs the test kit',
  ),
  outside(
    'the page imports server code',
    'client/src/app/chrome/a.ts',
    '@holdfast/server',
    'the page knows the type of the server and no more',
  ),
  outside(
    'the page imports a type of the server',
    'client/src/app/chrome/b.ts',
    '@holdfast/server',
    null,
    `import type { AppRouter } from '@holdfast/server'\nexport type A = AppRouter`,
  ),
  outside('the page imports the tables', 'client/src/app/chrome/c.ts', '@holdfast/drizzle', 'the page does not know the tables'),
  outside('the client imports React', 'client/src/sdk/outbox/a.ts', 'react', 'the client needs no React'),
  outside('a plain component imports the contract', 'client/src/ui/a.ts', '@holdfast/shared', 'plain components know no domain'),
]

const planted = [...upward, ...others]

/** Names of the rules that were broken, by the file that breaks them. */
const found = new Map<string, Set<string>>()

beforeAll(async () => {
  await using directory = await createTemporaryDirectory()
  const lines = new Map<string, string[]>()
  const write = (path: string, line: string) => lines.set(path, [...(lines.get(path) ?? []), line])
  write('server/testing/target.ts', '')
  for (const { from, to, code } of planted) {
    const specifier = relativeTo(from, to)
    write(from, code ?? `import '${specifier}'`)
    if (!code) write(to, '')
  }
  for (const [path, content] of lines) {
    await mkdir(dirname(join(directory.path, path)), { recursive: true })
    await writeFile(join(directory.path, path), `${content.join('\n')}\nexport {}\n`)
  }
  // The package must be resolvable: for an unresolvable one, the rule cannot determine whether only its types are imported.
  const installed = join(directory.path, 'node_modules/@holdfast/server')
  await mkdir(installed, { recursive: true })
  await writeFile(
    join(installed, 'package.json'),
    JSON.stringify({ name: '@holdfast/server', version: '1.0.0', main: 'index.js' }),
  )
  await writeFile(join(installed, 'index.js'), '')
  await mkdir(join(directory.path, 'scripts'))
  await cp(join(root, 'scripts/floors.mjs'), join(directory.path, 'scripts/floors.mjs'))
  await cp(join(root, '.dependency-cruiser.mjs'), join(directory.path, '.dependency-cruiser.mjs'))
  await writeFile(join(directory.path, 'tsconfig.json'), await readFile(join(root, 'tsconfig.json'), 'utf8'))
  const places = ['shared/src', 'drizzle/src', 'server/src', 'client/src', 'chaos']
  const printed = await new Promise<string>((resolve) => {
    const args = [cruiser, '--config', '.dependency-cruiser.mjs', '--output-type', 'json', ...places]
    execFile(process.execPath, args, { cwd: directory.path, maxBuffer: 2 ** 26 }, (_, stdout) => resolve(stdout))
  })
  const { summary } = JSON.parse(printed) as { summary: { violations: { from: string; rule: { name: string } }[] } }
  for (const { from, rule } of summary.violations) found.set(from, (found.get(from) ?? new Set()).add(rule.name))
})

function relativeTo(from: string, to: string): string {
  const up = dirname(from)
    .split('/')
    .map(() => '..')
  return `${up.join('/')}/${to}`
}

describe('the check of the floors finds', () => {
  test.each(planted.filter(({ rule }) => rule !== null))('$title', ({ from, rule }) => {
    expect([...(found.get(from) ?? [])]).toContain(rule)
  })
})

describe('the check of the floors lets pass', () => {
  test.each(planted.filter(({ rule }) => rule === null))('$title', ({ from }) => {
    const broken = [...(found.get(from) ?? [])].filter((rule) => rule !== 'every import leads somewhere')
    expect(broken).toEqual([])
  })
})

describe('every folder has a floor', () => {
  test.each(Object.entries(floors))('%s', async (place, list) => {
    const named = list.flat()
    const entries = await readdir(join(root, place), { withFileTypes: true })
    const folders = entries.filter((entry) => entry.isDirectory() && entry.name !== 'test').map(({ name }) => name)
    const files = entries.filter((entry) => entry.isFile() && !/\.test\.|\.md$/u.test(entry.name)).map(({ name }) => name)
    expect(folders.filter((name) => !named.includes(name))).toEqual([])
    if (!named.includes('*')) expect(files.filter((name) => !named.includes(name))).toEqual([])
    const there = new Set([...folders, ...files, '*'])
    expect(named.filter((name) => !there.has(name))).toEqual([])
  })
})
