import { expect, test } from 'vitest'
import { chooseDraft, createDraftStorage, draftKey } from './draft-storage.ts'

function createHarness() {
  const values = new Map<string, string>()
  const storage = createDraftStorage({
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  })
  return { values, storage }
}

test('what was written here and not told the server is what goes on', () => {
  expect(chooseDraft({ content: 'new words', synced: 'new' }, 'from another device')).toBe('new words')
  expect(chooseDraft({ content: 'new words', synced: null }, '')).toBe('new words')
})

test('what the server was told gives way to what another device wrote since, or sent', () => {
  expect(chooseDraft({ content: 'told', synced: 'told' }, 'newer')).toBe('newer')
  expect(chooseDraft({ content: 'told', synced: 'told' }, '')).toBe('')
  expect(chooseDraft({ content: '', synced: null }, 'from another device')).toBe('from another device')
})

test('an answer of the server that comes late does not undo what was typed meanwhile', () => {
  const { storage } = createHarness()
  storage.keepContent('k', 'first words')
  storage.keepContent('k', 'first words and more')
  storage.keepSynced('k', 'first words')
  expect(storage.read('k')).toEqual({ content: 'first words and more', synced: 'first words' })
})

test('nothing written and nothing there leaves nothing behind', () => {
  const { storage, values } = createHarness()
  storage.keepContent('k', 'a')
  storage.keepSynced('k', 'a')
  storage.keepContent('k', '')
  expect(values.size).toBe(1)
  storage.keepSynced('k', '')
  expect(values.size).toBe(0)
})

test('what cannot be read is nothing', () => {
  const { storage, values } = createHarness()
  values.set('k', '{"content":')
  expect(storage.read('k')).toEqual({ content: '', synced: null })
})

test('each user and each conversation has its own', () => {
  expect(new Set([draftKey('a', null), draftKey('a', 'c'), draftKey('b', 'c'), draftKey(null, 'c')]).size).toBe(4)
})
