import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { readCompletionRequest } from './completion-request.ts'
import type { Answer, Engine } from './engine.ts'

export interface CompletionServerOptions {
  readonly engine: Engine
  /** What the model is called in requests. */
  readonly model: string
  readonly token: string
}

const maxBodyBytes = 32 * 1024 * 1024

/**
 * OpenAI's Chat Completions over one engine, whole and as a stream, for who has the token. Questions wait for their turn. A client that
 * leaves ends its question at once.
 */
export function createCompletionServer(options: CompletionServerOptions): Server {
  let last: Promise<unknown> = Promise.resolve()
  const takeTurn = <Result>(signal: AbortSignal, run: () => Promise<Result>): Promise<Result> => {
    const turn = last.then(() => {
      signal.throwIfAborted()
      return run()
    })
    last = turn.catch(() => undefined)
    return turn
  }
  return createServer((request, response) => {
    const left = new AbortController()
    response.on('close', () => left.abort())
    answer(options, takeTurn, request, response, left.signal).catch((error: unknown) => {
      if (left.signal.aborted) return
      if (response.headersSent) {
        // A stream that breaks off is known as such by its reader.
        response.destroy()
        return
      }
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
      refuse(response, 500, 'The model failed.')
    })
  })
}

type TakeTurn = <Result>(signal: AbortSignal, run: () => Promise<Result>) => Promise<Result>

async function answer(
  { engine, model, token }: CompletionServerOptions,
  takeTurn: TakeTurn,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  if (!isSame(request.headers.authorization ?? '', `Bearer ${token}`)) {
    refuse(response, 401, 'The key is not the right one.')
    return
  }
  if (request.method === 'GET' && request.url === '/v1/models') {
    send(response, 200, {
      object: 'list',
      data: [{ id: model, object: 'model', owned_by: 'local', context_length: engine.contextTokens }],
    })
    return
  }
  if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
    refuse(response, 404, 'There is no such address.')
    return
  }
  const body = await readBody(request)
  const read = body === null ? 'body: must be JSON of at most 32 MB' : readCompletionRequest(body)
  if (typeof read === 'string') {
    refuse(response, 400, read)
    return
  }
  if (read.model !== model) {
    refuse(response, 404, `The model ${read.model} does not exist`, 'model_not_found')
    return
  }
  const id = `chatcmpl-${randomUUID()}`
  const head = { id, created: Math.floor(Date.now() / 1000), model }
  if (read.isStream) await stream(response, head, (onText) => takeTurn(signal, () => engine.answer({ ...read, signal, onText })))
  else {
    let text = ''
    const given = await takeTurn(signal, () => engine.answer({ ...read, signal, onText: (piece) => (text += piece) }))
    const calls = toCalls(given)
    send(response, 200, {
      ...head,
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: text, ...(calls.length === 0 ? {} : { tool_calls: calls }) },
          finish_reason: given.finish,
        },
      ],
      usage: toUsage(given),
    })
  }
}

async function stream(
  response: ServerResponse,
  head: object,
  ask: (onText: (text: string) => void) => Promise<Answer>,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  const write = (delta: object, finish: string | null = null, more: object = {}) => {
    const chunk = { ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }], ...more }
    response.write(`data: ${JSON.stringify(chunk)}\n\n`)
  }
  write({ role: 'assistant', content: '' })
  const given = await ask((content) => write({ content }))
  const calls = toCalls(given)
  if (calls.length > 0) write({ tool_calls: calls.map((call, index) => ({ index, ...call })) })
  write({}, given.finish, { usage: toUsage(given) })
  response.end('data: [DONE]\n\n')
}

function toCalls({ calls }: Answer) {
  return calls.map((call) => ({ id: `call_${randomUUID()}`, type: 'function', function: call }))
}

function toUsage({ inputTokens, outputTokens }: Answer) {
  return { prompt_tokens: inputTokens, completion_tokens: outputTokens, total_tokens: inputTokens + outputTokens }
}

/** Null: it is too large, or no JSON. */
async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBodyBytes) return null
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString())
  } catch {
    return null
  }
}

/** Takes the same time whatever is wrong. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(wanted))
}

function refuse(response: ServerResponse, status: number, message: string, code: string | null = null): void {
  send(response, status, { error: { message, type: 'invalid_request_error', code } })
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
