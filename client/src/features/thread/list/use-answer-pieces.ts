import { isActive, type Id, type Message } from '@holdfast/shared'
import { useEffect, useLayoutEffect, useState } from 'react'
import { useMarkdownModule, type MarkdownModule } from '../../../ui/markdown/markdown.tsx'
import { createAnswerPieces, type AnswerPieces } from './answer-pieces.ts'
import { changedMessages } from './changed-messages.ts'
import type { MessagePiece } from './message-piece.ts'

/** An answer that is shorter is one row, and is parsed where it is shown. */
const longLength = 8_000

/** Answers in pieces; those that are not in it are whole. */
export interface ThreadPieces {
  readonly byMessage: ReadonlyMap<Id, readonly MessagePiece[]>
  /** Another number when there are other pieces than before, not when only what stands in them has changed. */
  readonly layout: number
}

/** The pieces of long answers and of those that are being written. */
export function useAnswerPieces(messages: readonly Message[]): ThreadPieces {
  const [store] = useState(createPieceStore)
  const markdown = useMarkdownModule(store.isNeeded(messages))
  const [, setAwake] = useState(0)
  const waitMs = markdown ? store.update(markdown, messages) : 0
  useLayoutEffect(() => store.rendered())
  useEffect(() => {
    if (waitMs <= 0) return
    const timer = setTimeout(() => setAwake((count) => count + 1), waitMs)
    return () => clearTimeout(timer)
  })
  return { byMessage: store.pieces, layout: store.layout() }
}

function createPieceStore() {
  const entries = new Map<Id, AnswerPieces>()
  const pieces = new Map<Id, readonly MessagePiece[]>()
  /** Of which more is to be shown than was. */
  const waiting = new Set<Id>()
  let before: readonly Message[] = []
  let layout = 0
  const update = (markdown: MarkdownModule, message: Message, seen: readonly Message[]): number => {
    const known = entries.get(message.id)
    if (!known && !isLong(message) && !isActive(message.status)) return 0
    const entry = known ?? createAnswerPieces(markdown, message.id, shownLength(message, seen))
    entries.set(message.id, entry)
    const { pieces: next, waitMs } = entry.update(message)
    if (!haveSameKeys(pieces.get(message.id), next)) layout += 1
    pieces.set(message.id, next)
    if (waitMs > 0) waiting.add(message.id)
    else waiting.delete(message.id)
    return waitMs
  }
  return {
    pieces,
    layout: () => layout,
    isNeeded: (messages: readonly Message[]) => changedMessages(before, messages).some(isLong),
    /** Gives in how many milliseconds there is more to show. */
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
      pieces.delete(id)
    }
  }
}

function haveSameKeys(before: readonly MessagePiece[] | undefined, now: readonly MessagePiece[]): boolean {
  return before?.length === now.length && now.every(({ key }, index) => key === before[index]?.key)
}

function isLong({ role, content }: Message): boolean {
  return role === 'assistant' && content.length > longLength
}

/** What was shown in one row stays there when it goes on. */
function shownLength({ id }: Message, seen: readonly Message[]): number {
  return seen.findLast((message) => message.id === id)?.content.length ?? 0
}
