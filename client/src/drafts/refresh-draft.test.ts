import { expect, test, vi } from 'vitest'
import { createStorageInMemory } from '../lib/device-storage.ts'
import { createDraftStorage, draftKey } from './draft-storage.ts'
import { refreshDraft } from './refresh-draft.ts'

const key = draftKey('u', 'c')

function createHarness(onServer: string) {
  const drafts = createDraftStorage(createStorageInMemory())
  const query = vi.fn(async () => ({ conversationId: 'c', content: onServer }))
  const trpc = { drafts: { get: { query } } } as unknown as Parameters<typeof refreshDraft>[0]['trpc']
  return { drafts, query, refresh: () => refreshDraft({ trpc, drafts }, 'u', 'c') }
}

test('a draft that was sent from another device is removed here', async () => {
  const { drafts, refresh } = createHarness('')
  drafts.keepContent(key, 'synced')
  drafts.keepSynced(key, 'synced')
  await refresh()
  expect(drafts.read(key)).toEqual({ content: '', synced: null })
})

test('an unsynced draft stays, and the server is not asked', async () => {
  const { drafts, query, refresh } = createHarness('older')
  drafts.keepContent(key, 'newer')
  drafts.keepSynced(key, 'older')
  await refresh()
  expect(drafts.read(key).content).toBe('newer')
  expect(query).not.toHaveBeenCalled()
})

test('text that is typed during the request stays', async () => {
  const { drafts, query, refresh } = createHarness('')
  drafts.keepContent(key, 'synced')
  drafts.keepSynced(key, 'synced')
  query.mockImplementation(async () => {
    drafts.keepContent(key, 'synced and more')
    return { conversationId: 'c', content: '' }
  })
  await refresh()
  expect(drafts.read(key).content).toBe('synced and more')
})

test('without a draft the server is not asked', async () => {
  const { query, refresh } = createHarness('elsewhere')
  await refresh()
  expect(query).not.toHaveBeenCalled()
})
