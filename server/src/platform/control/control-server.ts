import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { chmod, rm } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import type { Logger } from '../logger.ts'
import { StartError } from '../start-error.ts'
import { toControlAddress } from './control-address.ts'

/**
 * Does something for a program on this machine, and sends it what it yields, each value as a line of JSON. The signal aborts when the
 * program has left or the server stops. A `StartError` is told to the program; of another error it hears only that there was one.
 */
export type ControlHandler = (input: unknown, signal: AbortSignal) => AsyncIterable<unknown>

/**
 * Listens in the data directory, for the user that runs the server alone: the directory and the socket are closed to others, and nothing
 * of this is reached over the network. The directory's lock is held, so a socket that is there was left by a crash.
 */
export async function startControlServer(
  deps: { readonly dataDir: string; readonly logger: Logger },
  handlers: Readonly<Record<string, ControlHandler>>,
): Promise<AsyncDisposable> {
  const { dataDir, logger } = deps
  const address = toControlAddress(dataDir)
  if (address === null) {
    logger.warn({ event: 'control-off' }, 'the path of DATA_DIR is too long for a socket: backups need the server to be stopped')
    return { [Symbol.asyncDispose]: async () => {} }
  }
  const stopping = new AbortController()
  const running = new Set<Promise<void>>()
  const server = createServer((request, response) => {
    const work = answer(deps, handlers, request, response, stopping.signal).finally(() => running.delete(work))
    running.add(work)
  })
  const isSocket = process.platform !== 'win32'
  if (isSocket) await rm(address, { force: true })
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(address, resolve)
    })
    if (isSocket) await chmod(address, 0o600)
  } catch (error) {
    // Some file systems have no sockets. People can chat without.
    logger.warn({ event: 'control-off', err: error }, 'no socket can be made in DATA_DIR: backups need the server to be stopped')
    return { [Symbol.asyncDispose]: async () => {} }
  }
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      const closed = new Promise((resolve) => {
        server.close(resolve)
      })
      await Promise.all(running)
      server.closeAllConnections()
      await closed
    },
  }
}

async function answer(
  { logger }: { readonly logger: Logger },
  handlers: Readonly<Record<string, ControlHandler>>,
  request: IncomingMessage,
  response: ServerResponse,
  stopping: AbortSignal,
): Promise<void> {
  const left = new AbortController()
  response.on('close', () => left.abort())
  const handler = Object.hasOwn(handlers, (request.url ?? '').slice(1)) ? handlers[(request.url ?? '').slice(1)] : undefined
  if (!handler || request.method !== 'POST') {
    response.writeHead(404).end()
    return
  }
  response.writeHead(200, { 'content-type': 'application/x-ndjson' })
  response.flushHeaders()
  try {
    const input: unknown = JSON.parse(await text(request))
    for await (const value of handler(input, AbortSignal.any([left.signal, stopping]))) {
      response.write(`${JSON.stringify({ value })}\n`)
    }
    response.end(`${JSON.stringify({ done: true })}\n`)
  } catch (error) {
    const message = error instanceof StartError ? error.message : 'The server could not do it. Its log says why.'
    if (!(error instanceof StartError))
      logger.error({ event: 'control-failed', name: request.url, err: error }, 'a command failed')
    response.end(`${JSON.stringify({ error: message })}\n`)
  }
}
