import { randomUUID } from 'node:crypto'
import { connect, createTestUser } from '../../server/testing/create-test-app.ts'
import { startServerProcess } from '../../server/testing/server-process.ts'
import { createTemporaryDirectory } from '../../server/testing/temporary-directory.ts'

interface PeerReader {
  text: string
  isEnded: boolean
  onText: (text: string) => void
  stop: () => Promise<void>
  until: (condition: () => boolean, ms?: number) => Promise<void>
}

/** The product in the terms of this bench: a server on the embedded database, that is killed and started again. */
export async function openHoldfast(modelUrl: string) {
  const directory = await createTemporaryDirectory()
  const start = () =>
    startServerProcess({
      DATA_DIR: directory.path,
      OPENAI_BASE_URL: modelUrl,
      OPENAI_MODEL: 'scripted-1',
      BETTER_AUTH_SECRET: 'a secret that is only used in benches, 32+ characters',
    })
  let server = await start()
  const user = await createTestUser(server.url)
  const conversations = new Map<string, { conversationId: string; messageId: string }>()

  function read(id: string, lastEventId: string | undefined, text: string): PeerReader {
    const known = conversations.get(id)
    if (!known) throw new Error(`nothing was asked as ${id}`)
    const { conversationId, messageId } = known
    const person = connect(server.url, user.token)
    const waiting = new Set<() => void>()
    const notify = () => {
      for (const check of waiting) check()
    }
    const reader: PeerReader = {
      text,
      isEnded: false,
      onText: () => {},
      stop: async () => {
        subscription.unsubscribe()
        await person.close()
      },
      until: (condition, ms = 120_000) =>
        new Promise((resolve) => {
          const settle = () => {
            clearTimeout(timer)
            waiting.delete(check)
            resolve()
          }
          const check = () => {
            if (condition()) settle()
          }
          const timer = setTimeout(settle, ms)
          waiting.add(check)
          check()
        }),
    }
    const subscription = person.client.conversations.follow.subscribe(
      { conversationId, ...(lastEventId === undefined ? {} : { lastEventId }) },
      {
        onData: ({ id: cursor, data }) => {
          cursors.set(reader, cursor)
          for (const { event } of data) {
            const news =
              event.type === 'text-delta' && event.messageId === messageId
                ? event.text
                : event.type === 'snapshot'
                  ? (event.messages.find((message) => message.id === messageId)?.content.slice(reader.text.length) ?? '')
                  : ''
            reader.text += news
            if (news !== '') reader.onText(news)
            const status =
              event.type === 'generation-ended'
                ? event.status
                : event.type === 'snapshot'
                  ? event.messages.find((message) => message.id === messageId)?.status
                  : null
            // A person presses Continue where the answer does not continue by itself.
            if (status === 'interrupted') {
              person.client.messages.continue.mutate({ requestId: randomUUID(), messageId }).catch(() => undefined)
            }
          }
          notify()
        },
      },
    )
    return reader
  }

  const cursors = new WeakMap<PeerReader, string>()
  return {
    start: async (id: string, question: string) => {
      const sent = await user.client.messages.send.mutate({ requestId: randomUUID(), content: question })
      conversations.set(id, { conversationId: sent.conversationId, messageId: sent.assistantMessageId })
      return read(id, undefined, '')
    },
    kill: async (kind: string, reader: PeerReader) => {
      if (kind === 'producer') {
        await server.end('SIGKILL')
        server = await start()
      }
      await reader.stop()
    },
    resume: async (id: string, reader: PeerReader) => read(id, cursors.get(reader), reader.text),
    close: async () => {
      await user.close()
      await server[Symbol.asyncDispose]()
      await directory[Symbol.asyncDispose]()
    },
  }
}
