import { expect, test, vi } from 'vitest'
import { createDraftStorage, draftKey } from './draft-storage.ts'
import { refreshDraft } from './refresh-draft.ts'

const key = draftKey('u', 'c')

function createHarness(onServer: string) {
  const values = new Map<string, string>()
  const drafts = createDraftStorage({
    getItem: (name) => values.get(name) ?? null,
    setItem: (name, value) => void values.set(name, value),
    removeItem: (name) => void values.delete(name),
  })
  const query = vi.fn(async () => ({ conversationId: 'c', content: onServer }))
  const trpc = { drafts: { get: { query } } } as unknown as Parameters<typeof refreshDraft>[0]['trpc']
  return { drafts, query, refresh: () => refreshDraft({ trpc, drafts }, 'u', 'c') }
}

test('a draft that was sent from another device is none here any more', async () => {
  const { drafts, refresh } = createHarness('')
  drafts.keepContent(key, 'told')
  drafts.keepSynced(key, 'told')
  await refresh()
  expect(drafts.read(key)).toEqual({ content: '', synced: null })
})

test('what was not told yet stays, and nobody is asked', async () => {
  const { drafts, query, refresh } = createHarness('older')
  drafts.keepContent(key, 'newer')
  drafts.keepSynced(key, 'older')
  await refresh()
  expect(drafts.read(key).content).toBe('newer')
  expect(query).not.toHaveBeenCalled()
})

test('what is typed while the server is asked stays', async () => {
  const { drafts, query, refresh } = createHarness('')
  drafts.keepContent(key, 'told')
  drafts.keepSynced(key, 'told')
  query.mockImplementation(async () => {
    drafts.keepContent(key, 'told and more')
    return { conversationId: 'c', content: '' }
  })
  await refresh()
  expect(drafts.read(key).content).toBe('told and more')
})

test('without a draft nobody is asked', async () => {
  const { query, refresh } = createHarness('elsewhere')
  await refresh()
  expect(query).not.toHaveBeenCalled()
})
