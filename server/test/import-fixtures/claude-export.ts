import { makeZip } from './make-zip.ts'

const root = '00000000-0000-4000-8000-000000000000'

const message = (uuid: string, sender: 'human' | 'assistant', rest: Record<string, unknown>) => ({
  uuid,
  sender,
  text: '',
  content: [],
  created_at: '2026-03-29T07:06:35.552627Z',
  updated_at: '2026-03-29T07:06:35.552627Z',
  attachments: [],
  files: [],
  ...rest,
})

/** A newer one: a tree, tools, thoughts, a pasted text and a file that is not there. */
export const claudeTree = {
  uuid: '019d386a-0000-7000-8000-000000000001',
  name: 'Organise my calendar',
  summary: 'The person asked about a calendar.',
  created_at: '2026-03-29T07:06:34.084721Z',
  updated_at: '2026-03-29T12:59:41.658730Z',
  account: { uuid: 'c1a9a5f8-0000-4000-8000-000000000000' },
  current_leaf_message_uuid: 'a2',
  chat_messages: [
    message('q1', 'human', {
      parent_message_uuid: root,
      content: [{ type: 'text', text: 'Look at my calendar' }],
      attachments: [{ file_name: 'week.txt', file_type: 'text/plain', file_size: 12, extracted_content: 'Monday: run' }],
      files: [{ file_uuid: 'f-1', file_name: 'photo.jpg' }],
    }),
    message('a1', 'assistant', {
      parent_message_uuid: 'q1',
      content: [
        {
          type: 'thinking',
          thinking: 'Let me see.',
          start_timestamp: '2026-03-29T07:06:36Z',
          stop_timestamp: '2026-03-29T07:06:38Z',
        },
        { type: 'text', text: 'I look.' },
        { type: 'tool_use', id: 'toolu_1', name: 'calendar:list', input: { days: 7 } },
        {
          type: 'tool_result',
          tool_use_id: 'toolu_1',
          name: 'calendar:list',
          content: [{ type: 'text', text: 'two events' }],
          is_error: false,
        },
        { type: 'token_budget' },
        {
          type: 'text',
          text: 'Two events.',
          citations: [{ details: { type: 'web_search_citation', url: 'https://a.example/x', title: 'A [page]' } }],
        },
      ],
    }),
    message('a2', 'assistant', {
      parent_message_uuid: 'q1',
      content: [
        { type: 'text', text: 'Another answer' },
        { type: 'hologram', beams: 3 },
      ],
    }),
  ],
}

/** An older one: a list with plain text, and a question that is only a pasted text. */
export const claudeList = {
  uuid: 'list-1',
  name: '',
  created_at: '2024-01-01T00:00:00.000000Z',
  updated_at: '2024-01-02T00:00:00.000000Z',
  chat_messages: [
    message('m1', 'human', { text: 'Hi', content: undefined }),
    message('m2', 'assistant', { text: 'Hello', content: [{ type: 'text', text: 'Hello' }] }),
    message('m3', 'human', { attachments: [{ file_name: '', extracted_content: 'a long paste' }] }),
  ],
}

export const claudeEmpty = { uuid: 'empty-1', name: 'Nothing', created_at: '2024-01-01T00:00:00Z', chat_messages: [] }

export const claudeConversations = [claudeTree, claudeList, claudeEmpty]

export function makeClaudeArchive(conversations: readonly unknown[] = claudeConversations): Uint8Array {
  return makeZip({
    'users.json': '[{"uuid":"u"}]',
    'projects.json': '[{"uuid":"p","name":"Garden"}]',
    'conversations.json': JSON.stringify(conversations),
  })
}
