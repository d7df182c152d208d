import { useCallback, useEffect, useMemo, useState } from 'react'
import { openDeviceStorage } from '../../lib/device-storage.ts'

const key = 'holdfast.sidebar'
const storage = openDeviceStorage()
/** A phone on its side is wide, but too low for a list beside the text. */
const wideQuery = '(min-width: 768px) and (min-height: 501px)'

export interface Sidebar {
  /** There is room for it beside the thread; else it is a drawer over it. */
  readonly isWide: boolean
  readonly isOpen: boolean
  readonly toggle: () => void
  readonly close: () => void
}

/** Whether the sidebar is shown. Where there is room the choice is kept; a drawer starts closed. */
export function useSidebar(): Sidebar {
  const [isWide, setWide] = useState(() => matchMedia(wideQuery).matches)
  const [isKept, setKept] = useState(() => readKept())
  const [isDrawerOpen, setDrawerOpen] = useState(false)
  useEffect(() => {
    const query = matchMedia(wideQuery)
    const onChange = () => {
      setWide(query.matches)
      setDrawerOpen(false)
    }
    query.addEventListener('change', onChange)
    return () => query.removeEventListener('change', onChange)
  }, [])
  const toggle = useCallback(() => {
    if (!isWide) return setDrawerOpen((isOpen) => !isOpen)
    setKept(!isKept)
    writeKept(!isKept)
  }, [isWide, isKept])
  const isOpen = isWide ? isKept : isDrawerOpen
  return useMemo(() => ({ isWide, isOpen, toggle, close: () => setDrawerOpen(false) }), [isWide, isOpen, toggle])
}

function readKept(): boolean {
  return storage.read(key) !== 'closed'
}

function writeKept(isOpen: boolean): void {
  storage.write(key, isOpen ? null : 'closed')
}
