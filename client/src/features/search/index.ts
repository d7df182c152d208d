import { lazyPart } from '../../ui/lazy-part.tsx'

export { Palette } from './palette.tsx'
export type { PaletteCommand } from './palette-props.ts'
export { addressToSearch, searchToAddress } from './search-address.ts'
export type { SearchPageProps } from './search-page.tsx'
export const SearchPage = lazyPart(() => import('./search-page.tsx').then((module) => module.SearchPage))
