import { useCallback, useEffect, useMemo, useState } from 'react'
import type { ShownItem } from '../../features/planner/index.ts'
import { openDeviceStorage } from '../../lib/device-storage.ts'

const key = 'holdfast.planner'
const storage = openDeviceStorage()
/** From here on the panel, the thread and the sidebar have room beside each other. */
const wideQuery = '(min-width: 1120px)'
const shownMs = 3_000

export interface PlannerPanelState {
  /** There is room for it beside the thread; else it is a sheet over it. */
  readonly isWide: boolean
  readonly isOpen: boolean
  /** The item that a link leads to, for a moment. */
  readonly shown: ShownItem | null
  readonly toggle: () => void
  readonly close: () => void
  /** Closes the panel if it covers the page; a panel beside the page stays open. */
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
  return storage.read(key) === 'open'
}

function writeKept(isOpen: boolean): void {
  storage.write(key, isOpen ? 'open' : null)
}
