import type { Message, ToolCallPart } from '@holdfast/shared'
import type { ModelMessage, ModelToolCall } from '../models/model.ts'
import type { StepRecord } from './step-record.ts'

/** What of a tool's result goes to a model; the whole of it stays in the log. */
const maxResultLength = 64_000

/**
 * A message as models read it, one assistant message a step: text with the calls that follow it, then their results, in order. Each
 * call has a result, whatever became of it: providers refuse a request in which one is missing. A message without a word says nothing.
 */
export function messageToModel(message: Message, record: StepRecord): ModelMessage[] {
  if (message.role !== 'assistant') return message.content === '' ? [] : [{ role: message.role, content: message.content }]
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
    messages.push(...calls.map((call): ModelMessage => ({ role: 'tool', callId: call.callId, content: toModelResult(call) })))
    text = ''
    calls = []
  }
  for (const part of message.parts) {
    if (part.type === 'tool-call') {
      const previous = calls.at(-1)
      if (previous && record.stepOf.get(previous.callId) !== record.stepOf.get(part.callId)) flush(false)
      calls.push(part)
    } else if (part.type === 'text') {
      if (calls.length > 0) flush(false)
      text += part.text
    }
  }
  flush(true)
  return messages
}

function toModelCall(call: ToolCallPart, record: StepRecord): ModelToolCall {
  const { callId, name, args } = call
  const extra = record.extras.get(callId)
  return { callId, name, args: typeof args === 'string' ? args : JSON.stringify(args), ...(extra ? { extra } : {}) }
}

function toModelResult(call: ToolCallPart): string {
  if (call.state === 'denied') return JSON.stringify({ error: `not done: ${call.error ?? 'the user said no'}` })
  if (call.error !== undefined) return JSON.stringify({ error: call.error })
  if (call.state !== 'done') return JSON.stringify({ error: 'cancelled' })
  const text = JSON.stringify(call.result ?? null)
  if (text.length <= maxResultLength) return text
  return `${text.slice(0, maxResultLength)}… (cut: ${text.length} characters in all)`
}
