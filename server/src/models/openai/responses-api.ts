import type OpenAI from 'openai'
import { messagesToInput, toolsToInput } from './messages-to-input.ts'
import type { ApiCall, ModelApiDriver } from './model-api-driver.ts'
import { createResponsesAccumulator } from './responses-accumulator.ts'

/** The Responses API, stateless: nothing is stored at the provider, and what it has to see again is sent again. */
export const responsesApi: ModelApiDriver = {
  createAccumulator: createResponsesAccumulator,
  stream: async (client, call) => await client.responses.create({ ...callToBody(call), stream: true }, { signal: call.signal }),
  // The SDK's `create` reads the answer and fails on one that lacks a field.
  complete: async (client, call) => await client.post('/responses', { body: callToBody(call), signal: call.signal }),
}

function callToBody({ request, plan, replayOf }: ApiCall): OpenAI.Responses.ResponseCreateParamsNonStreaming {
  const { model, messages, tools } = request
  const { instructions, input } = messagesToInput(messages, replayOf)
  return {
    model,
    ...(instructions !== null && { instructions }),
    input,
    ...(tools.length > 0 && { tools: toolsToInput(tools) }),
    store: false,
    ...(plan.encryptedReasoning && { include: ['reasoning.encrypted_content'] }),
    ...(plan.reasoningSummary && { reasoning: { summary: 'auto' } }),
  }
}
