import { expect, test } from 'vitest'
import { createStorageInMemory } from '../lib/device-storage.ts'
import { chooseDraft, createDraftStorage, draftKey, expireDrafts, forgetSyncedDrafts, listDrafts } from './draft-storage.ts'

function createHarness() {
  const values = new Map<string, string>()
  const device = createStorageInMemory(values)
  const clock = { now: 0 }
  const storage = createDraftStorage(device, () => clock.now)
  return { values, device, clock, storage }
}

test('[D2] a local draft that the server does not have is kept', () => {
  expect(chooseDraft({ content: 'new words', synced: 'new' }, 'from another device')).toBe('new words')
  expect(chooseDraft({ content: 'new words', synced: null }, '')).toBe('new words')
})

test('[D2] a synced draft is replaced by a newer draft of another device, or removed when it was sent there', () => {
  expect(chooseDraft({ content: 'synced', synced: 'synced' }, 'newer')).toBe('newer')
  expect(chooseDraft({ content: 'synced', synced: 'synced' }, '')).toBe('')
  expect(chooseDraft({ content: '', synced: null }, 'from another device')).toBe('from another device')
})

test('a late response does not overwrite newer typed text', () => {
  const { storage } = createHarness()
  storage.keepContent('k', 'first words')
  storage.keepContent('k', 'first words and more')
  storage.keepSynced('k', 'first words')
  expect(storage.read('k')).toEqual({ content: 'first words and more', synced: 'first words' })
})

test('an empty draft leaves no entry', () => {
  const { storage, values } = createHarness()
  storage.keepContent('k', 'a')
  storage.keepSynced('k', 'a')
  storage.keepContent('k', '')
  expect(values.size).toBe(1)
  storage.keepSynced('k', '')
  expect(values.size).toBe(0)
})

test('an entry that cannot be read is an empty draft', () => {
  const { storage, values } = createHarness()
  values.set('k', '{"content":')
  expect(storage.read('k')).toEqual({ content: '', synced: null })
})

test('each user and each conversation has a draft of its own', () => {
  expect(new Set([draftKey('a', null), draftKey('a', 'c'), draftKey('b', 'c'), draftKey(null, 'c')]).size).toBe(4)
})

const dayMs = 24 * 60 * 60_000

test('conversations with a draft are listed per user', () => {
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

test('[D3] a synced draft is removed from the device after a week', () => {
  const { device, clock, storage } = createHarness()
  storage.keepContent('holdfast.draft.a.c', 'synced')
  storage.keepSynced('holdfast.draft.a.c', 'synced')
  clock.now = 7 * dayMs
  expireDrafts(device, clock.now)
  expect(storage.read('holdfast.draft.a.c').content).toBe('synced')
  expireDrafts(device, clock.now + 1)
  expect(storage.read('holdfast.draft.a.c')).toEqual({ content: '', synced: null })
})

test('[D3] a draft that only this device has stays for a month', () => {
  const { device, storage } = createHarness()
  storage.keepContent('holdfast.draft.a.c', 'written on a train')
  expireDrafts(device, 8 * dayMs)
  expect(storage.read('holdfast.draft.a.c').content).toBe('written on a train')
  expireDrafts(device, 31 * dayMs)
  expect(storage.read('holdfast.draft.a.c').content).toBe('')
})

test('an open draft stays, and so do other entries', () => {
  const { device, values, clock, storage } = createHarness()
  storage.keepContent('holdfast.draft.a.c', 'synced')
  storage.keepSynced('holdfast.draft.a.c', 'synced')
  values.set('holdfast.theme', 'dark')
  clock.now = 6 * dayMs
  storage.touch('holdfast.draft.a.c')
  expireDrafts(device, 12 * dayMs)
  expect(storage.read('holdfast.draft.a.c').content).toBe('synced')
  expect(values.get('holdfast.theme')).toBe('dark')
})

test('a draft of an older page expires a week after it is first seen', () => {
  const { device, values, storage } = createHarness()
  values.set('holdfast.draft.a.c', JSON.stringify({ content: 'old', synced: 'old' }))
  expireDrafts(device, 100 * dayMs)
  expect(storage.read('holdfast.draft.a.c').content).toBe('old')
  expireDrafts(device, 108 * dayMs)
  expect(storage.read('holdfast.draft.a.c').content).toBe('')
})

test('touching a draft that does not exist makes no entry', () => {
  const { values, storage } = createHarness()
  storage.touch('holdfast.draft.a.c')
  expect(values.size).toBe(0)
})

test('a draft that an older page kept on the device is read by this one', () => {
  const { values, storage } = createHarness()
  values.set('holdfast.draft.ann.c', JSON.stringify({ content: 'written before the update', synced: 'written', at: 0 }))
  expect(storage.read(draftKey('ann', 'c'))).toEqual({ content: 'written before the update', synced: 'written' })
})

test('[D4] F13 after signing out, drafts stayed readable on a shared device: what the server has is removed', () => {
  const { values, device, storage } = createHarness()
  for (const [user, id] of [
    ['ada', 'one'],
    ['ada', null],
    ['ben', 'one'],
  ] as const) {
    storage.keepContent(draftKey(user, id), 'secret')
    storage.keepSynced(draftKey(user, id), 'secret')
  }
  storage.keepContent(draftKey('ada', 'unsent'), 'only here')
  forgetSyncedDrafts(device, 'ada')
  expect([...values.keys()]).toEqual([draftKey('ben', 'one'), draftKey('ada', 'unsent')])
})
