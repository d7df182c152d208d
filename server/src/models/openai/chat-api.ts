import type OpenAI from 'openai'
import type { ModelRequest } from '../model.ts'
import type { CallPlan } from './call-plan.ts'
import { createChatAccumulator } from './chat-accumulator.ts'
import { messagesToWire, toolsToWire } from './messages-to-wire.ts'
import type { ApiCall, ModelApiDriver } from './model-api-driver.ts'

/** Chat Completions. Only fields that every provider takes: token limits, temperature and strictness are each refused by somebody. */
export const chatApi: ModelApiDriver = {
  createAccumulator: createChatAccumulator,
  stream: async (client, call) =>
    await client.chat.completions.create(
      {
        ...callToBody(call),
        stream: true,
        ...(call.plan.streamOptions && { stream_options: { include_usage: true } }),
      },
      { signal: call.signal },
    ),
  complete: async (client, call) => await client.chat.completions.create(callToBody(call), { signal: call.signal }),
}

function callToBody({ request, plan, replayOf }: ApiCall): OpenAI.Chat.ChatCompletionCreateParamsNonStreaming {
  const { model, messages, tools }: ModelRequest = request
  const { reasoningContent, thoughtSignature, replay }: CallPlan = plan
  return {
    model,
    messages: messagesToWire(messages, { reasoningContent, thoughtSignature, extras: replay, replayOf }),
    ...(tools.length > 0 && { tools: toolsToWire(tools) }),
  }
}
