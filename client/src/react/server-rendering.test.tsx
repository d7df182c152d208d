import { renderToString } from 'react-dom/server'
import { afterEach, expect, test, vi } from 'vitest'
import { createHoldfastClient } from '../sdk/holdfast-client.ts'
import { HoldfastProvider, Thread, useComposer, useConversation, useConversations } from './index.ts'

afterEach(() => vi.unstubAllGlobals())

test('rendering on a server signs in no guest and opens no connection', async () => {
  const fetch = vi.fn()
  const webSocket = vi.fn()
  vi.stubGlobal('fetch', fetch)
  const client = createHoldfastClient({ url: 'http://localhost:1', webSocket: webSocket as never })
  const Page = () => <p>{useConversation(client, 'c').view.status}</p>
  expect(renderToString(<Page />)).toBe('<p>loading</p>')
  const Chat = () => (
    <form>
      {useConversations().status} {useComposer('c').value}
      <Thread conversationId="c">{(message) => message.content}</Thread>
    </form>
  )
  const chat = (
    <HoldfastProvider client={client}>
      <Chat />
    </HoldfastProvider>
  )
  expect(renderToString(chat)).toContain('loading')
  await new Promise((resolve) => setImmediate(resolve))
  expect(fetch).not.toHaveBeenCalled()
  expect(webSocket).not.toHaveBeenCalled()
  client.close()
})
