import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { createTestUser, type TestUser } from '../testing/create-test-app.ts'
import { createGate, createScriptedProvider, tokens, tokensText } from '../testing/scripted-provider/index.ts'
import { startServerProcess } from '../testing/server-process.ts'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'
import type { Figure } from './figures.ts'

const readers = 50
const answerTokens = 200_000

/**
 * Readers that stop reading while a long answer streams: they must cost little, and get everything when they wake. The server has a
 * process of its own, and has written such an answer without readers before, so what it keeps for the answer itself is not counted.
 */
export async function measurePausedReaders(): Promise<Figure[]> {
  await using provider = await createScriptedProvider()
  await using directory = await createTemporaryDirectory()
  provider.script(tokens(answerTokens))
  await using server = await startServerProcess({ DATA_DIR: directory.path, OPENAI_BASE_URL: provider.baseUrl })
  const user = await createTestUser(server.url)
  for (let warmUp = 0; warmUp < 3; warmUp += 1) await answerWith(user, async () => {})
  const before = readRssMb(server.pid)
  const sockets: Awaited<ReturnType<typeof openReader>>[] = []
  // However fast it is written, nothing of it is before all readers are there.
  const gate = createGate()
  provider.script(tokens(answerTokens, { stopAfter: 1, then: gate }))
  await answerWith(user, async (conversationId) => {
    for (let reader = 0; reader < readers; reader += 1) {
      const socket = await openReader(server.url, user.token, conversationId)
      socket.pause()
      sockets.push(socket)
    }
    gate.open()
  })
  const grown = Math.max(0, readRssMb(server.pid) - before) / readers
  for (const { resume } of sockets) resume()
  const ends = await Promise.all(sockets.map(({ end }) => end))
  for (const { socket } of sockets) socket.terminate()
  await user.close()
  if (ends.some((length) => length !== tokensText(answerTokens).length)) throw new Error('a reader did not get everything')
  const method = `${readers} sockets paused during an answer of ${answerTokens} tokens; growth of the server's RSS per reader; then all resume and get the whole text`
  return [{ name: 'Memory of a paused reader', value: grown, unit: 'MB', limit: 1, method }]
}

async function answerWith(user: TestUser, during: (conversationId: string) => Promise<void>): Promise<void> {
  const { conversationId, assistantMessageId } = await user.client.messages.send.mutate({
    requestId: randomUUID(),
    content: 'go',
  })
  await during(conversationId)
  while ((await user.client.messages.content.query({ messageId: assistantMessageId })).status !== 'completed') await delay(200)
}

function readRssMb(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) / 1024
}

/** A subscription by hand: tRPC's own client cannot be paused. */
async function openReader(url: string, token: string, conversationId: string) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/trpc?connectionParams=1`)
  await new Promise((resolve) => socket.once('open', resolve))
  socket.send(JSON.stringify({ method: 'connectionParams', data: { token } }))
  const start = { id: 1, method: 'subscription', params: { path: 'conversations.follow', input: { conversationId } } }
  socket.send(JSON.stringify(start))
  const raw = (socket as unknown as { _socket: Socket })._socket
  let length = 0
  const end = new Promise<number>((resolve) => {
    socket.on('message', (data: Buffer) => {
      for (const { event } of toRecords(data.toString())) {
        if (event.type === 'text-delta') length = event.offset + event.text.length
        if (event.type === 'snapshot') length = event.messages.at(-1)?.content.length ?? 0
        if (event.type === 'generation-ended') resolve(length)
      }
    })
  })
  return { socket, end, pause: () => raw.pause(), resume: () => raw.resume() }
}

interface WireEvent {
  readonly event:
    | { type: 'text-delta'; offset: number; text: string }
    | { type: 'snapshot'; messages: { content: string }[] }
    | { type: 'generation-ended' }
}

function toRecords(text: string): WireEvent[] {
  if (text === 'PING' || text === 'PONG') return []
  const frame = JSON.parse(text) as { result?: { data?: { data?: WireEvent[] } } }
  return frame.result?.data?.data ?? []
}
