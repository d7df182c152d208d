import type { Id } from '@holdfast/shared'
import { createContext, useContext, useEffect, useLayoutEffect, useMemo, useState, type RefObject } from 'react'
import type { ThreadRows } from './thread-rows.ts'

/** Selections that are longer keep their two ends only. */
const mostSelectedRows = 300

/** Keeps the row of a message for as long as something in it would be lost without it. Returns how to let it go. */
export type KeepRow = (messageId: Id) => () => void

export const KeepRowContext = createContext<KeepRow | null>(null)

/** The row of this message stays while the component is mounted: something is being written in it. */
export function useKeptRow(messageId: Id): void {
  const keepRow = useContext(KeepRowContext)
  useEffect(() => keepRow?.(messageId), [keepRow, messageId])
}

export interface KeptRows {
  /** Ascending. */
  readonly keptRows: readonly number[]
  /** The row that has the focus, or had it last. */
  readonly activeKey: string | null
  readonly keepRow: KeepRow
}

/** Rows that may not be taken away, however far the view goes: what has the focus, what is selected, what is written in. */
export function useKeptRows(contentRef: RefObject<HTMLElement | null>, { rows, rowByKey }: ThreadRows): KeptRows {
  const [activeKey, setActiveKey] = useState<string | null>(null)
  const [selected, setSelected] = useState<readonly [string, string] | null>(null)
  const [written, setWritten] = useState<readonly Id[]>([])

  useLayoutEffect(() => {
    const content = contentRef.current
    if (!content) return
    const leaving = new AbortController()
    const { signal } = leaving
    content.addEventListener('focusin', ({ target }) => setActiveKey((before) => nodeToKey(target) ?? before), { signal })
    document.addEventListener(
      'selectionchange',
      () => {
        const selection = document.getSelection()
        const ends = selection && !selection.isCollapsed ? [selection.anchorNode, selection.focusNode] : []
        const keys = ends.flatMap((node) => (content.contains(node) ? (nodeToKey(node) ?? []) : []))
        const [anchor, focus = anchor] = keys
        setSelected((before) =>
          anchor === undefined || focus === undefined
            ? null
            : before?.[0] === anchor && before[1] === focus
              ? before
              : [anchor, focus],
        )
      },
      { signal },
    )
    return () => leaving.abort()
  }, [contentRef])

  const [keepRow] = useState<KeepRow>(() => (messageId: Id) => {
    setWritten((before) => [...before, messageId])
    return () => setWritten((before) => before.toSpliced(before.indexOf(messageId), 1))
  })

  const keptRows = useMemo(() => {
    const keyToRow = (key: string) => rowByKey.get(key.replace(/^day /u, '')) ?? []
    const [anchor, focus] = (selected ?? []).flatMap(keyToRow)
    const ends = anchor === undefined || focus === undefined ? [] : [Math.min(anchor, focus), Math.max(anchor, focus)]
    const [from = 0, to = -1] = ends
    const between = to - from < mostSelectedRows ? Array.from({ length: to - from + 1 }, (_, index) => from + index) : ends
    const kept = new Set([...(activeKey === null ? [] : [keyToRow(activeKey)].flat()), ...written.flatMap(keyToRow), ...between])
    return [...kept].filter((row) => row < rows.length).sort((a, b) => a - b)
  }, [rows, rowByKey, activeKey, selected, written])

  return { keptRows, activeKey, keepRow }
}

function nodeToKey(node: EventTarget | null): string | null {
  const element = node instanceof Element ? node : node instanceof Node ? node.parentElement : null
  const row = element?.closest<HTMLElement>('[data-row], [data-message-id]')
  return row?.dataset['row'] ?? row?.dataset['messageId'] ?? null
}
