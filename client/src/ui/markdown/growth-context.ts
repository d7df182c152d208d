import { createContext } from 'react'

/** Whether the text that a block belongs to still grows, to be asked when the block comes. The same object for as long as the text is shown. */
export const GrowthContext = createContext<{ readonly isGrowing: boolean }>({ isGrowing: false })
