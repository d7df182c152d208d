import { useCallback, useState } from 'react'
import { openDeviceStorage } from './device-storage.ts'
import { parseJson } from './parse-json.ts'

const key = 'holdfast.opened'
const maxKept = 200
const storage = openDeviceStorage('session')
let known: Map<string, boolean> | null = null

/** Whether something is open: as the person left it in this tab, else `usually`. The last 200 are kept over a reload. */
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
  const kept = parseJson(storage.read(key))
  known = new Map(Array.isArray(kept) ? kept.filter(isToggle) : [])
  return known
}

function isToggle(kept: unknown): kept is [id: string, isOpen: boolean] {
  return Array.isArray(kept) && typeof kept[0] === 'string' && typeof kept[1] === 'boolean'
}

function remember(id: string, isOpen: boolean): void {
  const toggles = read()
  toggles.delete(id)
  toggles.set(id, isOpen)
  storage.write(key, JSON.stringify([...toggles].slice(-maxKept)))
}
