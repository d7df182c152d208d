import type OpenAI from 'openai'
import type { ModelMessage, ModelTool } from '../model.ts'
import { questionToText, type MediaFile } from '../model-file.ts'
import { argsToWire, cancelledResult, mediaToDataUrl, resultsAfter, toAudioFormat, toWireId } from './messages-to-wire.ts'
import { readText, type JsonRecord } from './read-json.ts'
import { replayToItems } from './responses-replay.ts'
import { toWireName } from './wire-names.ts'

type AssistantMessage = Extract<ModelMessage, { role: 'assistant' }>
type InputContent = OpenAI.Responses.ResponseInputContent
type InputItem = OpenAI.Responses.ResponseInputItem

export interface ResponsesInput {
  /** Null: there are none. */
  readonly instructions: string | null
  readonly input: InputItem[]
}

/**
 * A conversation as the Responses API takes it, repaired like one for Chat Completions: each call has one result, a result without its
 * call is left out, arguments are JSON of an object, text is Unicode. Steps of the same model go back as it gave them, reasoning and
 * all. `replayOf`: what of a step's replay belongs to this model.
 */
export function messagesToInput(
  messages: readonly ModelMessage[],
  replayOf: (message: AssistantMessage) => JsonRecord | null = () => null,
): ResponsesInput {
  const leading = messages.findIndex(({ role }) => role !== 'system')
  const isInstruction = (index: number) => leading === -1 || index < leading
  const instructions = messages.flatMap((message, index) =>
    message.role === 'system' && isInstruction(index) ? message.content.toWellFormed() : [],
  )
  const createId = createCallIds()
  const input = messages.flatMap((message, index): InputItem[] => {
    if (message.role === 'tool' || isInstruction(index)) return []
    if (message.role === 'user') return [{ type: 'message', role: 'user', content: questionToInput(message) }]
    if (message.role === 'system') return [{ type: 'message', role: 'system', content: message.content.toWellFormed() }]
    const replay = replayOf(message)
    const items = (replay && replayToItems(replay, message)) ?? stepToItems(message)
    return withResults(items, message, resultsAfter(messages, index), createId)
  })
  return { instructions: instructions.length === 0 ? null : instructions.join('\n\n'), input }
}

function questionToInput({ content, files = [] }: Extract<ModelMessage, { role: 'user' }>): string | InputContent[] {
  const text = questionToText(content, files).toWellFormed()
  const media = files.flatMap((file) => (file.type === 'media' ? mediaToInput(file) : []))
  return media.length === 0 ? text : [{ type: 'input_text', text }, ...media]
}

function mediaToInput(file: MediaFile): InputContent {
  switch (file.kind) {
    case 'image':
      return { type: 'input_image', detail: 'auto', image_url: mediaToDataUrl(file) }
    case 'audio':
      return {
        type: 'input_audio',
        input_audio: { data: file.data ?? '', format: toAudioFormat(file) },
      } as unknown as InputContent
    case 'pdf':
      return { type: 'input_file', filename: file.name.toWellFormed(), file_data: mediaToDataUrl(file) }
  }
}

/** `strict` is off because the API would otherwise turn it on and refuse what is optional. */
export function toolsToInput(tools: readonly ModelTool[]): OpenAI.Responses.FunctionTool[] {
  return tools.map(({ name, description, parameters }) => ({
    type: 'function',
    name: toWireName(name),
    description,
    parameters,
    strict: false,
  }))
}

function stepToItems({ content, toolCalls }: AssistantMessage): JsonRecord[] {
  const text = content.toWellFormed()
  const said = text === '' ? [] : [{ type: 'message', role: 'assistant', content: text }]
  return [...said, ...toolCalls.map(({ name, args }) => ({ type: 'function_call', name, arguments: argsToWire(args) }))]
}

/** The items of a step and, behind them, the result of each call, paired by ids that occur only once. */
function withResults(
  items: readonly JsonRecord[],
  { toolCalls }: AssistantMessage,
  results: ReadonlyMap<string, string>,
  createId: (given: string | null) => string,
): InputItem[] {
  const outputs: JsonRecord[] = []
  const calls = toolCalls.values()
  const paired = items.map((item) => {
    if (item['type'] !== 'function_call') return item
    const call = calls.next().value
    const id = createId(readText(item['call_id']))
    const output = (call && results.get(call.callId)) ?? cancelledResult
    outputs.push({ type: 'function_call_output', call_id: id, output })
    return { ...item, name: toWireName(readText(item['name']) ?? call?.name ?? ''), call_id: id }
  })
  return [...paired, ...outputs] as unknown as InputItem[]
}

/** Keeps an id that a provider gave unless it has been there before: some count from 0 in every answer. */
function createCallIds(): (given: string | null) => string {
  const used = new Set<string>()
  let made = 0
  return (given) => {
    let id = given ?? ''
    while (id === '' || used.has(id)) id = toWireId((made += 1))
    used.add(id)
    return id
  }
}
