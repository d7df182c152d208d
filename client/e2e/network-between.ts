import { once } from 'node:events'
import { createServer, connect, type AddressInfo, type Socket } from 'node:net'

/** The network between a browser and the server, to be broken in the ways that networks break. */
export interface NetworkBetween extends AsyncDisposable {
  readonly url: string
  /** Sets the target of new connections. */
  readonly leadTo: (url: string) => void
  /** Drops every connection immediately, without a closing handshake. New connections work. */
  readonly drop: () => void
  /** Current connections stay open but carry nothing any more, in either direction. New connections work. */
  readonly stall: () => void
  /** WebSockets are answered with an error from now on, as by a proxy that does not know them. */
  readonly forbidWebSockets: () => void
  /** Number of connections that have carried a WebSocket. */
  readonly webSockets: () => number
}

export async function createNetworkBetween(): Promise<NetworkBetween> {
  const pairs = new Set<{ near: Socket; far: Socket }>()
  let target = new URL('http://127.0.0.1:0')
  let forbidsWebSockets = false
  let webSockets = 0

  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname)
    const pair = { near, far }
    pairs.add(pair)
    const end = () => {
      pairs.delete(pair)
      near.destroy()
      far.destroy()
    }
    near.on('data', (bytes: Buffer) => {
      if (!isUpgrade(bytes)) return
      if (!forbidsWebSockets) return void (webSockets += 1)
      near.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n', end)
    })
    near.pipe(far)
    far.pipe(near)
    for (const socket of [near, far]) socket.on('close', end).on('error', end)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    leadTo: (url) => {
      target = new URL(url)
    },
    drop: () => {
      for (const { near, far } of pairs) {
        near.resetAndDestroy()
        far.destroy()
      }
    },
    stall: () => {
      for (const { near, far } of pairs) {
        near.unpipe(far).pause()
        far.unpipe(near).pause()
      }
    },
    forbidWebSockets: () => {
      forbidsWebSockets = true
    },
    webSockets: () => webSockets,
    [Symbol.asyncDispose]: async () => {
      server.close()
      for (const { near, far } of pairs) {
        near.destroy()
        far.destroy()
      }
      await once(server, 'close')
    },
  }
}

function isUpgrade(bytes: Buffer): boolean {
  return /^GET [^\r\n]+\r\n(?:[^\r\n]+\r\n)*upgrade: websocket\r\n/iu.test(bytes.toString('latin1'))
}
