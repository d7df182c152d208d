import { createHash } from 'node:crypto'
import type { Part, ToolCallPart } from '@holdfast/shared'
import { readArguments } from '../../tools/tool-arguments.ts'
import { badParam } from '../api-error.ts'
import type { CallerFile, CallerInput, CallerMessage } from './caller-input.ts'

type ToolResult = Extract<CallerMessage, { role: 'tool' }>

export interface Question {
  readonly text: string
  readonly files: readonly CallerFile[]
}

/** What a request asks: a question, or to go on with the results of tools that the program has run. */
export interface Asked {
  /** All that stands before it. */
  readonly history: readonly CallerMessage[]
  readonly question: Question | null
  readonly results: readonly ToolResult[]
}

/** @throws ApiError when nothing is asked */
export function splitMessages({ kind, messages }: Pick<CallerInput, 'kind' | 'messages'>): Asked {
  const field = kind === 'chat' ? 'messages' : 'input'
  const role = messages.at(-1)?.role
  if (role === undefined || role === 'assistant')
    throw badParam(field, 'must end with a message of the user, or with results of tools')
  const first = messages.findLastIndex((message) => message.role !== role) + 1
  const [history, last] = [messages.slice(0, first), messages.slice(first)]
  if (role === 'tool') return { history, question: null, results: last.filter((message) => message.role === 'tool') }
  const asked = last.filter((message) => message.role === 'user')
  const question = {
    text: asked
      .map(({ text }) => text)
      .filter((text) => text !== '')
      .join('\n\n'),
    files: asked.flatMap(({ files }) => files),
  }
  if (question.text === '' && question.files.length === 0) throw badParam(field, 'the question must not be empty')
  return { history, question, results: [] }
}

/**
 * Programs send the whole chat with every question. Its beginning, up to the question before this one, was a request of its own: `hash`
 * finds it, and `answer` is what the program says was answered.
 */
export function findEarlierRequest({ history, question }: Asked): { readonly hash: string; readonly answer: string } | null {
  if (question === null) return null
  const end = history.findLastIndex(({ role }) => role === 'user') + 1
  if (end === 0 || end === history.length) return null
  const answer = history.slice(end).map((message) => (message.role === 'assistant' ? message.text : ''))
  return { hash: hashMessages(history.slice(0, end)), answer: answer.join('') }
}

/** Of all messages up to the last question: what the next request of this chat will begin with. */
export function hashPrefix(messages: readonly CallerMessage[]): string {
  return hashMessages(messages.slice(0, messages.findLastIndex(({ role }) => role === 'user') + 1))
}

function hashMessages(messages: readonly CallerMessage[]): string {
  return createHash('sha256').update(JSON.stringify(messages)).digest('hex')
}

/** A message of ours: an answer holds all of its steps. Files are still to be kept. */
export type HistoryTurn =
  | { readonly role: 'user'; readonly text: string; readonly files: readonly CallerFile[] }
  | { readonly role: 'assistant'; readonly parts: readonly Part[] }

export function messagesToTurns(messages: readonly CallerMessage[]): HistoryTurn[] {
  const turns: HistoryTurn[] = []
  for (const message of messages) {
    if (message.role === 'user') turns.push(message)
    else {
      const last = turns.at(-1)
      const before = last?.role === 'assistant' ? last.parts : []
      const parts = message.role === 'assistant' ? [...before, ...toParts(message)] : giveResult(before, message)
      if (last?.role === 'assistant') turns[turns.length - 1] = { role: 'assistant', parts }
      else if (parts.length > 0) turns.push({ role: 'assistant', parts })
    }
  }
  return turns
}

function toParts({ text, toolCalls }: Extract<CallerMessage, { role: 'assistant' }>): Part[] {
  const calls = toolCalls.map(({ callId, name, args }): ToolCallPart => ({
    type: 'tool-call',
    callId,
    name,
    args: readArguments(args) as NonNullable<unknown>,
    state: 'unknown',
  }))
  return [...(text === '' ? [] : [{ type: 'text' as const, text }]), ...calls]
}

function giveResult(parts: readonly Part[], { callId, text }: ToolResult): Part[] {
  const place = parts.findLastIndex((part) => part.type === 'tool-call' && part.callId === callId)
  if (place === -1) throw badParam('messages', `there is no tool call with the id ${callId.slice(0, 100)} before its result`)
  return parts.map((part, index) =>
    index === place && part.type === 'tool-call' ? { ...part, state: 'done', result: textToResult(text) } : part,
  )
}

/** Results are JSON here. What a program gives as text stays text. */
export function textToResult(text: string): NonNullable<unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : text
  } catch (error) {
    if (error instanceof SyntaxError) return text
    throw error
  }
}
