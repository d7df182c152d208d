import type { ToolCallPart } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { createI18n } from '../../i18n/i18n.ts'
import type { Text } from '../../i18n/use-text.ts'
import { toolCallToItem } from './model/tool-call-item.ts'
import { statesToSummary, sumDurations, toShownState } from './model/tool-call-state.ts'
import { isDeleting, toolCallToWords } from './model/tool-call-words.ts'

const i18n = createI18n()
const text: Text = (id, values) => i18n._(id, values)
const call = (change: Partial<ToolCallPart>): ToolCallPart => ({
  type: 'tool-call',
  callId: 'c',
  name: 'add_task',
  args: {},
  state: 'done',
  ...change,
})

test.each([
  [{ args: { title: 'Buy milk' }, state: 'pending' }, 'Add task', 'Buy milk'],
  [{ args: { title: 'Buy milk' }, state: 'done' }, 'Added task', 'Buy milk'],
  [{ name: 'complete_task', args: { taskId: '1' }, state: 'running' }, 'Complete task', null],
  [{ name: 'complete_task', args: { taskId: '1' }, result: { task_id: '1', title: 'Buy milk' } }, 'Completed task', 'Buy milk'],
  [{ name: 'list_tasks', result: [] }, 'Listed tasks', 'none found'],
  [{ name: 'list_tasks', result: [{}, {}] }, 'Listed tasks', '2 found'],
  [{ name: 'add_task', args: 'no JSON at all', state: 'failed' }, 'Add task', null],
  [{ name: 'delete_task', question: 'Delete the task ‘Buy milk’?', state: 'denied' }, 'Delete the task ‘Buy milk’?', null],
] as const)('%o in plain words', (change, action, subject) => {
  expect(toolCallToWords(call(change), text)).toEqual({ action, subject, server: null })
})

test.each([
  ['mcp__github__create_issue', 'Create issue', 'github'],
  ['mcp__my_notes__readPage', 'Read page', 'my_notes'],
  ['web-search', 'Web search', null],
  ['___', '___', null],
])('another server’s %s', (name, action, server) => {
  expect(toolCallToWords(call({ name }), text)).toMatchObject({ action, server })
})

test.each([
  ['delete_task', true],
  ['mcp__files__remove_file', true],
  ['update_task', false],
  ['undelete', false],
])('%s is destructive: %s', (name, expected) => {
  expect(isDeleting(name)).toBe(expected)
})

test('a call links to the item that it created, unless the item is gone or was never created', () => {
  expect(toolCallToItem(call({ result: { task_id: 't', status: 'created' } }))).toEqual({ kind: 'task', id: 't' })
  expect(toolCallToItem(call({ result: { milestone_id: 'm', status: 'updated' } }))).toEqual({ kind: 'milestone', id: 'm' })
  expect(toolCallToItem(call({ result: { task_id: 't', status: 'deleted' } }))).toBeNull()
  expect(toolCallToItem(call({ result: { task_id: 't' }, state: 'failed' }))).toBeNull()
  expect(toolCallToItem(call({ result: [{ task_id: 't' }] }))).toBeNull()
  expect(toolCallToItem(call({ result: 'task_id' }))).toBeNull()
})

test('calls that have not run when the answer ends are stopped; finished calls keep their state', () => {
  expect(['pending', 'waiting', 'running'].map((state) => toShownState(call({ state: state as 'pending' }), true))).toEqual([
    'stopped',
    'stopped',
    'stopped',
  ])
  expect(toShownState(call({ state: 'running' }), false)).toBe('running')
  expect(toShownState(call({ state: 'unknown' }), true)).toBe('unknown')
})

test('several calls are summarized by the state that most needs attention', () => {
  expect(statesToSummary(['done', 'running', 'failed'])).toBe('failed')
  expect(statesToSummary(['done', 'pending', 'running'])).toBe('running')
  expect(statesToSummary(['done', 'done'])).toBe('done')
})

test('durations are summed, and the sum is null when none is known', () => {
  expect(sumDurations([call({ durationMs: 700 }), call({}), call({ durationMs: 500 })])).toBe(1_200)
  expect(sumDurations([call({})])).toBeNull()
})
