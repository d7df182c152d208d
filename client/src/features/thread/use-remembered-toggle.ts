import { useCallback, useState } from 'react'

const key = 'holdfast.opened'
const maxKept = 200
let known: Map<string, boolean> | null = null

/** Whether something is open: as the person left it in this tab, else `usually`. */
export function useRememberedToggle(id: string, usually = false): readonly [isOpen: boolean, toggle: () => void] {
  const [chosen, setChosen] = useState(() => read().get(id))
  const isOpen = chosen ?? usually
  const toggle = useCallback(() => {
    setChosen(!isOpen)
    remember(id, !isOpen)
  }, [id, isOpen])
  return [isOpen, toggle]
}

function read(): Map<string, boolean> {
  if (known) return known
  known = new Map()
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(key) ?? '[]')
    if (Array.isArray(kept)) for (const [id, isOpen] of kept as [string, boolean][]) known.set(id, isOpen)
  } catch {
    // Nothing that can be read was kept: everything is as it usually is.
  }
  return known
}

function remember(id: string, isOpen: boolean): void {
  const toggles = read()
  toggles.delete(id)
  toggles.set(id, isOpen)
  try {
    sessionStorage.setItem(key, JSON.stringify([...toggles].slice(-maxKept)))
  } catch {
    // Storage is forbidden or full: it holds until the page is left.
  }
}
