import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pages = [
  'docs/ARCHITECTURE.md',
  'docs/PROTOCOL.md',
  'docs/CONTRACT-CHANGES.md',
  'docs/DEVELOPERS.md',
  ...globSync('docs/decisions/*.md', { cwd: root }),
]

/** Paths from the root, in backticks, that begin with a folder of the project. */
const named = /`((?:client|docs|drizzle|scripts|server|shared)\/[^`\s*<>…]+)`/gu
/** The local target of a link. */
const linked = /\]\((?!https?:|#)([^)#\s]+)/gu

describe.each(pages)('%s', (page) => {
  const text = readFileSync(join(root, page), 'utf8')

  test('names only paths that exist', () => {
    const paths = [...text.matchAll(named)].map(([, path]) => path ?? '')
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })

  test('links only to what exists', () => {
    const paths = [...text.matchAll(linked)].map(([, path]) => path ?? '')
    expect(paths.filter((path) => !existsSync(join(root, dirname(page), path)))).toEqual([])
  })
})

test('every decision is in the index, and has its four parts', () => {
  const index = readFileSync(join(root, 'docs/decisions/README.md'), 'utf8')
  const decisions = globSync('docs/decisions/[0-9]*.md', { cwd: root }).toSorted()
  expect(decisions.length).toBeGreaterThan(0)
  for (const path of decisions) {
    expect(index).toContain(`(${path.split('/').at(-1)})`)
    const headings = [...readFileSync(join(root, path), 'utf8').matchAll(/^\*\*(.+?)\.\*\*/gmu)].map(([, heading]) => heading)
    expect([path, ...headings]).toEqual([path, 'Context', 'Decision', 'Consequences', 'What would change it'])
  }
})
