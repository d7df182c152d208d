import { useLayoutEffect, useRef, useState, type RefObject } from 'react'

/**
 * Measures the column widths of a table in pixels, once `isNeeded`, and again when the frame is resized. Null until measured: the browser
 * then lays the columns out by their content.
 */
export function useColumnWidths(tableRef: RefObject<HTMLTableElement | null>, isNeeded: boolean): readonly number[] | null {
  const [widths, setWidths] = useState<readonly number[] | null>(null)
  const room = useRef(0)
  useLayoutEffect(() => {
    const table = tableRef.current
    if (!isNeeded || widths || !table) return
    const cells = [...(table.tHead?.rows[0]?.cells ?? [])]
    const found = cells.map((cell) => cell.getBoundingClientRect().width)
    // Widths are 0 before layout.
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
