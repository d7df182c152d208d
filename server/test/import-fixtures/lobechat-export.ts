const message = (id: string, role: string, content: string, at: number, rest: Record<string, unknown> = {}) => ({
  id,
  role,
  content,
  sessionId: 'inbox',
  topicId: 't1',
  createdAt: 1_710_649_845_000 + at,
  updatedAt: 1_710_649_845_000 + at,
  extra: {},
  meta: {},
  files: [],
  ...rest,
})

/** Of a browser: messages of all topics mixed, before their sessions; a tool, a failed answer, a file, another try. */
export const lobechatBrowser = {
  exportType: 'all',
  state: {
    messages: [
      message('x1', 'user', 'In no topic', 50, { topicId: undefined, sessionId: 's1' }),
      message('q1', 'user', 'Draw a boy', 0, { files: ['file-wUhrpfNq'] }),
      message('a1', 'assistant', '', 1, {
        parentId: 'q1',
        extra: { fromModel: 'gpt-4o', fromProvider: 'openai', translate: { content: 'Zeichne' } },
        tools: [
          { id: 'call_1', identifier: 'midjourney', apiName: 'showMJ', arguments: '{"prompts":"a boy"}', type: 'standalone' },
        ],
      }),
      message('x2', 'assistant', 'An answer there', 51, { topicId: undefined, sessionId: 's1', parentId: 'x1' }),
      message('r1', 'tool', '{"image":"boy.png"}', 2, {
        parentId: 'a1',
        tool_call_id: 'call_1',
        plugin: { identifier: 'midjourney', apiName: 'showMJ', arguments: '{}' },
      }),
      message('a2', 'assistant', 'Here he is.', 3, {
        parentId: 'r1',
        reasoning: { content: 'Was it good?', duration: 1500 },
        metadata: { totalInputTokens: 10, totalOutputTokens: 4 },
        extra: { fromModel: 'gpt-4o' },
      }),
      message('q2', 'user', 'Again', 4),
      message('a3', 'assistant', '...', 5, {
        parentId: 'q2',
        extra: { fromModel: 'llama3' },
        error: { type: 'OllamaBizError', message: 'Try again', body: { error: { message: 'Failed to fetch' } } },
      }),
      message('a4', 'assistant', 'Now it works', 6, { parentId: 'q2', extra: { fromModel: 'llama3' } }),
    ],
    sessions: [
      {
        id: 's1',
        type: 'agent',
        meta: { title: 'Helper' },
        config: { systemRole: 'Help.', model: 'gpt-4o-mini' },
        createdAt: 1,
        updatedAt: 1,
      },
    ],
    topics: [
      {
        id: 't1',
        sessionId: 'inbox',
        title: 'Drawing',
        favorite: true,
        createdAt: 1_710_649_845_000,
        updatedAt: 1_710_649_846_000,
      },
    ],
    sessionGroups: [],
  },
  version: 7,
}

/** Of a database: tables. */
export const lobechatDatabase = {
  data: {
    userInstalledPlugins: [{ identifier: 'midjourney' }],
    agents: [{ id: 'agt_1', title: 'Painter', systemRole: 'Paint.', model: 'gpt-4o-mini' }],
    agentsToSessions: [{ agentId: 'agt_1', sessionId: 'ssn_1' }],
    messagePlugins: [
      { id: 'msg_3', toolCallId: 'call_9', apiName: 'showMJ', identifier: 'midjourney', arguments: '{}', state: {} },
    ],
    messages: [
      {
        id: 'msg_1',
        role: 'user',
        content: 'Paint',
        topicId: 'tpc_1',
        sessionId: null,
        parentId: null,
        createdAt: '2025-03-23T12:50:09.797Z',
        updatedAt: '2025-03-23T12:50:09.797Z',
      },
      {
        id: 'msg_2',
        role: 'assistant',
        content: '',
        model: 'gpt-4o',
        topicId: 'tpc_1',
        parentId: 'msg_1',
        tools: [{ id: 'call_9', identifier: 'midjourney', apiName: 'showMJ', arguments: '{"p":1}' }],
        createdAt: '2025-03-23T12:50:10.000Z',
        updatedAt: '2025-03-23T12:50:10.000Z',
      },
      {
        id: 'msg_3',
        role: 'tool',
        content: 'done',
        topicId: 'tpc_1',
        parentId: 'msg_2',
        createdAt: '2025-03-23T12:50:11.000Z',
        updatedAt: '2025-03-23T12:50:11.000Z',
      },
      {
        id: 'msg_4',
        role: 'user',
        content: 'Thanks',
        topicId: 'tpc_1',
        parentId: 'msg_3',
        createdAt: '2025-03-23T12:50:12.000Z',
        updatedAt: '2025-03-23T12:50:12.000Z',
      },
    ],
    sessions: [{ id: 'ssn_1', title: null, type: 'agent' }],
    topics: [
      {
        id: 'tpc_1',
        title: 'A painting',
        sessionId: 'ssn_1',
        favorite: false,
        createdAt: '2025-03-23T12:50:09.000Z',
        updatedAt: '2025-03-23T12:51:00.000Z',
      },
    ],
  },
  mode: 'pglite',
  schemaHash: 'abc',
}
