import type OpenAI from 'openai'
import type { ModelRequest, ToolChoice } from '../model.ts'
import { planToParameters } from './call-parameters.ts'
import { planToTools, type CallPlan } from './call-plan.ts'
import { createChatAccumulator } from './chat-accumulator.ts'
import { messagesToWire, toolsToWire } from './messages-to-wire.ts'
import type { ApiCall, ModelApiDriver } from './model-api-driver.ts'
import { planToMessages } from './plan-to-messages.ts'
import { readEventStream } from './read-event-stream.ts'
import { toWireName } from './wire-names.ts'

/**
 * Chat Completions. Only fields that every provider takes, unless a caller asks for more: token limits, temperature and strictness are each
 * refused by some provider.
 */
export const chatApi: ModelApiDriver = {
  createAccumulator: createChatAccumulator,
  stream: async (client, call) =>
    readEventStream(
      await client.chat.completions
        .create(
          {
            ...callToBody(call),
            stream: true,
            ...(call.plan.streamOptions && { stream_options: { include_usage: true } }),
          },
          { signal: call.signal },
        )
        .asResponse(),
    ),
  complete: async (client, call) => await client.chat.completions.create(callToBody(call), { signal: call.signal }),
}

function callToBody({ request, plan, modalities, replayOf }: ApiCall): OpenAI.Chat.ChatCompletionCreateParamsNonStreaming {
  const { model, toolChoice }: ModelRequest = request
  const messages = planToMessages(plan, request.messages)
  const tools = planToTools(plan, request.tools)
  const { reasoningContent, thoughtSignature, replay }: CallPlan = plan
  return {
    model,
    messages: messagesToWire(messages, { reasoningContent, thoughtSignature, extras: replay, replayOf }),
    // The SDK's type knows sound only.
    ...(modalities.length > 0 && { modalities: [...modalities] as ('text' | 'audio')[] }),
    ...(tools.length > 0 && { tools: toolsToWire(tools) }),
    ...(tools.length > 0 && toolChoice && plan.toolChoice && { tool_choice: toToolChoice(toolChoice) }),
    ...toFields(plan, request),
  }
}

function toToolChoice(choice: ToolChoice): OpenAI.Chat.ChatCompletionToolChoiceOption {
  return typeof choice === 'string' ? choice : { type: 'function', function: { name: toWireName(choice.name) } }
}

type Fields = Partial<OpenAI.Chat.ChatCompletionCreateParamsNonStreaming>

function toFields(plan: CallPlan, request: ModelRequest): Fields {
  const { stop, responseFormat } = request.parameters ?? {}
  return {
    ...Object.fromEntries(planToParameters(plan, request).sent.map(({ field, value }) => [field, value])),
    ...(stop !== undefined && { stop: [...stop] }),
    ...(responseFormat !== undefined && { response_format: responseFormat as unknown as NonNullable<Fields['response_format']> }),
  }
}
