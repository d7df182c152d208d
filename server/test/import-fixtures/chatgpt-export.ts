import { makeZip } from './make-zip.ts'
import { png } from './png.ts'

type Json = Record<string, unknown>

function node(id: string, parent: string | null, children: readonly string[], message: Json | null): [string, Json] {
  return [
    id,
    {
      id,
      parent,
      children,
      message: message && { id, status: 'finished_successfully', weight: 1, recipient: 'all', metadata: {}, ...message },
    },
  ]
}

const text = (...parts: readonly unknown[]) => ({ content_type: 'text', parts })
const user = { author: { role: 'user', name: null, metadata: {} } }
const assistant = { author: { role: 'assistant', name: null, metadata: {} } }
const tool = (name: string) => ({ author: { role: 'tool', name, metadata: {} } })

/** Custom instructions, hidden turns, an edited question, an answer in several links with a tool and a plot, pictures and a recording. */
export const chatgptTree = {
  title: 'Plot a sine',
  create_time: 1_756_000_000.123456,
  update_time: 1_756_000_400.654321,
  mapping: Object.fromEntries([
    node('client-created-root', null, ['hidden'], null),
    node('hidden', 'client-created-root', ['context'], {
      author: { role: 'system' },
      create_time: null,
      content: text(''),
      metadata: { is_visually_hidden_from_conversation: true },
    }),
    node('context', 'hidden', ['question', 'question-2'], {
      ...user,
      create_time: null,
      weight: 0,
      content: { content_type: 'user_editable_context', user_profile: 'I am an SRE.', user_instructions: 'Be brief.' },
      metadata: { is_visually_hidden_from_conversation: true, is_user_system_message: true },
    }),
    node('question', 'context', ['call', 'other'], {
      ...user,
      create_time: 1_756_000_001.5,
      content: {
        content_type: 'multimodal_text',
        parts: [
          {
            content_type: 'image_asset_pointer',
            asset_pointer: 'sediment://file_00000000abc',
            width: 1,
            height: 1,
            size_bytes: 68,
          },
          { content_type: 'audio_transcription', text: 'Plot this, please.', direction: 'in' },
          { content_type: 'audio_asset_pointer', asset_pointer: 'sediment://file_00000000def', format: 'wav' },
          'Like in the picture.',
        ],
      },
      metadata: {
        attachments: [
          { id: 'file_00000000abc', name: 'wave.png', mime_type: 'image/png' },
          { id: 'file-GoneGone1', name: 'notes.pdf', mime_type: 'application/pdf' },
        ],
      },
    }),
    node('call', 'question', ['output'], {
      ...assistant,
      create_time: 1_756_000_002,
      recipient: 'python',
      content: { content_type: 'code', language: 'unknown', text: 'plt.plot(x)' },
      metadata: { model_slug: 'gpt-4o' },
    }),
    node('output', 'call', ['thoughts'], {
      ...tool('python'),
      create_time: 1_756_000_003,
      content: { content_type: 'execution_output', text: '<Figure>' },
      metadata: { aggregate_result: { messages: [{ message_type: 'image', image_url: 'file-service://file-PlotPlot1' }] } },
    }),
    node('thoughts', 'output', ['recap'], {
      ...assistant,
      create_time: 1_756_000_004,
      content: { content_type: 'thoughts', thoughts: [{ summary: 'Checking', content: 'It looks right.' }] },
      metadata: { finished_duration_sec: 3 },
    }),
    node('recap', 'thoughts', ['answer'], {
      ...assistant,
      create_time: 1_756_000_004.5,
      content: { content_type: 'reasoning_recap', content: 'Thought for 3 seconds' },
    }),
    node('answer', 'recap', [], {
      ...assistant,
      create_time: 1_756_000_005,
      content: text('Here it is \ue200cite\ue202turn0search0\ue201.'),
      metadata: {
        model_slug: 'gpt-4o',
        content_references: [{ matched_text: '\ue200cite\ue202turn0search0\ue201', alt: '([site](https://site.example))' }],
      },
    }),
    node('other', 'question', [], {
      ...assistant,
      create_time: 1_756_000_010,
      status: 'in_progress',
      content: text('Another try that was'),
      metadata: { model_slug: 'o4-mini' },
    }),
    node('question-2', 'context', [], { ...user, create_time: 1_756_000_020, content: text('Plot a cosine.') }),
  ]),
  current_node: 'answer',
  conversation_id: '6b0f0d9c-0000-4000-8000-000000000001',
  id: '6b0f0d9c-0000-4000-8000-000000000001',
  default_model_slug: 'gpt-5',
  gizmo_id: 'g-p-123',
  is_archived: true,
  is_starred: true,
}

/** As exports of 2022 were: roles beside the content, no ids, times missing; kinds that nobody knows; a node that two list. */
export const chatgptOld = {
  title: '',
  create_time: 1_671_000_000,
  update_time: null,
  mapping: Object.fromEntries([
    node('r', null, ['q'], null),
    node('q', 'r', ['a'], { role: 'user', create_time: null, content: text('Hello there') }),
    node('a', 'q', ['s', 'lost'], { role: 'assistant', create_time: null, content: text('Hi!') }),
    node('s', 'a', ['q', 'w'], { author: { role: 'system' }, content: text('Now in French.') }),
    node('w', 's', [], { ...assistant, content: { content_type: 'hologram', beams: 3 } }),
  ]),
  current_node: 'w',
  moderation_results: [],
}

export const chatgptEmpty = { title: 'Corrupted entry', create_time: 1_756_000_500, conversation_id: 'c-2', id: 'c-2' }

export const chatgptConversations = [chatgptTree, chatgptOld, chatgptEmpty]

/** The archive as it comes by mail. */
export function makeChatgptArchive(conversations: readonly unknown[] = chatgptConversations): Uint8Array {
  return makeZip({
    'chat.html': '<html></html>',
    'user.json': '{"id":"user-1","email":"a@example.com"}',
    'message_feedback.json': '[{"id":"answer","rating":"thumbsUp"}]',
    'conversations.json': JSON.stringify(conversations),
    'file_00000000abc-sanitized.png': png,
    'dalle-generations/file-PlotPlot1-0a1b.webp': png,
    '6b0f0d9c-0000-4000-8000-000000000001/audio/file_00000000def.wav': 'not a recording',
  })
}
