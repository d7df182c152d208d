import type OpenAI from 'openai'
import type { ProviderRun, ToolChoice } from '../model.ts'
import { effortField, planToParameters } from './call-parameters.ts'
import { planToTools, type CallPlan } from './call-plan.ts'
import { messagesToInput, toolsToInput } from './messages-to-input.ts'
import type { ApiCall, ModelApiDriver } from './model-api-driver.ts'
import { planToMessages } from './plan-to-messages.ts'
import { readEventStream } from './read-event-stream.ts'
import { readCount, readRecord, readText } from './read-json.ts'
import { createResponsesAccumulator } from './responses-accumulator.ts'
import { toWireName } from './wire-names.ts'

/**
 * The Responses API, stateless: nothing is stored at the provider, and what it has to see again is sent again. Where the settings let
 * answers run at the provider, it stores them, since it keeps no run otherwise; they are not referred to later, either.
 */
export const responsesApi: ModelApiDriver = {
  createAccumulator: createResponsesAccumulator,
  stream: async (client, call) =>
    readEventStream(await client.responses.create({ ...callToBody(call), stream: true }, { signal: call.signal }).asResponse()),
  // The SDK's `create` reads the answer and fails on one that lacks a field.
  complete: async (client, call) => await client.post('/responses', { body: callToBody(call), signal: call.signal }),
}

/** The run that an event tells of; null for other events. */
export function readRun(piece: unknown): ProviderRun | null {
  const event = readRecord(piece)
  if (event?.['type'] !== 'response.created') return null
  const id = readText(readRecord(event['response'])?.['id'])
  return id ? { id, sequence: readCount(event['sequence_number']) ?? 0 } : null
}

/** What follows the event that told of a run, from the beginning of its answer. */
export async function readRunAgain(
  client: OpenAI,
  { id, sequence }: ProviderRun,
  signal: AbortSignal,
): Promise<AsyncIterable<unknown>> {
  const asked = client.responses.retrieve(id, { stream: true, starting_after: sequence }, { signal })
  return readEventStream(await asked.asResponse())
}

function callToBody({ request, plan, background, replayOf }: ApiCall): OpenAI.Responses.ResponseCreateParamsNonStreaming {
  const { model, toolChoice } = request
  const tools = planToTools(plan, request.tools)
  const { instructions, input } = messagesToInput(planToMessages(plan, request.messages), replayOf)
  return {
    model,
    ...(instructions !== null && { instructions }),
    input,
    ...(tools.length > 0 && { tools: toolsToInput(tools) }),
    ...(tools.length > 0 && toolChoice && plan.toolChoice && { tool_choice: toToolChoice(toolChoice) }),
    store: background,
    ...(background && { background }),
    ...(plan.encryptedReasoning && { include: ['reasoning.encrypted_content'] }),
    ...toFields(plan, request),
  }
}

function toToolChoice(choice: ToolChoice): NonNullable<Fields['tool_choice']> {
  return typeof choice === 'string' ? choice : { type: 'function', name: toWireName(choice.name) }
}

type Fields = Partial<OpenAI.Responses.ResponseCreateParamsNonStreaming>

function toFields(plan: CallPlan, request: ApiCall['request']): Fields {
  const { responseFormat } = request.parameters ?? {}
  const { sent } = planToParameters(plan, request)
  const effort = sent.find(({ field }) => field === effortField)?.value
  const reasoning = {
    ...(plan.reasoningSummary && { summary: 'auto' as const }),
    ...(effort !== undefined && { effort: effort as NonNullable<OpenAI.Reasoning['effort']> }),
  }
  return {
    ...Object.fromEntries(sent.flatMap(({ field, value }) => (field === effortField ? [] : [[field, value]]))),
    ...(Object.keys(reasoning).length > 0 && { reasoning }),
    ...(responseFormat !== undefined && { text: { format: toTextFormat(responseFormat) } }),
  }
}

/** Responses has the fields of `json_schema` one level higher. */
function toTextFormat(format: Readonly<Record<string, unknown>>): OpenAI.Responses.ResponseFormatTextConfig {
  const { json_schema: schema, ...rest } = format
  return { ...rest, ...(typeof schema === 'object' && schema) } as unknown as OpenAI.Responses.ResponseFormatTextConfig
}
