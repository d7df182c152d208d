// @vitest-environment happy-dom
import type { Activity } from '@holdfast/shared'
import { act, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, test, vi } from 'vitest'
import { createFakeLogServer, toConversation, toMessage } from '../../test/fake-log-server.ts'
import { createStorageInMemory } from '../lib/device-storage.ts'
import { createValueStore } from '../lib/value-store.ts'
import type { HoldfastClient } from '../sdk/client.ts'
import { createConversationStore } from '../sdk/conversation-store/conversation-store.ts'
import {
  HoldfastProvider,
  Thread,
  useComposer,
  useConversation,
  useConversations,
  useSend,
  type ComposerState,
  type OpenConversations,
} from './index.ts'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

/** Lets the frames that show a change be painted. */
const settle = () => act(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))

/** A conversation with a question and an answer that is being written, on a client that the test drives. */
function createHarness() {
  const server = createFakeLogServer()
  server.append(
    { type: 'message-added', message: toMessage('u1', { content: 'Hello' }) },
    { type: 'message-added', message: toMessage('a1', { parentId: 'u1', role: 'assistant', status: 'queued' }) },
    { type: 'generation-started', messageId: 'a1', attempt: 1, model: 'kelp' },
  )
  const drafts = new Map<string, string>([['c', 'left behind on another device']])
  let hear: (activity: Activity) => void = () => undefined
  const trpc = {
    ...server.client.trpc,
    conversations: {
      ...server.client.trpc.conversations,
      list: { query: async () => ({ items: [toConversation('c', { title: 'Boats' })], nextCursor: null }) },
    },
    activity: {
      follow: {
        subscribe: (_: object, { onData }: { readonly onData: (item: { readonly data: Activity[] }) => void }) => {
          hear = (activity) => onData({ data: [activity] })
          return { unsubscribe: () => undefined }
        },
      },
    },
    drafts: {
      get: { query: async ({ conversationId }: { conversationId: string }) => ({ content: drafts.get(conversationId) ?? '' }) },
      set: {
        mutate: async ({ conversationId, content }: { conversationId: string; content: string }) => {
          drafts.set(conversationId, content)
        },
      },
    },
  } as unknown as HoldfastClient['trpc']
  const parts = { ...server.client, trpc }
  const client: HoldfastClient = {
    ...parts,
    userId: createValueStore('ann'),
    storage: createStorageInMemory(),
    openConversation: (id = 'c', options = {}) => createConversationStore(parts, id, options),
  }
  const root = createRoot(document.body.appendChild(document.createElement('div')))
  const render = async (children: ReactNode) => {
    await act(async () => root.render(<HoldfastProvider client={client}>{children}</HoldfastProvider>))
    server.deliver()
    await settle()
  }
  const grow = async (offset: number, text: string) => {
    server.append({ type: 'text-delta', messageId: 'a1', part: 0, offset, text })
    server.deliver()
    await settle()
  }
  return {
    server,
    drafts,
    render,
    grow,
    hear: (activity: Activity) => hear(activity),
    [Symbol.dispose]: () => act(() => root.unmount()),
  }
}

test('a thread renders the one message that has changed, and no other', async () => {
  using harness = createHarness()
  const rendered: string[] = []
  await harness.render(
    <Thread conversationId="c">
      {(message) => {
        rendered.push(message.id)
        return <p>{message.content}</p>
      }}
    </Thread>,
  )
  expect(new Set(rendered)).toEqual(new Set(['u1', 'a1']))
  rendered.length = 0
  await harness.grow(0, 'Hi there')
  expect(rendered).toEqual(['a1'])
  expect([...document.querySelectorAll('p')].map(({ textContent }) => textContent)).toEqual(['Hello', 'Hi there'])
})

test('a composer begins with the draft, keeps what is typed, and sends it', async () => {
  using harness = createHarness()
  let composer: ComposerState | undefined
  let renderings = 0
  const Composer = () => {
    renderings += 1
    composer = useComposer('c')
    return null
  }
  const state = () => composer ?? expect.fail('nothing was rendered')
  await harness.render(<Composer />)
  await settle()
  expect(state()).toMatchObject({ value: 'left behind on another device', isRunning: true, isSending: false, canSubmit: true })
  renderings = 0
  await harness.grow(0, 'a word')
  expect(renderings, 'an answer that grows is no news for the composer').toBe(0)

  act(() => state().onChange({ target: { value: ' ' } }))
  expect(state().canSubmit).toBe(false)
  expect(state().submit()).toBeNull()
  act(() => state().onChange('What floats?'))
  const preventDefault = vi.fn()
  await act(async () => {
    expect(state().submit({ preventDefault })).toMatchObject({ content: 'What floats?', parentId: 'a1' })
  })
  expect(preventDefault, 'the form does not load another page').toHaveBeenCalledOnce()
  expect(state()).toMatchObject({ value: '', isSending: true })
  harness.server.deliver()
  await settle()
  expect(state()).toMatchObject({ isSending: false, isRunning: true })
  expect(harness.drafts.get('c'), 'a sent draft does not come back').toBe('')
  await act(() => state().stop())
  expect(harness.server.calls.at(-1)).toMatchObject({ path: 'cancel', input: { messageId: 'a1' } })
})

test('the composer of another conversation shows its own draft, and the first one keeps what was typed', async () => {
  using harness = createHarness()
  let composer: ComposerState | undefined
  const Composer = ({ id }: { readonly id: string }) => {
    composer = useComposer(id)
    return null
  }
  await harness.render(<Composer id="c" />)
  act(() => composer?.onChange('for the first alone'))
  await harness.render(<Composer id="d" />)
  expect(composer?.value).toBe('')
  await harness.render(<Composer id="c" />)
  expect(composer?.value).toBe('for the first alone')
})

test('a function that sends stays the same, and does not render its component again', async () => {
  using harness = createHarness()
  const seen: ReturnType<typeof useSend>[] = []
  const Button = () => {
    seen.push(useSend('c'))
    return null
  }
  await harness.render(<Button />)
  await harness.grow(0, 'a word')
  expect(seen).toHaveLength(1)
  await act(async () => void seen[0]?.('Ahoy'))
  expect(harness.server.calls.find(({ path }) => path === 'send')).toMatchObject({ input: { content: 'Ahoy', parentId: 'a1' } })
})

test('hooks of one conversation share its subscription', async () => {
  using harness = createHarness()
  const Title = () => <h1>{useConversation('c').view.conversation?.title}</h1>
  const Composer = () => <p>{useComposer('c').value}</p>
  await harness.render([<Title key="title" />, <Composer key="composer" />])
  expect(document.querySelector('h1')?.textContent).toBe('New Conversation')
  expect(harness.server.follows).toHaveLength(1)
})

test('the list of conversations is live', async () => {
  using harness = createHarness()
  let list: OpenConversations | undefined
  const List = () => {
    list = useConversations()
    return null
  }
  await harness.render(<List />)
  expect(list?.status).toBe('loading')
  harness.hear({ type: 'refetch' })
  await settle()
  expect(list).toMatchObject({ status: 'ready', more: 'none', conversations: [{ title: 'Boats' }] })
  act(() => harness.hear({ type: 'conversation', conversation: toConversation('c', { title: 'Ships' }) }))
  expect(list?.conversations).toMatchObject([{ title: 'Ships' }])
})

test('a hook without a provider says what is missing', () => {
  const Lost = () => <p>{useConversation('c').view.status}</p>
  const root = createRoot(document.createElement('div'), { onUncaughtError: () => undefined })
  expect(() => act(() => root.render(<Lost />))).toThrow('HoldfastProvider')
})
