import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { contractHash, eventSchema } from '@holdfast/shared'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const page = read('docs/PROTOCOL.md')

const cited = /(?<![\w$)])\[([A-Z]\d{1,2})\](?!\()/gu
const defined = [...page.matchAll(/\*\*\[([A-Z]\d{1,2})\]\*\*/gu)].map(([, id]) => id ?? '')
const idsIn = (text: string) => new Set([...text.matchAll(cited)].map(([, id]) => id ?? ''))

/** The rules that each file names, by its path. */
function readCitations(...patterns: readonly string[]): Map<string, Set<string>> {
  const paths = globSync(patterns, { cwd: root, exclude: (path) => path.includes('node_modules') })
  return new Map(paths.filter((path) => !path.endsWith('protocol-rules.test.ts')).map((path) => [path, idsIn(read(path))]))
}

const tests = readCitations(
  'server/{src,test,docs-generator,testing}/**/*.test.ts',
  '{shared,drizzle}/src/**/*.test.ts',
  'client/src/**/*.test.{ts,tsx}',
  'client/e2e/*.spec.ts',
)
const sources = readCitations(
  '{server,shared,drizzle,client}/{src,test,testing,bench}/**/*.{ts,tsx}',
  'client/e2e/*.ts',
  'docs/**/*.{md,py}',
)

describe('docs/PROTOCOL.md', () => {
  test('gives each id to one rule', () => {
    expect(defined.toSorted()).toEqual([...new Set(defined)].toSorted())
  })

  test('has no rule that no test cites', () => {
    const tested = new Set([...tests.values()].flatMap((ids) => [...ids]))
    expect(defined.filter((id) => !tested.has(id))).toEqual([])
  })

  test('has every rule that is cited', () => {
    const known = new Set(defined)
    const unknown = [...sources].flatMap(([path, ids]) => [...ids].filter((id) => !known.has(id)).map((id) => `${path}: ${id}`))
    expect(unknown).toEqual([])
  })

  test('says what every event does', () => {
    const rows = [...page.matchAll(/^\| `([a-z-]+)` \*\*\[E\d+\]\*\*/gmu)].map(([, type]) => type)
    expect(rows.toSorted()).toEqual(eventSchema.options.map(({ shape }) => shape.type.value).toSorted())
  })
})

describe('docs/CONTRACT-CHANGES.md', () => {
  test('begins with the hash of this build', () => {
    const hashes = [...read('docs/CONTRACT-CHANGES.md').matchAll(/^\| `([0-9a-f]{12})`/gmu)].map(([, hash]) => hash)
    expect(hashes[0]).toBe(contractHash)
    expect(new Set(hashes).size).toBe(hashes.length)
  })
})
