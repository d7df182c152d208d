import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { attackList, untestedAttacks } from './attack-list.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const files = globSync(['{server,client,shared,drizzle}/{src,test}/**/*.test.{ts,tsx}', 'client/e2e/*.spec.ts'], {
  cwd: root,
  exclude: (path) => path.includes('node_modules'),
}).filter((path) => !path.endsWith('attack-list.test.ts'))

/** The ids in `(attack A1)` and `(attacks A1, B2)`, which stand in titles only. */
const cited = new Map<string, string>()
for (const path of files) {
  for (const [, ids = ''] of readFileSync(join(root, path), 'utf8').matchAll(/\(attacks? ((?:[A-I]\d+(?:, )?)+)\)/gu)) {
    for (const id of ids.split(', ')) cited.set(id, path)
  }
}

test('every attack of the list is cited by a test, or the list says why there is none', () => {
  expect(cited.size).toBeGreaterThan(80)
  expect(Object.keys(attackList).filter((id) => !cited.has(id) && untestedAttacks[id] === undefined)).toEqual([])
})

test('every attack that a test cites is in the list', () => {
  expect([...cited].filter(([id]) => attackList[id] === undefined)).toEqual([])
})

test('no attack is called untested that a test cites', () => {
  expect(Object.keys(untestedAttacks).filter((id) => cited.has(id) || attackList[id] === undefined)).toEqual([])
})
