import type { Id, Message } from '@holdfast/shared'
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode, type RefObject } from 'react'
import type { ConversationView } from '../../../sdk/conversation-store/conversation-view.ts'
import type { MessageSegment } from '../model/message-segment.ts'
import type { ScrollAnchor } from '../model/scroll-anchor.ts'
import { FindBar } from './find-bar.tsx'
import { createFinder, noHits, positionOf, stepMatch, type Hits, type Match } from './find-in-messages.ts'
import { foldText } from './fold-text.ts'
import { matchToPlace, type MatchPlace } from './match-place.ts'
import { findMatchRanges } from './match-ranges.ts'

export interface FindOptions {
  readonly messages: readonly Message[]
  readonly segmentsByMessage: ReadonlyMap<Id, readonly MessageSegment[]>
  readonly earlier: ConversationView['earlier']
  readonly onLoadEarlier: () => void
  readonly contentRef: RefObject<HTMLElement | null>
  readonly scrollerRef: RefObject<HTMLElement | null>
  readonly scroller: {
    /** The first message in sight; null at the end. */
    readonly readAnchor: () => ScrollAnchor | null
    readonly showRow: (key: string) => void
    readonly showInRow: (key: string, rect: DOMRect) => void
  }
}

export interface Find {
  /** Null while the bar is closed. */
  readonly bar: ReactNode
  /** The message in which a match is shown. */
  readonly soughtId: Id | null
  /** False when it was open already and the key is the browser's. */
  readonly open: () => boolean
}

/** Find in this conversation, including what is not loaded yet: matches are marked and shown one after the other. */
export function useFind(options: FindOptions): Find {
  const { messages, earlier, onLoadEarlier, contentRef } = options
  const [isOpen, setOpen] = useState(false)
  const [query, setQuery] = useState('')
  const [match, setMatch] = useState<Match | null>(null)
  const inputRef = useRef<HTMLInputElement>(null)
  const cameFrom = useRef<Element | null>(null)
  const isToShow = useRef(false)
  const find = useMemo(() => createFinder(query), [query])
  const hits = useMemo(() => (isOpen ? find(messages) : noHits), [isOpen, find, messages])

  const show = (next: Match | null) => {
    setMatch(next)
    isToShow.current = next !== null
    if (next) options.scroller.showRow(matchToPlace(next, options.segmentsByMessage, query).row)
  }
  const position = positionOf(hits, match)

  // For a new query, or the first match among pages loaded later, the nearest match below is shown.
  const sought = useRef('')
  useEffect(() => {
    if (!isOpen || (sought.current === query && (match !== null || hits.total === 0))) return
    if (hits.total > 0 || sought.current !== query)
      show(firstFrom(hits, messages, options.scroller.readAnchor()?.messageId ?? null))
    sought.current = query
  })

  useEffect(() => {
    if (isOpen && query.trim() !== '' && earlier === 'available') onLoadEarlier()
  }, [isOpen, query, earlier, onLoadEarlier])

  useEffect(() => {
    if (isOpen) inputRef.current?.focus()
  }, [isOpen])

  // Rows come and go while the view moves, so matches are marked again after every rendering.
  useEffect(() => {
    const content = contentRef.current
    if (!isOpen || !content) return
    const place = match && matchToPlace(match, options.segmentsByMessage, query)
    const current = markMatches(content, foldText(query).trim(), place)
    if (!place || !current || !isToShow.current) return
    isToShow.current = false
    unfold(current)
    if (!isInSight(current, options.scrollerRef.current)) options.scroller.showInRow(place.row, current.getBoundingClientRect())
  })
  useEffect(() => (isOpen ? unmark : undefined), [isOpen])

  const close = () => {
    setOpen(false)
    sought.current = ''
    if (cameFrom.current instanceof HTMLElement && cameFrom.current.isConnected) cameFrom.current.focus({ preventScroll: true })
  }
  const open = useCallback(() => {
    if (document.activeElement === inputRef.current && inputRef.current) return false
    cameFrom.current = document.activeElement
    setOpen(true)
    setMatch(null)
    inputRef.current?.focus()
    inputRef.current?.select()
    return true
  }, [])

  const isSearching = earlier === 'available' || earlier === 'loading'
  const bar = isOpen ? (
    <FindBar
      inputRef={inputRef}
      query={query}
      onQuery={setQuery}
      position={position}
      total={hits.total}
      isSearching={isSearching}
      onStep={(step) => show(stepMatch(hits, match, step))}
      onClose={close}
    />
  ) : null
  return { bar, open, soughtId: isOpen ? (match?.messageId ?? null) : null }
}

function firstFrom({ hits }: Hits, messages: readonly Message[], firstInSight: Id | null): Match | null {
  const order = new Map(messages.map(({ id }, index) => [id, index]))
  const from = firstInSight === null ? 0 : (order.get(firstInSight) ?? 0)
  const hit = hits.find(({ messageId }) => (order.get(messageId) ?? 0) >= from) ?? hits.at(-1)
  return hit ? { messageId: hit.messageId, ordinal: 0 } : null
}

/** Marks the matches in the rows that exist, the current one differently. Returns the range of the current one. */
function markMatches(content: HTMLElement, wanted: string, place: MatchPlace | null): Range | null {
  const others: Range[] = []
  let current: Range | null = null
  for (const row of content.querySelectorAll<HTMLElement>('[data-row]')) {
    const ranges = findMatchRanges(row, wanted)
    const shown = row.dataset['row'] === place?.row ? ranges[Math.min(place?.ordinal ?? 0, ranges.length - 1)] : undefined
    if (shown) current = shown
    others.push(...ranges.filter((range) => range !== shown))
  }
  if (typeof Highlight !== 'undefined') {
    CSS.highlights.set('found', new Highlight(...others))
    CSS.highlights.set('found-here', new Highlight(...(current ? [current] : [])))
  }
  return current
}

/** Opens the `<details>` around a match, which has no place on the screen while they are closed. */
function unfold(range: Range): void {
  let details = range.startContainer.parentElement?.closest('details')
  while (details) {
    details.open = true
    details = details.parentElement?.closest('details')
  }
}

function unmark(): void {
  if (typeof Highlight === 'undefined') return
  CSS.highlights.delete('found')
  CSS.highlights.delete('found-here')
}

function isInSight(range: Range, scroller: HTMLElement | null): boolean {
  if (!scroller) return false
  const rect = range.getBoundingClientRect()
  const view = scroller.getBoundingClientRect()
  return rect.top > view.top + 56 && rect.bottom < view.bottom - 24
}
