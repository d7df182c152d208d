import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'

type PublishPage = (built: string, dist: string, options?: { now?: number; ageMs?: number; bytes?: number }) => void

const path = fileURLToPath(new URL('../../scripts/publish-page.mjs', import.meta.url))
const { publishPage } = (await import(path)) as { publishPage: PublishPage }
const dayMs = 86_400_000

/** A folder that a page is given out from, and builds that are put into it. */
async function createPlace() {
  const directory = await createTemporaryDirectory()
  const dist = join(directory.path, 'dist')
  const built = join(directory.path, 'built')
  return {
    deploy: async (files: Readonly<Record<string, string>>, options: { now?: number; ageMs?: number; bytes?: number } = {}) => {
      await rm(built, { recursive: true, force: true })
      for (const [name, text] of Object.entries(files)) {
        await mkdir(dirname(join(built, name)), { recursive: true })
        await writeFile(join(built, name), text)
      }
      publishPage(built, dist, options)
    },
    read: (name: string) => readFile(join(dist, name), 'utf8'),
    has: (name: string) => existsSync(join(dist, name)),
    assets: async () => (await readdir(join(dist, 'assets'))).toSorted(),
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  }
}

test('files that an old tab may still ask for survive a deploy, and the page itself is the new one', async () => {
  await using place = await createPlace()
  await place.deploy({
    'index.html': 'one',
    'old.js': 'x',
    'assets/index-1.js': 'import "./thread-1.js"',
    'assets/thread-1.js': '1',
  })
  await place.deploy({ 'index.html': 'two', 'assets/index-2.js': 'import "./thread-2.js"', 'assets/thread-2.js': '2' })
  expect(await place.assets()).toEqual(['index-1.js', 'index-2.js', 'thread-1.js', 'thread-2.js'])
  expect(await place.read('index.html')).toBe('two')
  expect(await place.read('assets/thread-1.js')).toBe('1')
  expect(place.has('old.js'), 'what is not named after its content is replaced or gone').toBe(false)
})

test('an asset goes a week after it was replaced, however old it was then; one that is used again is not counted', async () => {
  await using place = await createPlace()
  await place.deploy({ 'index.html': 'one', 'assets/a.js': '1', 'assets/b.js': '1' }, { now: 0 })
  // A month later: until now every tab has used it.
  await place.deploy({ 'index.html': 'two', 'assets/c.js': '2' }, { now: 30 * dayMs })
  expect(await place.assets()).toEqual(['a.js', 'b.js', 'c.js'])
  await place.deploy({ 'index.html': 'three', 'assets/b.js': '1' }, { now: 36 * dayMs })
  expect(await place.assets()).toEqual(['a.js', 'b.js', 'c.js'])
  await place.deploy({ 'index.html': 'four', 'assets/d.js': '4' }, { now: 38 * dayMs })
  expect(await place.assets()).toEqual(['b.js', 'c.js', 'd.js'])
})

test('the kept files have a size limit: the last replaced stay', async () => {
  await using place = await createPlace()
  for (const [index, name] of ['a', 'b', 'c', 'd'].entries()) {
    await place.deploy({ 'index.html': name, [`assets/${name}.js`]: 'x'.repeat(1_000) }, { now: index * 1_000, bytes: 2_500 })
  }
  expect(await place.assets()).toEqual(['b.js', 'c.js', 'd.js'])
})
