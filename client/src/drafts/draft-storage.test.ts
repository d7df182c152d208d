import { expect, test } from 'vitest'
import { createStorageInMemory } from '../device-storage.ts'
import { chooseDraft, createDraftStorage, draftKey, expireDrafts, listDrafts } from './draft-storage.ts'

function createHarness() {
  const values = new Map<string, string>()
  const device = createStorageInMemory(values)
  const clock = { now: 0 }
  const storage = createDraftStorage(device, () => clock.now)
  return { values, device, clock, storage }
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

const dayMs = 24 * 60 * 60_000

test('the conversations with unsent words are listed, each user’s own', () => {
  const { device, storage } = createHarness()
  storage.keepContent(draftKey('a', null), 'a new one')
  storage.keepContent(draftKey('a', 'c1'), 'to be sent')
  storage.keepContent(draftKey('a', 'c2'), '  \n')
  storage.keepContent(draftKey('a', 'c3'), 'sent')
  storage.keepSynced(draftKey('a', 'c3'), 'sent')
  storage.keepContent(draftKey('a', 'c3'), '')
  storage.keepContent(draftKey('b', 'c4'), 'not mine')
  expect(listDrafts(device, 'a')).toEqual(new Set([null, 'c1']))
  expect(listDrafts(device, 'b')).toEqual(new Set(['c4']))
})

test('after a week a draft that the server has leaves the device', () => {
  const { device, clock, storage } = createHarness()
  storage.keepContent('holdfast.draft.a.c', 'told')
  storage.keepSynced('holdfast.draft.a.c', 'told')
  clock.now = 7 * dayMs
  expireDrafts(device, clock.now)
  expect(storage.read('holdfast.draft.a.c').content).toBe('told')
  expireDrafts(device, clock.now + 1)
  expect(storage.read('holdfast.draft.a.c')).toEqual({ content: '', synced: null })
})

test('what only this device has stays for a month', () => {
  const { device, storage } = createHarness()
  storage.keepContent('holdfast.draft.a.c', 'written on a train')
  expireDrafts(device, 8 * dayMs)
  expect(storage.read('holdfast.draft.a.c').content).toBe('written on a train')
  expireDrafts(device, 31 * dayMs)
  expect(storage.read('holdfast.draft.a.c').content).toBe('')
})

test('a draft that is open stays, and so does what is no draft', () => {
  const { device, values, clock, storage } = createHarness()
  storage.keepContent('holdfast.draft.a.c', 'told')
  storage.keepSynced('holdfast.draft.a.c', 'told')
  values.set('holdfast.theme', 'dark')
  clock.now = 6 * dayMs
  storage.touch('holdfast.draft.a.c')
  expireDrafts(device, 12 * dayMs)
  expect(storage.read('holdfast.draft.a.c').content).toBe('told')
  expect(values.get('holdfast.theme')).toBe('dark')
})

test('a draft of an older page begins its time when it is first seen', () => {
  const { device, values, storage } = createHarness()
  values.set('holdfast.draft.a.c', JSON.stringify({ content: 'old', synced: 'old' }))
  expireDrafts(device, 100 * dayMs)
  expect(storage.read('holdfast.draft.a.c').content).toBe('old')
  expireDrafts(device, 108 * dayMs)
  expect(storage.read('holdfast.draft.a.c').content).toBe('')
})

test('touching what is not there makes nothing', () => {
  const { values, storage } = createHarness()
  storage.touch('holdfast.draft.a.c')
  expect(values.size).toBe(0)
})
