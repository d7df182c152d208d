import type OpenAI from 'openai'
import { planToTools } from './call-plan.ts'
import { messagesToInput, toolsToInput } from './messages-to-input.ts'
import type { ApiCall, ModelApiDriver } from './model-api-driver.ts'
import { planToMessages } from './plan-to-messages.ts'
import { readEventStream } from './read-event-stream.ts'
import { createResponsesAccumulator } from './responses-accumulator.ts'

/** The Responses API, stateless: nothing is stored at the provider, and what it has to see again is sent again. */
export const responsesApi: ModelApiDriver = {
  createAccumulator: createResponsesAccumulator,
  stream: async (client, call) =>
    readEventStream(await client.responses.create({ ...callToBody(call), stream: true }, { signal: call.signal }).asResponse()),
  // The SDK's `create` reads the answer and fails on one that lacks a field.
  complete: async (client, call) => await client.post('/responses', { body: callToBody(call), signal: call.signal }),
}

function callToBody({ request, plan, replayOf }: ApiCall): OpenAI.Responses.ResponseCreateParamsNonStreaming {
  const { model, toolChoice } = request
  const tools = planToTools(plan, request.tools)
  const { instructions, input } = messagesToInput(planToMessages(plan, request.messages), replayOf)
  return {
    model,
    ...(instructions !== null && { instructions }),
    input,
    ...(tools.length > 0 && { tools: toolsToInput(tools) }),
    ...(tools.length > 0 && toolChoice && plan.toolChoice && { tool_choice: toolChoice }),
    store: false,
    ...(plan.encryptedReasoning && { include: ['reasoning.encrypted_content'] }),
    ...(plan.reasoningSummary && { reasoning: { summary: 'auto' } }),
  }
}
