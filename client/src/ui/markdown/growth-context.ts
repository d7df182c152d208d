import { createContext } from 'react'

export interface Growth {
  /** Whether the text that a block belongs to still grows, to be asked when the block comes. */
  readonly isGrowing: boolean
  /** Which code blocks are shut, by where they begin in the text, when that outlives their elements. */
  readonly folds: Map<number, boolean> | null
}

/** The same object for as long as the text is shown. */
export const GrowthContext = createContext<Growth>({ isGrowing: false, folds: null })
