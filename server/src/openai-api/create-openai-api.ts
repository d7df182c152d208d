import type { Id } from '@holdfast/shared'
import express, { Router, type Request, type Response } from 'express'
import { z } from 'zod'
import type { Auth } from '../auth/auth.ts'
import { authorizationToToken } from '../auth/bearer-token.ts'
import { clientIpHeader } from '../config/client-ip-header.ts'
import { cancelMessage } from '../conversations/commands/cancel-message.ts'
import type { FollowDeps } from '../conversations/queries/follow-conversation.ts'
import type { EndDeps } from '../generation/ending/end-generation.ts'
import type { CancelSignals } from '../generation/store/cancel-signals.ts'
import type { CallLimits } from '../platform/call-limits.ts'
import type { ToolRunner } from '../tools/tool-runner.ts'
import { ApiError, badParam, errorToBody, sendError, toApiError } from './api-error.ts'
import { followAnswer, messageToEnd, readAnswer, StreamPrunedError, type AnswerStep } from './answers/answer-steps.ts'
import { stepToChunk, toChatCompletion, toFirstChunk, toLastChunk, toUsageChunk } from './answers/chat-answer.ts'
import { readResponseUsage } from './answers/read-usage.ts'
import { toResponseObject } from './answers/responses-answer.ts'
import { createResponsesEvents } from './answers/responses-events.ts'
import { openEventStream } from './answers/send-stream.ts'
import { readChatRequest } from './requests/read-chat-request.ts'
import { readResponsesRequest } from './requests/read-responses-request.ts'
import type { CallerInput } from './requests/caller-input.ts'
import { readResponseId, responseNotFound } from './response-ids.ts'
import { readResponseRow, type ApiResponse } from './response-row.ts'
import { startResponse, type StartDeps } from './start-response.ts'

export interface OpenaiApiDeps extends StartDeps, FollowDeps, Omit<EndDeps, 'models'> {
  readonly auth: Pick<Auth, 'verifyToken'>
  readonly callLimits: Pick<CallLimits, 'take' | 'beginStream'>
  readonly cancels: CancelSignals
  readonly tools: Pick<ToolRunner, 'abandon'>
  /** True when this server stops: its readers do not hang up, and their answers go on. */
  readonly isClosing: () => boolean
}

/** Of a request, with pictures in it. Larger files are uploaded before, and named by their ids. */
const maxBodySize = '32mb'
/** Compared with a plain call. */
const costOfAnswer = 5

/**
 * `/v1`: OpenAI's Chat Completions and Responses, for programs with a token of scope `chat`. Each request is a conversation of the token's
 * owner, or goes on with one: [A1] what is written can be read again after any crash, [A2] it is metered and limited as in the page, [A3]
 * tools are the program's own. Errors have OpenAI's shape.
 */
export function createOpenaiApi(deps: OpenaiApiDeps): Router {
  const router = Router({ caseSensitive: true, strict: true })
  const json = express.json({ limit: maxBodySize, inflate: false, type: () => true })

  const handle =
    (work: (request: Request, response: Response, userId: Id) => Promise<void>, cost = 1) =>
    async (request: Request, response: Response): Promise<void> => {
      try {
        await work(request, response, await admit(deps, request, cost))
      } catch (error) {
        if (response.closed) return
        const known = toApiError(error)
        if (known && !response.headersSent) return sendError(response, known)
        if (!known) deps.logger.error({ event: 'v1-failed', err: error }, 'a request to /v1 failed')
        if (response.headersSent) response.destroy()
        else sendError(response, known ?? new ApiError(500, 'Something went wrong on the server', { type: 'server_error' }))
      }
    }

  router.get(
    '/models',
    handle(async (_request, response, userId) => void response.json(await listModels(deps, userId))),
  )
  router.get(
    '/models/*id',
    handle(async (request, response, userId) => {
      const id = ([] as string[]).concat(request.params['id'] ?? []).join('/')
      const model = (await listModels(deps, userId)).data.find((one) => one.id === id)
      if (!model) throw new ApiError(404, 'The model was not found', { code: 'model_not_found', param: 'model' })
      response.json(model)
    }),
  )
  router.post(
    '/chat/completions',
    json,
    handle((request, response, userId) => answerChat(deps, request, response, userId), costOfAnswer),
  )
  router.post(
    '/responses',
    json,
    handle((request, response, userId) => answerResponses(deps, request, response, userId), costOfAnswer),
  )
  router.get(
    '/responses/:id',
    handle((request, response, userId) => readResponse(deps, request, response, userId)),
  )
  router.post(
    '/responses/:id/cancel',
    handle(async (request, response, userId) => {
      const row = await findResponse(deps, userId, request)
      await cancelMessage(deps, userId, { messageId: row.messageId })
      // A worker on another node may need a moment to stop.
      await collect(deps, userId, row, untilClosed(response))
      await sendResponse(deps, userId, row, response)
    }),
  )
  router.use((_request, response) => sendError(response, new ApiError(404, 'There is no such address', { code: 'not_found' })))
  router.use((error: unknown, _request: Request, response: Response, next: (error: unknown) => void) => {
    const status = error instanceof Error && 'status' in error ? error.status : undefined
    if (status === 413) return sendError(response, new ApiError(413, 'The request is too large', { code: 'request_too_large' }))
    if (status === 415) return sendError(response, new ApiError(415, 'The request must not be compressed'))
    if (status === 400) return sendError(response, new ApiError(400, 'The body must be JSON'))
    next(error)
  })
  return router
}

/** @throws ApiError 401, Refusal TOO_MANY_REQUESTS */
async function admit(deps: OpenaiApiDeps, request: Request, cost: number): Promise<Id> {
  const token = authorizationToToken(request.headers.authorization)
  const user = token === null ? null : await deps.auth.verifyToken(token, 'chat')
  if (!user) {
    const message = 'The token is missing or not valid here: it needs the scope chat'
    throw new ApiError(401, message, { type: 'authentication_error', code: 'invalid_api_key' })
  }
  deps.callLimits.take({ userId: user.id, address: String(request.headers[clientIpHeader] ?? '') || null }, cost)
  return user.id
}

async function listModels({ models }: OpenaiApiDeps, userId: Id) {
  const { models: known } = await models.forUser(userId).catalogue(AbortSignal.timeout(modelsTimeoutMs))
  const data = known.map(({ id, provider }) => ({ id, object: 'model', created: 0, owned_by: provider.name }))
  return { object: 'list', data }
}

const modelsTimeoutMs = 10_000
const keySchema = z.string().min(1).max(255).optional()

async function start(deps: OpenaiApiDeps, userId: Id, request: Request, input: CallerInput): Promise<ApiResponse> {
  const key = keySchema.safeParse(request.headers['idempotency-key'])
  if (!key.success) throw badParam('Idempotency-Key', 'must have 1 to 255 characters')
  if (input.model !== undefined && deps.models.forUser(userId).providerOf(input.model) === null) {
    throw new ApiError(404, 'model: no provider here has this model', { code: 'model_not_found', param: 'model' })
  }
  return startResponse(deps, userId, input, key.data ?? null)
}

function toConversationHeader(request: Request): string | undefined {
  return ([] as string[]).concat(request.headers['x-conversation-id'] ?? [])[0]
}

async function answerChat(deps: OpenaiApiDeps, request: Request, response: Response, userId: Id): Promise<void> {
  const input = readChatRequest(request.body, toConversationHeader(request))
  const row = await start(deps, userId, request, input)
  const { signal, hungUp } = watchHangUp(deps, userId, row, response)
  using _ = hungUp
  response.setHeader('x-conversation-id', row.conversationId)
  if (!input.stream) {
    const end = await collect(deps, userId, row, signal)
    if (end === null) return
    if (end.status === 'failed') throw toProviderError(end.error?.message, end.error?.code)
    return void response.json(toChatCompletion(row, end, await readResponseUsage(deps.database.queries, row)))
  }
  const freeStream = deps.callLimits.beginStream(userId)
  using _stream = { [Symbol.dispose]: freeStream }
  const stream = openEventStream(response, signal)
  await stream.send(toFirstChunk(row))
  let calls = 0
  for await (const step of followAnswer(deps, userId, row, { afterSeq: row.afterSeq, signal })) {
    if (step.type !== 'end') {
      await stream.send(stepToChunk(row, step, calls))
      if (step.type === 'tool-call') calls += 1
    } else if (step.end.status === 'failed' && step.end.finishReason === 'stop') {
      await stream.send(errorToBody(toProviderError(step.end.error?.message, step.end.error?.code)))
    } else {
      await stream.send(toLastChunk(row, step.end))
      if (input.includesUsage) await stream.send(toUsageChunk(row, await readResponseUsage(deps.database.queries, row)))
      await stream.send('[DONE]')
    }
  }
  stream.end()
}

async function answerResponses(deps: OpenaiApiDeps, request: Request, response: Response, userId: Id): Promise<void> {
  const input = readResponsesRequest(request.body, toConversationHeader(request))
  const row = await start(deps, userId, request, input)
  const { signal, hungUp } = watchHangUp(deps, userId, row, response)
  using _ = hungUp
  response.setHeader('x-conversation-id', row.conversationId)
  if (input.stream) return streamResponse(deps, userId, row, { response, signal, startingAfter: -1 })
  if (!input.background && (await collect(deps, userId, row, signal)) === null) return
  await sendResponse(deps, userId, row, response)
}

async function readResponse(deps: OpenaiApiDeps, request: Request, response: Response, userId: Id): Promise<void> {
  const row = await findResponse(deps, userId, request)
  if (request.query['stream'] !== 'true') return sendResponse(deps, userId, row, response)
  const after = startingAfterSchema.safeParse(request.query['starting_after'])
  if (!after.success) throw badParam('starting_after', 'must be the sequence_number of an event')
  await streamResponse(deps, userId, row, { response, signal: untilClosed(response), startingAfter: after.data })
}

const startingAfterSchema = z.coerce
  .number()
  .int()
  .min(0)
  .optional()
  .transform((after) => after ?? -1)

async function findResponse(deps: OpenaiApiDeps, userId: Id, request: Request): Promise<ApiResponse> {
  const row = await readResponseRow(deps.database.queries, userId, readResponseId(String(request.params['id'])))
  if (row.kind !== 'responses' || !row.request.store) throw responseNotFound()
  return row
}

async function sendResponse(deps: OpenaiApiDeps, userId: Id, row: ApiResponse, response: Response): Promise<void> {
  const message = await readAnswer(deps, userId, row, untilClosed(response))
  const end = await messageToEnd(deps, message, row)
  const usage = end === null ? null : await readResponseUsage(deps.database.queries, row)
  response.json(toResponseObject(row, { parts: end?.message.parts ?? message.parts, end, usage }))
}

async function streamResponse(
  deps: OpenaiApiDeps,
  userId: Id,
  row: ApiResponse,
  { response, signal, startingAfter }: { response: Response; signal: AbortSignal; startingAfter: number },
): Promise<void> {
  const freeStream = deps.callLimits.beginStream(userId)
  using _ = { [Symbol.dispose]: freeStream }
  const steps = followAnswer(deps, userId, row, { afterSeq: row.afterSeq, signal })
  // Whether the log reaches back so far is known with the first step: until then the answer may still be an error.
  let next = await firstOf(steps)
  const stream = openEventStream(response, signal)
  const events = createResponsesEvents(row)
  const send = async (written: Iterable<{ readonly type: string; readonly sequence_number: number }>) => {
    for (const event of written) if (event.sequence_number > startingAfter) await stream.send(event, event.type)
  }
  await send(events.begin())
  for (; !next.done; next = await steps.next()) {
    const step = next.value
    if (step.type === 'end') await send(events.end(step, await readResponseUsage(deps.database.queries, row)))
    else await send(events.step(step))
  }
  stream.end()
}

/** @throws ApiError when the log no longer reaches back to the beginning of the response */
async function firstOf(steps: AsyncGenerator<AnswerStep, void>): Promise<IteratorResult<AnswerStep, void>> {
  try {
    return await steps.next()
  } catch (error) {
    if (!(error instanceof StreamPrunedError)) throw error
    throw badParam('stream', 'the events of this response are no longer kept. Read it without stream')
  }
}

/** Waits until the answer has ended or needs the program's tools. Null: the program has hung up. */
async function collect(deps: OpenaiApiDeps, userId: Id, row: ApiResponse, signal: AbortSignal) {
  try {
    for await (const step of followAnswer(deps, userId, row, { afterSeq: row.afterSeq, signal })) {
      if (step.type === 'end') return step.end
    }
    return null
  } catch (error) {
    if (!(error instanceof StreamPrunedError)) throw error
    return messageToEnd(deps, await readAnswer(deps, userId, row, signal), row)
  }
}

function toProviderError(message = 'The answer failed', code: string | undefined): ApiError {
  const isLimit = code === 'budget-exceeded'
  return isLimit
    ? new ApiError(429, message, { type: 'insufficient_quota', code: 'insufficient_quota' })
    : new ApiError(502, message, { type: 'server_error', code: code ?? null })
}

/** Aborted when the connection has closed. */
function untilClosed(response: Response): AbortSignal {
  const closed = new AbortController()
  if (response.closed) closed.abort()
  response.once('close', () => closed.abort())
  return closed.signal
}

/** A program that hangs up before the end cancels its answer, unless it asked for it in the background. */
function watchHangUp(deps: OpenaiApiDeps, userId: Id, row: ApiResponse, response: Response) {
  const signal = untilClosed(response)
  const cancel = () => {
    if (response.writableFinished || deps.isClosing()) return
    cancelMessage(deps, userId, { messageId: row.messageId }).catch((error: unknown) => {
      deps.logger.warn({ event: 'v1-not-cancelled', err: error }, 'an answer whose reader has gone could not be cancelled')
    })
  }
  const isWatched = !(row.request.background && row.request.store)
  if (isWatched) signal.addEventListener('abort', cancel)
  if (isWatched && signal.aborted) cancel()
  return { signal, hungUp: { [Symbol.dispose]: () => signal.removeEventListener('abort', cancel) } }
}
