import type { Message } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { toMessage } from '../../../../test/fake-log-server.ts'
import * as markdown from '../../../markdown/markdown-impl.tsx'
import { countInMarkdown } from '../find/find-in-messages.ts'
import { matchToPlace } from '../find/match-place.ts'
import { createAnswerSegments } from './answer-segments.ts'
import { findSegmentRow } from '../list/find-segment-row.ts'
import type { MessageSegment } from './message-segment.ts'
import { messagesToRows } from './thread-rows.ts'
import { findRowOfNote } from '../list/use-note-links.ts'

const paragraph = (index: number) => `## Part ${index}\n\n${`Some words of part ${index}, and more of them. `.repeat(8)}\n\n`
const write = (parts: number) => Array.from({ length: parts }, (_, index) => paragraph(index)).join('')

function toAnswer(text: string, status: Message['status'] = 'completed', id = 'a'): Message {
  return toMessage(id, { role: 'assistant', status, content: text, parts: [{ type: 'text', text }] })
}

const sourceOf = (segments: readonly MessageSegment[]) =>
  segments.flatMap(({ items }) => items.map(({ text }) => text?.source ?? '')).join('')
const lengthOf = ({ items }: MessageSegment) => items.reduce((sum, { text }) => sum + (text?.source.length ?? 0), 0)

test('an answer of usual length is one segment, also while it grows', () => {
  const answer = createAnswerSegments(markdown, 'a', 0)
  for (let parts = 1; parts < 12; parts += 1)
    expect(answer.update(toAnswer(write(parts), 'generating')).segments.map(({ key }) => key)).toEqual(['a'])
  expect(answer.update(toAnswer(write(11))).segments).toHaveLength(1)
})

test('a long answer is divided into short segments that together contain all of it', () => {
  const text = write(200)
  const { segments } = createAnswerSegments(markdown, 'a', 0).update(toAnswer(text))
  expect(sourceOf(segments)).toBe(text)
  expect(new Set(segments.map(({ key }) => key)).size).toBe(segments.length)
  expect(segments.length).toBeGreaterThan(20)
  expect(Math.max(...segments.map(lengthOf))).toBeLessThan(9_000)
  expect(segments.map(({ isFirst }) => isFirst).indexOf(true)).toBe(0)
  expect(segments.filter(({ isLast }) => isLast)).toEqual([segments.at(-1)])
})

test('a growing answer keeps its divisions, and settled segments keep their identity', () => {
  const text = write(120)
  const answer = createAnswerSegments(markdown, 'a', 0)
  let before: readonly MessageSegment[] = []
  for (let length = 400; length < text.length; length += 700) {
    const { segments } = answer.update(toAnswer(text.slice(0, length), 'generating'))
    expect(segments.slice(0, before.length).map(({ key }) => key)).toEqual(before.map(({ key }) => key))
    // The last segments may still change.
    const settled = before.slice(0, -3)
    expect(segments.slice(0, settled.length).every((segment, index) => segment === settled[index])).toBe(true)
    before = segments
  }
  expect(before.length).toBeGreaterThan(10)
  const ended = answer.update(toAnswer(text)).segments
  expect(sourceOf(ended)).toBe(text)
})

test('an answer that was shown in one row stays in one row when it is continued', () => {
  const text = write(23)
  expect(text.length).toBeGreaterThan(7_000)
  const answer = createAnswerSegments(markdown, 'a', text.length)
  expect(answer.update(toAnswer(text, 'generating')).segments).toHaveLength(1)
  const { segments } = answer.update(toAnswer(write(60), 'generating'))
  expect(segments.length).toBeGreaterThan(3)
  expect(lengthOf(segments[0] as MessageSegment)).toBeGreaterThanOrEqual(text.length)
})

test('tool calls and reasoning between texts are in the row in which they occur', () => {
  const text = write(30)
  const call = { type: 'tool-call', callId: 'c', name: 'list_tasks', args: {}, state: 'done' } as const
  const message = { ...toAnswer(text), parts: [{ type: 'text', text }, call, { type: 'text', text: 'Done.' }] } as Message
  const { segments } = createAnswerSegments(markdown, 'a', 0).update(message)
  const types = segments.flatMap(({ items }) => items.map(({ block }) => block.type))
  expect(types.filter((type, index) => type !== types[index - 1])).toEqual(['text', 'tools', 'text'])
  expect(segments.at(-1)?.items.at(-1)?.text?.source).toBe('Done.')
})

test('a position in an answer that was divided differently maps to the row that contains it now', () => {
  const text = write(100)
  const growing = createAnswerSegments(markdown, 'a', 0)
  for (let length = 500; length < text.length; length += 900) growing.update(toAnswer(text.slice(0, length), 'generating'))
  const then = growing.update(toAnswer(text)).segments
  const now = createAnswerSegments(markdown, 'a', 0).update(toAnswer(text)).segments
  const rows = messagesToRows([toMessage('q'), toAnswer(text)], true, { byMessage: new Map([['a', now]]), layout: 0 })
  expect(rows.rows).toHaveLength(now.length + 1)
  const startOf = (key: string) => (key === 'a' ? 0 : Number(key.split('.').at(-1)))
  for (const { key } of then.slice(1)) {
    const found = findSegmentRow(rows, 'a', key)
    const next = now[now.findIndex((segment) => segment.key === found) + 1]
    expect(startOf(found)).toBeLessThanOrEqual(startOf(key))
    expect(next === undefined || startOf(next.key) > startOf(key)).toBe(true)
  }
  expect(findSegmentRow(rows, 'a', 'a/part-9.12')).toBe('a')
})

test('a match is in the row that holds it', () => {
  const text = `${write(40)}A barnacle.\n\n${write(40)}Another **barn**acle, and a barnacle.\n`
  const { segments } = createAnswerSegments(markdown, 'a', 0).update(toAnswer(text))
  const places = [0, 1, 2].map((ordinal) => matchToPlace({ messageId: 'a', ordinal }, new Map([['a', segments]]), 'Barnacle'))
  const counts = segments.map(({ items }) => countInMarkdown(items.map((item) => item.text?.source).join(''), 'barnacle'))
  const first = segments[counts.indexOf(1)]?.key
  const second = segments[counts.indexOf(2)]?.key
  expect(places).toEqual([
    { row: first, ordinal: 0 },
    { row: second, ordinal: 0 },
    { row: second, ordinal: 1 },
  ])
  expect(matchToPlace({ messageId: 'q', ordinal: 3 }, new Map(), 'x')).toEqual({ row: 'q', ordinal: 3 })
})

test('a footnote is in the last row of its text, and its references are found', () => {
  const text = `${write(30)}Said.[^Who-2]\n\n${write(30)}\n\n[^Who-2]: Somebody.\n`
  const { segments } = createAnswerSegments(markdown, 'a', 0).update(toAnswer(text))
  const prefix = segments[0]?.items[0]?.text?.shown.prefix ?? ''
  expect(findRowOfNote(segments, `${prefix}fn-who-2`)).toBe(segments.at(-1)?.key)
  const row = segments.find(({ items }) => items.some((item) => item.text?.source.includes('Said.') === true))
  expect(row).not.toBe(segments.at(-1))
  expect(findRowOfNote(segments, `${prefix}fnref-who-2`)).toBe(row?.key)
  expect(findRowOfNote(segments, `${prefix}fnref-who-2-3`)).toBe(row?.key)
  expect(findRowOfNote(segments, 'elsewhere')).toBe(null)
})
