import type { ReplyWire, ScriptedCall, ScriptedUsage } from './reply-wire.ts'
import type { ScriptedRequest } from './scripted-request.ts'

/** An answer as the Responses API streams it: every item is announced, grows, and is given once more when it is whole. */
export function createResponsesWire(raw: (bytes: string) => Promise<void>, request: ScriptedRequest): ReplyWire {
  const output: object[] = []
  let sequence = 0
  let text: { id: string; index: number; said: string } | null = null

  const toFrame = (type: string, fields: object) =>
    `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence++, ...fields })}\n\n`
  const toResponse = (status: string, fields: object = {}) => ({
    id: `resp_${request.index}`,
    object: 'response',
    model: request.body.model ?? '',
    status,
    output: [],
    ...fields,
  })
  const created = () => (sequence === 0 ? toFrame('response.created', { response: toResponse('in_progress') }) : '')

  const openText = (): string => {
    if (text) return ''
    text = { id: `msg_${request.index}_${output.length}`, index: output.length, said: '' }
    const item = { id: text.id, type: 'message', role: 'assistant', status: 'in_progress', content: [] }
    return toFrame('response.output_item.added', { output_index: text.index, item })
  }
  const closeText = (): string => {
    if (!text) return ''
    const { id, index, said } = text
    text = null
    return closeItem(index, {
      id,
      type: 'message',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: said, annotations: [] }],
    })
  }
  const closeItem = (index: number, item: object): string => {
    output[index] = item
    return toFrame('response.output_item.done', { output_index: index, item })
  }

  return {
    delta: async () => await Promise.reject(new Error('a delta of Chat Completions in an answer of the Responses API')),
    async tokens(texts) {
      let frames = created() + openText()
      const { id, index } = text ?? { id: '', index: 0 }
      for (const delta of texts) {
        frames += toFrame('response.output_text.delta', { item_id: id, output_index: index, content_index: 0, delta })
      }
      if (text) text.said += texts.join('')
      await raw(frames)
    },
    async think(thought) {
      const index = output.length
      const id = `rs_${request.index}_${index}`
      const summary = [{ type: 'summary_text', text: thought }]
      await raw(
        created() +
          toFrame('response.output_item.added', { output_index: index, item: { id, type: 'reasoning', summary: [] } }) +
          toFrame('response.reasoning_summary_text.delta', {
            item_id: id,
            output_index: index,
            summary_index: 0,
            delta: thought,
          }) +
          closeItem(index, { id, type: 'reasoning', summary, encrypted_content: `sealed ${request.index}` }),
      )
    },
    async picture(base64) {
      let frames = created() + closeText()
      const index = output.length
      const item = { id: `ig_${request.index}_${index}`, type: 'image_generation_call' }
      frames += toFrame('response.output_item.added', { output_index: index, item: { ...item, status: 'in_progress' } })
      frames += toFrame('response.image_generation_call.partial_image', {
        item_id: item.id,
        output_index: index,
        partial_image_index: 0,
        partial_image_b64: 'AAAA',
      })
      await raw(frames + closeItem(index, { ...item, status: 'completed', output_format: 'png', result: base64 }))
    },
    async call({ name, args, id: callId }: ScriptedCall) {
      let frames = created() + closeText()
      const index = output.length
      const id = `fc_${request.index}_${index}`
      const item = { id, type: 'function_call', call_id: callId ?? `call_${request.index}_${index}`, name }
      frames += toFrame('response.output_item.added', {
        output_index: index,
        item: { ...item, arguments: '', status: 'in_progress' },
      })
      for (const delta of args.match(/.{1,12}/gsu) ?? []) {
        frames += toFrame('response.function_call_arguments.delta', { item_id: id, output_index: index, delta })
      }
      frames += toFrame('response.function_call_arguments.done', { item_id: id, output_index: index, arguments: args })
      await raw(frames + closeItem(index, { ...item, arguments: args, status: 'completed' }))
    },
    async finish(reason, usage) {
      const frames = created() + closeText()
      const isCut = reason === 'length' || reason === 'content_filter'
      const why = reason === 'length' ? 'max_output_tokens' : reason
      const status = isCut ? 'incomplete' : 'completed'
      const response = toResponse(status, {
        output,
        usage: toUsage(usage),
        incomplete_details: isCut ? { reason: why } : null,
      })
      await raw(frames + toFrame(`response.${status}`, { response }))
    },
  }
}

/** An answer of the Responses API in one piece. */
export function toWholeResponse(model: string | undefined, content: string, usage: ScriptedUsage): object {
  const message = { id: 'msg_1', type: 'message', role: 'assistant', content: [{ type: 'output_text', text: content }] }
  return { id: 'resp_1', object: 'response', model, status: 'completed', output: [message], usage: toUsage(usage), error: null }
}

function toUsage({ prompt_tokens, completion_tokens }: ScriptedUsage): object {
  const total_tokens = prompt_tokens + completion_tokens
  return { input_tokens: prompt_tokens, output_tokens: completion_tokens, total_tokens }
}
