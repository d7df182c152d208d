import type { Message } from '@holdfast/shared'
import type { VirtualItem } from '@tanstack/react-virtual'
import { Fragment, type ReactNode } from 'react'
import { locale } from '../../../i18n/locale.ts'
import { formatDayHeading } from '../../../ui/format-time.ts'
import type { MessageRow, ThreadRow, ThreadRows } from '../model/thread-rows.ts'
import type { ThreadVirtualizer } from './use-thread-virtualizer.ts'

export interface ThreadRowsViewProps {
  readonly rows: ThreadRows
  readonly messages: readonly Message[]
  readonly virtualizer: ThreadVirtualizer
  readonly label: string
  /** Wraps all rows of a message. */
  readonly frame: (message: Message, index: number, rows: ReactNode) => ReactNode
  /** Renders the content of a row. */
  readonly content: (message: Message, row: MessageRow) => ReactNode
}

/** The rows that exist, in the flow of the page, with room for those that do not. The rows of a message are within one frame. */
export function ThreadRowsView({ rows, messages, virtualizer, label, frame, content }: ThreadRowsViewProps) {
  const stretches = toStretches(virtualizer.getVirtualItems(), virtualizer.measurementsCache, rows)
  return (
    <div role="log" aria-live="off" aria-label={label}>
      {stretches.map(({ row, roomAbove, items, roomBelow }) => {
        const message = row.kind === 'message' ? messages[row.index] : undefined
        if (row.kind === 'day' || !message) {
          return (
            <Fragment key={row.key}>
              <Room height={roomAbove} />
              <div data-index={items[0]?.index} data-row={row.key} ref={virtualizer.measureElement} className="flow-root">
                {row.kind === 'day' && <Day at={row.at} />}
              </div>
            </Fragment>
          )
        }
        const list = items.map((item) => {
          const segment = rows.rows[item.index]
          if (segment?.kind !== 'message') return null
          return (
            <Fragment key={segment.key}>
              <Room height={item.roomAbove} />
              <div data-index={item.index} data-row={segment.key} ref={virtualizer.measureElement} className="flow-root">
                <div className={segment.segment === segment.segments - 1 ? 'pb-6' : ''}>
                  <div className="relative">{content(message, segment)}</div>
                </div>
              </div>
            </Fragment>
          )
        })
        return (
          <Fragment key={row.messageId}>
            <Room height={roomAbove} />
            {frame(
              message,
              row.index,
              <>
                {list}
                <Room height={roomBelow} />
              </>,
            )}
          </Fragment>
        )
      })}
      <Room height={virtualizer.getTotalSize() - (stretches.at(-1)?.end ?? 0)} />
    </div>
  )
}

/** A day's row, or the rows of one message that exist. Pixels. */
interface Stretch {
  readonly row: ThreadRow
  /** Between the stretch before and this one. */
  readonly roomAbove: number
  readonly items: readonly { readonly index: number; readonly roomAbove: number }[]
  /** Below the last row that exists, up to the end of the message. */
  readonly roomBelow: number
  /** Where the message ends, from the top of the list. */
  readonly end: number
}

function toStretches(items: readonly VirtualItem[], measured: readonly VirtualItem[], { rows }: ThreadRows): Stretch[] {
  const stretches: Stretch[] = []
  let end = 0
  for (const own of groupByMessage(items, rows)) {
    const first = own[0]
    const last = own.at(-1)
    const row = first && rows[first.index]
    if (!first || !last || !row) continue
    const firstRow = row.kind === 'message' ? first.index - row.segment : first.index
    const lastRow = row.kind === 'message' ? firstRow + row.segments - 1 : last.index
    const start = measured[firstRow]?.start ?? first.start
    const roomAbove = start - end
    end = measured[lastRow]?.end ?? last.end
    stretches.push({
      row,
      roomAbove,
      items: own.map((item, index) => ({ index: item.index, roomAbove: item.start - (own[index - 1]?.end ?? start) })),
      roomBelow: end - last.end,
      end,
    })
  }
  return stretches
}

/** Neighbouring rows of one message together; a day's row on its own. */
function groupByMessage(items: readonly VirtualItem[], rows: ThreadRows['rows']): VirtualItem[][] {
  const groups: VirtualItem[][] = []
  for (const item of items) {
    const row = rows[item.index]
    if (!row) continue
    const group = groups.at(-1)
    const before = rows[group?.[0]?.index ?? -1]
    if (group && before?.kind === 'message' && row.kind === 'message' && before.messageId === row.messageId) group.push(item)
    else groups.push([item])
  }
  return groups
}

function Room({ height }: { readonly height: number }) {
  return height > 0 ? <div aria-hidden style={{ height }} /> : null
}

/** The date of the messages below. */
export function Day({ at }: { readonly at: string }) {
  return (
    <p className="flex h-11 items-center justify-center pb-5 text-xs text-faint" data-testid="day">
      <time dateTime={at.slice(0, 10)}>{formatDayHeading(at, locale)}</time>
    </p>
  )
}
