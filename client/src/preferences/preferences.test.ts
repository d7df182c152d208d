import { afterEach, expect, test, vi } from 'vitest'
import { createPreference } from './preferences.ts'

const key = 'holdfast.test'
afterEach(() => vi.unstubAllGlobals())

function openDevice(entries: readonly (readonly [string, string])[] = []) {
  const values = new Map(entries)
  const listeners: ((event: { readonly key: string | null }) => void)[] = []
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => values.get(name) ?? null,
    setItem: (name: string, value: string) => void values.set(name, value),
    removeItem: (name: string) => void values.delete(name),
  })
  vi.stubGlobal('addEventListener', (_: string, listener: (typeof listeners)[number]) => listeners.push(listener))
  const inAnotherTab = (value: string) => {
    values.set(key, value)
    for (const listener of listeners) listener({ key })
  }
  return { values, inAnotherTab }
}

test('the first choice is the default, and needs no entry', () => {
  const { values } = openDevice()
  const preference = createPreference(key, ['one', 'two'])
  expect(preference.get()).toBe('one')
  preference.set('two')
  expect(values.get(key)).toBe('two')
  preference.set('one')
  expect(values.has(key)).toBe(false)
})

test('a choice is kept for the next page; a choice that no longer exists is ignored', () => {
  openDevice([[key, 'two']])
  expect(createPreference(key, ['one', 'two']).get()).toBe('two')
  expect(createPreference(key, ['one', 'three']).get()).toBe('one')
})

test('a choice in one tab holds in the others immediately', () => {
  const { inAnotherTab } = openDevice()
  const preference = createPreference(key, ['one', 'two'])
  const heard: string[] = []
  preference.subscribe(() => heard.push(preference.get()))
  inAnotherTab('two')
  expect(heard).toEqual(['two'])
})

test('where storage is forbidden a choice is kept until the page is left', () => {
  vi.stubGlobal('localStorage', undefined)
  const preference = createPreference(key, ['one', 'two'])
  preference.set('two')
  expect(preference.get()).toBe('two')
})
