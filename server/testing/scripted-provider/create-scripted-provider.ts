import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as readText } from 'node:stream/consumers'
import { completion, httpAnswer, type Answer } from './answers.ts'
import { createCommandAnswer } from './command-answer.ts'
import { createGate } from './gate.ts'
import { createReply, type Reply } from './reply.ts'
import { lastUserText, type Closing, type ScriptedRequest, type WireBody } from './scripted-request.ts'

/** A provider of models on a real socket that does exactly what a test tells it, and remembers what it was asked. */
export interface ScriptedProvider extends AsyncDisposable {
  /** For `OPENAI_BASE_URL`: `http://127.0.0.1:<port>/v1`. */
  readonly baseUrl: string
  /** The streaming requests to either API (see `path`) in the order of arrival. */
  readonly requests: readonly ScriptedRequest[]
  /** The chat requests that did not ask for a stream, such as those for titles. */
  readonly completions: readonly ScriptedRequest[]
  /** The requests about runs, such as `GET /v1/responses/resp_0?stream=true` or `POST /v1/responses/resp_0/cancel`. */
  readonly runs: readonly string[]
  /** The number of streaming requests that have come. */
  readonly calls: number
  /** The number of streaming answers under way. */
  readonly active: number
  /** The number of connections that have been opened. */
  readonly connections: number
  /** Sets the answer to every next streaming request. Until then its last user message determines it, see `createCommandAnswer`. */
  script(answer: Answer): void
  /** Sets the answer to requests without a stream. Until then it is `A scripted title`. */
  scriptCompletion(answer: Answer): void
  /** Sets the answer to who reads a run again. Until then it is not found. */
  scriptRun(answer: Answer): void
  /** Sets the answer to `GET /v1/models`. Until then it lists `scripted-1` and `scripted-2`. */
  scriptModels(answer: Answer): void
  /** The streaming request with this index, as soon as it has come. */
  request(index: number): Promise<ScriptedRequest>
  /** The way in which the answer to the streaming request with this index ended, as soon as it has. */
  closed(index: number): Promise<Closing>
}

const notFound = httpAnswer(404, { error: { message: 'Not Found' } })

interface Recorded {
  readonly request: PromiseWithResolvers<ScriptedRequest>
  readonly closing: PromiseWithResolvers<Closing>
}

/**
 * Listens on 127.0.0.1. Besides the API it has `GET /control/requests` (what was asked and how it ended) and
 * `POST /control/release` (opens what `hold` closed), for tests in other processes. Disposing rejects when a script has failed.
 */
export async function createScriptedProvider({ port = 0 }: { port?: number } = {}): Promise<ScriptedProvider> {
  const requests: ScriptedRequest[] = []
  const completions: ScriptedRequest[] = []
  const recorded: Recorded[] = []
  const closings: (Closing | undefined)[] = []
  const attempts = new Map<string, number>()
  const failures: unknown[] = []
  let active = 0
  let connections = 0
  let gate = createGate()
  let answerStream = createCommandAnswer(() => gate)
  let answerCompletion = completion('A scripted title')
  let answerModels = httpAnswer(200, { object: 'list', data: [{ id: 'scripted-1' }, { id: 'scripted-2' }] })
  const runs: string[] = []
  let answerRun = notFound
  const startedAt = performance.now()
  const now = () => performance.now() - startedAt

  const recordOf = (index: number): Recorded => {
    while (recorded.length <= index) recorded.push({ request: Promise.withResolvers(), closing: Promise.withResolvers() })
    return recorded[index] as Recorded
  }

  const toRequest = async (message: IncomingMessage): Promise<ScriptedRequest> => {
    const text = await readText(message)
    const body = JSON.parse(text || '{}') as WireBody
    const asked = lastUserText(body)
    const isStream = body.stream === true
    const attempt = isStream ? (attempts.get(asked) ?? 0) + 1 : 1
    if (isStream) attempts.set(asked, attempt)
    const index = isStream ? requests.length : completions.length
    return { index, path: message.url ?? '', headers: message.headers, body, text, at: now(), lastUserText: asked, attempt }
  }

  const answer = async (script: Answer, reply: Reply, response: ServerResponse): Promise<void> => {
    try {
      await script(reply)
      if (!response.writableEnded && !response.destroyed) response.end()
    } catch (error) {
      if (reply.gone.aborted) return
      failures.push(error)
      response.destroy()
    }
  }

  const control = (path: string, response: ServerResponse): void => {
    if (path === '/control/release') {
      gate.open()
      gate = createGate()
    }
    const list = requests.map((request, index) => ({ ...request, closing: closings[index] ?? null }))
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(list))
  }

  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = message.url ?? ''
    if (path.startsWith('/control/')) return control(path, response)
    const request = await toRequest(message)
    const reply = createReply(response, request)
    if (path === '/v1/models') return await answer(answerModels, reply, response)
    if (path.startsWith('/v1/responses/')) {
      runs.push(`${message.method ?? ''} ${path}`)
      return await answer(path.endsWith('/cancel') ? httpAnswer(200, {}) : answerRun, reply, response)
    }
    if (path !== '/v1/chat/completions' && path !== '/v1/responses') return await answer(notFound, reply, response)
    if (request.body.stream !== true) {
      completions.push(request)
      return await answer(answerCompletion, reply, response)
    }
    const record = recordOf(request.index)
    requests.push(request)
    active += 1
    response.on('close', () => {
      active -= 1
      const closing = { byClient: !response.writableFinished && !reply.isDropped, sentTokens: reply.sentTokens, at: now() }
      closings[request.index] = closing
      record.closing.resolve(closing)
    })
    record.request.resolve(request)
    await answer(answerStream, reply, response)
  }

  const server = createServer((message, response) => {
    serve(message, response).catch((error: unknown) => {
      failures.push(error)
      response.destroy()
    })
  })
  server.on('connection', () => (connections += 1))
  // A pooled connection must not be closed by the server just as a test uses it again.
  server.keepAliveTimeout = 120_000
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')

  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    completions,
    runs,
    get calls() {
      return requests.length
    },
    get active() {
      return active
    },
    get connections() {
      return connections
    },
    script(next) {
      answerStream = next
    },
    scriptCompletion(next) {
      answerCompletion = next
    },
    scriptRun(next) {
      answerRun = next
    },
    scriptModels(next) {
      answerModels = next
    },
    request: async (index) => await recordOf(index).request.promise,
    closed: async (index) => await recordOf(index).closing.promise,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      if (failures.length > 0) throw new AggregateError(failures, 'a script of the provider failed')
    },
  }
}
