// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, expect, test, vi } from 'vitest'
import { HoldfastProvider } from './client-context.tsx'
import type { HoldfastClient } from '../sdk/client.ts'
import { useDraft, type Draft } from './use-draft.ts'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })
afterEach(() => vi.unstubAllGlobals())

/** The draft of the conversation that does not exist yet. */
async function renderDraft({
  set,
  get,
}: {
  readonly set: (input: object) => Promise<unknown>
  readonly get: () => Promise<unknown>
}) {
  const client = { trpc: { drafts: { set: { mutate: set }, get: { query: get } } } } as unknown as HoldfastClient
  let current: Draft | undefined
  function Field() {
    current = useDraft('ann', null, true)
    return null
  }
  const root = createRoot(document.createElement('div'))
  await act(async () =>
    root.render(
      <HoldfastProvider client={client}>
        <Field />
      </HoldfastProvider>,
    ),
  )
  const draft = (): Draft => current ?? expect.fail('nothing was rendered')
  return { draft, unmount: () => act(() => root.unmount()) }
}

test('a draft that an earlier page saved without hearing so is emptied on the server, although the server has not said what it holds', async () => {
  vi.stubGlobal('localStorage', undefined)
  const set = vi.fn(async (_: object) => undefined)
  const get = vi.fn(() => new Promise<never>(() => {}))
  const { draft, unmount } = await renderDraft({ set, get })
  act(() => draft().setContent('say Hello'))
  act(() => draft().setContent(''))
  expect(set).toHaveBeenCalledExactlyOnceWith({ conversationId: null, content: '' })
  unmount()
})

test('a full storage does not keep a draft from going to the server when the page is left', async () => {
  const full = new Proxy({} as Storage, {
    get: (_, name) => (name === 'setItem' ? () => expect.fail('full') : name === 'length' ? 0 : () => null),
  })
  vi.stubGlobal('localStorage', full)
  const set = vi.fn(async (_: object) => undefined)
  const get = vi.fn(async () => ({ conversationId: null, content: '' }))
  const { draft, unmount } = await renderDraft({ set, get })
  act(() => draft().setContent('Dear'))
  expect(set).not.toHaveBeenCalled()
  act(() => void window.dispatchEvent(new Event('pagehide')))
  expect(set).toHaveBeenCalledWith({ conversationId: null, content: 'Dear' })
  unmount()
})
