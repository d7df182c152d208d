import { createContext } from 'react'

export interface Growth {
  /** Whether the text that a block belongs to still grows. */
  readonly isGrowing: boolean
  /** Whether a code block is folded, by its offset in the text; null if that need not outlive its element. */
  readonly folds: Map<number, boolean> | null
}

export const GrowthContext = createContext<Growth>({ isGrowing: false, folds: null })
