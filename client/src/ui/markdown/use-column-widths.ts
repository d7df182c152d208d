import { useLayoutEffect, useRef, useState, type RefObject } from 'react'

/**
 * How wide the columns of a table are, in pixels, from the moment on in which they are needed: as the browser has made them by what stands
 * in the table, and again when the page has another width. Null before that, and while they are found anew.
 */
export function useColumnWidths(tableRef: RefObject<HTMLTableElement | null>, isNeeded: boolean): readonly number[] | null {
  const [widths, setWidths] = useState<readonly number[] | null>(null)
  const room = useRef(0)
  useLayoutEffect(() => {
    const table = tableRef.current
    if (!isNeeded || widths || !table) return
    const cells = [...(table.tHead?.rows[0]?.cells ?? [])]
    const found = cells.map((cell) => cell.getBoundingClientRect().width)
    // Not while the page is not laid out.
    if (found.length > 0 && found.every((width) => width > 0)) setWidths(found)
  }, [tableRef, isNeeded, widths])
  useLayoutEffect(() => {
    const frame = tableRef.current?.closest('[role=region]')
    if (!isNeeded || !frame || typeof ResizeObserver === 'undefined') return
    room.current = frame.clientWidth
    const observer = new ResizeObserver(() => {
      if (frame.clientWidth === room.current || frame.clientWidth === 0) return
      room.current = frame.clientWidth
      setWidths(null)
    })
    observer.observe(frame)
    return () => observer.disconnect()
  }, [tableRef, isNeeded])
  return isNeeded ? widths : null
}
