import { paceItems } from '../../src/demo-model/pace.ts'
import { toChatCompletion } from './chat-wire.ts'
import type { Gate } from './gate.ts'
import type { Reply } from './reply.ts'
import type { ScriptedUsage } from './reply-wire.ts'
import { toWholeResponse } from './responses-wire.ts'
import { isResponsesRequest } from './scripted-request.ts'

/** A script for one request: it writes its answer to the reply. */
export type Answer = (reply: Reply) => Promise<void> | void

export interface TokensOptions {
  /** Without it: as fast as the socket takes them. */
  readonly perSecond?: number
  /** The number of the first token. */
  readonly from?: number
  /** Stops after so many tokens and does what `then` says. */
  readonly stopAfter?: number
  /** `truncate` ends the body without a reason; the answer waits at a gate, then the tokens continue. */
  readonly then?: 'hang' | 'drop' | 'truncate' | Gate
  readonly finishReason?: string
  readonly usage?: ScriptedUsage
}

/** `t1 t2 … tn `, each token with its space: what {@link tokens} streams. */
export function tokensText(count: number, from = 1): string {
  return Array.from({ length: count }, (_, index) => `t${from + index} `).join('')
}

/** Streams `t1 ` … `tn ` one by one. */
export function tokens(count: number, options: TokensOptions = {}): Answer {
  const { perSecond = Infinity, from = 1, stopAfter = count, then, finishReason, usage } = options
  return async (reply) => {
    await streamTokens(reply, from, Math.min(stopAfter, count), perSecond)
    if (then === 'drop') return reply.drop()
    if (then === 'truncate') return reply.end()
    if (then === 'hang') return await hang(reply)
    if (then) {
      await reply.until(then.opened)
      await streamTokens(reply, from + stopAfter, count - stopAfter, perSecond)
    }
    await reply.finish(finishReason, usage)
  }
}

/** Streams a text word by word. */
export function text(
  content: string,
  options: { perSecond?: number; finishReason?: string; usage?: ScriptedUsage } = {},
): Answer {
  const words = content.match(/\s*\S+|\s+$/gu) ?? []
  return async (reply) => {
    for await (const [start, end] of paceItems(words.length, options.perSecond ?? Infinity, reply.sleep)) {
      await reply.tokens(words.slice(start, end))
    }
    await reply.finish(options.finishReason, options.usage)
  }
}

/** Tool calls, the arguments in pieces as OpenAI sends them; an object is sent as JSON. */
export function toolCalls(...calls: readonly { name: string; args: unknown; id?: string }[]): Answer {
  return async (reply) => {
    for (const { name, args, id } of calls) {
      await reply.call({ name, args: typeof args === 'string' ? args : JSON.stringify(args), id })
    }
    // A call costs output, too: a provider that reports none of it is not believed.
    await reply.finish('tool_calls', { prompt_tokens: 10, completion_tokens: calls.length })
  }
}

/** Says a text, and gives pictures behind it. */
export function pictures(content: string, ...base64: readonly string[]): Answer {
  return async (reply) => {
    if (content !== '') await reply.tokens([content])
    for (const picture of base64) await reply.picture(picture)
    await reply.finish('stop', { prompt_tokens: 10, completion_tokens: 1_290 })
  }
}

/** Thinks, then answers. */
export function thinking(thought: string, then: Answer): Answer {
  return async (reply) => {
    await reply.think(thought)
    await then(reply)
  }
}

/** One answer for each of the two APIs. */
export function byApi(answers: { readonly chat: Answer; readonly responses: Answer }): Answer {
  return async (reply) => await (isResponsesRequest(reply.request) ? answers.responses : answers.chat)(reply)
}

/** Exactly these bytes, a write for each item, then the end of the body. */
export function raw(...writes: readonly (string | Uint8Array)[]): Answer {
  return async (reply) => {
    for (const bytes of writes) await reply.raw(bytes)
    reply.end()
  }
}

/** Any status with any body; an object is sent as JSON. */
export function httpAnswer(status: number, body: unknown = '', headers: Readonly<Record<string, string>> = {}): Answer {
  return async (reply) => {
    const isText = typeof body === 'string'
    reply.head(status, { 'content-type': isText ? 'text/plain' : 'application/json', ...headers })
    await reply.raw(isText ? body : JSON.stringify(body))
    reply.end()
  }
}

/** An error as OpenAI words it. */
export function httpError(
  status: number,
  error: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return httpAnswer(status, { error: { message: `scripted error ${status}`, type: 'scripted', code: null, ...error } }, headers)
}

/** A login page, as a wrong address answers with. */
export function html(): Answer {
  return httpAnswer(200, '<!doctype html><html><body>Sign in</body></html>', { 'content-type': 'text/html; charset=utf-8' })
}

/** An answer in one piece, as for a request that does not stream. */
export function completion(content: string, usage: ScriptedUsage = { prompt_tokens: 10, completion_tokens: 3 }): Answer {
  return async (reply) => {
    const toBody = isResponsesRequest(reply.request) ? toWholeResponse : toChatCompletion
    await httpAnswer(200, toBody(reply.request.body.model, content, usage))(reply)
  }
}

/** Answers nothing, not even a head, until the client goes. */
export const hangBeforeHeaders: Answer = async (reply) => await hang(reply)

/** The answers in turn, one a request; the last one stays. */
export function inTurn(...answers: readonly Answer[]): Answer {
  let next = 0
  return async (reply) => {
    const answer = answers[Math.min(next, answers.length - 1)]
    next += 1
    await answer?.(reply)
  }
}

async function hang(reply: Reply): Promise<void> {
  await reply.until(new Promise<never>(() => undefined))
}

async function streamTokens(reply: Reply, from: number, count: number, perSecond: number): Promise<void> {
  for await (const [start, end] of paceItems(count, perSecond, reply.sleep)) {
    await reply.tokens(Array.from({ length: end - start }, (_, index) => `t${from + start + index} `))
  }
}
