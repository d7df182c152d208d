import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { createMessageReader } from './statement-meter.ts'

/**
 * As a pooler in transaction mode: each client's sign-in opens a connection of the server, and from then on every transaction gets the one
 * that was given back last. What a client has prepared is on some other connection then.
 */
export async function createTransactionPooler(address: string): Promise<AsyncDisposable & { readonly url: string }> {
  const target = new URL(address)
  const free: Backend[] = []
  const waiting: ((backend: Backend) => void)[] = []
  const sockets = new Set<Socket>()
  const give = (backend: Backend) => {
    backend.client = null
    const next = waiting.shift()
    if (next) next(backend)
    else free.push(backend)
  }

  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    const backend: Backend = { socket: upstream, client }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => sockets.delete(socket))
    }
    let held: Backend | null = backend
    let isSignedIn = false
    let queue: Buffer[] = []
    let isAsking = false
    const read = createMessageReader(false)
    upstream.on('data', (chunk: Buffer) => {
      backend.client?.write(chunk)
      for (const { type, body } of read(chunk)) {
        if (type !== 'Z' || body.toString('latin1', 0, 1) !== 'I') continue
        isSignedIn = true
        backend.onIdle?.()
        give(backend)
      }
    })
    backend.onIdle = () => {
      held = null
    }
    client.on('data', (chunk: Buffer) => {
      if (held) return void held.socket.write(chunk)
      queue.push(chunk)
      if (isAsking || !isSignedIn) return
      isAsking = true
      const take = (taken: Backend) => {
        isAsking = false
        held = taken
        taken.client = client
        taken.onIdle = () => {
          held = null
        }
        for (const part of queue) taken.socket.write(part)
        queue = []
      }
      const one = free.pop()
      if (one) take(one)
      else waiting.push(take)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(address)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface Backend {
  readonly socket: Socket
  /** Who gets what the server says. */
  client: Socket | null
  onIdle?: () => void
}
