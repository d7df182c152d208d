import type { Message } from '@holdfast/shared'
import type { VirtualItem } from '@tanstack/react-virtual'
import { Fragment, type ReactNode } from 'react'
import { formatDay } from '../../../ui/format-time.ts'
import type { MessageRow, ThreadRow, ThreadRows } from './thread-rows.ts'
import type { ThreadVirtualizer } from './use-thread-virtualizer.ts'

export interface ThreadRowsViewProps {
  readonly rows: ThreadRows
  readonly messages: readonly Message[]
  readonly virtualizer: ThreadVirtualizer
  readonly label: string
  /** What is around all rows of a message. */
  readonly frame: (message: Message, index: number, rows: ReactNode) => ReactNode
  /** What stands in a row. */
  readonly content: (message: Message, row: MessageRow) => ReactNode
}

/** The rows that exist, in the flow of the page, with room for those that do not. The rows of a message are within one frame. */
export function ThreadRowsView({ rows, messages, virtualizer, label, frame, content }: ThreadRowsViewProps) {
  const items = virtualizer.getVirtualItems()
  const places = virtualizer.measurementsCache
  let end = 0
  return (
    <div role="log" aria-live="off" aria-label={label}>
      {toStretches(items, rows).map(({ row, own }) => {
        const message = row.kind === 'message' ? messages[row.index] : undefined
        const first = own[0]
        const last = own.at(-1)
        if (!first || !last) return null
        const firstRow = row.kind === 'message' ? first.index - row.piece : first.index
        const lastRow = row.kind === 'message' ? firstRow + row.pieces - 1 : last.index
        const start = places[firstRow]?.start ?? first.start
        const room = start - end
        end = places[lastRow]?.end ?? last.end
        if (row.kind === 'day' || !message) {
          return (
            <Fragment key={row.key}>
              <Room height={room} />
              <div data-index={first.index} data-row={row.key} ref={virtualizer.measureElement} className="flow-root">
                {row.kind === 'day' && <Day at={row.at} />}
              </div>
            </Fragment>
          )
        }
        let within = start
        const list = own.map((item) => {
          const piece = rows.rows[item.index]
          const roomAbove = item.start - within
          within = item.end
          if (piece?.kind !== 'message') return null
          return (
            <Fragment key={piece.key}>
              <Room height={roomAbove} />
              <div data-index={item.index} data-row={piece.key} ref={virtualizer.measureElement} className="flow-root">
                <div className={piece.piece === piece.pieces - 1 ? 'pb-6' : ''}>
                  <div className="relative">{content(message, piece)}</div>
                </div>
              </div>
            </Fragment>
          )
        })
        return (
          <Fragment key={row.messageId}>
            <Room height={room} />
            {frame(
              message,
              row.index,
              <>
                {list}
                <Room height={end - within} />
              </>,
            )}
          </Fragment>
        )
      })}
      <Room height={virtualizer.getTotalSize() - end} />
    </div>
  )
}

interface Stretch {
  readonly row: ThreadRow
  /** A day's row, or those of a message that exist. */
  readonly own: VirtualItem[]
}

function toStretches(items: readonly VirtualItem[], { rows }: ThreadRows): Stretch[] {
  const stretches: Stretch[] = []
  for (const item of items) {
    const row = rows[item.index]
    if (!row) continue
    const last = stretches.at(-1)
    const isSame = last?.row.kind === 'message' && row.kind === 'message' && last.row.messageId === row.messageId
    if (isSame) last.own.push(item)
    else stretches.push({ row, own: [item] })
  }
  return stretches
}

function Room({ height }: { readonly height: number }) {
  return height > 0 ? <div aria-hidden style={{ height }} /> : null
}

/** The day on which what follows was written. */
export function Day({ at }: { readonly at: string }) {
  return (
    <p className="flex h-11 items-center justify-center pb-5 text-xs text-faint" data-testid="day">
      <time dateTime={at.slice(0, 10)}>{formatDay(at, 'en')}</time>
    </p>
  )
}
