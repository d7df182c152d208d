import { expect, test } from 'vitest'
import { createDeviceStorage } from './device-storage.ts'

/** A browser's storage that refuses texts longer than `capacity`. */
function createBrowserStorage(capacity = () => Number.POSITIVE_INFINITY): Storage {
  const values = new Map<string, string>()
  return {
    get length() {
      return values.size
    },
    key: (index) => [...values.keys()][index] ?? null,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => {
      if (value.length > capacity()) throw new DOMException('full', 'QuotaExceededError')
      values.set(key, value)
    },
    removeItem: (key) => void values.delete(key),
    clear: () => values.clear(),
  }
}

test('a text is kept for the next page, and removed by null', () => {
  const browser = createBrowserStorage()
  createDeviceStorage(() => browser).write('a', 'text')
  const next = createDeviceStorage(() => browser)
  expect([next.read('a'), next.keys()]).toEqual(['text', ['a']])
  next.write('a', null)
  expect([next.read('a'), browser.length]).toEqual([null, 0])
})

test('servers under two paths of one host do not see each other’s texts, nor does the one at the root', () => {
  const browser = createBrowserStorage()
  const open = (prefix: string) => createDeviceStorage(() => browser, prefix)
  open('/chat:').write('holdfast.a', 'of chat')
  open('').write('holdfast.a', 'of the root')
  expect([open('/chat:').read('holdfast.a'), open('/chat:').keys()]).toEqual(['of chat', ['holdfast.a']])
  expect(open('/other:').keys()).toEqual([])
  expect(open('').read('holdfast.a')).toBe('of the root')
  open('/chat:').write('holdfast.a', null)
  expect(open('').keys()).toEqual(['holdfast.a'])
})

test('a full storage keeps the text for as long as the page, and not the older one', () => {
  const browser = createBrowserStorage(() => 5)
  const storage = createDeviceStorage(() => browser)
  storage.write('a', 'short')
  storage.write('a', 'too long')
  expect([storage.read('a'), storage.keys()]).toEqual(['too long', ['a']])
  expect(browser.getItem('a')).toBeNull()
  storage.write('a', 'fits')
  expect(browser.getItem('a')).toBe('fits')
})

test('a text that is only in memory is listed, and stored as soon as there is room', () => {
  const room = { chars: 4 }
  const browser = createBrowserStorage(() => room.chars)
  const storage = createDeviceStorage(() => browser)
  storage.write('a', 'too long')
  expect([...storage.unkept.get()]).toEqual(['a'])
  room.chars = 100
  storage.write('b', 'text')
  expect([browser.getItem('a'), storage.unkept.get().size]).toEqual(['too long', 0])
})

test('of a text whose older one is better than none, a full storage keeps the older one for the next page', () => {
  const browser = createBrowserStorage(() => 5)
  const storage = createDeviceStorage(() => browser)
  storage.write('a', 'short')
  storage.write('a', 'too long', { keepsOlder: true })
  expect([storage.read('a'), browser.getItem('a')]).toEqual(['too long', 'short'])
  expect([...storage.unkept.get()]).toEqual(['a'])
})

test.each([
  ['reading the property throws', () => expect.fail('forbidden')],
  ['there is no storage', () => undefined],
])('where %s, texts are kept for as long as the page', (_, open) => {
  const storage = createDeviceStorage(open)
  expect(storage.read('a')).toBeNull()
  storage.write('a', 'text')
  expect([storage.read('a'), storage.keys()]).toEqual(['text', ['a']])
  storage.write('a', null)
  expect(storage.keys()).toEqual([])
})

test('a storage that always throws is treated as missing', () => {
  const throwing = new Proxy({} as Storage, {
    get: () => {
      throw new DOMException('forbidden', 'SecurityError')
    },
  })
  const storage = createDeviceStorage(() => throwing)
  storage.write('a', 'text')
  expect([storage.read('a'), storage.read('b'), storage.keys()]).toEqual(['text', null, ['a']])
})
