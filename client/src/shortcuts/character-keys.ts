import { createValueStore, type ReadableStore } from '../value-store.ts'

const key = 'holdfast.character-keys'
const store = createValueStore(readAllowed())

/** Whether single characters are shortcuts. Whoever dictates or presses keys by accident turns them off (WCAG 2.1.4). */
export const characterKeys: ReadableStore<boolean> = store

export function allowCharacterKeys(isAllowed: boolean): void {
  store.set(isAllowed)
  try {
    if (isAllowed) localStorage.removeItem(key)
    else localStorage.setItem(key, 'off')
  } catch {
    // Storage is forbidden: the choice holds until the page is left.
  }
}

function readAllowed(): boolean {
  try {
    return localStorage.getItem(key) !== 'off'
  } catch {
    return true
  }
}
