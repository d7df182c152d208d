import { once } from 'node:events'
import { createServer, request as ask, STATUS_CODES, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

/** A proxy that gives a server a path of its own, beside whatever else the host serves. */
export interface PathProxy extends AsyncDisposable {
  /** The address that people use, e.g. `http://127.0.0.1:40123/chat`. */
  readonly url: string
  readonly leadTo: (url: string) => void
  /** What was asked for outside of the path: a page of the server must ask for nothing there. */
  readonly strays: readonly string[]
}

/** `passes-on`: the server gets the address as it is. `takes-off`: the server gets it without the path. */
export type ProxyKind = 'passes-on' | 'takes-off'

export async function createPathProxy(kind: ProxyKind, basePath: string): Promise<PathProxy> {
  let target = new URL('http://127.0.0.1:0')
  const strays: string[] = []
  const open = new Set<Duplex>()

  /** Null for what is not below the path. */
  const passOn = ({ url = '/', method = 'GET', headers }: IncomingMessage) => {
    if (url.startsWith(`${basePath}/`)) {
      const path = kind === 'passes-on' ? url : url.slice(basePath.length)
      return ask({ host: target.hostname, port: target.port, path, method, headers, agent: false })
    }
    strays.push(url)
    return null
  }

  const server = createServer((request, response) => {
    const sent = passOn(request)
    if (sent === null) return void response.writeHead(404).end('another server')
    sent.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headersDistinct)
      answer.pipe(response)
    })
    sent.on('error', () => response.destroy())
    response.on('close', () => sent.destroy())
    request.pipe(sent)
  })
  server.on('upgrade', (request, near) => {
    const sent = passOn(request)
    if (sent === null) return void near.end('HTTP/1.1 404 Not Found\r\n\r\n')
    open.add(near.on('close', () => open.delete(near)).on('error', () => near.destroy()))
    sent.on('upgrade', (answer, far) => {
      near.write(toHead(answer))
      near.pipe(far).pipe(near)
      far.on('error', () => near.destroy())
      far.on('close', () => near.destroy())
      near.on('close', () => far.destroy())
    })
    sent.on('response', (answer) => near.end(toHead(answer)))
    sent.on('error', () => near.destroy())
    sent.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${basePath}`,
    leadTo: (url) => {
      target = new URL(url)
    },
    strays,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy()
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function toHead({ statusCode = 502, rawHeaders }: IncomingMessage): string {
  const lines = Array.from(
    { length: rawHeaders.length / 2 },
    (_, index) => `${rawHeaders[index * 2]}: ${rawHeaders[index * 2 + 1]}`,
  )
  return [`HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? ''}`, ...lines, '', ''].join('\r\n')
}
