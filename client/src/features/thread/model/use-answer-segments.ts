import { isActive, type Id, type Message } from '@holdfast/shared'
import { useEffect, useLayoutEffect, useState } from 'react'
import { useMarkdownModule, type MarkdownModule } from '../../../markdown/markdown.tsx'
import { createAnswerSegments, type AnswerSegments } from './answer-segments.ts'
import { changedMessages } from './changed-messages.ts'
import type { MessageSegment } from './message-segment.ts'

/** A shorter answer is one row, and is parsed where it is shown. UTF-16 units. */
const longLength = 8_000

/** The segments of divided answers, by message. An answer that is not in it is one row. */
export interface ThreadSegments {
  readonly byMessage: ReadonlyMap<Id, readonly MessageSegment[]>
  /** Changes when there are other segments than before, not when only their content has changed. */
  readonly layout: number
}

/** The segments of long answers and of those that are being written. */
export function useAnswerSegments(messages: readonly Message[]): ThreadSegments {
  const [store] = useState(createSegmentStore)
  const markdown = useMarkdownModule(store.isNeeded(messages))
  const [, setAwake] = useState(0)
  const waitMs = markdown ? store.update(markdown, messages) : 0
  useLayoutEffect(() => store.rendered())
  useEffect(() => {
    if (waitMs <= 0) return
    const timer = setTimeout(() => setAwake((count) => count + 1), waitMs)
    return () => clearTimeout(timer)
  })
  return { byMessage: store.segments, layout: store.layout() }
}

function createSegmentStore() {
  const entries = new Map<Id, AnswerSegments>()
  const segments = new Map<Id, readonly MessageSegment[]>()
  /** Messages of which there is more text than is shown yet. */
  const waiting = new Set<Id>()
  let before: readonly Message[] = []
  let layout = 0
  const update = (markdown: MarkdownModule, message: Message, seen: readonly Message[]): number => {
    const known = entries.get(message.id)
    if (!known && !isLong(message) && !isActive(message.status)) return 0
    const entry = known ?? createAnswerSegments(markdown, message.id, shownLength(message, seen))
    entries.set(message.id, entry)
    const { segments: next, waitMs } = entry.update(message)
    if (!haveSameKeys(segments.get(message.id), next)) layout += 1
    segments.set(message.id, next)
    if (waitMs > 0) waiting.add(message.id)
    else waiting.delete(message.id)
    return waitMs
  }
  return {
    segments,
    layout: () => layout,
    isNeeded: (messages: readonly Message[]) => changedMessages(before, messages).some(isLong),
    /** Returns in how many milliseconds there is more to show. */
    update: (markdown: MarkdownModule, messages: readonly Message[]): number => {
      const changed = new Set(changedMessages(before, messages).filter(({ role }) => role === 'assistant'))
      for (const id of waiting) {
        const message = messages.findLast((one) => one.id === id)
        if (message) changed.add(message)
        else waiting.delete(id)
      }
      let waitMs = 0
      for (const message of changed) waitMs = Math.max(waitMs, update(markdown, message, before))
      if (entries.size > 0 && messages.length < before.length) forget(messages)
      before = messages
      return waitMs
    },
    rendered: () => {
      for (const entry of entries.values()) entry.rendered()
    },
  }

  function forget(messages: readonly Message[]): void {
    const ids = new Set(messages.map(({ id }) => id))
    for (const id of entries.keys()) {
      if (ids.has(id)) continue
      entries.delete(id)
      segments.delete(id)
    }
  }
}

function haveSameKeys(before: readonly MessageSegment[] | undefined, now: readonly MessageSegment[]): boolean {
  return before?.length === now.length && now.every(({ key }, index) => key === before[index]?.key)
}

function isLong({ role, content }: Message): boolean {
  return role === 'assistant' && content.length > longLength
}

/** The length that was already shown in one row, and stays in it when the answer continues. */
function shownLength({ id }: Message, seen: readonly Message[]): number {
  return seen.findLast((message) => message.id === id)?.content.length ?? 0
}
