import type { Id } from '@holdfast/shared'
import { createContext } from 'react'

/** Requests that a message can make of the view that contains it. */
export interface Reader {
  /** The view stays where it is, also when it was at the end: what is opened must not move away. */
  readonly letGo: () => void
  readonly showMessage: (messageId: Id) => void
  /** The message can be edited while it is registered. Returns how to end that. */
  readonly registerEditor: (messageId: Id, open: () => void) => () => void
}

export const ReaderContext = createContext<Reader>({
  letGo: () => undefined,
  showMessage: () => undefined,
  registerEditor: () => () => undefined,
})
