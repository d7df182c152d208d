import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const oxlint = join(root, 'node_modules/oxlint/bin/oxlint')
const tsgolint = join(root, 'node_modules/oxlint-tsgolint/bin/tsgolint.js')

const transaction = `
import { transact } from './unit-of-work.ts'
export const count = (deps: { database: { queries: { execute: () => number } } }) =>
`

/** Planted violations: where, what, and the rule that must find it. */
const planted: [title: string, path: string, code: string, rule: string][] = [
  [
    'a feature reads the settings',
    'server/src/models/a.ts',
    `import { environmentToConfig } from '../config/config.ts'\nenvironmentToConfig({})`,
    'no-restricted-imports',
  ],
  ['the environment is read elsewhere', 'server/src/http/a.ts', `export const a = process.env['A']`, 'no-process-env'],
  ['something is printed', 'server/src/http/b.ts', `console.log('a')`, 'no-console'],
  ['a promise is forgotten', 'server/src/http/c.ts', `Promise.resolve(1)`, 'no-floating-promises'],
  ['a promise is a condition', 'server/src/http/d.ts', `if (Promise.resolve(1)) void 0`, 'no-misused-promises'],
  ['what is no promise is awaited', 'server/src/http/e.ts', `export const a = async () => await 1`, 'await-thenable'],
  [
    'a switch forgets a case',
    'server/src/http/f.ts',
    `export function a(b: 'x' | 'y') {\n  switch (b) {\n    case 'x':\n      return 1\n  }\n  return 2\n}`,
    'switch-exhaustiveness-check',
  ],
  ['any', 'server/src/http/g.ts', `export const a = (b: any) => b`, 'no-explicit-any'],
  ['a non-null assertion', 'server/src/http/h.ts', `export const a = (b?: string) => b!`, 'no-non-null-assertion'],
  [
    'a type is imported as a value',
    'server/src/http/i.ts',
    `import { Server } from 'node:http'\nexport const a = (b: Server) => b`,
    'consistent-type-imports',
  ],
  ['a default export', 'server/src/http/j.ts', `export default 1`, 'no-default-export'],
  ['a name in camel case', 'server/src/http/camelCase.ts', `export const a = 1`, 'filename-case'],
  ['an error is swallowed', 'server/src/http/k.ts', `export const a = () => {\n  try {\n    a()\n  } catch {}\n}`, 'no-empty'],
  ['a file grows', 'server/src/http/l.ts', 'export {}\n'.repeat(401), 'max-lines'],
  ['two files import each other', 'server/src/http/m.ts', `import './n.ts'`, 'no-cycle'],
  [
    'another connection inside a transaction',
    'server/src/event-log/b.ts',
    `${transaction}transact(deps, async () => deps.database.queries.execute())`,
    'only-tx-in-transaction',
  ],
  [
    'a ref callback that selects the text after every key',
    'client/src/ui/a.tsx',
    `export const A = () => <input ref={(input) => input?.select()} />`,
    'no-effect-in-ref',
  ],
  [
    'an API that plain http does not have',
    'client/src/ui/b.ts',
    `export const a = () => crypto.randomUUID()`,
    'only-guarded-apis',
  ],
  [
    'storage that may be forbidden',
    'client/src/ui/c.ts',
    `export const a = () => sessionStorage.getItem('a')`,
    'only-guarded-apis',
  ],
  [
    'a composition that Safari ends too early',
    'client/src/ui/d.ts',
    `export const a = (event: KeyboardEvent) => event.isComposing`,
    'only-guarded-apis',
  ],
  [
    'a browser test that sets the value of a field in one step',
    'client/e2e/a.spec.ts',
    `export const a = async (field: { fill: (text: string) => Promise<void> }) => await field.fill('a')`,
    'typed-fields',
  ],
]

const clean: [title: string, path: string, code: string][] = [
  ['the guard of an API uses it', 'client/src/ui/copy-text.ts', `export const a = () => navigator.clipboard`],
  ['only config.ts reads the environment', 'server/src/config/config.ts', `export const a = process.env['A']`],
  [
    'a query inside a transaction uses tx',
    'server/src/event-log/ok.ts',
    `${transaction}transact(deps, async ({ tx }: { tx: { execute: () => number } }) => tx.execute())`,
  ],
  [
    'after the commit the database is free again',
    'server/src/event-log/ok-after.ts',
    `${transaction}transact(deps, (unit: { afterCommit: (a: () => void) => void }) => unit.afterCommit(() => { deps.database.queries.execute() }))`,
  ],
]

const support: [path: string, code: string][] = [
  ['tsconfig.json', '{ "compilerOptions": { "strict": true, "module": "nodenext", "types": [] } }'],
  ['server/src/http/n.ts', `import './m.ts'`],
]

/** Rules found, by file. */
const found = new Map<string, string[]>()

beforeAll(async () => {
  await using directory = await createTemporaryDirectory()
  const write = async (path: string, code: string) => {
    await mkdir(dirname(join(directory.path, path)), { recursive: true })
    await writeFile(join(directory.path, path), code)
  }
  await cp(join(root, 'scripts/lint'), join(directory.path, 'scripts/lint'), { recursive: true })
  await write('.oxlintrc.json', await readFile(join(root, '.oxlintrc.json'), 'utf8'))
  for (const [path, code] of support) await write(path, code)
  for (const [, path, code] of [...planted, ...clean]) await write(path, `${code}\n`)
  const printed = await new Promise<string>((resolve) => {
    const env = { ...process.env, OXLINT_TSGOLINT_PATH: tsgolint }
    execFile(process.execPath, [oxlint, '-f', 'json'], { cwd: directory.path, env }, (_, stdout) => resolve(stdout))
  })
  const { diagnostics } = JSON.parse(printed) as { diagnostics: { code: string; filename: string }[] }
  for (const { code, filename } of diagnostics) found.set(filename, [...(found.get(filename) ?? []), code])
})

describe('the linter finds', () => {
  test.each(planted)('%s', (_, path, __, rule) => {
    expect(found.get(path)?.join(' ')).toContain(`(${rule})`)
  })
})

describe('the linter lets pass', () => {
  test.each(clean)('%s', (_, path) => {
    expect(found.get(path)).toBeUndefined()
  })
})
