import { addPage, emptyConversationState, type Message } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { toConversation, toMessage } from '../../../test/fake-log-server.ts'
import type { OutboxItem } from '../outbox/outbox-item.ts'
import { choosePath, newestLeafBelow } from './path.ts'

const toState = (messages: Message[], activeMessageId: string | null) =>
  addPage({ ...emptyConversationState, conversation: toConversation('c', { activeMessageId }) }, { messages, nextCursor: null })

const toItem = (name: string, parentId: string | null | undefined): OutboxItem => ({
  requestId: name,
  conversationId: 'c',
  create: false,
  parentId,
  content: name,
  model: null,
  userMessageId: `${name}-user`,
  assistantMessageId: `${name}-answer`,
  createdAt: '2026-01-01T00:00:00.000Z',
  failure: null,
  state: 'sending',
  retryAt: null,
  needsSignIn: false,
  isKept: true,
})
const show = (path: ReturnType<typeof choosePath>) => [
  ...path.messages.map(({ id }) => id),
  ...path.pending.map(({ requestId }) => requestId),
]

/** a - b - c, and beside b: x - y. */
const tree = [
  toMessage('a'),
  toMessage('b', { parentId: 'a', siblingIds: ['b', 'x'] }),
  toMessage('c', { parentId: 'b' }),
  toMessage('x', { parentId: 'a', siblingIds: ['b', 'x'] }),
  toMessage('y', { parentId: 'x' }),
]

test('the path is the active one, or the chosen one', () => {
  const state = toState(tree, 'y')
  expect(show(choosePath(state, { kind: 'active' }, []))).toEqual(['a', 'x', 'y'])
  expect(show(choosePath(state, { kind: 'leaf', leafId: 'c' }, []))).toEqual(['a', 'b', 'c'])
})

test('an unsent message is below the message that it was written for', () => {
  const pending = [toItem('one', 'y'), toItem('two', 'one-answer')]
  expect(show(choosePath(toState(tree, 'y'), { kind: 'active' }, pending))).toEqual(['a', 'x', 'y', 'one', 'two'])
})

test('a chosen branch shows only what was written on it', () => {
  const pending = [toItem('here', 'c'), toItem('there', 'y')]
  const state = toState(tree, 'y')
  expect(show(choosePath(state, { kind: 'leaf', leafId: 'c' }, pending))).toEqual(['a', 'b', 'c', 'here'])
  expect(show(choosePath(state, { kind: 'leaf', leafId: 'b' }, pending))).toEqual(['a', 'b'])
})

test('a message that was just sent selects the branch that is shown, wherever it is', () => {
  const pending = [toItem('edit', 'a'), toItem('there', 'y')]
  expect(show(choosePath(toState(tree, 'y'), { kind: 'sent', requestId: 'edit', then: 'active' }, pending))).toEqual([
    'a',
    'edit',
  ])
})

test('an unsent message below a deleted message stays visible, below the existing messages', () => {
  expect(show(choosePath(toState(tree, 'y'), { kind: 'active' }, [toItem('orphan', 'gone')]))).toEqual(['a', 'x', 'y', 'orphan'])
})

test('a message that was written before anything was loaded is below the active end', () => {
  expect(show(choosePath(toState(tree, 'y'), { kind: 'active' }, [toItem('early', undefined)]))).toEqual(['a', 'x', 'y', 'early'])
})

test('a new root shows nothing above it', () => {
  expect(show(choosePath(toState(tree, 'y'), { kind: 'active' }, [toItem('root', null)]))).toEqual(['root'])
})

test('the newest end below a message goes by the order of siblings, never by ids', () => {
  const state = toState(tree, 'y')
  expect([newestLeafBelow(state, 'a'), newestLeafBelow(state, 'b'), newestLeafBelow(state, 'y')]).toEqual(['y', 'c', 'y'])
})
