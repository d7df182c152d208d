import type OpenAI from 'openai'
import type { ModelParameters, ToolChoice } from '../model.ts'
import { planToTools } from './call-plan.ts'
import { messagesToInput, toolsToInput } from './messages-to-input.ts'
import type { ApiCall, ModelApiDriver } from './model-api-driver.ts'
import { planToMessages } from './plan-to-messages.ts'
import { readEventStream } from './read-event-stream.ts'
import { createResponsesAccumulator } from './responses-accumulator.ts'
import { toWireName } from './wire-names.ts'

/** The Responses API, stateless: nothing is stored at the provider, and what it has to see again is sent again. */
export const responsesApi: ModelApiDriver = {
  createAccumulator: createResponsesAccumulator,
  stream: async (client, call) =>
    readEventStream(await client.responses.create({ ...callToBody(call), stream: true }, { signal: call.signal }).asResponse()),
  // The SDK's `create` reads the answer and fails on one that lacks a field.
  complete: async (client, call) => await client.post('/responses', { body: callToBody(call), signal: call.signal }),
}

function callToBody({ request, plan, replayOf }: ApiCall): OpenAI.Responses.ResponseCreateParamsNonStreaming {
  const { model, toolChoice, parameters = {} } = request
  const tools = planToTools(plan, request.tools)
  const { instructions, input } = messagesToInput(planToMessages(plan, request.messages), replayOf)
  return {
    model,
    ...(instructions !== null && { instructions }),
    input,
    ...(tools.length > 0 && { tools: toolsToInput(tools) }),
    ...(tools.length > 0 && toolChoice && plan.toolChoice && { tool_choice: toToolChoice(toolChoice) }),
    store: false,
    ...(plan.encryptedReasoning && { include: ['reasoning.encrypted_content'] }),
    ...toReasoning(plan.reasoningSummary, parameters.reasoningEffort),
    ...toFields(parameters),
  }
}

function toToolChoice(choice: ToolChoice): NonNullable<Fields['tool_choice']> {
  return typeof choice === 'string' ? choice : { type: 'function', name: toWireName(choice.name) }
}

function toReasoning(hasSummary: boolean, effort: string | undefined): Pick<Fields, 'reasoning'> {
  if (!hasSummary && effort === undefined) return {}
  return {
    reasoning: {
      ...(hasSummary && { summary: 'auto' as const }),
      ...(effort !== undefined && { effort: effort as NonNullable<OpenAI.Reasoning['effort']> }),
    },
  }
}

type Fields = Partial<OpenAI.Responses.ResponseCreateParamsNonStreaming>

function toFields({ temperature, topP, maxOutputTokens, responseFormat }: ModelParameters): Fields {
  return {
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(maxOutputTokens !== undefined && { max_output_tokens: maxOutputTokens }),
    ...(responseFormat !== undefined && { text: { format: toTextFormat(responseFormat) } }),
  }
}

/** Responses has the fields of `json_schema` one level higher. */
function toTextFormat(format: Readonly<Record<string, unknown>>): OpenAI.Responses.ResponseFormatTextConfig {
  const { json_schema: schema, ...rest } = format
  return { ...rest, ...(typeof schema === 'object' && schema) } as unknown as OpenAI.Responses.ResponseFormatTextConfig
}
