import type { Message } from '@holdfast/shared'
import { Fragment, type ReactNode } from 'react'
import { formatDay } from '../../../ui/format-time.ts'
import type { ThreadRows } from './thread-rows.ts'
import type { ThreadVirtualizer } from './use-thread-virtualizer.ts'

export interface ThreadRowsViewProps {
  readonly rows: ThreadRows
  readonly messages: readonly Message[]
  readonly virtualizer: ThreadVirtualizer
  readonly label: string
  readonly children: (message: Message, index: number) => ReactNode
}

/** The rows that exist, in the flow of the page, with room for those that do not. */
export function ThreadRowsView({ rows, messages, virtualizer, label, children }: ThreadRowsViewProps) {
  const items = virtualizer.getVirtualItems()
  let end = 0
  return (
    <div role="log" aria-live="off" aria-label={label}>
      {items.map((item) => {
        const row = rows.rows[item.index]
        const room = item.start - end
        end = item.end
        if (!row) return null
        const message = row.kind === 'message' ? messages[row.index] : undefined
        return (
          <Fragment key={row.key}>
            {room > 0 && <Room height={room} />}
            <div data-index={item.index} data-row={row.key} ref={virtualizer.measureElement} className="flow-root">
              {row.kind === 'day' && <Day at={row.at} />}
              {message && <div className="pb-6">{children(message, row.kind === 'message' ? row.index : 0)}</div>}
            </div>
          </Fragment>
        )
      })}
      <Room height={virtualizer.getTotalSize() - end} />
    </div>
  )
}

function Room({ height }: { readonly height: number }) {
  return <div aria-hidden style={{ height: Math.max(0, height) }} />
}

/** The day on which what follows was written. */
export function Day({ at }: { readonly at: string }) {
  return (
    <p className="flex h-11 items-center justify-center pb-5 text-xs text-faint" data-testid="day">
      <time dateTime={at.slice(0, 10)}>{formatDay(at, 'en')}</time>
    </p>
  )
}
