import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { OriginPolicy } from '../auth/origin-policy.ts'
import type { Config } from '../config/config.ts'
import { toListenError } from './listen-error.ts'

export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/** How requests come in. Disposing it answers what was asked, and cuts streams, which continue at another node. */
export interface Opening extends AsyncDisposable {
  /** Where it is reached. */
  readonly url: string
  readonly listener: RequestListener
  readonly upgrade: UpgradeListener
}

/** How long a node that stops goes on with the requests that it has. Streams are cut then, and go on at another one. */
const answerInFlightMs = 1_000

const toListener =
  (server: Server): RequestListener =>
  (request, response) =>
    void server.emit('request', request, response)
const toUpgrade =
  (server: Server): UpgradeListener =>
  (request, socket, head) =>
    void server.emit('upgrade', request, socket, head)

/** @throws StartError when the address cannot be used */
export async function listen(server: Server, config: Pick<Config, 'host' | 'port'>): Promise<Opening> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(toListenError(error, config)))
    server.listen(config.port, config.host, resolve)
  })
  const { port } = server.address() as AddressInfo
  const host = config.host.includes(':') ? `[${config.host}]` : config.host
  return {
    url: `http://${host}:${port}`,
    listener: toListener(server),
    upgrade: toUpgrade(server),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        // What was asked is answered: a proxy does not ask another node again for something that may have been done.
        const late = setTimeout(() => server.closeAllConnections(), answerInFlightMs)
        server.close(() => {
          clearTimeout(late)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}

/** For requests of another server. Its connections stay: those on which a stream runs are the only ones that are cut. */
export function createMount({ server, origins }: { readonly server: Server; readonly origins: OriginPolicy }): Opening {
  const open = new Set<ServerResponse>()
  const pass = toListener(server)
  return {
    url: origins.publicAddress,
    listener: (request, response) => {
      open.add(response)
      response.once('close', () => open.delete(response))
      pass(request as IncomingMessage, response as ServerResponse<IncomingMessage> & { req: IncomingMessage })
    },
    upgrade: toUpgrade(server),
    [Symbol.asyncDispose]: async () => {
      const ended = Promise.all([...open].map((response) => new Promise((resolve) => response.once('close', resolve))))
      const late = setTimeout(() => {
        for (const response of open) response.destroy()
      }, answerInFlightMs)
      await ended
      clearTimeout(late)
    },
  }
}
