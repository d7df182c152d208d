import { getMessage, snapshotToState, type Conversation, type Message, type Snapshot } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { applyRecords } from './apply-records.ts'

const at = '2026-01-01T00:00:00.000Z'

const conversation: Conversation = {
  id: 'c',
  title: 'Before',
  model: null,
  instructions: null,
  messageCount: 3,
  pinned: false,
  archived: false,
  unread: false,
  activeMessageId: 'm3',
  state: 'idle',
  hasActiveGeneration: false,
  createdAt: at,
  updatedAt: at,
}

function toMessage(id: string, parentId: string | null): Message {
  return {
    id,
    conversationId: 'c',
    parentId,
    siblingIds: [id],
    role: 'user',
    status: 'completed',
    content: id,
    parts: [{ type: 'text', text: id }],
    model: null,
    usage: null,
    costMicroUsd: null,
    error: null,
    createdAt: at,
    updatedAt: at,
  }
}

const whole: Snapshot = {
  conversation,
  messages: [toMessage('m1', null), toMessage('m2', 'm1'), toMessage('m3', 'm2')],
  cursor: '90',
  nextCursor: null,
}

test('[C10] a snapshot replaces the state, also when the log became shorter; messages above its page stay', () => {
  const shorter: Snapshot = {
    conversation: { ...conversation, title: 'After' },
    messages: [toMessage('m2', 'm1')],
    cursor: '40',
    nextCursor: 'm2',
  }
  const state = applyRecords(snapshotToState(whole), [{ seq: 40, at, event: { type: 'snapshot', ...shorter } }])
  expect(state).toMatchObject({ cursor: 40, conversation: { title: 'After' }, nextCursor: 'm2' })
  expect(getMessage(state, 'm3')).toBeUndefined()
  expect(getMessage(state, 'm1')).toEqual(whole.messages[0])
})
