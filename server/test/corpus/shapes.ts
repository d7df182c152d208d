/** The shape of a stream from one class of hosts, and the expected result. We wrote it ourselves after the streams of those hosts. */
export interface Shape {
  readonly host: string
  readonly api: 'chat' | 'responses'
  readonly stream: string
  readonly text?: string
  readonly reasoning?: string
  readonly calls?: readonly { readonly name: string; readonly args: string }[]
  readonly finishReason: 'stop' | 'length' | 'tool-calls' | 'content-filter'
  /** Input and output tokens. */
  readonly usage?: readonly [input: number, output: number]
}

const done = 'data: [DONE]\n\n'
const data = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`
const named = (value: { readonly type: string }) => `event: ${value.type}\n${data(value)}`
const chunk = (delta: unknown, finish: string | null = null, more: object = {}) =>
  data({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }], ...more })
const usage = (input: number, output: number) => ({
  usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
})
const call = (index: number, fields: object) => chunk({ tool_calls: [{ index, ...fields }] })

export const shapes: readonly Shape[] = [
  {
    host: 'OpenAI, chat',
    api: 'chat',
    stream:
      chunk({ role: 'assistant', content: '', refusal: null }) +
      chunk({ content: 'Grüße' }) +
      chunk({ content: ' 👋🏽' }) +
      chunk({}, 'stop') +
      data({ choices: [], ...usage(9, 4) }) +
      done,
    text: 'Grüße 👋🏽',
    finishReason: 'stop',
    usage: [9, 4],
  },
  {
    host: 'OpenAI, chat, two calls side by side',
    api: 'chat',
    stream:
      call(0, { id: 'a', type: 'function', function: { name: 'add_task', arguments: '' } }) +
      call(0, { function: { arguments: '{"title":' } }) +
      call(0, { function: { arguments: '"x"}' } }) +
      call(1, { id: 'b', type: 'function', function: { name: 'list_tasks', arguments: '' } }) +
      call(1, { function: { arguments: '{}' } }) +
      chunk({}, 'tool_calls') +
      done,
    calls: [
      { name: 'add_task', args: '{"title":"x"}' },
      { name: 'list_tasks', args: '{}' },
    ],
    finishReason: 'tool-calls',
  },
  {
    host: 'DeepSeek, with thoughts',
    api: 'chat',
    stream:
      ': keep-alive\n\n' +
      chunk({ role: 'assistant', content: null, reasoning_content: 'Hm' }) +
      chunk({ content: null, reasoning_content: 'm.' }) +
      chunk({ content: 'Yes', reasoning_content: null }) +
      chunk({ content: '', reasoning_content: null }, 'stop', usage(7, 5)) +
      done,
    text: 'Yes',
    reasoning: 'Hmm.',
    finishReason: 'stop',
    usage: [7, 5],
  },
  {
    host: 'OpenRouter, with comments and the same thought twice',
    api: 'chat',
    stream:
      ': OPENROUTER PROCESSING\n\n' +
      chunk({ content: '', reasoning: 'So', reasoning_details: [{ type: 'reasoning.text', text: 'So' }] }) +
      chunk({ content: 'ok' }) +
      chunk({ content: '' }, 'length', { native_finish_reason: 'max_tokens' }) +
      data({ choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }], ...usage(3, 2) }) +
      done,
    text: 'ok',
    reasoning: 'So',
    finishReason: 'length',
    usage: [3, 2],
  },
  {
    host: 'Gemini through its OpenAI endpoint: whole calls, no done',
    api: 'chat',
    stream: chunk(
      {
        role: 'assistant',
        tool_calls: [{ index: 0, id: '', type: 'function', function: { name: 'list_tasks', arguments: '{}' } }],
      },
      'stop',
      usage(5, 1),
    ),
    calls: [{ name: 'list_tasks', args: '{}' }],
    finishReason: 'tool-calls',
    usage: [5, 1],
  },
  {
    host: 'Mistral: content in parts',
    api: 'chat',
    stream:
      chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] }] }) +
      chunk({ content: [{ type: 'text', text: 'Yes' }] }, 'stop', usage(4, 2)) +
      done,
    text: 'Yes',
    reasoning: 'Hm.',
    finishReason: 'stop',
    usage: [4, 2],
  },
  {
    host: 'Groq: usage in a place of its own, arguments that are null',
    api: 'chat',
    stream:
      call(0, { id: 'a', type: 'function', function: { name: 'list_tasks', arguments: 'null' } }) +
      chunk({}, 'tool_calls', { x_groq: { id: 'r', ...usage(8, 3) } }) +
      done,
    calls: [{ name: 'list_tasks', args: '{}' }],
    finishReason: 'tool-calls',
    usage: [8, 3],
  },
  {
    host: 'Ollama and llama.cpp: thoughts in tags',
    api: 'chat',
    stream:
      chunk({ content: '<thi' }) +
      chunk({ content: 'nk>Hm.</th' }) +
      chunk({ content: 'ink>\n\nYes' }) +
      chunk({ content: '' }, 'stop') +
      done,
    text: 'Yes',
    reasoning: 'Hm.',
    finishReason: 'stop',
  },
  {
    host: 'Azure: a filter’s verdict first',
    api: 'chat',
    stream:
      data({ choices: [], prompt_filter_results: [{ prompt_index: 0 }] }) +
      chunk({ content: 'No' }) +
      chunk({}, 'content_filter') +
      done,
    text: 'No',
    finishReason: 'content-filter',
  },
  {
    host: 'vLLM behind a proxy that ends lines with carriage returns and pings',
    api: 'chat',
    stream: (
      data({ choices: [] }) +
      'event: ping\ndata: ping\n\n' +
      chunk({ content: 'a\nb' }) +
      chunk({}, 'stop') +
      done
    ).replaceAll('\n', '\r\n'),
    text: 'a\nb',
    finishReason: 'stop',
  },
  {
    host: 'a gateway that gives the whole message last',
    api: 'chat',
    stream:
      chunk({ content: 'Hello' }) +
      data({ choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }] }),
    text: 'Hello',
    finishReason: 'stop',
  },
  {
    host: 'OpenAI, responses',
    api: 'responses',
    stream:
      named({ type: 'response.created' }) +
      data({ type: 'response.output_item.added', output_index: 0, item: { type: 'message', id: 'm', content: [] } }) +
      data({ type: 'response.output_text.delta', item_id: 'm', output_index: 0, delta: 'Hel' }) +
      data({ type: 'response.output_text.delta', item_id: 'm', output_index: 0, delta: 'lo' }) +
      data({ type: 'response.output_text.done', item_id: 'm', output_index: 0, text: 'Hello' }) +
      data({
        type: 'response.completed',
        response: {
          status: 'completed',
          output: [{ type: 'message', id: 'm', content: [{ type: 'output_text', text: 'Hello' }] }],
          usage: { input_tokens: 6, output_tokens: 2, total_tokens: 8 },
        },
      }),
    text: 'Hello',
    finishReason: 'stop',
    usage: [6, 2],
  },
  {
    host: 'OpenAI, responses, a call after a summary',
    api: 'responses',
    stream:
      data({ type: 'response.output_item.added', output_index: 0, item: { type: 'reasoning', id: 'r', summary: [] } }) +
      data({ type: 'response.reasoning_summary_text.delta', item_id: 'r', output_index: 0, summary_index: 0, delta: 'Hm.' }) +
      data({
        type: 'response.output_item.added',
        output_index: 1,
        item: { type: 'function_call', id: 'f', name: 'list_tasks' },
      }) +
      data({ type: 'response.function_call_arguments.delta', item_id: 'f', output_index: 1, delta: '{}' }) +
      data({ type: 'response.function_call_arguments.done', item_id: 'f', output_index: 1, arguments: '{}' }) +
      data({ type: 'response.completed', response: { status: 'completed', output: [] } }),
    reasoning: 'Hm.',
    calls: [{ name: 'list_tasks', args: '{}' }],
    finishReason: 'tool-calls',
  },
]
