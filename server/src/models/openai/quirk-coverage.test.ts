import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** The quirks of providers have numbers, from Q1 to Q58; a name of a test says which of them it is about. */
test('every quirk of the list has a test', () => {
  const files = globSync('**/*.test.ts', { cwd: new URL('..', import.meta.url) }).filter((file) => !file.includes('coverage'))
  const named = files.flatMap((file) => {
    const source = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')
    return [...source.matchAll(/['"`](?:[^'"`\n]* )?(Q\d+)\b/gu)].map(([, quirk]) => quirk)
  })
  const every = Array.from({ length: 58 }, (_, index) => `Q${index + 1}`)
  expect(every.filter((quirk) => !named.includes(quirk))).toEqual([])
})
