import type { Message } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { toMessage } from '../../../../test/fake-log-server.ts'
import * as markdown from '../../../ui/markdown/loaded-markdown.tsx'
import { countInMarkdown } from '../find/find-in-messages.ts'
import { matchToPlace } from '../find/match-place.ts'
import { createAnswerPieces } from './answer-pieces.ts'
import { findPieceRow } from './find-piece-row.ts'
import type { MessagePiece } from './message-piece.ts'
import { messagesToRows } from './thread-rows.ts'
import { findRowOfNote } from './use-note-links.ts'

const paragraph = (index: number) => `## Part ${index}\n\n${`Some words of part ${index}, and more of them. `.repeat(8)}\n\n`
const write = (parts: number) => Array.from({ length: parts }, (_, index) => paragraph(index)).join('')

function toAnswer(text: string, status: Message['status'] = 'completed', id = 'a'): Message {
  return toMessage(id, { role: 'assistant', status, content: text, parts: [{ type: 'text', text }] })
}

const sourceOf = (pieces: readonly MessagePiece[]) =>
  pieces.flatMap(({ items }) => items.map(({ text }) => text?.source ?? '')).join('')
const lengthOf = ({ items }: MessagePiece) => items.reduce((sum, { text }) => sum + (text?.source.length ?? 0), 0)

test('an answer of usual length is one piece, also while it grows', () => {
  const answer = createAnswerPieces(markdown, 'a', 0)
  for (let parts = 1; parts < 12; parts += 1)
    expect(answer.update(toAnswer(write(parts), 'generating')).pieces.map(({ key }) => key)).toEqual(['a'])
  expect(answer.update(toAnswer(write(11))).pieces).toHaveLength(1)
})

test('a long answer is divided into pieces of which none is long, and which are all of it', () => {
  const text = write(200)
  const { pieces } = createAnswerPieces(markdown, 'a', 0).update(toAnswer(text))
  expect(sourceOf(pieces)).toBe(text)
  expect(new Set(pieces.map(({ key }) => key)).size).toBe(pieces.length)
  expect(pieces.length).toBeGreaterThan(20)
  expect(Math.max(...pieces.map(lengthOf))).toBeLessThan(9_000)
  expect(pieces.map(({ isFirst }) => isFirst).indexOf(true)).toBe(0)
  expect(pieces.filter(({ isLast }) => isLast)).toEqual([pieces.at(-1)])
})

test('where an answer was divided it stays divided while it grows, and what is settled is the same piece as before', () => {
  const text = write(120)
  const answer = createAnswerPieces(markdown, 'a', 0)
  let before: readonly MessagePiece[] = []
  for (let length = 400; length < text.length; length += 700) {
    const { pieces } = answer.update(toAnswer(text.slice(0, length), 'generating'))
    expect(pieces.slice(0, before.length).map(({ key }) => key)).toEqual(before.map(({ key }) => key))
    // The last ones may still change.
    const settled = before.slice(0, -3)
    expect(pieces.slice(0, settled.length).every((piece, index) => piece === settled[index])).toBe(true)
    before = pieces
  }
  expect(before.length).toBeGreaterThan(10)
  const ended = answer.update(toAnswer(text)).pieces
  expect(sourceOf(ended)).toBe(text)
})

test('what was shown as one stays one when the answer goes on', () => {
  const text = write(23)
  expect(text.length).toBeGreaterThan(7_000)
  const answer = createAnswerPieces(markdown, 'a', text.length)
  expect(answer.update(toAnswer(text, 'generating')).pieces).toHaveLength(1)
  const { pieces } = answer.update(toAnswer(write(60), 'generating'))
  expect(pieces.length).toBeGreaterThan(3)
  expect(lengthOf(pieces[0] as MessagePiece)).toBeGreaterThanOrEqual(text.length)
})

test('tools and thoughts between texts stand in the row in which they come', () => {
  const text = write(30)
  const call = { type: 'tool-call', callId: 'c', name: 'list_tasks', args: {}, state: 'done' } as const
  const message = { ...toAnswer(text), parts: [{ type: 'text', text }, call, { type: 'text', text: 'Done.' }] } as Message
  const { pieces } = createAnswerPieces(markdown, 'a', 0).update(message)
  const types = pieces.flatMap(({ items }) => items.map(({ block }) => block.type))
  expect(types.filter((type, index) => type !== types[index - 1])).toEqual(['text', 'tools', 'text'])
  expect(pieces.at(-1)?.items.at(-1)?.text?.source).toBe('Done.')
})

test('a place in an answer that was divided otherwise is the row in which it lies now', () => {
  const text = write(100)
  const growing = createAnswerPieces(markdown, 'a', 0)
  for (let length = 500; length < text.length; length += 900) growing.update(toAnswer(text.slice(0, length), 'generating'))
  const then = growing.update(toAnswer(text)).pieces
  const now = createAnswerPieces(markdown, 'a', 0).update(toAnswer(text)).pieces
  const rows = messagesToRows([toMessage('q'), toAnswer(text)], true, { byMessage: new Map([['a', now]]), layout: 0 })
  expect(rows.rows).toHaveLength(now.length + 1)
  const startOf = (key: string) => (key === 'a' ? 0 : Number(key.split('.').at(-1)))
  for (const { key } of then.slice(1)) {
    const found = findPieceRow(rows, 'a', key)
    const next = now[now.findIndex((piece) => piece.key === found) + 1]
    expect(startOf(found)).toBeLessThanOrEqual(startOf(key))
    expect(next === undefined || startOf(next.key) > startOf(key)).toBe(true)
  }
  expect(findPieceRow(rows, 'a', 'a/part-9.12')).toBe('a')
})

test('a match is in the row that holds it', () => {
  const text = `${write(40)}A barnacle.\n\n${write(40)}Another **barn**acle, and a barnacle.\n`
  const { pieces } = createAnswerPieces(markdown, 'a', 0).update(toAnswer(text))
  const places = [0, 1, 2].map((ordinal) => matchToPlace({ messageId: 'a', ordinal }, new Map([['a', pieces]]), 'Barnacle'))
  const counts = pieces.map(({ items }) => countInMarkdown(items.map((item) => item.text?.source).join(''), 'barnacle'))
  const first = pieces[counts.indexOf(1)]?.key
  const second = pieces[counts.indexOf(2)]?.key
  expect(places).toEqual([
    { row: first, ordinal: 0 },
    { row: second, ordinal: 0 },
    { row: second, ordinal: 1 },
  ])
  expect(matchToPlace({ messageId: 'q', ordinal: 3 }, new Map(), 'x')).toEqual({ row: 'q', ordinal: 3 })
})

test('a footnote is in the last row of its text, and who refers to it is found', () => {
  const text = `${write(30)}Said.[^Who-2]\n\n${write(30)}\n\n[^Who-2]: Somebody.\n`
  const { pieces } = createAnswerPieces(markdown, 'a', 0).update(toAnswer(text))
  const prefix = pieces[0]?.items[0]?.text?.shown.prefix ?? ''
  expect(findRowOfNote(pieces, `${prefix}fn-who-2`)).toBe(pieces.at(-1)?.key)
  const row = pieces.find(({ items }) => items.some((item) => item.text?.source.includes('Said.') === true))
  expect(row).not.toBe(pieces.at(-1))
  expect(findRowOfNote(pieces, `${prefix}fnref-who-2`)).toBe(row?.key)
  expect(findRowOfNote(pieces, `${prefix}fnref-who-2-3`)).toBe(row?.key)
  expect(findRowOfNote(pieces, 'elsewhere')).toBe(null)
})
