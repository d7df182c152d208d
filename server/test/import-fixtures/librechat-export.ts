const noParent = '00000000-0000-0000-0000-000000000000'

const message = (messageId: string, parentMessageId: string, isCreatedByUser: boolean, rest: Record<string, unknown>) => ({
  messageId,
  parentMessageId,
  isCreatedByUser,
  conversationId: '27b593be-0000-4000-8000-000000000001',
  sender: isCreatedByUser ? 'User' : 'GPT-4',
  text: '',
  error: false,
  unfinished: false,
  model: isCreatedByUser ? null : 'gpt-4o',
  createdAt: '2024-05-28T18:08:55.014Z',
  updatedAt: '2024-05-28T18:09:00.000Z',
  ...rest,
})

/** All branches as a list: parts, calls of three kinds, a file, an answer that broke off, and one that failed. */
export const librechatList = {
  conversationId: '27b593be-0000-4000-8000-000000000001',
  endpoint: 'azureOpenAI',
  title: 'A long story',
  exportAt: '08:12:16 GMT-0400 (Eastern Daylight Time)',
  branches: true,
  recursive: false,
  options: { model: 'gpt-4o', promptPrefix: 'You are a bard.', temperature: 1 },
  messages: [
    message('q1', noParent, true, {
      text: 'Tell me a story',
      files: [{ file_id: 'f', filename: 'plot.png', type: 'image/png', filepath: '/images/plot.png' }],
    }),
    message('a1', 'q1', false, {
      text: 'ignored, because there are parts',
      content: [
        { type: 'think', think: 'A dragon?' },
        { type: 'text', text: 'Once upon a time ' },
        {
          type: 'tool_call',
          tool_call: { id: 'c1', name: 'search', args: '{"q":"dragon"}', output: '["fire"]', type: 'tool_call' },
        },
        {
          type: 'tool_call',
          tool_call: { id: 'c2', type: 'code_interpreter', code_interpreter: { input: '1+1', outputs: [{ logs: '2' }] } },
        },
        { type: 'text', text: { value: 'there was a dragon.' } },
        { type: 'agent_update', agent_update: {} },
        { type: 'hologram' },
      ],
      promptTokens: 12,
      tokenCount: 30,
      finish_reason: 'length',
    }),
    message('a2', 'q1', false, { text: 'Another beginning', unfinished: true, feedback: { rating: 'thumbsUp' } }),
    message('q2', noParent, true, { text: 'Tell me a longer story' }),
    message('a3', 'q2', false, { text: 'The model is overloaded', error: true }),
  ],
}

/** The same, made recursively: messages inside of each other. */
export const librechatTree = {
  conversationId: '4a86c40e-0000-4000-8000-000000000002',
  endpoint: 'openAI',
  title: 'Nested',
  exportAt: '13:18:04 GMT-0400',
  branches: true,
  recursive: true,
  options: {},
  messages: [
    {
      ...message('r1', noParent, true, { text: 'How?' }),
      children: [
        {
          ...message('r2', 'r1', false, { text: 'So.' }),
          children: [{ ...message('r3', 'r2', true, { text: 'Thanks' }), createdAt: undefined, children: [] }],
        },
        { ...message('r4', 'r1', false, { text: 'Or so.' }), children: [] },
      ],
    },
  ],
}
