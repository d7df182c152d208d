import { afterEach, expect, test, vi } from 'vitest'
import { lazyPart, loadParts } from './lazy-part.tsx'

const loaded: string[] = []
const part = (name: string) =>
  lazyPart(async () => {
    loaded.push(name)
    return () => null
  })

part('first')
part('second')

afterEach(() => {
  vi.unstubAllGlobals()
  loaded.length = 0
})

test('where data is to be saved, no part is loaded ahead', async () => {
  vi.stubGlobal('navigator', { onLine: true, connection: { saveData: true } })
  await loadParts()
  expect(loaded).toEqual([])
})

test('a page that lost its network tried to load all of its parts in vain, and not again afterwards', async () => {
  const window = new EventTarget()
  const navigator = { onLine: false }
  vi.stubGlobal('window', window)
  vi.stubGlobal('navigator', navigator)
  const all = loadParts()
  await Promise.resolve()
  expect(loaded).toEqual([])
  navigator.onLine = true
  window.dispatchEvent(new Event('online'))
  await all
  expect(loaded).toEqual(['first', 'second'])
})
