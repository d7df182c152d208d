import { isActive, type Message } from '@holdfast/shared'
import type { MarkdownModule } from '../../../markdown/markdown.tsx'
import type { ParsedText } from '../../../markdown/parsed-text.ts'
import { partsToBlocks, type PartBlock } from './parts-to-blocks.ts'
import { estimatedFrame, estimateTextHeight } from './estimate-height.ts'
import type { MessageSegment, SegmentItem, SegmentText } from './message-segment.ts'

/** Maximum length of a row, in characters; longer answers are split. An answer of usual length is one row. */
const rowLength = { first: 6_000, other: 1_500 }
/** Length that a card counts as. */
const cardLength = 200

export interface AnswerSegments {
  /** Returns the segments, and the number of milliseconds until there is more to show. */
  readonly update: (message: Message) => { readonly segments: readonly MessageSegment[]; readonly waitMs: number }
  /** To be called when the last result has been rendered. */
  readonly rendered: () => void
}

/**
 * An answer in rows, so that of a very long one only what is near to the view exists as elements, and is parsed. Where it was divided it
 * stays divided while it grows.
 *
 * @param wholeLength so much of it has been shown in one row already, and stays there
 */
export function createAnswerSegments(markdown: MarkdownModule, id: string, wholeLength: number): AnswerSegments {
  const texts = new Map<string, TextState>()
  let known = new Map<string, MessageSegment>()
  const readText = (key: string): TextState => {
    const text = texts.get(key) ?? createTextState(markdown, `note-${id}-${key}-`)
    texts.set(key, text)
    return text
  }
  return {
    update: (message) => {
      const { status } = message
      const isWriting = status === 'generating'
      const rows: Draft[] = [{ key: id, items: [], length: 0, height: estimatedFrame.answer }]
      let waitMs = 0
      for (const block of partsToBlocks(message.parts, isActive(status), message.pendingRemarks)) {
        if (block.type !== 'text') {
          const row = roomIn(rows, `${id}/${block.key}`, wholeLength)
          row.items.push({ block, text: null })
          row.length += cardLength
          row.height += estimatedFrame[block.type === 'files' ? (block.files.length === 1 ? 'picture' : 'pictures') : 'card']
          continue
        }
        const isGrowing = isWriting && block.isLast
        const text = readText(block.key)
        waitMs = Math.max(waitMs, addText(rows, { id, block, text, isGrowing, wholeLength }))
      }
      const segments = rows.map((row, index) => toSegment(row, index, rows.length, known))
      known = new Map(segments.map((segment) => [segment.key, segment]))
      return { segments, waitMs }
    },
    rendered: () => {
      for (const text of texts.values()) text.pace.rendered()
    },
  }
}

interface TextState {
  readonly document: ReturnType<MarkdownModule['createMarkdownDocument']>
  readonly pace: ReturnType<MarkdownModule['createTextPace']>
  readonly prefix: string
  readonly folds: Map<number, boolean>
  shownByKey: Map<string, SegmentText & { readonly height: number }>
}

function createTextState(markdown: MarkdownModule, prefix: string): TextState {
  return {
    document: markdown.createMarkdownDocument(),
    pace: markdown.createTextPace(),
    prefix: prefix.replaceAll(/[^\w-]/gu, ''),
    folds: new Map(),
    shownByKey: new Map(),
  }
}

/** A row that is being put together. */
interface Draft {
  readonly key: string
  readonly items: SegmentItem[]
  length: number
  height: number
}

/** Maximum length of the last row. */
function lengthOfLast(rows: readonly Draft[], wholeLength: number): number {
  return rows.length === 1 ? Math.max(rowLength.first, wholeLength) : rowLength.other
}

/** The row for the next block: a new one when the last is full. */
function roomIn(rows: Draft[], key: string, wholeLength: number): Draft {
  const last = rows.at(-1)
  if (last && last.length < lengthOfLast(rows, wholeLength)) return last
  const row: Draft = { key, items: [], length: 0, height: 0 }
  rows.push(row)
  return row
}

interface AddedText {
  readonly id: string
  readonly block: PartBlock & { readonly type: 'text' }
  readonly text: TextState
  readonly isGrowing: boolean
  readonly wholeLength: number
}

/** Returns the number of milliseconds until there is more to show. */
function addText(rows: Draft[], { id, block, text, isGrowing, wholeLength }: AddedText): number {
  const { text: written, waitMs } = text.pace.choose(block.part.text, isGrowing)
  const { groups, definitions } = text.document.update(written, isGrowing)
  const shownByKey = new Map<string, SegmentText & { readonly height: number }>()
  let index = 0
  while (index < groups.length || index === 0) {
    const from = index
    const start = index === 0 ? 0 : (groups[index]?.key ?? 0)
    const key = `${id}/${block.key}.${start}`
    const row = roomIn(rows, key, wholeLength)
    const room = lengthOfLast(rows, wholeLength) - row.length
    let end = written.length
    for (index += 1; index < groups.length; index += 1) {
      end = groups[index]?.key ?? end
      if (end - start >= room) break
      end = written.length
    }
    row.length += end - start
    const shown: ParsedText = {
      groups: groups.slice(from, index),
      definitions,
      prefix: text.prefix,
      before: groups[from - 1] ?? null,
      isEnd: index >= groups.length,
      folds: text.folds,
    }
    const segment = toSegmentText(text.shownByKey.get(key), shown, written.slice(start, end), isGrowing)
    row.height += segment.height
    shownByKey.set(key, segment)
    row.items.push({ block, text: segment })
  }
  text.shownByKey = shownByKey
  return waitMs
}

function toSegmentText(
  known: (SegmentText & { readonly height: number }) | undefined,
  shown: ParsedText,
  source: string,
  isGrowing: boolean,
): SegmentText & { readonly height: number } {
  if (known && isSameText(known.shown, shown)) return known
  return { shown, source, isContinued: shown.before !== null, height: known?.height ?? estimateTextHeight(source, isGrowing) }
}

function isSameText(a: ParsedText, b: ParsedText): boolean {
  return (
    a.definitions === b.definitions &&
    a.before === b.before &&
    a.isEnd === b.isEnd &&
    a.groups.length === b.groups.length &&
    a.groups.every((group, index) => group === b.groups[index])
  )
}

function toSegment(row: Draft, index: number, count: number, known: ReadonlyMap<string, MessageSegment>): MessageSegment {
  const segment: MessageSegment = {
    key: row.key,
    items: row.items,
    isFirst: index === 0,
    isLast: index === count - 1,
    estimatedHeight: row.height,
  }
  const before = known.get(row.key)
  return before && isSameSegment(before, segment) ? before : segment
}

function isSameSegment(a: MessageSegment, b: MessageSegment): boolean {
  return (
    a.isFirst === b.isFirst &&
    a.isLast === b.isLast &&
    a.items.length === b.items.length &&
    a.items.every(({ block, text }, index) => {
      const other = b.items[index]
      return other !== undefined && text === other.text && isSameBlock(block, other.block)
    })
  )
}

function isSameBlock(a: PartBlock, b: PartBlock): boolean {
  if (a.type === 'text') return b.type === 'text' && a.isLast === b.isLast
  if (a.type === 'remark') return b.type === 'remark' && a.part === b.part && a.isPending === b.isPending
  if (a.type === 'files')
    return b.type === 'files' && a.files.length === b.files.length && a.files.every((file, index) => file === b.files[index])
  if (a.type === 'reasoning') return b.type === 'reasoning' && a.part === b.part && a.isLast === b.isLast
  return false
}
