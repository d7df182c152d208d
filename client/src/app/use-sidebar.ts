import { useCallback, useEffect, useState } from 'react'

const key = 'holdfast.sidebar'
const wideQuery = '(min-width: 768px)'

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
  return {
    isWide,
    isOpen: isWide ? isKept : isDrawerOpen,
    toggle,
    close: useCallback(() => setDrawerOpen(false), []),
  }
}

function readKept(): boolean {
  try {
    return localStorage.getItem(key) !== 'closed'
  } catch {
    return true
  }
}

function writeKept(isOpen: boolean): void {
  try {
    if (isOpen) localStorage.removeItem(key)
    else localStorage.setItem(key, 'closed')
  } catch {
    // Storage is forbidden: the choice holds until the page is left.
  }
}
