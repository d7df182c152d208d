import type { ModelMessage } from '../model.ts'
import { messageToFiles } from '../message-to-files.ts'
import type { MediaFile, ModelFile } from '../model-file.ts'
import type { CallPlan } from './call-plan.ts'

type Question = Extract<ModelMessage, { role: 'user' }>

/** A conversation as the plan allows it: calls of tools as text, instructions in the first question, neighbours of one role joined. */
export function planToMessages(plan: CallPlan, messages: readonly ModelMessage[]): readonly ModelMessage[] {
  let prepared = plan.media ? messages : mediaToUnseen(messages)
  prepared = toolFilesToQuestions(plan, prepared)
  if (!plan.toolHistory) prepared = toolsToText(prepared)
  if (!plan.systemRole) prepared = systemToQuestion(prepared)
  if (!plan.sameRoleNeighbours) prepared = joinNeighbours(prepared)
  return prepared
}

/** A result is text: what a tool gave besides goes as a question behind all results of its step. */
function toolFilesToQuestions(plan: CallPlan, messages: readonly ModelMessage[]): ModelMessage[] {
  let files: MediaFile[] = []
  const withQuestions: ModelMessage[] = []
  const flush = () => {
    if (files.length > 0 && plan.toolFiles) withQuestions.push({ role: 'user', content: '', files })
    files = []
  }
  for (const message of messages) {
    if (message.role === 'tool') {
      const { files: given = [], ...result } = message
      files.push(...given)
      withQuestions.push(result)
    } else {
      flush()
      withQuestions.push(message)
    }
  }
  flush()
  return withQuestions
}

function toolsToText(messages: readonly ModelMessage[]): ModelMessage[] {
  const results = new Map(messages.flatMap((message) => (message.role === 'tool' ? [[message.callId, message.content]] : [])))
  return messages.flatMap((message): ModelMessage[] => {
    if (message.role === 'tool') return []
    if (message.role !== 'assistant' || message.toolCalls.length === 0) return [message]
    const calls = message.toolCalls.map(
      ({ callId, name, args }) => `(Earlier, ${name} was called with ${args}. It gave: ${results.get(callId) ?? 'nothing'})`,
    )
    return [{ role: 'assistant', content: [message.content, ...calls].filter((text) => text !== '').join('\n\n'), toolCalls: [] }]
  })
}

function systemToQuestion(messages: readonly ModelMessage[]): ModelMessage[] {
  const instructions = messages.flatMap(({ role, content }) => (role === 'system' && content !== '' ? [content] : []))
  const rest = messages.filter(({ role }) => role !== 'system')
  if (instructions.length === 0) return rest
  const [first] = rest
  return first?.role === 'user'
    ? [{ ...first, content: [...instructions, first.content].join('\n\n') }, ...rest.slice(1)]
    : [{ role: 'user', content: instructions.join('\n\n') }, ...rest]
}

/** Answers without a word are left out first: it is they that make neighbours of two questions. */
function joinNeighbours(messages: readonly ModelMessage[]): ModelMessage[] {
  const joined: ModelMessage[] = []
  for (const message of messages) {
    if (isEmpty(message)) continue
    const last = joined.at(-1)
    const content = `${last?.content ?? ''}\n\n${message.content}`
    if (last?.role === 'user' && message.role === 'user') joined[joined.length - 1] = joinQuestions(last, message)
    else if (last?.role === 'assistant' && message.role === 'assistant' && last.toolCalls.length === 0) {
      const { toolCalls } = message
      joined[joined.length - 1] = { role: 'assistant', content: content.trimEnd(), toolCalls }
    } else joined.push(message)
  }
  return joined
}

function joinQuestions(one: Question, other: Question): ModelMessage {
  const files = [...(one.files ?? []), ...(other.files ?? [])]
  return { role: 'user', content: `${one.content}\n\n${other.content}`, ...(files.length === 0 ? {} : { files }) }
}

/** The files that a model gets as they are, and that are left out under this plan. */
export function planToUnseen(plan: CallPlan, messages: readonly ModelMessage[]): MediaFile[] {
  return messages.flatMap((message) => (!plan.media || (message.role === 'tool' && !plan.toolFiles) ? mediaOf(message) : []))
}

export function mediaOf(message: ModelMessage): MediaFile[] {
  return messageToFiles(message).filter((file) => file.type === 'media')
}

/** What a tool gave is named in its result already. */
function mediaToUnseen(messages: readonly ModelMessage[]): ModelMessage[] {
  return messages.map((message) => {
    if (message.role === 'tool') return { ...message, files: [] }
    return message.role === 'user' && message.files
      ? { ...message, files: message.files.map((file) => (file.type === 'media' ? toUnseen(file) : file)) }
      : message
  })
}

function toUnseen({ fileId, name, about }: MediaFile): ModelFile {
  return { type: 'unseen', fileId, name, about }
}

function isEmpty(message: ModelMessage): boolean {
  return message.role === 'assistant' && message.content === '' && message.toolCalls.length === 0
}
