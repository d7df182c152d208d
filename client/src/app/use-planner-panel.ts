import { useCallback, useEffect, useMemo, useState } from 'react'
import type { ShownItem } from '../features/planner/index.ts'

const key = 'holdfast.planner'
/** From here on the panel, the thread and the sidebar have room beside each other. */
const wideQuery = '(min-width: 1120px)'
const shownMs = 3_000

export interface PlannerPanelState {
  /** There is room for it beside the thread; else it is a sheet over it. */
  readonly isWide: boolean
  readonly isOpen: boolean
  /** The item that somebody came to see, for a moment. */
  readonly shown: ShownItem | null
  readonly toggle: () => void
  readonly close: () => void
  /** Closes what lies over the page; what lies beside it stays. */
  readonly closeSheet: () => void
  readonly show: (item: ShownItem) => void
}

/** Whether the planner is shown beside the conversation. Where there is room the choice is kept; a sheet starts closed. */
export function usePlannerPanel(): PlannerPanelState {
  const [isWide, setWide] = useState(() => matchMedia(wideQuery).matches)
  const [isKept, setKept] = useState(readKept)
  const [isSheetOpen, setSheetOpen] = useState(false)
  const [shown, setShown] = useState<ShownItem | null>(null)
  useEffect(() => {
    const query = matchMedia(wideQuery)
    const onChange = () => {
      setWide(query.matches)
      setSheetOpen(false)
    }
    query.addEventListener('change', onChange)
    return () => query.removeEventListener('change', onChange)
  }, [])
  useEffect(() => {
    if (!shown) return
    const timer = setTimeout(() => setShown(null), shownMs)
    return () => clearTimeout(timer)
  }, [shown])
  const isOpen = isWide ? isKept : isSheetOpen
  const setOpen = useCallback(
    (next: boolean) => {
      if (!isWide) return setSheetOpen(next)
      setKept(next)
      writeKept(next)
    },
    [isWide],
  )
  return useMemo(
    () => ({
      isWide,
      isOpen,
      shown,
      toggle: () => setOpen(!isOpen),
      close: () => setOpen(false),
      closeSheet: () => setSheetOpen(false),
      show: (item: ShownItem) => {
        setShown({ id: item.id })
        setOpen(true)
      },
    }),
    [isWide, isOpen, shown, setOpen],
  )
}

function readKept(): boolean {
  try {
    return localStorage.getItem(key) === 'open'
  } catch {
    return false
  }
}

function writeKept(isOpen: boolean): void {
  try {
    if (isOpen) localStorage.setItem(key, 'open')
    else localStorage.removeItem(key)
  } catch {
    // Storage is forbidden: the choice holds until the page is left.
  }
}
