import { expect, test } from 'vitest'
import { eventRecordSchema, eventSchema } from './index.ts'

const messageId = '00000000-0000-4000-8000-000000000001'
const message = {
  id: messageId,
  conversationId: '00000000-0000-4000-8000-000000000000',
  parentId: null,
  siblingIds: [messageId],
  role: 'assistant',
  status: 'generating',
  content: 'a',
  parts: [{ type: 'text', text: 'a' }],
  model: null,
  usage: null,
  costMicroUsd: null,
  error: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
}
const conversation = {
  id: message.conversationId,
  title: 'New Conversation',
  model: null,
  instructions: null,
  messageCount: 1,
  pinned: false,
  archived: false,
  unread: false,
  activeMessageId: messageId,
  state: 'thinking',
  hasActiveGeneration: true,
  createdAt: message.createdAt,
  updatedAt: message.updatedAt,
}

/** Events as the first release wrote them to disk. Lines may be added; none may be changed. */
const remark = { type: 'remark' as const, remarkId: 'r', text: 'Shorter', authorId: 'u', createdAt: '2026-01-01T00:00:00.000Z' }
const onDisk = [
  { type: 'snapshot', conversation, messages: [message], cursor: '7', nextCursor: null },
  { type: 'message-added', message },
  { type: 'message-removed', messageId, siblingIds: [] },
  { type: 'generation-queued', messageId },
  { type: 'generation-started', messageId, attempt: 1, model: 'm' },
  { type: 'text-delta', messageId, part: 0, offset: 0, text: '\ud83d\u0000' },
  { type: 'reasoning-delta', messageId, part: 0, offset: 0, text: 'a' },
  { type: 'tool-call', messageId, part: 1, callId: 'c', name: 'list_tasks', args: { status: 'all' } },
  { type: 'tool-call-updated', messageId, callId: 'c', state: 'waiting', expiresAt: '2026-01-01T00:00:00.000Z' },
  { type: 'tool-result', messageId, callId: 'c', result: null },
  { type: 'tool-result', messageId, callId: 'c', error: 'Task not found' },
  { type: 'generation-waiting', messageId },
  { type: 'generation-stalled', messageId },
  { type: 'generation-retry', messageId, attempt: 2, maxAttempts: 3, delayMs: 500, reason: 'provider-overloaded' },
  { type: 'generation-ended', messageId, status: 'completed', usage: { inputTokens: 1, outputTokens: 1, estimated: true } },
  { type: 'generation-ended', messageId, status: 'error', usage: null, error: { code: 'provider-error', message: 'No.' } },
  { type: 'generation-note', messageId, note: { kind: 'turns-left-out', count: 12, contextWindow: 8192 } },
  { type: 'generation-note', messageId, note: { kind: 'prompt-cut', sentTokens: 9000, readTokens: 4096 } },
  { type: 'reasoning-delta', messageId, part: 0, offset: 1, text: 'b', durationMs: 12 },
  { type: 'text-was-reasoning', messageId, part: 0, offset: 0, durationMs: 12 },
  {
    type: 'file-added',
    messageId,
    part: 1,
    file: { type: 'file', fileId: 'f', name: 'picture.png', mediaType: 'image/png', bytes: 9, width: 1, height: 2, callId: 'c' },
  },
  { type: 'remark-added', messageId, remark },
  { type: 'remark-taken', messageId, part: 1, remark },
  { type: 'reaction-changed', messageId, reaction: 'star', userId: 'u', on: true },
  { type: 'conversation-updated', conversation },
  { type: 'conversation-deleted' },
  { type: 'conversation-restored' },
]

test.each(onDisk)('[E1] $type, as it stands on disk, is read as it was written', (event) => {
  const record = { seq: 1, at: '2026-01-01T00:00:00.000Z', event }
  expect(eventRecordSchema.parse(record)).toEqual(record)
})

test('[E1] every type has a line here', () => {
  const types = eventSchema.options.map((option) => option.shape.type.value)
  expect(types.filter((type) => !onDisk.some((event) => event.type === type))).toEqual([])
})
