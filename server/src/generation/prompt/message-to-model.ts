import type { FilePart, Message, ToolCallPart } from '@holdfast/shared'
import type { MediaFile, ModelFile } from '../../models/model-file.ts'
import type { ModelMessage, ModelToolCall } from '../../models/model.ts'
import { isMessageFile } from '../store/is-message-file.ts'
import type { PromptFiles } from './resolve-files.ts'
import type { StepRecord } from '../store/step-record.ts'

/** The part of a tool's result that a model gets. The log keeps the whole. */
const maxResultLength = 64_000

/**
 * A path as models read it. An API takes pictures from users only: those that the model made go with the question that follows them, to a
 * model that takes pictures. `lastQuestion`: asked behind the path.
 */
export function pathToModel(
  path: readonly Message[],
  record: StepRecord,
  files: PromptFiles,
  lastQuestion: string | null = null,
): ModelMessage[] {
  let made: ModelFile[] = []
  const withMade = (question: Question): Question => {
    const all = [...made, ...(question.files ?? [])]
    made = []
    return all.length === 0 ? question : { ...question, files: all }
  }
  const messages = path.flatMap((message) => {
    if (message.role === 'assistant') {
      made.push(...toMedia(message.parts.filter(isMessageFile), files, 'answer'))
      return messageToModel(message, record, files)
    }
    return messageToModel(message, record, files).map((entry) => (entry.role === 'user' ? withMade(entry) : entry))
  })
  return lastQuestion === null ? messages : [...messages, withMade({ role: 'user', content: lastQuestion })]
}

type Question = Extract<ModelMessage, { role: 'user' }>

function toMedia(parts: readonly FilePart[], files: PromptFiles, from: 'answer' | 'tool'): MediaFile[] {
  return parts.flatMap(({ fileId }) => {
    const file = files.get(fileId)
    return file?.type === 'media' ? [{ ...file, from }] : []
  })
}

/**
 * A message as models read it, one assistant message a step: text with the calls that follow it, then their results, in order. Each
 * call has a result, whatever became of it: providers refuse a request in which one is missing. A remark stands as a message of the user
 * where the answer got it. A message without a word says nothing.
 */
export function messageToModel(message: Message, record: StepRecord, files: PromptFiles): ModelMessage[] {
  if (message.role !== 'assistant') return questionToModel(message, files)
  const messages: ModelMessage[] = []
  let text = ''
  let calls: ToolCallPart[] = []
  const flush = (isLast: boolean) => {
    if (text === '' && calls.length === 0) return
    const first = calls[0]
    const step = first ? record.stepOf.get(first.callId) : isLast ? record.lastStepOf.get(message.id) : undefined
    const replay = step === undefined ? undefined : record.replays.get(step)
    messages.push({
      role: 'assistant',
      content: text,
      toolCalls: calls.map((call) => toModelCall(call, record)),
      ...(replay ? { replay } : {}),
    })
    messages.push(...calls.map((call) => callToResult(call, message, files)))
    text = ''
    calls = []
  }
  for (const part of message.parts) {
    if (part.type === 'remark') {
      flush(false)
      messages.push({ role: 'user', content: part.text })
    } else if (part.type === 'tool-call') {
      const previous = calls.at(-1)
      if (previous && record.stepOf.get(previous.callId) !== record.stepOf.get(part.callId)) flush(false)
      calls.push(part)
    } else if (part.type === 'text' || isMessageFile(part)) {
      if (calls.length > 0) flush(false)
      text += part.type === 'text' ? part.text : pictureToText(part, text)
    }
  }
  flush(true)
  return messages
}

/** The model is reminded of a picture that it has made. */
function pictureToText({ name, mediaType }: FilePart, before: string): string {
  return `${before === '' ? '' : '\n\n'}(Here you made a picture, which the user sees: ${name}, ${mediaType}.)\n\n`
}

function questionToModel({ role, content, parts }: Message, resolved: PromptFiles): ModelMessage[] {
  if (role !== 'user') return content === '' ? [] : [{ role: 'system', content }]
  const files = parts.flatMap((part) => (part.type === 'file' ? (resolved.get(part.fileId) ?? []) : []))
  if (content === '' && files.length === 0) return []
  return [{ role, content, ...(files.length === 0 ? {} : { files }) }]
}

function callToResult(call: ToolCallPart, { parts }: Message, files: PromptFiles): ModelMessage {
  const { callId } = call
  const given = parts.filter((part) => part.type === 'file' && part.callId === callId) as FilePart[]
  const media = toMedia(given, files, 'tool')
  return { role: 'tool', callId, content: toModelResult(call), ...(media.length === 0 ? {} : { files: media }) }
}

function toModelCall(call: ToolCallPart, record: StepRecord): ModelToolCall {
  const { callId, name, args } = call
  const extra = record.extras.get(callId)
  return { callId, name, args: typeof args === 'string' ? args : JSON.stringify(args), ...(extra ? { extra } : {}) }
}

/** The text of a call's result that a model gets. */
export function toModelResult(call: ToolCallPart): string {
  if (call.state === 'denied') return JSON.stringify({ error: `not done: ${call.error ?? 'the user said no'}` })
  if (call.error !== undefined) return withChange(call, JSON.stringify({ error: call.error }))
  if (call.state !== 'done') return JSON.stringify({ error: 'cancelled' })
  const text = withChange(call, JSON.stringify(call.result ?? null))
  if (text.length <= maxResultLength) return text
  return `${text.slice(0, maxResultLength)}… (cut: ${text.length} characters in all)`
}

/** The model remembers its own arguments: it has to know that the call ran with others. */
function withChange({ changedArgs }: ToolCallPart, result: string): string {
  if (changedArgs === undefined) return result
  return `{"note":"The user changed the arguments before the call ran.","arguments":${JSON.stringify(changedArgs)},"outcome":${result}}`
}
