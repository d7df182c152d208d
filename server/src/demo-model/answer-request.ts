import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { Reply } from './choose-reply.ts'
import type { DemoRequest } from './demo-request.ts'
import { paceItems } from './pace.ts'
import type { PlannedCall, ReplyPlan } from './reply-plan.ts'

/** As long as the pieces in which OpenAI sends arguments. */
const argumentsPiece = /.{1,12}/gsu

interface Delta {
  readonly content?: string
  readonly role?: 'assistant'
  readonly tool_calls?: readonly object[]
}

/**
 * Sends a reply as OpenAI's stream: a chunk for each word or piece of arguments, the reason, the usage if asked for, `[DONE]`.
 * Rejects when the reader leaves before the end.
 */
export async function streamReply(
  { plan, tokensPerSecond }: Reply,
  request: DemoRequest,
  response: ServerResponse,
): Promise<void> {
  const head = { id: `chatcmpl-${randomUUID()}`, object: 'chat.completion.chunk', created: nowSeconds(), model: request.model }
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  const toChunk = (delta: Delta, finishReason: string | null = null) =>
    toFrame({ ...head, choices: [{ index: 0, delta, finish_reason: finishReason }] })

  const deltas = planToDeltas(plan)
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': randomUUID() })
  response.write(toChunk({ role: 'assistant', content: '' }))
  const sleep = async (ms: number) => await delay(ms, undefined, { signal: gone.signal })
  for await (const [start, end] of paceItems(deltas.length, tokensPerSecond, sleep)) {
    for (const delta of deltas.slice(start, end)) response.write(toChunk(delta))
  }
  const usage = request.wantsUsage ? toFrame({ ...head, choices: [], usage: toUsage(plan, request) }) : ''
  response.end(`${toChunk({}, toFinishReason(plan))}${usage}data: [DONE]\n\n`)
}

/** The same answer in one piece. */
export function replyToCompletion({ plan }: Reply, request: DemoRequest): object {
  const message =
    plan.kind === 'text'
      ? { role: 'assistant', content: plan.text }
      : { role: 'assistant', content: null, tool_calls: plan.calls.map((call) => toToolCall(call, JSON.stringify(call.args))) }
  return {
    id: `chatcmpl-${randomUUID()}`,
    object: 'chat.completion',
    created: nowSeconds(),
    model: request.model,
    choices: [{ index: 0, message, finish_reason: toFinishReason(plan) }],
    usage: toUsage(plan, request),
  }
}

function planToDeltas(plan: ReplyPlan): Delta[] {
  if (plan.kind === 'text') return textToTokens(plan.text).map((content) => ({ content }))
  return plan.calls.flatMap((call, index) => [
    { tool_calls: [{ index, ...toToolCall(call, '') }] },
    ...(JSON.stringify(call.args).match(argumentsPiece) ?? []).map((piece) => ({
      tool_calls: [{ index, function: { arguments: piece } }],
    })),
  ])
}

function toToolCall({ name }: PlannedCall, args: string) {
  return { id: `call_${randomUUID()}`, type: 'function', function: { name, arguments: args } }
}

function toFinishReason({ kind }: ReplyPlan): 'stop' | 'tool_calls' {
  return kind === 'text' ? 'stop' : 'tool_calls'
}

function toUsage(plan: ReplyPlan, { messages }: DemoRequest) {
  const prompt = messages.reduce((sum, { content }) => sum + countTokens(content), 0)
  const said = countTokens(plan.kind === 'text' ? plan.text : JSON.stringify(plan.calls))
  return { prompt_tokens: prompt, completion_tokens: said, total_tokens: prompt + said }
}

function toFrame(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}

/** Splits a text into what the demo streams and counts: words, each with the white space before it. */
function textToTokens(text: string): string[] {
  return text.match(/\s*\S+|\s+$/gu) ?? []
}

function countTokens(text: string): number {
  return textToTokens(text).length
}
