import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Logger } from '../platform/logger.ts'
import { replyToCompletion, streamReply } from './answer-request.ts'
import { chooseReply } from './choose-reply.ts'
import { readDemoRequest } from './demo-request.ts'

export const demoModel = 'demo-rules'

export interface DemoServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>/v1` */
  readonly baseUrl: string
}

/** The demo as a provider with OpenAI's API, on a port of this machine that the system chooses. It keeps nothing between requests. */
export async function startDemoServer(logger?: Logger): Promise<DemoServer> {
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      // A reader that has left ends its answer; anything else is a fault of the demo.
      if (response.destroyed) return
      logger?.error({ event: 'demo-failed', err: error })
      response.destroy()
    })
  })
  // A pooled connection must not be closed here just as it is used again.
  server.keepAliveTimeout = 120_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'GET' && request.url === '/v1/models') {
    return sendJson(response, 200, {
      object: 'list',
      data: [{ id: demoModel, object: 'model', created: 0, owned_by: 'holdfast' }],
    })
  }
  if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
    return sendJson(response, 404, { error: { message: 'Not found', type: 'invalid_request_error', code: 'not_found' } })
  }
  const asked = readDemoRequest(parseJson(await text(request)))
  if (!asked) {
    return sendJson(response, 400, { error: { message: 'Not a chat request', type: 'invalid_request_error', code: null } })
  }
  const reply = chooseReply(asked)
  if (asked.isStream) await streamReply(reply, asked, response)
  else sendJson(response, 200, replyToCompletion(reply, asked))
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}
