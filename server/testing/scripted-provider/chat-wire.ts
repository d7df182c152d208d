import type { ReplyWire, ScriptedCall, ScriptedUsage } from './reply-wire.ts'
import type { ScriptedRequest } from './scripted-request.ts'

/** An answer as Chat Completions streams it. */
export function createChatWire(raw: (bytes: string) => Promise<void>, request: ScriptedRequest): ReplyWire {
  const id = `chatcmpl-${request.index}`
  const start = `{"id":"${id}","object":"chat.completion.chunk","created":1700000000,"model":${JSON.stringify(request.body.model ?? '')}`
  let calls = 0

  const chunk = (delta: string, finishReason: string | null) =>
    `data: ${start},"choices":[{"index":0,"delta":${delta},"finish_reason":${JSON.stringify(finishReason)}}]}\n\n`
  const sendDelta = async (delta: object, finishReason: string | null = null) =>
    await raw(chunk(JSON.stringify(delta), finishReason))

  return {
    delta: sendDelta,
    tokens: async (texts) => await raw(texts.map((text) => chunk(`{"content":${JSON.stringify(text)}}`, null)).join('')),
    think: async (text) => await sendDelta({ reasoning_content: text }),
    picture: async (base64) =>
      await sendDelta({ content: '', images: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${base64}` } }] }),
    async call({ name, args, id: callId }: ScriptedCall) {
      const index = calls++
      await sendDelta({
        tool_calls: [
          { index, id: callId ?? `call_${request.index}_${index}`, type: 'function', function: { name, arguments: '' } },
        ],
      })
      for (const piece of args.match(/.{1,12}/gsu) ?? []) {
        await sendDelta({ tool_calls: [{ index, function: { arguments: piece } }] })
      }
    },
    async finish(reason, usage: ScriptedUsage) {
      const total = { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens }
      const isAsked = request.body.stream_options?.include_usage === true
      const usageFrame = isAsked ? `data: ${start},"choices":[],"usage":${JSON.stringify(total)}}\n\n` : ''
      await raw(`${chunk('{}', reason)}${usageFrame}data: [DONE]\n\n`)
    },
  }
}

/** An answer of Chat Completions in one piece. */
export function toChatCompletion(model: string | undefined, content: string, usage: ScriptedUsage): object {
  const message = { role: 'assistant', content }
  return { id: 'chatcmpl-1', object: 'chat.completion', model, choices: [{ index: 0, message, finish_reason: 'stop' }], usage }
}
