import type { Id } from '@holdfast/shared'
import { createContext } from 'react'

/** What a message can ask of the view that it is in. */
export interface Reader {
  /** The view stays where it is, also when it was at the end: what is opened must not move away. */
  readonly letGo: () => void
  readonly showMessage: (messageId: Id) => void
}

export const ReaderContext = createContext<Reader>({ letGo: () => undefined, showMessage: () => undefined })
